"""A network with an inverse and a ResNet that may fold, on the same points: who comes back?"""

from dataclasses import dataclass

from jaxtyping import Bool
from torch import Tensor

from structviz.checks import orientations
from structviz.nets import InvertibleMap, PointClassifier
from structviz.studies.invertibility.preimages import Preimages, two_preimages
from structviz.studies.invertibility.round_trip import RoundTrip, least_squares_trip, limited_undo, round_trip
from structviz.types import Points

__all__ = ["APART", "PushAndPull", "push_and_pull", "returned"]

APART = 1e-3
"""Farther than this from its start a point has not come back; points lie about 1 from the origin."""


@dataclass(frozen=True, eq=False)
class PushAndPull:
    """The ways there and back of both networks.

    Attributes
    ----------
    trip
        Through the network with an inverse.
    twin
        Through the ResNet, whose way back is a search.
    folded
        Whether the ResNet reverses the orientation at a point.
    pairs
        Points of the data with another point that the ResNet sends to the same code.
    """

    trip: RoundTrip
    twin: RoundTrip
    folded: Bool[Tensor, "batch"]
    pairs: Preimages


def push_and_pull(net: InvertibleMap, twin: PointClassifier, x: Points, n_iterations: int | None = None) -> PushAndPull:
    """Send points through both networks and back.

    Parameters
    ----------
    net
        A network with an inverse.
    twin
        A ResNet of the plane, in float64.
    x
        The points; the network with an inverse takes them in its own precision.
    n_iterations
        Steps of the fixed-point iteration that undoes a layer of an invertible ResNet; as many as rounding needs if
        not given.

    Returns
    -------
    PushAndPull
        Both trips with their errors at each layer, where the ResNet folds the plane, and pairs of points that it sends
        to one code.
    """
    x = x.double()
    trip = round_trip(net, x.to(next(net.parameters()).dtype), limited_undo(net, n_iterations))
    return PushAndPull(trip, least_squares_trip(twin, x), orientations(twin.last, x) < 0, two_preimages(twin.last, x))


def returned(trip: RoundTrip) -> Bool[Tensor, "batch"]:
    """Which points have come back to within `APART` of their start."""
    return (trip.back[0].double() - trip.there[0].double()).norm(dim=1) <= APART
