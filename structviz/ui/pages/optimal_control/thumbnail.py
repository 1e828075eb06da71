"""The small picture of a preset: where the layers take the points, or how a car is brought to rest."""

import torch

from structviz.figures.bent_plane import bent_plane
from structviz.figures.pixels import Colours
from structviz.figures.sparklines import sparklines
from structviz.figures.theme import SERIES_COLOURS
from structviz.nets import PLAIN
from structviz.studies.control import pairing, steering
from structviz.ui.pages.optimal_control.choice import ControlChoice
from structviz.ui.pages.optimal_control.linear import linear_study

__all__ = ["thumbnail"]

_PLAIN_LAYERS = 3
"""Later ones of a plain network take all points to nearly one place."""


@torch.no_grad()
def thumbnail(choice: ControlChoice) -> Colours:
    """The points after the last layer; of a plain network after a few layers; place, costate and force of the car.

    Where costates are compared, ⟨p, δz⟩ after each layer: of those that match it stays, of Euler's it drifts.
    """
    if choice.linear:
        exact = linear_study(choice.car_method, choice.car_steps).exact
        return sparklines([exact.states[:, 0], exact.costates[:, 0], exact.controls[:, 0]], SERIES_COLOURS[:3])
    if choice.adjoints:
        found = steering(choice.net, *choice.points)
        drifting, kept = (pairing(each.costates, found.tangents) for each in (found.twin, found.found))
        point = (drifting[0] - kept[0]).abs().argmax()
        return sparklines([drifting[:, point], kept[:, point]], SERIES_COLOURS[:2])
    net, (points, labels) = choice.net, choice.points
    if choice.scheme == PLAIN:
        return bent_plane(lambda z: net.trajectory(z)[_PLAIN_LAYERS], points, labels)
    return bent_plane(net.last, points, labels)
