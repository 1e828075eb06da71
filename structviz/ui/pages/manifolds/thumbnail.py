"""The small picture of a preset: points in steps of the space around the sphere, or a box that RK4 has deformed."""

import numpy as np
import torch

from structviz.figures import ARM_COLOURS
from structviz.figures.box import box
from structviz.figures.globe import globe
from structviz.figures.pixels import Colours
from structviz.figures.sparklines import sparklines
from structviz.ode import RigidBody
from structviz.studies.manifolds import tumble
from structviz.studies.manifolds.sphere_steps import follow
from structviz.ui.pages.manifolds.body import half_edges
from structviz.ui.pages.manifolds.choice import SPINS, ManifoldsChoice
from structviz.ui.pages.manifolds.pays import pays_record
from structviz.ui.pages.manifolds.sources import field_named, points_for
from structviz.ui.pages.manifolds.stiefel import find_stiefel

__all__ = ["thumbnail"]

_POINTS, _STEPS = 60, 400


def thumbnail(choice: ManifoldsChoice) -> Colours:
    """Points on the sphere and off it; or what the section shows that the preset opens."""
    if choice.stiefel:
        gradients = find_stiefel(choice.activation, choice.gain).gradients
        logs = [torch.tensor(gradients[kind]).log() for kind in ("cayley", "free")]
        return sparklines(logs, [ARM_COLOURS["equivariant"], ARM_COLOURS["ordinary"]])
    if choice.pays:
        error = pays_record(choice.few).error
        logs = [torch.tensor([*map(float, error[arm])]).log() for arm in ("structured", "free")]
        return sparklines(logs, [ARM_COLOURS["equivariant"], ARM_COLOURS["ordinary"]])
    if choice.body:
        body, momentum = RigidBody(), torch.tensor(SPINS[choice.spin].momentum)
        found = tumble(body, momentum, "rk4", _STEPS, choice.body_h)
        return np.asarray(box(found.attitudes[-1].numpy(), half_edges(body.inertia)))
    points, labels = points_for(choice.field, _POINTS)
    states = follow(field_named(choice.field), choice.twin, choice.h, choice.layers, points)
    return np.asarray(globe(states.numpy(), labels.numpy(), ARM_COLOURS["ordinary"]))
