"""What to notice on the flow page: sentences that follow from the numbers of its films."""

import math

from structviz.nets import PLAIN
from structviz.ode import INTEGRATORS
from structviz.studies.flow import InputPlaneMap, MeasuredFilm, StepStudy, same_weights

__all__ = ["about_folds", "about_slopes", "farthest", "percent", "what_to_notice"]

_TIE = 0.005
"""Differences of accuracy below this are called equal."""

_SQUEEZED = 0.05
"""Points whose spread has fallen to this part are called squeezed into one."""


def what_to_notice(films: list[MeasuredFilm]) -> list[str]:
    """Two to four sentences, each true of what is on the screen."""
    sentences = [_compared(*films) if len(films) == 2 else f"{percent(films[0])} of the points end on the right side."]
    for film in films:
        net = film.panel.network.net
        if net.scheme == PLAIN:
            sentences.append(_about_plain(film))
        elif lost := film.n_lost:
            sentences.append(
                f"**Lost:** “{film.panel.title}” takes {lost} of the points beyond all numbers: it blows up."
            )
        elif net.width > 2:
            sentences.append(
                f"In {net.width} dimensions points can pass above each other; no flow of the plane can bring what a "
                "ring encloses out of it."
            )
        elif film.folded > 0:
            sentences.append(
                f"**Folded:** “{film.panel.title}” turns over {_share(film.folded)} of the grid at the end. "
                "A flow of the plane never does that; the step is too large."
            )
    sentences += _about_distances(films)
    if planar := [
        film for film in films if film.panel.network.net.width == 2 and film.panel.network.net.scheme != PLAIN
    ]:
        sentences += _about_rubber(planar)
    return sentences[:4]


def about_slopes(study: StepStudy) -> str:
    """Whether the error of each integrator falls at the rate of its order."""
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


def about_folds(film: MeasuredFilm, plane: InputPlaneMap) -> str:
    """What the map of the smallest singular values shows."""
    if film.panel.network.net.width > 2:
        return "How much the way into space squeezes the plane at each place; there is no orientation to lose."
    folded = plane.folded
    folds = f"{100 * folded:.1f} % of the window is folded" if folded else "nowhere is the plane folded"
    return f"The smallest singular value of the Jacobian of all layers; {folds}."


def farthest(distance: float) -> str:
    """A distance to the flow as text."""
    return f"{distance:.2g}" if math.isfinite(distance) else "∞"


def percent(film: MeasuredFilm) -> str:
    """The accuracy as text."""
    return f"{100 * film.accuracy:.1f} %"


def _share(part: float) -> str:
    return f"{100 * part:.0f} %" if part >= 0.01 else f"{100 * part:.1g} %"


def _compared(left: MeasuredFilm, right: MeasuredFilm) -> str:
    numbers = (
        f"{percent(left)} of the points end on the right side for “{left.panel.title}”, "
        f"{percent(right)} for “{right.panel.title}”"
    )
    same = left.panel.points.equal(right.panel.points) and left.panel.labels.equal(right.panel.labels)
    tie = same and abs(left.accuracy - right.accuracy) < _TIE
    return f"{numbers}: no difference to speak of." if tie else f"{numbers}."


def _about_plain(film: MeasuredFilm) -> str:
    before, after = film.spreads
    if after < _SQUEEZED * before:
        forgotten = "it has forgotten where they came from" + (
            ", and training found nothing." if film.accuracy < 0.6 else "."
        )
        return (
            f"The plain network has squeezed all points into one after {film.n_layers} layers "
            f"(spread {before:.2g} → {after:.1g}): {forgotten}"
        )
    return "A plain network forgets in each layer where a point was: its film jumps, it does not flow."


def _about_distances(films: list[MeasuredFilm]) -> list[str]:
    """How far films with the same weights are from the flow."""
    if not same_weights(films) or any(math.isnan(film.distance) for film in films):
        return []
    left, right = (farthest(film.distance) for film in films)
    return [f"The farthest point ends {left} (left) and {right} (right) from where the continuous flow takes it."]


def _about_rubber(planar: list[MeasuredFilm]) -> list[str]:
    if any(film.film.folded.any() or film.n_lost for film in planar):
        return []
    return ["The grid of the plane is stretched and squeezed, but nowhere folded: the layers bend it like rubber."]
