"""The flow behind a network: the same weights as functions of time, on another grid or with another integrator."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Literal, get_args

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import linear

from structviz.errors import ConfigError
from structviz.nets.activations import activation
from structviz.nets.points import PointClassifier
from structviz.ode import integrator

__all__ = ["INTERPOLATIONS", "WeightSchedule", "Interpolation", "Motion", "weight_schedule", "layers", "refined"]

Interpolation = Literal["constant", "linear"]
"""What the weights are between the layers."""

INTERPOLATIONS: tuple[Interpolation, ...] = get_args(Interpolation)

MAX_STEPS = 20_000
"""Steps from 0 to T: more would only keep the visitor waiting."""


@dataclass(frozen=True)
class WeightSchedule:
    """θ(t) = (A(t), b(t)) for 0 ≤ t ≤ T: layer k holds from t = k Δt on.

    Attributes
    ----------
    A, b
        Weights of the layers.
    time
        End time T.
    interpolation
        "constant": θ^k until the next layer; "linear": straight from one layer to the next, the last one holds.
    """

    A: Float[Tensor, "layer width width"]
    b: Float[Tensor, "layer width"]
    time: float
    interpolation: Interpolation = "constant"

    def __post_init__(self) -> None:
        if self.interpolation not in INTERPOLATIONS:
            raise ConfigError(f"Weights are {' or '.join(INTERPOLATIONS)} in time; got {self.interpolation!r}.")

    def at(self, t: float) -> tuple[Float[Tensor, "width width"], Float[Tensor, "width"]]:
        """The weights at a time, between 0 and T."""
        last = len(self.A) - 1
        place = min(max(t / self.time * (last + 1), 0.0), last + 1.0)
        # At a seam it is the later layer that holds; round-off must not decide otherwise.
        if abs(place - round(place)) < 1e-9:
            place = round(place)
        k = min(math.floor(place), last)
        share = place - k
        if self.interpolation == "constant" or k == last or not share:
            return self.A[k], self.b[k]
        return torch.lerp(self.A[k], self.A[k + 1], share), torch.lerp(self.b[k], self.b[k + 1], share)

    def mean(self, start: float, end: float) -> tuple[Float[Tensor, "width width"], Float[Tensor, "width"]]:
        """The mean weights between two times, constant in each layer."""
        layers = len(self.A)
        ends = torch.arange(layers + 1, dtype=torch.float64) * (self.time / layers)
        overlap = (ends[1:].clamp(max=end) - ends[:-1].clamp(min=start)).clamp(min=0)
        share = (overlap / overlap.sum()).to(self.A)
        return torch.einsum("k,kij->ij", share, self.A), share @ self.b


def weight_schedule(net: PointClassifier, interpolation: Interpolation = "constant") -> WeightSchedule:
    """The weights of a network as functions of time."""
    return WeightSchedule(net.A.detach(), net.b.detach(), net.time, interpolation)


@dataclass(frozen=True)
class Motion:
    """Maps of the space of a network, one after the other, each of which lasts from one time to the next.

    Attributes
    ----------
    steps
        Each takes points (batch, width) to points.
    times
        From 0 to T: one more than steps.
    """

    steps: tuple[Callable[[Tensor], Tensor], ...]
    times: tuple[float, ...]

    @torch.no_grad()
    def trajectory(
        self, z: Float[Tensor, "batch width"], shown: Sequence[int] | None = None
    ) -> Float[Tensor, "frame batch width"]:
        """The points at all times, or after those numbers of steps only that are shown; ascending."""
        wanted = set(range(len(self.times)) if shown is None else shown)
        zs = [z] if 0 in wanted else []
        for k, step in enumerate(self.steps, start=1):
            z = step(z)
            if k in wanted:
                zs.append(z)
        return torch.stack(zs)


def layers(net: PointClassifier) -> Motion:
    """The layers of a network, as it was trained."""
    return Motion(tuple(partial(net.layer, k) for k in range(net.n_layers)), _grid(net.time, net.n_layers))


def refined(
    net: PointClassifier,
    method: str = "rk4",
    n_steps: int | None = None,
    interpolation: Interpolation = "constant",
) -> Motion:
    """The flow of a trained network, ż = σ(A(t)z + b(t)), with steps and integrator of one's choice.

    With the network's own integrator and as many steps as layers it is the network itself. Finer steps
    approach the flow. A coarser step takes the mean of the weights over its time, if they are constant in a layer.

    Parameters
    ----------
    net
        Its weights and end time are used, its own integrator is not; a plain network is no flow, but its weights
        make one.
    method
        Name of the integrator.
    n_steps
        Equal steps from 0 to T; as many as layers if not given.
    interpolation
        What the weights are between layers.

    Returns
    -------
    Motion
        One map of the network's space for each step, and the times from 0 to T between which they lead.

    Raises
    ------
    ConfigError
        If the integrator or interpolation is unknown or the number of steps out of range.

    Examples
    --------
    >>> net = PointClassifier(n_layers=10)
    >>> x = torch.randn(5, 2)
    >>> torch.equal(refined(net, "euler").trajectory(x), net.trajectory(x))
    True
    """
    n_steps = net.n_layers if n_steps is None else n_steps
    if isinstance(n_steps, bool) or not isinstance(n_steps, int) or not 1 <= n_steps <= MAX_STEPS:
        raise ConfigError(f"The number of steps must be whole, from 1 to {MAX_STEPS}; got {n_steps!r}.")
    theta, times, scheme = weight_schedule(net, interpolation), _grid(net.time, n_steps), integrator(method)
    sigma = activation(net.activation)
    within_layers = n_steps % net.n_layers == 0
    dt = net.time / n_steps

    def moving(t: float | Tensor, z: Tensor) -> Tensor:
        return sigma(linear(z, *theta.at(float(t))))

    def step(start: float, end: float, z: Tensor) -> Tensor:
        if interpolation == "linear":
            return scheme.step(moving, start, dt, z)
        A, b = theta.at(start) if within_layers else theta.mean(start, end)
        return scheme.step(lambda _t, u: sigma(linear(u, A, b)), start, dt, z)

    return Motion(tuple(partial(step, *ends) for ends in pairwise(times)), times)


def _grid(time: float, n_steps: int) -> tuple[float, ...]:
    return tuple(k * time / n_steps for k in range(n_steps + 1))
