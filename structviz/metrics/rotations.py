"""How far rotations are from each other."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.ode import nearest_rotation

__all__ = ["rotation_angle"]


def rotation_angle(found: Float[Tensor, "batch 3 3"], wanted: Float[Tensor, "batch 3 3"]) -> Float[Tensor, "batch"]:
    """The angle in radians of the turn that leads from one attitude to the other, from 0 to π.

    Parameters
    ----------
    found
        Any matrices: for each the closest rotation counts; nan if an entry is not finite.
    wanted
        Rotations.

    Examples
    --------
    >>> from structviz.ode import so3_exp
    >>> turned = so3_exp(torch.tensor([[0.0, 0.0, 0.5]]))
    >>> rotation_angle(3 * turned, torch.eye(3)[None])
    tensor([0.5000])
    """
    # ‖R − Q‖ = 2√2 sin(φ/2), without loss of digits at small angles.
    chord = torch.linalg.matrix_norm(nearest_rotation(found) - wanted)
    return 2 * torch.asin((chord / math.sqrt(8)).clamp(max=1))
