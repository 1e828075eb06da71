"""The small picture of a preset: what its networks make of the image, in strips side by side."""

from structviz.figures.pixels import Colours, coloured
from structviz.transforms import is_quarter_turn
from structviz.ui.kit.thumbnails import strips
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.results import comparison_of

__all__ = ["thumbnail"]


def thumbnail(choice: RotationChoice) -> Colours:
    """The outputs of what was chosen, each in a strip of its own, from left to right as on the page."""
    found = comparison_of(choice)
    mask = None if is_quarter_turn(found.angles[-1]) else found.mask
    return strips([coloured(shown[-1].image[0, 0], choice.colour_map, mask) for shown in found.arms.values()])
