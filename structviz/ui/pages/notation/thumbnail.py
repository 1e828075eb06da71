"""The small picture of a preset: the grid and the points after all layers."""

from structviz.figures.bent_plane import bent_plane
from structviz.figures.pixels import Colours
from structviz.ui.pages.notation.choice import NotationChoice

__all__ = ["thumbnail"]


def thumbnail(choice: NotationChoice) -> Colours:
    """Where the network takes a grid of the plane and the points of both classes."""
    return bent_plane(choice.net, *choice.points)
