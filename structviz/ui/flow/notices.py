"""What to notice on the flow page: sentences that follow from the numbers of its films."""

import math

from structviz.flows import StepStudy
from structviz.nets import PLAIN
from structviz.ode import INTEGRATORS
from structviz.ui.flow.films import Screening

__all__ = ["about_slopes", "what_to_notice"]

_TIE = 0.005
"""Differences of accuracy below this are called equal."""


def what_to_notice(shown: list[Screening]) -> list[str]:
    """Two to four sentences, each true of what is on the screen."""
    sentences = (
        [_compared(*shown)] if len(shown) == 2 else [f"{_percent(shown[0])} of the points end on the right side."]
    )
    for one in shown:
        net = one.side.network.net
        if net.scheme == PLAIN:
            sentences.append(_about_plain(one))
        elif net.width > 2:
            sentences.append(
                f"With {net.width} coordinates there is a way past each other: the disc can leave the ring, "
                "which no flow of the plane can bring about."
            )
        elif one.folded > 0:
            sentences.append(
                f"**Folded:** “{one.side.title}” turns over {100 * one.folded:.0f} % of the grid at the end. "
                "A flow of the plane never does that; the step is too large."
            )
    sentences += _about_distances(shown)
    if not any(one.folded > 0 or one.side.network.net.scheme == PLAIN for one in shown):
        planar = [one for one in shown if one.side.network.net.width == 2]
        if planar:
            sentences.append(
                "The grid is stretched and squeezed, but nowhere folded: the layers bend the plane like rubber."
            )
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


def _compared(left: Screening, right: Screening) -> str:
    a, b = left.accuracy, right.accuracy
    numbers = (
        f"{_percent(left)} of the points end on the right side for “{left.side.title}”, "
        f"{_percent(right)} for “{right.side.title}”"
    )
    if left.side.points is not right.side.points and not left.side.points.equal(right.side.points):
        return f"{numbers}."
    if abs(a - b) < _TIE:
        return f"{numbers}: no difference to speak of."
    return f"{numbers}."


def _about_plain(one: Screening) -> str:
    net, last = one.side.network.net, one.film.positions[-1]
    spread = (last - last.mean(0)).norm(dim=1).max().item()
    first = one.film.positions[0]
    before = (first - first.mean(0)).norm(dim=1).max().item()
    if spread < 0.05 * before:
        return (
            f"The plain network has squeezed all points into one after {net.n_layers} layers "
            f"(spread {before:.2g} → {spread:.1g}): it has forgotten where they came from, and training found nothing."
        )
    return "A plain network forgets in each layer where a point was: its film jumps, it does not flow."


def _about_distances(shown: list[Screening]) -> list[str]:
    """How far films with the same weights are from the flow."""
    if len(shown) < 2 or shown[0].side.network.digest != shown[1].side.network.digest:
        return []
    known = [one for one in shown if not math.isnan(one.distance)]
    listed = " and ".join(f"{one.distance:.2g}" if math.isfinite(one.distance) else "without bound" for one in known)
    return [f"The farthest point ends {listed} from where the continuous flow takes it."] if known else []


def _percent(one: Screening) -> str:
    return f"{100 * one.accuracy:.1f} %"
