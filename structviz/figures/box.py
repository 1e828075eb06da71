"""A box with coloured faces, turned by a matrix: one that is no rotation draws a box that is no box."""

import math

import numpy as np
from jaxtyping import Float
from PIL import Image as PillowImage
from PIL import ImageDraw

from structviz.figures.globe import axes_of

__all__ = ["FACES", "box"]

FACES = (("#0072B2", "#56B4E9"), ("#D55E00", "#E69F00"), ("#009E73", "#CC79A7"))
"""Colours at the ends of each axis, forwards and backwards."""

_OVERSAMPLED = 2


def box(
    attitude: Float[np.ndarray, "3 3"],
    half: tuple[float, float, float],
    view: tuple[float, float] = (0.52, 0.44),
    side: int = 448,
) -> PillowImage.Image:
    """A picture on a transparent ground, with a circle where the corners of the box belong.

    Parameters
    ----------
    attitude
        The matrix that turns the box; nothing but the circle is drawn if it is not finite.
    half
        Half the edges.
    view
        Longitude and latitude of the eye, in radians.
    side
        Of the picture, in pixels.

    Returns
    -------
    Image
        RGBA, side × side pixels.
    """
    large = _OVERSAMPLED * side
    picture = PillowImage.new("RGBA", (large, large))
    draw = ImageDraw.Draw(picture)
    reach = math.hypot(*half)
    unit = large / (2.15 * reach)
    draw.circle((large / 2, large / 2), unit * reach, outline="#80868E", width=3 * _OVERSAMPLED)
    if np.isfinite(attitude).all():
        seen = axes_of(*view).T @ attitude
        sign = np.sign(np.linalg.det(attitude)) or 1.0
        for axis in range(3):
            j, k = (axis + 1) % 3, (axis + 2) % 3
            end = 1 if sign * np.cross(seen[:, j], seen[:, k])[2] >= 0 else -1
            corners = [
                end * half[axis] * seen[:, axis] + a * half[j] * seen[:, j] + b * half[k] * seen[:, k]
                for a, b in ((1, 1), (1, -1), (-1, -1), (-1, 1))
            ]
            places = [(large / 2 + unit * x, large / 2 - unit * y) for x, y, _ in np.stack(corners).tolist()]
            draw.polygon(places, FACES[axis][end < 0], "#404040", 2 * _OVERSAMPLED)
    return picture.resize((side, side), PillowImage.Resampling.LANCZOS)
