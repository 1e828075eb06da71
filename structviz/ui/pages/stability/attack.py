"""The section on attacks: the pictures, the curves and what is said of them."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st
import torch

from structviz import data
from structviz.displayed import Displayed, number
from structviz.figures.strip import Cell, Curve, Plot, Strip, strip_png
from structviz.studies.stability import AttackCurve, attack_curve
from structviz.transforms import add_gaussian
from structviz.types import Image, Images
from structviz.ui.browser.strip import read_frame, show_strip
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.form import Form
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.sentences import joined
from structviz.ui.pages.stability.choice import EPSILONS, StabilityChoice
from structviz.ui.pages.stability.denoisers import DENOISERS, SIDE, computed, denoisers_of, weights_of

__all__ = [
    "AttackRecord",
    "AttackedDenoiser",
    "attack_csv",
    "attack_record",
    "attack_script",
    "attack_strip",
    "attacks",
    "say_attack",
    "show_attack",
]

_STEPS = 12
"""Of each search."""

_ENLARGED = 20
"""By which the noise is enlarged."""

_SEED = 0
"""Of the noise in the photograph."""

_SECONDS = 1.5
"""Roughly how long the attacks on a denoiser take."""

_CLEAN = "#808890"


def _images(choice: StabilityChoice) -> tuple[Image, Image]:
    """The clean photograph and the noisy one."""
    x = data.image(choice.picture, SIDE)
    return x, add_gaussian(x, choice.noise, torch.Generator().manual_seed(_SEED))


def attacks(choice: StabilityChoice) -> dict[str, AttackCurve]:
    """Attacks on each denoiser with each ε; visitors with the same choice share them."""
    on_error = choice.goal == "error"

    def attack(net: Callable[[Images], Images]) -> AttackCurve:
        x, y = _images(choice)
        return attack_curve(net, y, x, EPSILONS, _STEPS, on_error)

    key = ("attack", choice.picture, choice.noise, on_error)
    return computed("Attacking the denoisers", denoisers_of(choice), key, attack, _SECONDS)


@dataclass(frozen=True)
class AttackedDenoiser:
    """What the page says of the attack on one denoiser.

    Attributes
    ----------
    words
        What it is called.
    is_bounded
        Whether it promises to move no two images apart.
    shift
        How far the output moves.
    calm, error
        Distance of the output to the clean photograph, without attack and with it.
    certified
        What the error of a non-expansive denoiser cannot exceed.
    """

    words: str
    is_bounded: bool
    shift: Displayed
    calm: Displayed
    error: Displayed
    certified: Displayed


@dataclass(frozen=True)
class AttackRecord:
    """What the page says of attacks.

    Attributes
    ----------
    epsilon
        Length of the attack.
    noise
        Length of the noise that is in the photograph anyway.
    is_on_error
        Whether the attack enlarges the error; else it enlarges the shift.
    denoisers
        Those that are attacked, by name.
    """

    epsilon: Displayed
    noise: Displayed
    is_on_error: bool
    denoisers: Mapping[str, AttackedDenoiser]


def attack_record(choice: StabilityChoice, found: Mapping[str, AttackCurve]) -> AttackRecord:
    """The record of what is shown.

    Parameters
    ----------
    choice
        What was asked for.
    found
        Attacks by the name of the denoiser.
    """
    k, kinds = choice.strength, denoisers_of(choice)
    x, y = _images(choice)
    return AttackRecord(
        _length(EPSILONS[k]),
        _length((y - x).norm().item()),
        choice.goal == "error",
        {
            name: AttackedDenoiser(
                kinds[name].words,
                kinds[name].is_bounded,
                _length(curve.shifts[k, 0].item()),
                _length(curve.certified[0, 0].item()),
                _length(curve.errors[k, 0].item()),
                _length(curve.certified[k, 0].item()),
            )
            for name, curve in found.items()
        },
    )


def _length(value: float) -> Displayed:
    return number(value, 2)


def say_attack(record: AttackRecord) -> list[str]:
    """What to notice about the attack on the screen."""
    if not float(record.epsilon):
        return [f"Nothing is attacked yet: the photograph has noise of length {record.noise}. Move the slider."]
    free = [one for one in record.denoisers.values() if not one.is_bounded]
    bounded = [one for one in record.denoisers.values() if one.is_bounded]
    moves = [f"that of {one.words} by {one.shift}" for one in bounded]
    seen = []
    shifted = joined(
        [f"{one.words} by {one.shift}, {'' if one.shift > record.epsilon else 'no '}more than ε" for one in free]
    )
    seen.append(
        f"An attack of length ε = {record.epsilon}, beside noise of length {record.noise}, moves the output of "
        f"{shifted}; {joined(moves)}, and never by more than ε."
    )
    rival = bounded[0]
    for one in free:
        if one.error < rival.error:
            verdict = "closer, though nothing promises that it stays so"
        elif one.error > rival.error:
            verdict = "farther away"
        else:
            verdict = "as far away"
        seen.append(
            f"After its own attack, {one.words} is {one.error} from the clean photograph and {rival.words} "
            f"{rival.error}, of at most {rival.certified} that are certified: {one.words} is {verdict}."
        )
    seen.append("Attacks are what a search found: lower bounds, so a longer search may find worse ones.")
    return seen


def attack_strip(choice: StabilityChoice, found: Mapping[str, AttackCurve]) -> Strip:
    """The pictures and curves of the attacks.

    Parameters
    ----------
    choice, found
        As for `attack_record`.
    """
    x, y = _images(choice)
    kinds = denoisers_of(choice)
    heads = [kinds[name] for name in found]
    curves = list(found.values())
    eps = [_length(value) for value in EPSILONS]
    noise = _length((y - x).norm().item())

    def cells(pictures: list[torch.Tensor], captions: list[tuple[str, ...]], titled: bool, colours: str) -> list[Cell]:
        return [
            Cell(head.title if titled else "", head.colour, frames, words, colours)
            for head, frames, words in zip(heads, pictures, captions, strict=True)
        ]

    given = [tuple(f"input, ε = {e}" for e in eps)] * len(curves)
    inputs = cells([(y + c.changes)[:, 0, 0] for c in curves], given, True, "grey")
    enlarged = [(f"the attack, {_ENLARGED} times enlarged",) * len(eps)] * len(curves)
    change = cells([_ENLARGED * c.changes[:, 0, 0] / 2 for c in curves], enlarged, False, "difference")
    said = [
        tuple(
            f"output, moved by {_length(s)}, error {_length(e)}"
            for s, e in zip(c.shifts[:, 0].tolist(), c.errors[:, 0].tolist(), strict=True)
        )
        for c in curves
    ]
    outputs = cells([c.outputs[:, 0, 0] for c in curves], said, False, "grey")
    clean = Cell("Clean photograph", _CLEAN, x[0], ("",))
    noisy = Cell("With noise", _CLEAN, y[0], (f"noise of length {noise}",))
    ends = (str(EPSILONS[0]), str(EPSILONS[-1]))
    shifts = [
        Curve("Promised: ‖Φ(y + δ) − Φ(y)‖ ≤ ε", _CLEAN, EPSILONS, dashed=True),
        *(Curve(h.title, h.colour, tuple(c.shifts[:, 0].tolist())) for h, c in zip(heads, curves, strict=True)),
    ]
    errors = [
        *(Curve(h.title, h.colour, tuple(c.errors[:, 0].tolist())) for h, c in zip(heads, curves, strict=True)),
        *(
            Curve(f"Certified, {h.title}", h.colour, tuple(c.certified[:, 0].tolist()), dashed=True)
            for h, c in zip(heads, curves, strict=True)
            if h.is_bounded
        ),
    ]
    return Strip(
        tuple(f"Length of the attack: ε = {e}" for e in eps),
        tuple(range(len(EPSILONS))),
        ((noisy, *inputs), (None, *change), (clean, *outputs)),
        (
            Plot("How far the output moves", tuple(shifts), "ε", ends),
            Plot("Distance of the output to the clean photograph", tuple(errors), "ε", ends),
        ),
    )


def show_attack(form: Form[StabilityChoice]) -> None:
    """Show the section: controls, pictures, curves, sentences, formulas and files."""
    with st.container(horizontal=True):
        for name in ("picture", "noise", "goal"):
            form.ask(name)
    choice = form.choice()
    found = attacks(choice)
    key = form.key("attack_strip")

    def seek() -> None:
        frame = read_frame(key)
        if frame is not None:
            form.set(strength=frame)

    strip = attack_strip(choice, found)
    show_strip(strip, choice.strength, key=key, on_seek=seek)
    show_notice(say_attack(attack_record(choice, found)))
    st.latex(
        r"\begin{gathered} \|\Phi(y + \delta) - x\| \le \|\Phi(y) - x\| + \|\delta\|, \\ \|\delta\|_2 \le \varepsilon "
        r"\end{gathered}"
    )
    st.caption(
        "holds for a non-expansive Φ and every δ. The attack climbs the gradient and projects δ onto the ball (PGD): "
        "Madry et al.: Towards deep learning models resistant to adversarial attacks. ICLR 2018."
    )
    kinds = denoisers_of(choice)
    files(
        form,
        Item("Pictures (PNG)", lambda: strip_png(strip, choice.strength), "attack.png", "image/png"),
        Item("Attacks (CSV)", lambda: attack_csv(found), "attacks.csv", "text/csv"),
        weights_of(kinds, "attack"),
        Item("Script of the attacks (Python)", lambda: attack_script(choice), "attacks.py", "text/x-python"),
        networks={kind.network: kind.sha256 for kind in kinds.values()},
    )


def attack_csv(found: Mapping[str, AttackCurve]) -> str:
    """The curves as a table."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["denoiser", "epsilon", "shift", "error", "certified"])
    for name, curve in found.items():
        columns = (curve.shifts, curve.errors, curve.certified)
        for k, eps in enumerate(EPSILONS):
            writer.writerow([name, f"{eps:g}", *(f"{values[k, 0].item():.6g}" for values in columns)])
    return out.getvalue()


def attack_script(choice: StabilityChoice) -> str:
    """Python that computes the curves."""
    return (
        "import torch\n\n"
        "from structviz import data, transforms, zoo\n"
        "from structviz.studies.stability import attack_curve\n\n"
        f'x = data.image("{choice.picture}", {SIDE})\n'
        f"y = transforms.add_gaussian(x, {choice.noise:g}, torch.Generator().manual_seed({_SEED}))\n"
        f"epsilons = {list(EPSILONS)}\n"
        f"for name in {[kind.network for kind in DENOISERS.values()]}:\n"
        f"    found = attack_curve(zoo.load(name), y, x, epsilons, steps={_STEPS}, on_error={choice.goal == 'error'})\n"
        "    for eps, shift, error in zip(epsilons, found.shifts, found.errors):\n"
        '        print(f"{name}: ε = {eps:g}, output moved by {shift.item():.2f}, error {error.item():.2f}")\n'
    )
