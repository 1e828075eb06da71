"""How well costates know the gradient: what they keep along the layers, and what is lost in steps of another method."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from structviz.studies.control.adjoint import Adjoint, adjoint
from structviz.studies.control.layers import reader

__all__ = ["Steering", "gradient_error", "pairing", "pairing_drift", "steering", "tangents"]


@dataclass(frozen=True, eq=False)
class Steering:
    """Points that a network steers, with costates of the method that belongs to its steps and with those of Euler's.

    Attributes
    ----------
    found
        With the matching costates.
    twin
        With costates in Euler's steps.
    tangents
        δz⁰, …, δz^K: how states change with the points.
    right
        Whether each point ends on the side of its class.
    """

    found: Adjoint
    twin: Adjoint
    tangents: Float[Tensor, "frame point width"]
    right: Float[Tensor, "point"]

    @property
    def drift(self) -> float:
        """`pairing_drift` of the matching costates."""
        return pairing_drift(self.found.costates, self.tangents)

    @property
    def twin_drift(self) -> float:
        """`pairing_drift` of the costates in Euler's steps."""
        return pairing_drift(self.twin.costates, self.tangents)

    @property
    def twin_error(self) -> float:
        """`gradient_error` of the costates in Euler's steps."""
        return gradient_error(self.twin.gradients, self.found.gradients)


def steering(
    net: nn.Module,
    x: Float[Tensor, "point dim"],
    labels: Int[Tensor, "label"],
    direction: tuple[float, ...] = (1.0, 0.0),
) -> Steering:
    """Follow points forwards, and costates backwards in both ways.

    Parameters
    ----------
    net, x, labels
        As for `structviz.studies.control.adjoint`.
    direction
        δx, in which all points are moved a little.

    Returns
    -------
    Steering
        Both kinds of costates for all points and frames, the tangents, and 1 or 0 for points that end right or wrong.

    Raises
    ------
    ConfigError, ShapeError
        As for `structviz.studies.control.adjoint`.

    Examples
    --------
    >>> from structviz.nets import PointClassifier
    >>> found = steering(PointClassifier("rk4", n_layers=5).double(), torch.eye(2).double(), torch.tensor([0, 1]))
    >>> found.drift < 1e-13 < found.twin_drift
    True
    """
    found = adjoint(net, x, labels)
    steered: Any = net
    with torch.no_grad():
        is_one = reader(steered)(found.states[-1]) > 0
    return Steering(
        found, adjoint(net, x, labels, matching=False), tangents(net, x, direction), (is_one == labels.bool()).to(x)
    )


def tangents(
    net: nn.Module, x: Float[Tensor, "point dim"], direction: tuple[float, ...]
) -> Float[Tensor, "frame point width"]:
    """δz⁰, …, δz^K: the derivative of all states when each point moves in a direction.

    Parameters
    ----------
    net
        A network of `structviz.studies.control.Steered` layers.
    x
        The points.
    direction
        δx, the same for all of them.

    Returns
    -------
    Tensor
        Shape (K + 1, point, width), in the unit of the points; for k = 0 as the points enter the layers.
    """
    steered: Any = net
    z, changes = steered.enter(x), [_pushed(steered.enter, x, x.new_tensor(direction).expand_as(x))]
    for k in range(steered.n_layers):
        layer = partial(steered.layer, k)
        changes.append(_pushed(layer, z, changes[-1]))
        with torch.no_grad():
            z = layer(z)
    return torch.stack(changes)


def _pushed(function: Callable[[Tensor], Tensor], z: Tensor, change: Tensor) -> Tensor:
    """J δ as the derivative of Jᵀ v by v, which is linear."""
    with torch.enable_grad():
        z = z.detach().requires_grad_()
        there = function(z)
        v = torch.zeros_like(there).requires_grad_()
        (back,) = torch.autograd.grad(there, z, v, create_graph=True)
        return torch.autograd.grad(back, v, change)[0]


def pairing(
    costates: Float[Tensor, "frame point width"], tangents: Float[Tensor, "frame point width"]
) -> Float[Tensor, "frame point"]:
    """⟨p^k, δz^k⟩ of each point after each layer: the change of the objective, as each layer knows it."""
    return (costates * tangents).sum(-1)


def pairing_drift(costates: Float[Tensor, "frame point width"], tangents: Float[Tensor, "frame point width"]) -> float:
    """The largest change of ⟨p^k, δz^k⟩ from that after the last layer, by the largest one there.

    Of costates whose steps match those of the states it is round-off, for any weights.
    """
    paired = pairing(costates, tangents)
    return ((paired - paired[-1]).abs().max() / paired[-1].abs().max()).item()


def gradient_error(found: Mapping[str, Tensor], expected: Mapping[str, Tensor]) -> float:
    """‖found − expected‖ / ‖expected‖ over all parameters."""
    one, other = (torch.cat([each[name].flatten() for name in expected]) for each in (found, expected))
    return ((one - other).norm() / other.norm()).item()
