"""Points of two classes and the rings that they should reach, as a small picture."""

from collections.abc import Sequence

from structviz.figures.theme import CLASS_COLOURS, NEUTRAL
from structviz.types import Labels, Points

__all__ = ["points_and_targets"]

_SIDE = 300
"""Of the picture, in its own units."""

_RADIUS, _RING = 4, 9

_FARTHEST = 1e6
"""Points beyond it are left out: the rest would be a single dot."""


def points_and_targets(points: Points, labels: Labels, targets: Sequence[tuple[float, float]]) -> str:
    """A square picture as SVG on a transparent ground: class 0 is round, class 1 square, targets are rings.

    Parameters
    ----------
    points, labels
        In the plane, with classes 0 and 1.
    targets
        Of class 0 and of class 1; or none.

    Returns
    -------
    str
        The SVG, as high as wide, with the origin in the middle.
    """
    pairs = zip(points.tolist(), labels.tolist(), strict=True)
    seen = [((x, y), label) for (x, y), label in pairs if abs(x) < _FARTHEST and abs(y) < _FARTHEST]
    everything = [*(place for place, _ in seen), *targets]
    half = 1.1 * max(1.3, *(abs(value) for place in everything for value in place))

    def pixels(place: tuple[float, float]) -> tuple[float, float]:
        return (place[0] / half + 1) * _SIDE / 2, (1 - place[1] / half) * _SIDE / 2

    drawn = [f'<rect x="1" y="1" width="{_SIDE - 2}" height="{_SIDE - 2}" fill="none" stroke="{NEUTRAL}"/>']
    drawn += [_mark(*pixels(place), label) for place, label in seen]
    drawn += [_ring(*pixels(target), colour) for colour, target in zip(CLASS_COLOURS, targets, strict=False)]
    size = f'width="{_SIDE}" height="{_SIDE}" viewBox="0 0 {_SIDE} {_SIDE}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(drawn)}</svg>'


def _mark(x: float, y: float, label: int) -> str:
    colour = f'fill="{CLASS_COLOURS[label]}" stroke="#FFFFFF" stroke-opacity="0.75"'
    if label == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS}" {colour}/>'
    side = 2 * _RADIUS
    return f'<rect x="{x - _RADIUS:.1f}" y="{y - _RADIUS:.1f}" width="{side}" height="{side}" {colour}/>'


def _ring(x: float, y: float, colour: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_RING}" fill="none" stroke="{colour}" stroke-width="3"/>'
