"""How networks that have learnt classes on the sphere move new points."""

import copy
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from structviz.checks import sphere_distance
from structviz.data import sphere_split
from structviz.nets.sphere_classifier import SphereClassifier

__all__ = ["SphereFinding", "moved_on_sphere"]

_TESTED = 1000


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
