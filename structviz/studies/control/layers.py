"""How the layers of a network take their steps: along which velocity, how far, and by which method."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeGuard

from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError
from structviz.nets import PLAIN, ODENet, PointClassifier, RotationFlow, SphereFlow
from structviz.nets.sphere_classifier import SphereClassifier
from structviz.ode import INTEGRATORS, Integrator, hat, integrator
from structviz.studies.control.costates import costate_matrix

__all__ = ["LayerSteps", "has_time", "reader", "steps_of"]

Velocity = Callable[[int, Tensor], Tensor]


@dataclass(frozen=True)
class LayerSteps:
    """What the layers of a network are steps of.

    Attributes
    ----------
    velocity
        f(z, θ^k) for the layer k and its states, in the shape of the states; the layer itself where there is none.
    dt
        Length of a step; 1 where layers are no steps.
    method
        The Runge–Kutta method that takes the steps. None for all other layers: they are no steps, have lengths of their
        own, or stay on a manifold by a map that is not linear in the velocity.
    is_flow
        Whether the velocity is one, so that Euler's costates can be asked for.
    """

    velocity: Velocity
    dt: float
    method: Integrator | None
    is_flow: bool


def steps_of(net: Any) -> LayerSteps:
    """The steps of a network of `structviz.studies.control.Steered` layers.

    Raises
    ------
    ConfigError
        If they are those of an implicit method, or of one with a zero weight: there are no costates for them.
    """
    if isinstance(net, SphereClassifier):
        return steps_of(net.flow)
    if isinstance(net, PointClassifier) and net.scheme != PLAIN:
        return LayerSteps(net.velocity, net.dt, _explicit(net.scheme), True)
    if isinstance(net, SphereFlow):
        method = _explicit(net.method) if net.method in INTEGRATORS else None
        return LayerSteps(net.velocity, net.time / net.n_layers, method, True)
    if isinstance(net, RotationFlow):
        return LayerSteps(lambda k, R: _turning(net, k, R), net.time / net.n_layers, None, True)
    if isinstance(net, ODENet) and net.has_time:
        return LayerSteps(net.velocity, net.dt, None, False)
    return LayerSteps(net.layer, 1.0, None, False)


def has_time(net: Any) -> TypeGuard[PointClassifier | ODENet]:
    """Whether the layers of a network are steps in time whose weights have a cost."""
    return (isinstance(net, PointClassifier) and net.scheme != PLAIN) or (isinstance(net, ODENet) and net.has_time)


def reader(net: Any) -> Callable[[Tensor], Tensor]:
    """What a network says of the states after the last layer."""
    read: Callable[[Tensor], Tensor] = net.classify if hasattr(net, "classify") else net.read
    return read


def _turning(net: RotationFlow, k: int, R: Float[Tensor, "batch 3 3"]) -> Float[Tensor, "batch 3 3"]:
    """RΩ̂ for layers that turn, else the velocity of all nine numbers."""
    v = net.velocity(k, R)
    return R @ hat(v) if v.shape[1] == 3 else v.unflatten(1, (3, 3))


def _explicit(name: str) -> Integrator:
    method = integrator(name)
    if not method.explicit:
        raise ConfigError(f"Costates are computed for explicit methods; got {method.title}. Choose an explicit one.")
    costate_matrix(method)
    return method
