"""The small picture of a preset: the codes of the network with an inverse, a density, or a photograph and its code."""

import torch

from structviz.figures.bent_plane import bent_plane
from structviz.figures.pixels import Colours, coloured
from structviz.nets import WaveletFlow
from structviz.studies.invertibility import code_mosaic, density_map
from structviz.training.invertibility import relative_density
from structviz.ui.kit.networks import load_shipped
from structviz.ui.kit.thumbnails import strips
from structviz.ui.pages.invertibility.choice import InvertibilityChoice
from structviz.ui.pages.invertibility.densities import PHOTOGRAPH_NETWORK, learned_flow
from structviz.ui.pages.invertibility.photograph_options import picture

__all__ = ["thumbnail"]


@torch.no_grad()
def thumbnail(choice: InvertibilityChoice) -> Colours:
    """The codes of the points with their grid; or a learned density; or a photograph and its code."""
    if choice.density:
        return _density(choice)
    if choice.photographs:
        return _photograph(choice)
    points, labels = choice.points
    return bent_plane(choice.net.double(), points.double(), labels, least=0.6)


def _density(choice: InvertibilityChoice) -> Colours:
    found = density_map(learned_flow(choice.flow, choice.dataset).net, half_width=1.0, side=96)
    return coloured(relative_density(found.density.log(), found.density.max().log().item()).flip(0), "density")


def _photograph(choice: InvertibilityChoice) -> Colours:
    net = load_shipped(PHOTOGRAPH_NETWORK, WaveletFlow).net
    x = picture(choice.photo, None)
    return strips([coloured(x[0, 0], "grey"), coloured(code_mosaic(net(x)), "code")])
