"""What training has made of a network with time steps: objective, errors, time, and how calm its flow is."""

import copy
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from structviz.metrics import accuracy
from structviz.nets import ODENet, control_cost
from structviz.studies.control.adjoint import objective

__all__ = ["OFF", "ControlOutcome", "control_outcome"]

OFF = 0.01
"""A layer is off if its step is smaller in size than this share of T/K: it leaves points where they are."""


@dataclass(frozen=True)
class ControlOutcome:
    """Figures of a network.

    Attributes
    ----------
    loss_train, loss_test
        The mean loss on training points and on others.
    accuracy_train, accuracy_test
        Shares of them that are in the right class.
    cost
        R(θ); 0 for a network without time.
    time_steps
        The h^k; empty for a network without time.
    off, negative
        How many layers are off, and how many of the others go against their field.
    path
        How far a test point travels, as a mean: Σ_k ‖z^{k+1} − z^k‖.
    change
        The root mean square of ‖θ^{k+1} − θ^k‖.
    """

    loss_train: float
    loss_test: float
    accuracy_train: float
    accuracy_test: float
    cost: float
    time_steps: tuple[float, ...]
    off: int
    negative: int
    path: float
    change: float

    @property
    def total(self) -> float:
        """The objective J: the loss on training points and R(θ)."""
        return self.loss_train + self.cost


@torch.no_grad()
def control_outcome(
    net: ODENet,
    train: tuple[Float[Tensor, "train 2"], Int[Tensor, "train"]],
    test: tuple[Float[Tensor, "test 2"], Int[Tensor, "test"]],
    size: float,
    smoothness: float,
) -> ControlOutcome:
    """Measure a network, in float64.

    Parameters
    ----------
    net
        It is not changed.
    train, test
        Points with their classes.
    size, smoothness
        The weights λ and μ of R(θ), as for `structviz.nets.control_cost`.

    Returns
    -------
    ControlOutcome
        Mean losses in nats, accuracies from 0 to 1, and what the weights cost and do.

    Examples
    --------
    >>> points = torch.tensor([[1.0, 0.0], [-1.0, 0.0]]), torch.tensor([1, 0])
    >>> control_outcome(ODENet("simplex"), points, points, 0.0, 0.0).accuracy_test
    1.0
    """
    exact = copy.deepcopy(net).double()
    h = exact.time_steps
    is_off = h.abs() < OFF * exact.dt
    states = exact.trajectory(test[0].double())
    theta = torch.cat([exact.A.flatten(1), exact.b], 1)
    return ControlOutcome(
        loss_train=objective(exact, train[0].double(), train[1]).item(),
        loss_test=objective(exact, test[0].double(), test[1]).item(),
        accuracy_train=accuracy(exact(train[0].double()), train[1]),
        accuracy_test=accuracy(exact(test[0].double()), test[1]),
        cost=control_cost(exact, size, smoothness).item() if exact.has_time else 0.0,
        time_steps=tuple(h.tolist()) if exact.has_time else (),
        off=int(is_off.sum()) if exact.has_time else 0,
        negative=int(((h < 0) & ~is_off).sum()),
        path=states.diff(dim=0).norm(dim=2).sum(0).mean().item(),
        change=theta.diff(dim=0).square().sum(1).mean().sqrt().item(),
    )
