"""What the CT page explains in a tap, and what a pin keeps of it."""

from collections.abc import Iterator

from structviz.arms import ARMS
from structviz.displayed import number
from structviz.figures import to_png
from structviz.ui.kit.pin import View
from structviz.ui.kit.terms import (
    TERMS,
    Explanation,
    about_arms,
    about_backprojection,
    about_group,
    about_psnr,
    about_ssim,
    about_total_variation,
)
from structviz.ui.kit.tiles import Tile
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.ui.pages.ct.record import Shown
from structviz.ui.pages.ct.results import Results
from structviz.ui.pages.ct.sections import stacks

__all__ = ["explanations", "view_of"]


def explanations(shown: Shown, results: Results) -> list[Explanation]:
    """The terms of the page, with the numbers that are shown.

    Parameters
    ----------
    shown
        The displayed numbers.
    results
        Has the structural similarities.
    """
    words = {method.key: method.words for method in shown.methods}
    found = [
        about_psnr({method.words: method.result for method in shown.methods}, "the peak of 0.5/cm"),
        about_ssim({words[key]: number(one.ssim[-1], 3) for key, one in results.methods.items()}),
    ]
    if shown.method("fbp"):
        found.append(about_backprojection(shown.views, shown.filter))
    if shown.method("tv"):
        found.append(about_total_variation(shown.weight))
    if arms := [method.key for method in shown.methods if method.key in ARMS]:
        found.append(about_arms(arms))
    if arms:
        curve = f"{TERMS['equivariance error']} The curve of that name shows it at every angle."
        found.append(Explanation("equivariance error", curve))
    if any(ARMS[arm].equivariant for arm in arms):
        found.append(about_group("C4"))
    return found


def view_of(choice: ScanChoice, shown: Shown, results: Results) -> View:
    """The reconstructions and their numbers, for a pin.

    Parameters
    ----------
    choice
        How the slices are looked at.
    shown, results
        As for `explanations`.

    Returns
    -------
    View
        Figures with their units now; tiles when they are asked for.
    """
    titles = {stack.name: stack.title for stack in stacks(results, choice.local)}
    figures = {f"PSNR, {titles[method.key]}": method.result for method in shown.methods}
    figures |= {f"SSIM, {titles[key]}": number(one.ssim[-1], 3) for key, one in results.methods.items()}
    return View(figures, lambda: tuple(_tiles(choice, shown, results)))


def _tiles(choice: ScanChoice, shown: Shown, results: Results) -> Iterator[Tile]:
    """The results in the display window of the page."""
    low, high = choice.view.low, choice.view.high
    for stack in stacks(results, choice.local):
        method = shown.method(stack.name)
        psnr = str(method.result) if method else ""
        yield Tile(
            title=stack.title,
            colour=stack.colour,
            png=to_png((stack.frames[-1] - low) / (high - low), "grey"),
            headline=psnr,
            details=(f"SSIM {number(stack.ssim[-1], 3)}",) if stack.ssim else (),
            alt=f"{stack.title}, object turned by {choice.angle}°" + (f": {psnr}" if psnr else ""),
        )
