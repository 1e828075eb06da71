"""The small picture of a preset: the codes of the network with an inverse, and what the ResNet brings back."""

import numpy as np
import torch
from PIL import Image as PillowImage
from PIL import ImageDraw

from structviz.figures import CLASS_COLOURS
from structviz.figures.pixels import Colours
from structviz.studies.invertibility import push_and_pull
from structviz.types import Labels
from structviz.ui.pages.invertibility.choice import InvertibilityChoice

__all__ = ["thumbnail"]

_LARGE = 448


def thumbnail(choice: InvertibilityChoice) -> Colours:
    """The codes of the points, on the grid that has gone with them."""
    points, labels = choice.points
    net = choice.net.double()
    along, across = torch.meshgrid(torch.linspace(-1, 1, 7), torch.linspace(-1, 1, 49), indexing="ij")
    grid = torch.cat([torch.stack([along, across], -1), torch.stack([across, along], -1)]).double()
    found = push_and_pull(net, choice.twin, points, choice.n_iterations)
    curves, codes = net(grid.reshape(-1, 2)).reshape(grid.shape), found.trip.there[-1].double()
    return _picture(curves, codes, labels)


def _picture(curves: torch.Tensor, ends: torch.Tensor, labels: Labels) -> Colours:
    half = 1.1 * max(0.6, curves.abs().max().item(), ends.abs().max().item())
    picture = PillowImage.new("RGBA", (_LARGE, _LARGE), "white")
    draw = ImageDraw.Draw(picture)

    def place(x: float, y: float) -> tuple[float, float]:
        return (1 + x / half) * _LARGE / 2, (1 - y / half) * _LARGE / 2

    for curve in curves.tolist():
        draw.line([place(*point) for point in curve], "#9AA3AD", 5)
    for (x, y), label in zip(ends.tolist(), labels.tolist(), strict=True):
        draw.circle(place(x, y), 10, CLASS_COLOURS[label])
    return np.asarray(picture)
