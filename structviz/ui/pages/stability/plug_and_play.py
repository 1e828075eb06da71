"""The section on plug and play: iterations with a denoiser inside, their residuals and what is said of them."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import streamlit as st
import torch

from structviz import data
from structviz.displayed import Displayed, decibels, significant
from structviz.figures.strip import Cell, Curve, Plot, Strip, strip_png
from structviz.metrics import psnr
from structviz.studies.stability import Problem, Restoration, deblurring, plug_and_play, scanning
from structviz.types import Images
from structviz.ui.browser.strip import read_frame, show_strip
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.form import Form
from structviz.ui.kit.guard import callback
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.sentences import counted
from structviz.ui.pages.stability.choice import FRAMES, StabilityChoice
from structviz.ui.pages.stability.denoisers import (
    DENOISERS,
    SIDE,
    DenoiserKind,
    computed,
    denoisers_of,
    weights_of,
)

__all__ = [
    "CASES",
    "INSIDE",
    "IteratedDenoiser",
    "IterationRecord",
    "iteration_csv",
    "iteration_record",
    "iteration_script",
    "iteration_strip",
    "iterations",
    "kept_steps",
    "problem_of",
    "say_iteration",
    "show_plug_and_play",
]

INSIDE = ("ordinary", "nonexpansive")
"""The denoisers that are plugged in."""

CASES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "Where the free one goes astray": {
            "problem": "deblurring",
            "blurred": "chelsea",
            "width": 4.0,
            "data_noise": 0.02,
        },
        "Where it does better": {"problem": "deblurring", "blurred": "camera", "width": 1.0, "data_noise": 0.01},
        "CT with few views": {"problem": "ellipses", "views": 10, "data_noise": 0.0},
    }
)
"""Settings to try, with what they show; found by a search over photographs, blurs, views and noise."""

_SECONDS = 0.008
"""Roughly what a step takes."""

_ROUNDING = 1e-6
"""By how much of ‖x‖ rounding moves an iterate in float32."""

_LEAST = 1e-8
"""Of ‖x‖: where the axis of the residuals ends, which can be 0."""

_SETTLED = 1e-3
"""Of the first residual: below it an iteration counts as settled."""

_LOST = 1e6
"""Residuals beyond it are called diverged."""

_GREY = "#808890"


def kept_steps(n_steps: int) -> tuple[int, ...]:
    """The steps whose pictures are shown: close together at first."""
    return tuple(sorted({round(n_steps * (k / (FRAMES - 1)) ** 2) for k in range(FRAMES)}))


def problem_of(choice: StabilityChoice) -> Problem:
    """The inverse problem."""
    if choice.problem == "deblurring":
        return deblurring(data.image(choice.blurred, SIDE), choice.width, choice.data_noise)
    return scanning(choice.problem, SIDE, choice.views, choice.data_noise)


def iterations(choice: StabilityChoice) -> dict[str, Restoration]:
    """The iteration with each denoiser; visitors with the same choice share it."""

    def iterate(net: Callable[[Images], Images]) -> Restoration:
        problem = problem_of(choice)
        D = (lambda x: (x + net(x)) / 2) if choice.averaged else net
        steps = choice.steps
        return plug_and_play(D, problem.A, problem.adjoint, problem.y, problem.start, 1.0, steps, keep=range(steps + 1))

    fields = ("problem", "blurred", "width", "views", "data_noise", "averaged", "steps")
    key = ("plug and play", *(getattr(choice, name) for name in fields))
    kinds = denoisers_of(choice, INSIDE)
    return computed("Iterating with each denoiser", kinds, key, iterate, _SECONDS * choice.steps)


@dataclass(frozen=True)
class IteratedDenoiser:
    """What the page says of the iteration with one denoiser.

    Attributes
    ----------
    words
        What it is called.
    is_bounded
        Whether it promises to move no two images apart.
    least, last
        The smallest residual and that of the last step.
    grows
        In how many steps the residual grows by more than rounding.
    is_settled
        Whether the last residual is below a thousandth of the first one.
    is_lost
        Whether it has left all bounds.
    best, end
        PSNR of the best iterate and of the last one.
    """

    words: str
    is_bounded: bool
    least: Displayed
    last: Displayed
    grows: int
    is_settled: bool
    is_lost: bool
    best: Displayed
    end: Displayed


@dataclass(frozen=True)
class IterationRecord:
    """What the page says of the iterations.

    Attributes
    ----------
    n_steps
        How many steps they have.
    is_averaged
        Whether the denoisers are averaged with the identity.
    denoisers
        What is inside, by name.
    """

    n_steps: int
    is_averaged: bool
    denoisers: Mapping[str, IteratedDenoiser]


def iteration_record(choice: StabilityChoice, found: Mapping[str, Restoration]) -> IterationRecord:
    """The record of what is shown.

    Parameters
    ----------
    choice
        What was asked for.
    found
        Iterations by the name of the denoiser.
    """
    x, kinds = problem_of(choice).x, denoisers_of(choice)
    return IterationRecord(
        choice.steps, choice.averaged, {name: _described(kinds[name], one, x) for name, one in found.items()}
    )


def _described(kind: DenoiserKind, one: Restoration, x: torch.Tensor) -> IteratedDenoiser:
    residuals = one.residuals[:, 0]
    last = residuals[-1].item()
    rounding = _ROUNDING * (1 + x.norm().item())
    known = residuals[residuals.isfinite()]
    qualities = _qualities(one, x)
    return IteratedDenoiser(
        kind.words,
        kind.is_bounded,
        significant(known.min().item() if len(known) else float("nan")),
        significant(last),
        int((residuals.diff() > rounding).sum()),
        last <= max(_SETTLED * residuals[0].item(), rounding),
        not last < _LOST,
        decibels(max(qualities)),
        decibels(qualities[-1]),
    )


def _qualities(one: Restoration, x: torch.Tensor) -> list[float]:
    """PSNR of each iterate; −∞ dB for one that is lost."""
    found = psnr(one.iterates[:, 0], x.expand(len(one.iterates), -1, -1, -1))
    return found.nan_to_num(nan=float("-inf")).tolist()


def say_iteration(record: IterationRecord) -> list[str]:
    """What to notice about the iterations on the screen."""
    seen = []
    for one in record.denoisers.values():
        subject = f"With {one.words} inside"
        if one.is_lost:
            seen.append(f"{subject}, the iteration diverges.")
        elif one.grows and not one.is_settled and one.last > one.least:
            seen.append(
                f"{subject}, the residual falls to {one.least} and grows again to {one.last}: the iteration does not "
                f"settle, and the picture goes from {one.best} at best to {one.end}."
            )
        elif one.is_settled:
            rose = f", though it grows in {counted(one.grows, 'step')} on the way" if one.grows else ""
            seen.append(f"{subject}, the residual falls to {one.last}{rose}; the picture ends at {one.end}.")
        else:
            seen.append(
                f"{subject}, the residual is still {one.last} after {counted(record.n_steps, 'step')}; the picture is "
                f"at {one.end}."
            )
    free = [one for one in record.denoisers.values() if not one.is_bounded and not one.is_lost]
    bounded = next(one for one in record.denoisers.values() if one.is_bounded)
    seen.extend(
        f"Here {one.words} does better than {bounded.words}, by {one.end.minus(bounded.end)}: what is promised is that "
        "the iteration settles, not that the picture is best."
        for one in free
        if one.end > bounded.end and not one.grows
    )
    if record.is_averaged:
        seen.append(
            "A non-expansive denoiser that is averaged with the identity makes each step averaged: its residuals "
            "cannot grow, whatever its weights are."
        )
    else:
        seen.append(
            "Without the average, residuals of a non-expansive denoiser cannot grow either, but nothing promises that "
            "they fall to 0: a rotation is non-expansive, and turns for ever."
        )
    return seen


def iteration_strip(choice: StabilityChoice, found: Mapping[str, Restoration]) -> Strip:
    """The pictures and curves of the iterations.

    Parameters
    ----------
    choice, found
        As for `iteration_record`.
    """
    problem, steps = problem_of(choice), kept_steps(choice.steps)
    every = denoisers_of(choice)
    kinds = [every[name] for name in found]
    given: list[Cell] = []
    if choice.problem == "deblurring":
        given = [Cell("Blurred", _GREY, problem.y[0], (str(decibels(psnr(problem.y, problem.x).item())),))]
    qualities = {name: _qualities(one, problem.x) for name, one in found.items()}

    def captions(name: str, one: Restoration) -> tuple[str, ...]:
        residuals = one.residuals[:, 0].tolist()

        def caption(k: int) -> str:
            if k and not residuals[k - 1] < _LOST:
                return "diverged"
            moved = f", residual {significant(residuals[k - 1])}" if k else ""
            return f"{decibels(qualities[name][k])}{moved}"

        return tuple(map(caption, steps))

    pictures = [
        Cell(kind.title, kind.colour, one.iterates[list(steps), 0, 0], captions(name, one))
        for (name, one), kind in zip(found.items(), kinds, strict=True)
    ]
    truth = Cell("Ground truth", _GREY, problem.x[0], ("",))
    residuals = tuple(
        Curve(kind.title, kind.colour, tuple(one.residuals[:, 0].tolist()))
        for one, kind in zip(found.values(), kinds, strict=True)
    )
    least = _LEAST * problem.x.norm().item()
    better = tuple(
        Curve(kind.title, kind.colour, tuple(qualities[name][1:])) for name, kind in zip(found, kinds, strict=True)
    )
    ends = ("1", str(choice.steps))
    plots = (
        Plot("Residual: how far a step moves", residuals, "step", ends, logarithmic=True, least=least),
        Plot("PSNR in dB", better, "step", ends),
    )
    # The curves begin with the first step.
    places = tuple(max(0, k - 1) for k in steps)
    words = tuple(f"Step {k} of {choice.steps}" for k in steps)
    return Strip(words, places, ((*given, *pictures, truth),), plots)


def show_plug_and_play(form: Form[StabilityChoice]) -> None:
    """Show the section: controls, pictures, curves, sentences, formulas and files."""
    with st.container(horizontal=True):
        for title, case in CASES.items():
            st.button(title, on_click=callback(partial(form.set, **case)), key=form.key(f"case_{title}"))
    with st.container(horizontal=True):
        for name in ("problem", "blurred", "width", "views", "data_noise"):
            form.ask(name)
    with st.container(horizontal=True, vertical_alignment="center"):
        for name in ("steps", "averaged"):
            form.ask(name)
    choice = form.choice()
    found = iterations(choice)
    key = form.key("plug_strip")

    def seek() -> None:
        frame = read_frame(key)
        if frame is not None:
            form.set(iterate=frame)

    strip = iteration_strip(choice, found)
    show_strip(strip, choice.iterate, key=key, on_seek=seek)
    show_notice(say_iteration(iteration_record(choice, found)))
    inside = r"\tfrac12 (I + \Phi)" if choice.averaged else r"\Phi"
    step = r"x_{k+1} = D\bigl(x_k - \tau A^{\mathsf T}(A x_k - y)\bigr),"
    st.latex(rf"\begin{{gathered}} {step} \\ D = {inside} \end{{gathered}}")
    st.markdown(
        r"The gradient step is averaged for $\tau < 2/\|A\|^2$; here $\|A\| \le 1$ and $\tau = 1$. The denoiser $\Phi$ "
        r"takes steps of the longest length that is safe, so it is non-expansive and need not be averaged; "
        r"$\tfrac12(I + \Phi)$ is. The iteration then converges if it has a fixed point, and its residuals never grow."
    )
    st.caption(
        "Venkatakrishnan, Bouman, Wohlberg: Plug-and-play priors for model based reconstruction. GlobalSIP 2013. · Ryu "
        "et al.: Plug-and-play methods provably converge with properly trained denoisers. ICML 2019."
    )
    kinds = denoisers_of(choice, INSIDE)
    files(
        form,
        Item("Pictures (PNG)", lambda: strip_png(strip, choice.iterate), "plug_and_play.png", "image/png"),
        Item("Residuals (CSV)", lambda: iteration_csv(found), "residuals.csv", "text/csv"),
        weights_of(kinds, "plug_and_play"),
        Item("Script of the iteration (Python)", lambda: iteration_script(choice), "plug_and_play.py", "text/x-python"),
        networks={kind.network: kind.sha256 for kind in kinds.values()},
    )


def iteration_csv(found: Mapping[str, Restoration]) -> str:
    """The residuals as a table."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["step", *found])
    for k, row in enumerate(zip(*(one.residuals[:, 0].tolist() for one in found.values()), strict=True), 1):
        writer.writerow([k, *(f"{value:.6g}" for value in row)])
    return out.getvalue()


def iteration_script(choice: StabilityChoice) -> str:
    """Python that computes the iterations."""
    if choice.problem == "deblurring":
        made = f'deblurring(data.image("{choice.blurred}", {SIDE}), {choice.width:g}, {choice.data_noise:g})'
    else:
        made = f'scanning("{choice.problem}", {SIDE}, {choice.views}, {choice.data_noise:g})'
    inside = "Averaged(net)" if choice.averaged else "net"
    return (
        "from structviz import data, metrics, zoo\n"
        "from structviz.nets import Averaged\n"
        "from structviz.studies.stability import deblurring, plug_and_play, scanning\n\n"
        f"problem = {made}\n"
        f"for name in {[DENOISERS[name].network for name in INSIDE]}:\n"
        "    net = zoo.load(name)\n"
        f"    found = plug_and_play({inside}, problem.A, problem.adjoint, problem.y, problem.start, 1.0, "
        f"{choice.steps})\n"
        "    quality = metrics.psnr(found.x, problem.x).item()\n"
        '    print(f"{name}: last residual {found.residuals[-1].item():.2g}, {quality:.1f} dB")\n'
    )
