"""What to notice on the flow page: sentences that follow from the numbers of its films."""

import math

from structviz.nets import PLAIN
from structviz.ode import INTEGRATORS
from structviz.studies.flow import StepStudy
from structviz.ui.pages.flow.films import MeasuredFilm

__all__ = ["about_slopes", "farthest", "percent", "same_weights", "what_to_notice"]

_TIE = 0.005
"""Differences of accuracy below this are called equal."""

_SQUEEZED = 0.05
"""Points whose spread has fallen to this part are called squeezed into one."""


def what_to_notice(shown: list[MeasuredFilm]) -> list[str]:
    """Two to four sentences, each true of what is on the screen."""
    sentences = [_compared(*shown) if len(shown) == 2 else f"{percent(shown[0])} of the points end on the right side."]
    for one in shown:
        net = one.side.network.net
        if net.scheme == PLAIN:
            sentences.append(_about_plain(one))
        elif lost := _n_lost(one):
            sentences.append(
                f"**Lost:** “{one.side.title}” takes {lost} of the points beyond all numbers: it blows up."
            )
        elif net.width > 2:
            sentences.append(
                f"In {net.width} dimensions points can pass above each other; no flow of the plane can bring what a "
                "ring encloses out of it."
            )
        elif one.folded > 0:
            sentences.append(
                f"**Folded:** “{one.side.title}” turns over {_share(one.folded)} of the grid at the end. "
                "A flow of the plane never does that; the step is too large."
            )
    sentences += _about_distances(shown)
    if planar := [one for one in shown if one.side.network.net.width == 2 and one.side.network.net.scheme != PLAIN]:
        sentences += _about_rubber(planar)
    return sentences[:4]


def about_slopes(study: StepStudy) -> str:
    """Whether each integrator falls as fast as theory has it."""
    measured = {name: slope for name, slope in study.slopes.items() if not math.isnan(slope)}
    if not measured:
        return "The distances are too close to round-off, or too large, to fit a slope."
    off = [name for name, slope in measured.items() if abs(slope - INTEGRATORS[name].order) > 0.2]
    listed = ", ".join(f"{INTEGRATORS[name].title} {slope:.2f}" for name, slope in measured.items())
    verdict = (
        "each within 0.2 of its order."
        if not off
        else f"not the order for {', '.join(INTEGRATORS[name].title for name in off)}: the steps are still too large, "
        "or the nonlinearity has a kink."
    )
    return f"Slopes measured: {listed}; {verdict}"


def same_weights(shown: list[MeasuredFilm]) -> bool:
    """Whether one network is shown twice, in different steps."""
    return len(shown) == 2 and shown[0].side.network.digest == shown[1].side.network.digest


def farthest(distance: float) -> str:
    """A distance to the flow for people."""
    return f"{distance:.2g}" if math.isfinite(distance) else "∞"


def percent(one: MeasuredFilm) -> str:
    """The accuracy for people."""
    return f"{100 * one.accuracy:.1f} %"


def _share(part: float) -> str:
    return f"{100 * part:.0f} %" if part >= 0.01 else f"{100 * part:.1g} %"


def _n_lost(one: MeasuredFilm) -> int:
    return int((~one.film.positions[-1].isfinite().all(1)).sum())


def _compared(left: MeasuredFilm, right: MeasuredFilm) -> str:
    numbers = (
        f"{percent(left)} of the points end on the right side for “{left.side.title}”, "
        f"{percent(right)} for “{right.side.title}”"
    )
    same = left.side.points.equal(right.side.points) and left.side.labels.equal(right.side.labels)
    tie = same and abs(left.accuracy - right.accuracy) < _TIE
    return f"{numbers}: no difference to speak of." if tie else f"{numbers}."


def _about_plain(one: MeasuredFilm) -> str:
    before, after = ((frame - frame.mean(0)).norm(dim=1).max().item() for frame in one.film.positions[[0, -1]])
    if after < _SQUEEZED * before:
        forgotten = "it has forgotten where they came from" + (
            ", and training found nothing." if one.accuracy < 0.6 else "."
        )
        return (
            f"The plain network has squeezed all points into one after {one.n_layers} layers "
            f"(spread {before:.2g} → {after:.1g}): {forgotten}"
        )
    return "A plain network forgets in each layer where a point was: its film jumps, it does not flow."


def _about_distances(shown: list[MeasuredFilm]) -> list[str]:
    """How far films with the same weights are from the flow."""
    if not same_weights(shown) or any(math.isnan(one.distance) for one in shown):
        return []
    left, right = (farthest(one.distance) for one in shown)
    return [f"The farthest point ends {left} (left) and {right} (right) from where the continuous flow takes it."]


def _about_rubber(planar: list[MeasuredFilm]) -> list[str]:
    if any(one.film.folded.any() or _n_lost(one) for one in planar):
        return []
    return ["The grid of the plane is stretched and squeezed, but nowhere folded: the layers bend it like rubber."]
