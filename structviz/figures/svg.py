"""Small pictures as SVG text: panels to place things in, lines, dots, bars and images that stay sharp."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from structviz.figures.pixels import Picture, to_png

__all__ = ["VIEW_BOX", "Panel", "Points", "bar", "dots", "embedded", "line", "lines", "squares", "svg"]

Points = Float[np.ndarray, "... 2"]
"""Points in the plane."""

VIEW_BOX = (300, 120)
"""Width and height of every picture, in its own units."""


@dataclass(frozen=True)
class Panel:
    """A rectangle in the picture, y pointing down."""

    left: float | int
    top: float | int
    width: float | int
    height: float | int

    def fit(self, *sets: Points, alike: bool = True, margin: float | int = 4) -> list[Points]:
        """Move sets of points into the panel, all in the same way, so that they fill it.

        Parameters
        ----------
        sets
            Points with y pointing up.
        alike
            Whether both axes keep the same scale; shapes need that, curves over time do not.
        margin
            Room for the width of lines and dots.
        """
        everything = np.concatenate([points.reshape(-1, 2) for points in sets])
        low, high = everything.min(0), everything.max(0)
        scale = (np.array([self.width, self.height]) - 2 * margin) / (high - low)
        if alike:
            scale = np.full(2, scale.min())
        centre = np.array([self.left + self.width / 2, self.top + self.height / 2])
        return [centre + (points - (low + high) / 2) * scale * (1, -1) for points in sets]


def squares(n: int, gap: float | int = 8) -> list[Panel]:
    """Panels side by side in the middle, as large as the picture allows."""
    width, height = VIEW_BOX
    side = min(height, (width - gap * (n - 1)) / n)
    left = (width - n * side - (n - 1) * gap) / 2
    return [Panel(left + k * (side + gap), (height - side) / 2, side, side) for k in range(n)]


def svg(*elements: str) -> str:
    """A picture of these elements, on a transparent background."""
    width, height = VIEW_BOX
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{"".join(elements)}</svg>'


def line(points: Points, colour: str, width: float | int = 1.5, opacity: float = 1.0) -> str:
    """A line through points.

    Parameters
    ----------
    points
        In units of the view box, y pointing down.
    colour
        As #rrggbb.
    width, opacity
        Of the line: in units of the view box, and from 0 to 1.

    Returns
    -------
    str
        One SVG element.
    """
    text = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
    return (
        f'<polyline points="{text}" fill="none" stroke="{colour}" stroke-width="{width}" '
        f'stroke-opacity="{opacity}" stroke-linecap="round" stroke-linejoin="round"/>'
    )


def lines(
    curves: Sequence[Points] | np.ndarray, colour: str, width: float | int = 1.5, opacity: float = 1.0
) -> list[str]:
    """A line through each set of points.

    Parameters
    ----------
    curves
        Sets of points, in units of the view box.
    colour, width, opacity
        As for `line`.

    Returns
    -------
    list of str
        One SVG element for each set of points, in the same order.
    """
    return [line(points, colour, width, opacity) for points in curves]


def dots(points: Points, colour: str, radius: float | int = 2.5) -> list[str]:
    """A dot at each point.

    Parameters
    ----------
    points
        In units of the view box, y pointing down.
    colour
        As #rrggbb.
    radius
        In units of the view box.

    Returns
    -------
    list of str
        One SVG element for each point, in the same order.
    """
    return [f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius}" fill="{colour}"/>' for x, y in points]


def bar(start: Points, end: Points, foot: float, colour: str) -> str:
    """A bar between a level and its foot.

    Parameters
    ----------
    start, end
        Both ends of the level, in units of the view box; the bar leaves a gap of one unit on both sides.
    foot
        The height at which the bar stands.
    colour
        As #rrggbb.

    Returns
    -------
    str
        One SVG element.
    """
    top, bottom = sorted((float(start[1]), foot))
    return (
        f'<rect x="{start[0] + 1:.2f}" y="{top:.2f}" width="{end[0] - start[0] - 2:.2f}" '
        f'height="{bottom - top:.2f}" rx="1" fill="{colour}"/>'
    )


def embedded(picture: Picture, colour_map: str, panel: Panel) -> str:
    """An image that fills a panel; its pixels stay pixels at any size.

    Parameters
    ----------
    picture
        Shape (row, column).
    colour_map
        One of `structviz.figures.COLOUR_MAPS`.
    panel
        Where the image is.

    Returns
    -------
    str
        One SVG element that holds the image as PNG.
    """
    png = base64.b64encode(to_png(picture, colour_map)).decode()
    return (
        f'<image x="{panel.left:.2f}" y="{panel.top:.2f}" '
        f'width="{panel.width:.2f}" height="{panel.height:.2f}" preserveAspectRatio="none" '
        f'style="image-rendering:pixelated;clip-path:inset(0 round 3px)" href="data:image/png;base64,{png}"/>'
    )
