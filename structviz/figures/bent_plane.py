"""A grid of the plane and points of two classes, where a network has taken them."""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image as PillowImage
from PIL import ImageDraw
from torch import Tensor

from structviz.figures.pixels import Colours
from structviz.figures.theme import CLASS_COLOURS
from structviz.types import Labels, Points

__all__ = ["bent_plane"]

_SIDE = 448
"""Of the picture, in pixels."""

_LINES, _PLACES = 9, 65
"""Lines of the grid in each direction, and places on each of them."""

_LINE, _WIDTH, _RADIUS = "#9AA3AD", 5, 10


def bent_plane(
    net: Callable[[Float[Tensor, "n 2"]], Float[Tensor, "n 2"]], points: Points, labels: Labels, least: float = 1.0
) -> Colours:
    """A square picture on a transparent ground of what a map does to the square [−1, 1]² and to points.

    Parameters
    ----------
    net
        A map of the plane.
    points, labels
        In the plane, before the map; classes 0 and 1.
    least
        Least distance of the picture's edges from the origin.

    Returns
    -------
    array
        RGBA from 0 to 255, as high as wide; the origin is in the middle.

    Examples
    --------
    >>> picture = bent_plane(lambda z: z, torch.zeros(1, 2), torch.zeros(1, dtype=torch.long))
    >>> picture.shape, picture[0, 0, 3].item(), picture[224, 224, 3].item()
    ((448, 448, 4), 0, 255)
    """
    ticks, places = torch.linspace(-1, 1, _LINES).to(points), torch.linspace(-1, 1, _PLACES).to(points)
    along, across = torch.meshgrid(ticks, places, indexing="ij")
    grid = torch.cat([torch.stack([along, across], -1), torch.stack([across, along], -1)])
    curves, ends = net(grid.reshape(-1, 2)).reshape(grid.shape), net(points)
    half = 1.1 * max(least, curves.abs().max().item(), ends.abs().max().item())
    picture = PillowImage.new("RGBA", (_SIDE, _SIDE))
    draw = ImageDraw.Draw(picture)

    def place(x: float, y: float) -> tuple[float, float]:
        return (1 + x / half) * _SIDE / 2, (1 - y / half) * _SIDE / 2

    for curve in curves.tolist():
        draw.line([place(*point) for point in curve], _LINE, _WIDTH)
    for (x, y), label in zip(ends.tolist(), labels.tolist(), strict=True):
        draw.circle(place(x, y), _RADIUS, CLASS_COLOURS[label])
    return np.asarray(picture)
