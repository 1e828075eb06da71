"""How networks that have learnt on the sphere or on the rotations move new points and new attitudes."""

import copy
import math
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from structviz.checks import rotation_distance, sphere_distance
from structviz.data import attitude_split, sphere_split
from structviz.metrics import rotation_angle
from structviz.nets import RotationFlow
from structviz.nets.sphere_classifier import SphereClassifier

__all__ = ["RotationFinding", "SphereFinding", "moved_on_sphere", "moved_rotations"]

_TESTED, _ATTITUDES = 1000, 500


@dataclass(frozen=True)
class SphereFinding:
    """What a network makes of points that it has never seen.

    Attributes
    ----------
    states
        z⁰, …, z^K.
    labels
        The true classes.
    accuracy
        The share of points that it puts into the right class.
    off
        The largest distance of any point from the sphere, after each layer.
    """

    states: Float[Tensor, "frame point 3"]
    labels: Int[Tensor, "point"]
    accuracy: float
    off: tuple[float, ...]


@torch.no_grad()
def moved_on_sphere(net: SphereClassifier, dataset: str) -> SphereFinding:
    """Send 1,000 held-out points through a network, in float64.

    Parameters
    ----------
    net
        A trained classifier; it stays as it is.
    dataset
        One of `structviz.data.SPHERE_SETS`.
    """
    points, labels = sphere_split(dataset, 2, _TESTED, seed=0)[1]
    exact = copy.deepcopy(net).cpu().double()
    states = exact.trajectory(points.double())
    right = (exact.read(states[-1]) > 0) == (labels == 1)
    off = sphere_distance(states).amax(1)
    return SphereFinding(states, labels, right.double().mean().item(), tuple(off.tolist()))


@dataclass(frozen=True)
class RotationFinding:
    """What a network makes of attitudes that it has never seen.

    Attributes
    ----------
    angle
        Mean angle in degrees to where the solid points after unit time; of matrices that are no rotations the closest
        ones count.
    off
        The largest distance of any matrix from the rotations, after each layer.
    """

    angle: float
    off: tuple[float, ...]


@torch.no_grad()
def moved_rotations(net: RotationFlow) -> RotationFinding:
    """Send 500 held-out attitudes of a solid that tumbles through a network, in float64.

    Parameters
    ----------
    net
        A trained network; it stays as it is.
    """
    before, after = attitude_split(2, _ATTITUDES, seed=0)[1]
    states = copy.deepcopy(net).cpu().double().trajectory(before)
    off = torch.stack([rotation_distance(state).max() for state in states])
    return RotationFinding(math.degrees(rotation_angle(states[-1], after).mean().item()), tuple(off.tolist()))
