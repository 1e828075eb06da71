"""The small picture of a preset: the codes of the network with an inverse."""

import torch

from structviz.figures.bent_plane import bent_plane
from structviz.figures.pixels import Colours
from structviz.ui.pages.invertibility.choice import InvertibilityChoice

__all__ = ["thumbnail"]


@torch.no_grad()
def thumbnail(choice: InvertibilityChoice) -> Colours:
    """The codes of the points, on the grid that has gone with them."""
    points, labels = choice.points
    return bent_plane(choice.net.double(), points.double(), labels, least=0.6)
