"""The small picture of a preset: where the points end in steps of the space around the sphere."""

import numpy as np

from structviz.figures import ARM_COLOURS
from structviz.figures.globe import globe
from structviz.figures.pixels import Colours
from structviz.studies.manifolds.sphere_steps import follow, hemispheres, spread_points
from structviz.ui.pages.manifolds.choice import ManifoldsChoice
from structviz.ui.pages.manifolds.record import field_of

__all__ = ["thumbnail"]

_POINTS = 60


def thumbnail(choice: ManifoldsChoice) -> Colours:
    """Points on the sphere and off it."""
    points = spread_points(_POINTS)
    states = follow(field_of(choice), choice.twin, choice.h, choice.layers, points)
    return np.asarray(globe(states.numpy(), hemispheres(points).numpy(), ARM_COLOURS["ordinary"]))
