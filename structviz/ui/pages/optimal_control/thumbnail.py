"""The small picture of a preset: where the points arrive, with the grid that the layers bend."""

import torch

from structviz.figures.bent_plane import bent_plane
from structviz.figures.pixels import Colours
from structviz.ui.pages.optimal_control.choice import ControlChoice

__all__ = ["thumbnail"]


@torch.no_grad()
def thumbnail(choice: ControlChoice) -> Colours:
    """The points after the last layer."""
    net, (points, labels) = choice.net, choice.points
    return bent_plane(net.last, points, labels)
