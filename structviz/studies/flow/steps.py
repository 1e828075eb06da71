"""ResNet is forward Euler: how the distance to the continuous flow falls with the time step."""

import copy
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.checks import fitted_slope
from structviz.errors import ConfigError
from structviz.nets.points import PointClassifier
from structviz.ode import INTEGRATORS
from structviz.studies.flow.refinement import MAX_STEPS, Interpolation, refined

__all__ = ["StepStudy", "distance_to_flow", "study_steps"]

_REFINEMENTS = (1, 2, 4, 8, 16)
_COARSENINGS = (8, 4, 2)
_REFERENCE = 64
"""Steps of the reference for each layer, as long as they are not more than may be taken at all."""

_LEAST = 3
"""Steps that a slope is fitted to, at least."""


@dataclass(frozen=True)
class StepStudy:
    """Distances between discrete networks and the flow that they approximate.

    Attributes
    ----------
    steps
        The time steps Δt, descending.
    distances
        For each integrator, the largest distance of any point at time T; inf where the computation blew up.
    fitted
        For each integrator, which of the steps the slope is fitted to: small ones, above round-off.
    slopes
        For each integrator, the measured order; nan where too few steps remain.
    """

    steps: tuple[float, ...]
    distances: Mapping[str, tuple[float, ...]]
    fitted: Mapping[str, tuple[bool, ...]]
    slopes: Mapping[str, float]


def distance_to_flow(
    net: PointClassifier,
    x: Float[Tensor, "batch dim"],
    method: str = "euler",
    n_steps: int | None = None,
    interpolation: Interpolation = "constant",
) -> float:
    """The largest distance of any point at time T from where the continuous flow takes it.

    Computed in double precision against RK4 with 64 steps for each layer, or as many as make `MAX_STEPS` in all.

    Parameters
    ----------
    net, method, n_steps, interpolation
        As for `structviz.studies.flow.refined`.
    x
        Points, shape (batch, 2) or (batch, width).

    Returns
    -------
    float
        inf if a point was lost on the way.

    Raises
    ------
    ConfigError
        If there are no points, or as `structviz.studies.flow.refined` does.
    """
    net, z = _in_double(net, x)
    goal = _end(net, z, "rk4", _reference(net), interpolation)
    return _distance(_end(net, z, method, n_steps, interpolation), goal)


def study_steps(
    net: PointClassifier,
    x: Float[Tensor, "batch dim"],
    methods: Sequence[str] = tuple(INTEGRATORS),
    interpolation: Interpolation = "constant",
) -> StepStudy:
    """Measure how fast the distance to the flow falls with Δt, for several integrators with the same weights.

    Parameters
    ----------
    net
        A trained network; its weights make the flow.
    x
        Points, shape (batch, 2) or (batch, width).
    methods
        Names of the integrators.
    interpolation
        What the weights are between layers.

    Returns
    -------
    StepStudy
        Time steps, distances in units of the space, and the measured orders, by the integrators' names.

    Raises
    ------
    ConfigError
        If there are no points, or an integrator is unknown.

    Examples
    --------
    >>> study_steps(PointClassifier(n_layers=4, time=1.0), torch.randn(9, 2), ["euler"]).slopes["euler"] > 0.8
    True
    """
    net, z = _in_double(net, x)
    K = net.n_layers
    # The steps of the reference are much finer.
    finer = [K * n for n in _REFINEMENTS if 4 * K * n <= _reference(net)]
    numbers = [K // n for n in _COARSENINGS if K % n == 0] + finer
    goal = _end(net, z, "rk4", _reference(net), interpolation)
    steps = tuple(net.time / n for n in numbers)
    # Below this, rounding and the error of the reference itself are what is left.
    floor = 1e-10 * max(1.0, goal.abs().max().item())
    distances, fitted, slopes = {}, {}, {}
    for method in methods:
        found = tuple(_distance(_end(net, z, method, n, interpolation), goal) for n in numbers)
        usable = [n >= K and floor < d < math.inf for n, d in zip(numbers, found, strict=True)]
        # The smallest steps show the order; the largest of the usable ones are left out while enough remain.
        first = max((i for i in range(len(usable)) if sum(usable[i:]) >= _LEAST), default=0)
        fitted[method] = tuple(good and i >= first for i, good in enumerate(usable))
        pairs = [pair for pair, good in zip(zip(steps, found, strict=True), fitted[method], strict=True) if good]
        slopes[method] = fitted_slope(*zip(*pairs, strict=True)) if len(pairs) >= _LEAST else math.nan
        distances[method] = found
    return StepStudy(steps, distances, fitted, slopes)


def _in_double(net: PointClassifier, x: Tensor) -> tuple[PointClassifier, Tensor]:
    if not len(x):
        raise ConfigError("A distance to the flow needs at least one point; got none. Add some.")
    net = copy.deepcopy(net).double()
    return net, net.enter(x.double())


def _reference(net: PointClassifier) -> int:
    return min(_REFERENCE, MAX_STEPS // net.n_layers) * net.n_layers


def _end(net: PointClassifier, z: Tensor, method: str, n_steps: int | None, interpolation: Interpolation) -> Tensor:
    """Where the points are at time T."""
    with torch.no_grad():
        for step in refined(net, method, n_steps, interpolation).steps:
            z = step(z)
    return z


def _distance(z: Tensor, goal: Tensor) -> float:
    distance = (z - goal).norm(dim=1).max().item()
    return distance if math.isfinite(distance) else math.inf
