"""The small picture of a preset: the grid and the points after all layers."""

import numpy as np
import torch
from PIL import Image as PillowImage
from PIL import ImageDraw

from structviz.figures import CLASS_COLOURS
from structviz.figures.pixels import Colours
from structviz.ui.kit.thumbnails import SIDE
from structviz.ui.pages.notation.choice import NotationChoice

__all__ = ["thumbnail"]

_LARGE = 4 * SIDE


def thumbnail(choice: NotationChoice) -> Colours:
    """Where the network takes a grid of the plane and the points of both classes."""
    points, labels = choice.points
    along, across = torch.meshgrid(torch.linspace(-1, 1, 9), torch.linspace(-1, 1, 65), indexing="ij")
    grid = torch.cat([torch.stack([along, across], -1), torch.stack([across, along], -1)])
    curves, ends = choice.net(grid.reshape(-1, 2)).reshape(grid.shape), choice.net(points)
    half = 1.1 * max(1.0, curves.abs().max().item(), ends.abs().max().item())
    picture = PillowImage.new("RGBA", (_LARGE, _LARGE))
    draw = ImageDraw.Draw(picture)

    def place(x: float, y: float) -> tuple[float, float]:
        return (1 + x / half) * _LARGE / 2, (1 - y / half) * _LARGE / 2

    for curve in curves.tolist():
        draw.line([place(*point) for point in curve], "#9AA3AD", 5)
    for (x, y), label in zip(ends.tolist(), labels.tolist(), strict=True):
        draw.circle(place(x, y), 10, CLASS_COLOURS[label])
    return np.asarray(picture)
