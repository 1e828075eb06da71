"""The section on what the promise costs: PSNR of the denoisers against the level of the noise."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st
import torch

from structviz import data, zoo
from structviz.displayed import Displayed, decibels, number
from structviz.figures.strip import Cell, Curve, Plot, Strip, strip_png
from structviz.metrics import psnr
from structviz.studies.stability import Quality, denoising_quality
from structviz.transforms import add_gaussian
from structviz.types import Images
from structviz.ui.browser.strip import read_frame, show_strip
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.form import Form
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.sentences import counted, joined
from structviz.ui.pages.stability.choice import LEVELS, StabilityChoice
from structviz.ui.pages.stability.denoisers import DENOISERS, computed, denoisers_of, weights_of

__all__ = [
    "PricedDenoiser",
    "PriceRecord",
    "price_csv",
    "price_record",
    "price_script",
    "price_strip",
    "qualities",
    "say_price",
    "show_price",
]

_SIDE = 128
"""Pixels of the photographs."""

_SECONDS = 1.5
"""Roughly how long each denoiser takes."""

_SEED = 0
"""Of the noise."""

_GREY = "#808890"


def _photographs() -> Images:
    return torch.cat([data.image(name, _SIDE) for name in data.IMAGES])


def qualities(choice: StabilityChoice) -> dict[str, Quality]:
    """All held-out photographs through each denoiser, computed once for all visitors."""

    def measure(net: Callable[[Images], Images]) -> Quality:
        return denoising_quality(net, _photographs(), LEVELS, _SEED)

    return computed("Denoising all held-out photographs", denoisers_of(choice), ("price",), measure, _SECONDS)


@dataclass(frozen=True)
class PricedDenoiser:
    """What the page says of the quality of one denoiser.

    Attributes
    ----------
    words
        What it is called.
    is_bounded
        Whether it promises to move no two images apart.
    n_weights
        How many weights it has.
    psnr
        Mean over the photographs, at the level that is shown.
    worst, worst_at
        By how much it is behind the free denoiser at most, and at which level of the noise.
    """

    words: str
    is_bounded: bool
    n_weights: int
    psnr: Displayed
    worst: Displayed
    worst_at: Displayed


@dataclass(frozen=True)
class PriceRecord:
    """What the page says of the price.

    Attributes
    ----------
    n_photographs
        How many photographs.
    sigma
        The level of the noise that is shown.
    denoisers
        The denoisers by name.
    """

    n_photographs: int
    sigma: Displayed
    denoisers: Mapping[str, PricedDenoiser]


def price_record(choice: StabilityChoice, found: Mapping[str, Quality]) -> PriceRecord:
    """The record of what is shown.

    Parameters
    ----------
    choice
        What was asked for.
    found
        Qualities by the name of the denoiser.
    """
    shown = {name: [decibels(value) for value in one.psnr.mean(dim=1).tolist()] for name, one in found.items()}
    behind = {name: [a.minus(b) for a, b in zip(shown["ordinary"], shown[name], strict=True)] for name in found}
    kinds = denoisers_of(choice)
    return PriceRecord(
        len(data.IMAGES),
        number(LEVELS[choice.level], 2),
        {
            name: PricedDenoiser(
                kinds[name].words,
                kinds[name].is_bounded,
                zoo.card(kinds[name].network, kinds[name].folder).n_parameters,
                shown[name][choice.level],
                max(behind[name], key=float),
                number(LEVELS[max(range(len(LEVELS)), key=lambda k, name=name: float(behind[name][k]))], 2),
            )
            for name in found
        },
    )


def say_price(record: PriceRecord) -> list[str]:
    """What to notice about the price on the screen."""
    free = next(one for one in record.denoisers.values() if not one.is_bounded)
    bounded = [one for one in record.denoisers.values() if one.is_bounded]
    reached = joined([f"{one.words} {one.psnr}" for one in record.denoisers.values() if one is not free])
    seen = [
        f"With noise of level {record.sigma}, on the mean of {counted(record.n_photographs, 'held-out photograph')}, "
        f"{free.words} reaches {free.psnr}, {reached}."
    ]
    first = bounded[0]
    cost = free.psnr.minus(first.psnr)
    if first.psnr < free.psnr:
        seen.append(f"So the promise costs {cost} here.")
    elif first.psnr > free.psnr:
        seen.append(f"Here the promise costs nothing: {first.words} is {abs(cost)} ahead.")
    else:
        seen.append("Here both do equally well.")
    if first.worst > decibels(0):
        seen.append(f"It costs most at level {first.worst_at}: {first.worst}.")
        if free.n_weights > first.n_weights:
            seen.append(
                f"The free denoiser also has more weights, {free.n_weights:,} against {first.n_weights:,}: a part of "
                "the price may be theirs."
            )
    return seen


def price_strip(choice: StabilityChoice, found: Mapping[str, Quality]) -> Strip:
    """The pictures and curves of the qualities.

    Parameters
    ----------
    choice, found
        As for `price_record`.
    """
    k = list(data.IMAGES).index(choice.priced)
    x = _photographs()
    noisy = torch.stack([add_gaussian(x, s, torch.Generator().manual_seed(_SEED))[k, 0] for s in LEVELS])
    own = psnr(noisy[:, None], x[k : k + 1].expand(len(LEVELS), -1, -1, -1)).tolist()
    kinds = denoisers_of(choice)
    cells = [Cell("With noise", _GREY, noisy, tuple(str(decibels(value)) for value in own))]
    for name, one in found.items():
        words = tuple(str(decibels(value)) for value in one.psnr[:, k].tolist())
        cells.append(Cell(kinds[name].title, kinds[name].colour, one.outputs[:, k, 0], words))
    cells.append(Cell("Ground truth", _GREY, x[k], ("",)))
    curves = tuple(
        Curve(kinds[name].title, kinds[name].colour, tuple(one.psnr.mean(dim=1).tolist()))
        for name, one in found.items()
    )
    free = found["ordinary"].psnr.mean(dim=1)
    prices = tuple(
        Curve(kinds[name].title, kinds[name].colour, tuple((free - one.psnr.mean(dim=1)).tolist()))
        for name, one in found.items()
    )
    ends = (f"{LEVELS[0]:g}", f"{LEVELS[-1]:g}")
    plots = (
        Plot("PSNR in dB, mean of all held-out photographs", curves, "σ", ends),
        Plot("Behind the ordinary one, in dB", prices, "σ", ends),
    )
    words = tuple(f"Noise of level σ = {number(sigma, 2)}" for sigma in LEVELS)
    return Strip(words, tuple(range(len(LEVELS))), (tuple(cells),), plots)


def show_price(form: Form[StabilityChoice]) -> None:
    """Show the section: pictures, curves, sentences and files."""
    form.ask("priced")
    choice = form.choice()
    found = qualities(choice)
    key = form.key("price_strip")

    def seek() -> None:
        frame = read_frame(key)
        if frame is not None:
            form.set(level=frame)

    strip = price_strip(choice, found)
    show_strip(strip, choice.level, key=key, on_seek=seek)
    show_notice(say_price(price_record(choice, found)))
    st.caption("The three that ship were trained on the same patches of other photographs, with σ from 0 to 0.3.")
    kinds = denoisers_of(choice)
    files(
        form,
        Item("Pictures (PNG)", lambda: strip_png(strip, choice.level), "price.png", "image/png"),
        Item("Qualities (CSV)", lambda: price_csv(found), "price.csv", "text/csv"),
        weights_of(kinds, "price"),
        Item("Script of the qualities (Python)", price_script, "price.py", "text/x-python"),
        networks={kind.network: kind.sha256 for kind in kinds.values()},
    )


def price_csv(found: Mapping[str, Quality]) -> str:
    """PSNR of each photograph as a table."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["denoiser", "sigma", "photograph", "psnr"])
    for name, one in found.items():
        for sigma, row in zip(one.sigmas, one.psnr.tolist(), strict=True):
            writer.writerows(
                [name, f"{sigma:g}", photograph, f"{value:.4f}"]
                for photograph, value in zip(data.IMAGES, row, strict=True)
            )
    return out.getvalue()


def price_script() -> str:
    """Python that computes the curves."""
    return (
        "import torch\n\n"
        "from structviz import data, zoo\n"
        "from structviz.studies.stability import denoising_quality\n\n"
        f"x = torch.cat([data.image(name, {_SIDE}) for name in data.IMAGES])\n"
        f"for name in {[kind.network for kind in DENOISERS.values()]}:\n"
        f"    found = denoising_quality(zoo.load(name), x, {list(LEVELS)}, seed={_SEED})\n"
        '    print(name, [f"{value:.1f} dB" for value in found.psnr.mean(dim=1).tolist()])\n'
    )
