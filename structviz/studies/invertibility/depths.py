"""How the inverse error grows with the number of layers, in both precisions, beside what rounding explains."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.checks import smallest_singular_values
from structviz.nets import InvertibleMap, PointClassifier
from structviz.stopping import stop_if_asked
from structviz.studies.invertibility.networks import KINDS, coarse_resnet, random_network
from structviz.studies.invertibility.round_trip import least_squares_trip, limited_undo, round_trip
from structviz.types import Points

__all__ = ["DEPTHS", "TWIN", "DepthStudy", "errors_against_depth", "rounding_bound"]

DEPTHS = (2, 4, 8, 16, 32)
"""Numbers of layers."""

TWIN = "resnet"
"""The name of the ResNet among the kinds."""

_DTYPES = {"float64": torch.float64, "float32": torch.float32}


@dataclass(frozen=True)
class DepthStudy:
    """Inverse errors by kind, one of `KINDS` or `TWIN`, and by precision.

    Attributes
    ----------
    depths
        Numbers of layers.
    errors
        ‖Φ⁻¹(Φ(x)) − x‖ / ‖x‖ over all points, for each depth.
    rounding
        eps ∏ Lip(f_k⁻¹) for each depth, see `rounding_bound`; none for the ResNet.
    """

    depths: tuple[int, ...]
    errors: dict[tuple[str, str], tuple[float, ...]]
    rounding: dict[tuple[str, str], tuple[float, ...]]


def errors_against_depth(
    resnet: PointClassifier,
    x: Points,
    contraction: float = 0.8,
    n_iterations: int = 100,
    seed: int = 0,
    depths: Sequence[int] = DEPTHS,
) -> DepthStudy:
    """Measure inverse errors of networks with random weights, and of a ResNet in so many steps.

    Parameters
    ----------
    resnet
        A trained ResNet of the plane.
    x
        The points.
    contraction, n_iterations
        Of the invertible ResNet: the Lipschitz constant of its branches, and the steps of the iteration for each layer.
    seed
        Of the weights.
    depths
        Numbers of layers, each 1 to 32.

    Returns
    -------
    DepthStudy
        Relative inverse errors and rounding bounds at each depth, by kind of network and precision.
    """
    errors: dict[tuple[str, str], list[float]] = {}
    rounding: dict[tuple[str, str], list[float]] = {}
    for n_layers in depths:
        coarse = coarse_resnet(resnet, n_layers)
        nets = {kind: random_network(kind, n_layers, contraction, seed) for kind in KINDS}
        for precision, dtype in _DTYPES.items():
            for kind, net in nets.items():
                stop_if_asked()
                trip = round_trip(net.to(dtype), x.to(dtype), limited_undo(net, n_iterations))
                errors.setdefault((kind, precision), []).append(trip.errors[0].item())
                bound = rounding_bound(net.double(), trip.there[:-1].double(), torch.finfo(dtype).eps)
                rounding.setdefault((kind, precision), []).append(bound)
            twin = least_squares_trip(coarse.to(dtype), x.to(dtype))
            errors.setdefault((TWIN, precision), []).append(twin.errors[0].item())
    return DepthStudy(
        tuple(depths),
        {name: tuple(values) for name, values in errors.items()},
        {name: tuple(values) for name, values in rounding.items()},
    )


def rounding_bound(net: InvertibleMap, states: Float[Tensor, "layer batch dim"], eps: float) -> float:
    """eps ∏ Lip(f_k⁻¹): by how much the inverses can multiply the rounding of one number.

    The Lipschitz constant of each inverse is measured where the points are, as the largest 1 / σ_min of the Jacobians;
    so it is a lower bound of the true one.

    Parameters
    ----------
    net
        A network of points.
    states
        The points before each layer.
    eps
        Distance from 1 to the next number.

    Returns
    -------
    float
        The bound for a coordinate of size 1.

    Examples
    --------
    >>> net = random_network("additive", n_layers=2)
    >>> rounding_bound(net, net.trajectory(torch.ones(3, 2).double())[:-1], 1e-16) >= 1e-16
    True
    """
    constants = [1 / smallest_singular_values(partial(net.layer, k), z).min() for k, z in enumerate(states)]
    return eps * torch.stack(constants).prod().item()
