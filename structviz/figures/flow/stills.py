"""The points of a flow after some of its layers, one small picture for each: it fits wherever there is room for it."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int
from torch import Tensor

from structviz.figures.flow.hyperplane import half_plane, zero_set
from structviz.figures.flow.view import Plane, View, frames_after, inside_window, seen, view_of, words
from structviz.figures.theme import CLASS_COLOURS, CLASS_SYMBOLS, NEUTRAL
from structviz.studies.flow import Film

__all__ = ["stills"]

_SIDE = 300
"""Of a picture, in its own units."""

_TINT, _RADIUS = 0.16, 5.5


def stills(film: Film, layers: Sequence[int], n_layers: int | None = None) -> list[tuple[str, str]]:
    """Where the points are after some of the layers, with the classifier's line, in pictures that a page can wrap.

    A network wider than the plane is seen along the plane of its classifier, which then is a line: upwards is the
    classifier's normal, and every point is seen on the side on which it is.

    Parameters
    ----------
    film
        The film of the network.
    layers
        After how many layers; 0 shows the points that enter. The lecture has 0, 15, 30 and 40.
    n_layers
        How many layers the film goes through, if it has not a frame for each; then the nearest frames are shown.

    Returns
    -------
    list[tuple[str, str]]
        A heading and a square picture for each number of layers, as SVG on a transparent ground.

    Raises
    ------
    ConfigError
        If the film has no such layer, or none is asked for.
    """
    view, found = view_of(film), []
    ground = [*_half_planes(view), _classifier(view)]
    for frame, layer in frames_after(film, layers, n_layers):
        points, n_outside = _points(seen(film.positions[frame], view.axes), film.labels, view)
        frame_line = f'<rect x="1" y="1" width="{_SIDE - 2}" height="{_SIDE - 2}" {_stroke(1.5)}/>'
        drawn = "".join([*ground, *points, frame_line])
        # Streamlit takes the size of a picture from its width and height, if it is to grow into a column.
        size = f'width="{_SIDE}" height="{_SIDE}" viewBox="0 0 {_SIDE} {_SIDE}"'
        found.append((words(layer, n_outside), f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{drawn}</svg>'))
    return found


def _pixels(places: Plane, view: View) -> Plane:
    return (places * (1, -1) / view.half_width + 1) * (_SIDE / 2)


def _stroke(width: float) -> str:
    return f'fill="none" stroke="{NEUTRAL}" stroke-width="{width}"'


def _half_planes(view: View) -> list[str]:
    return [
        f'<polygon points="{_listed(half_plane(sign * view.normal, sign * view.offset, view.half_width), view)}" '
        f'fill="{CLASS_COLOURS[label]}" fill-opacity="{_TINT}"/>'
        for label, sign in ((0, -1), (1, 1))
    ]


def _classifier(view: View) -> str:
    return f'<polyline points="{_listed(zero_set(view.normal, view.offset, view.half_width), view)}" {_stroke(3.5)}/>'


def _listed(places: Float[np.ndarray, "corner 2"], view: View) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in _pixels(places, view))


def _points(places: Plane, labels: Int[Tensor, "point"], view: View) -> tuple[list[str], int]:
    """Both classes, round and square as everywhere, and how many points are outside."""
    drawn, n_outside = [], 0
    for label, (colour, symbol) in enumerate(zip(CLASS_COLOURS, CLASS_SYMBOLS, strict=True)):
        own, n = inside_window(places[(labels == label).cpu().numpy()], view.half_width)
        n_outside += n
        shapes = "".join(_shape(symbol, x, y) for x, y in _pixels(own, view).tolist())
        drawn.append(f'<g fill="{colour}" stroke="#FFFFFF" stroke-opacity="0.75" data-class="{label}">{shapes}</g>')
    return drawn, n_outside


def _shape(symbol: str, x: float, y: float) -> str:
    if symbol == "circle":
        return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{_RADIUS}"/>'
    return f'<rect x="{x - _RADIUS:.2f}" y="{y - _RADIUS:.2f}" width="{2 * _RADIUS}" height="{2 * _RADIUS}"/>'
