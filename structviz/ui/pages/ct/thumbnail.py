"""The small picture of a preset: what its methods reconstruct, in strips side by side."""

from structviz.figures.pixels import Colours, coloured
from structviz.ui.kit.thumbnails import strips
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.ui.pages.ct.results import results

__all__ = ["thumbnail"]


def thumbnail(choice: ScanChoice) -> Colours:
    """The reconstructions of the chosen methods, each in a strip of its own, from left to right as on the page."""
    return strips([coloured(found.iterates[-1], "attenuation") for found in results(choice).methods.values()])
