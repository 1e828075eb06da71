"""Optimise after discretising, or discretise after optimising: both gradients, and what they do to a loss."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from structviz.errors import ConfigError
from structviz.nets import ODENet, PointClassifier
from structviz.nets.activations import activation
from structviz.stopping import stop_if_asked
from structviz.studies.control.adjoint import adjoint, objective
from structviz.studies.control.layers import has_time
from structviz.types import Points

__all__ = ["DESCENTS", "Descent", "GradientComparison", "compare_gradients", "descend", "euler_gradients", "gradients"]

Gradients = Mapping[str, Tensor]

Network = PointClassifier | ODENet
"""What has weights for each layer, and takes steps in time."""


def gradients(net: Network, x: Points, labels: Int[Tensor, "label"]) -> Gradients:
    """Discretise, then optimise: the gradient of `objective` by automatic differentiation.

    Parameters
    ----------
    net, x, labels
        As for `structviz.studies.control.adjoint`; the network is not changed.

    Returns
    -------
    mapping
        The gradient with respect to each parameter, in its shape, by its name.
    """
    steered = copy.deepcopy(net).requires_grad_(True)
    named = dict(steered.named_parameters())
    found = torch.autograd.grad(objective(steered, x, labels), [*named.values()])
    return dict(zip(named, found, strict=True))


def euler_gradients(net: Network, x: Points, labels: Int[Tensor, "label"]) -> Gradients:
    """Optimise, then discretise in Euler's steps: what `adjoint` gives with `matching=False`, but quicker.

    Parameters
    ----------
    net, x, labels
        As for `structviz.studies.control.adjoint`; the network is not changed.

    Returns
    -------
    mapping
        What stands for the gradient with respect to each parameter, in its shape, by its name.

    Raises
    ------
    ConfigError
        If the layers are no steps.
    """
    if not has_time(net):
        raise ConfigError("The layers of a plain network are no steps in time; choose a network that takes steps.")
    if isinstance(net, ODENet):  # its steps are Euler's
        return adjoint(net, x, labels, matching=False).gradients
    slope = activation(net.activation).slope
    states = net.trajectory(x)
    end = states[-1].detach().requires_grad_(True)
    steered = copy.deepcopy(net).requires_grad_(True)
    heads = {name: one for name, one in steered.named_parameters() if name not in ("A", "b")}
    logits = steered.classify(end)
    loss = nn.functional.binary_cross_entropy_with_logits(logits, labels.to(logits))
    p, *rest = torch.autograd.grad(loss, [end, *heads.values()])
    by_A, by_b = torch.empty_like(net.A), torch.empty_like(net.b)
    for k in reversed(range(net.n_layers)):
        z = states[k]
        force = net.dt * slope(net.velocity(k, z)) * p
        by_A[k], by_b[k] = force.T @ z, force.sum(0)
        p = p + force @ net.A[k]
    return {"A": by_A.detach(), "b": by_b.detach(), **dict(zip(heads, rest, strict=True))}


@dataclass(frozen=True, eq=False)
class GradientComparison:
    """Gradients of one network, layer by layer.

    Attributes
    ----------
    sizes
        ‖∂J/∂θ^k‖ by automatic differentiation.
    matching_sizes, euler_sizes
        The same by matching costates, and by those in Euler's steps.
    errors, euler_errors
        How far the gradient by matching costates, and that in Euler's steps, are from automatic differentiation,
        relative to the largest of `sizes`.
    angle
        Between the last one and the gradient, over all parameters, in radians: beyond π/2 it leads uphill.
    """

    sizes: Float[Tensor, "layer"]
    matching_sizes: Float[Tensor, "layer"]
    euler_sizes: Float[Tensor, "layer"]
    errors: Float[Tensor, "layer"]
    euler_errors: Float[Tensor, "layer"]
    angle: float


def compare_gradients(net: Network, x: Points, labels: Int[Tensor, "label"]) -> GradientComparison:
    """The gradient by automatic differentiation beside those of costates.

    Parameters
    ----------
    net, x, labels
        As for `structviz.studies.control.adjoint`; the layers are steps of an explicit method.

    Returns
    -------
    GradientComparison
        Norms and relative errors for each layer, and the angle between the gradient and Euler's in radians, from 0 to
        π.

    Raises
    ------
    ConfigError, ShapeError
        As for `structviz.studies.control.adjoint`.
    """
    exact, matching = gradients(net, x, labels), adjoint(net, x, labels).gradients
    euler = euler_gradients(net, x, labels)
    of_layers = [_by_layer(each) for each in (exact, matching, euler)]
    sizes = of_layers[0].norm(dim=1)
    errors = [(each - of_layers[0]).norm(dim=1) / sizes.max() for each in of_layers[1:]]
    one, other = (torch.cat([each[name].flatten() for name in exact]) for each in (exact, euler))
    cosine = (one @ other / (one.norm() * other.norm())).clamp(-1, 1)
    matching_sizes, euler_sizes = (each.norm(dim=1) for each in of_layers[1:])
    return GradientComparison(sizes, matching_sizes, euler_sizes, errors[0], errors[1], cosine.acos().item())


def _by_layer(found: Gradients) -> Float[Tensor, "layer parameter"]:
    """What belongs to the weights of each layer, and to its time step where that is learned."""
    steps = [found["h"][:, None]] if "h" in found else []
    return torch.cat([found["A"].flatten(1), found["b"], *steps], 1)


@dataclass(frozen=True, eq=False)
class Descent:
    """A loss that gradients, or what is taken for them, make smaller.

    Attributes
    ----------
    losses
        Before the first step and after each.
    stalled
        The step at which no length along the direction made the loss smaller; None if all were taken.
    """

    losses: tuple[float, ...]
    stalled: int | None


DESCENTS: Mapping[str, str] = MappingProxyType({"backtracking": "gradient descent", "adam": "Adam"})
"""Ways to go along a gradient, with titles."""

_ARMIJO, _HALVINGS, _LONGEST = 1e-4, 30, 16.0
"""Share of the promised descent that a step must bring, halvings of a step, and the longest step."""


def descend(
    net: Network,
    x: Points,
    labels: Int[Tensor, "label"],
    way: str = "backtracking",
    steps: int = 100,
    matching: bool = True,
) -> Descent:
    """Train a copy of a network along its gradient, or along what Euler's costates take for it.

    Parameters
    ----------
    net, x, labels
        As for `structviz.studies.control.adjoint`; the network is not changed.
    way
        One of `DESCENTS`. A step of gradient descent is halved until J falls by 1e-4 ⟨g, θ − θ⁺⟩ at least, and the next
        one starts from twice its length; Adam has the rate 0.03. Time steps that leave the simplex are projected back.
    steps
        How many.
    matching
        Whether g is the gradient; else costates take Euler's steps.

    Returns
    -------
    Descent
        The losses, one more than steps were taken, and where a step found no descent.

    Raises
    ------
    ConfigError
        If there is no such way, the layers are no steps, a weight is no finite number, or the steps are fewer than 0.
    """
    if way not in DESCENTS:
        raise ConfigError(f"A descent is one of {', '.join(DESCENTS)}; got {way!r}.")
    if steps < 0:
        raise ConfigError(f"A descent has no step or more; got {steps}.")
    if not all(bool(parameter.isfinite().all()) for parameter in net.parameters()):
        raise ConfigError("A network with weights that are no finite numbers cannot be trained on; train it anew.")
    find = gradients if matching else euler_gradients
    net = copy.deepcopy(net).requires_grad_(False)
    named = dict(net.named_parameters())
    adam, losses, length, stalled = torch.optim.Adam(net.parameters(), lr=0.03), [_loss(net, x, labels)], 1.0, None
    for step in range(steps):
        stop_if_asked()
        found = find(net, x, labels)
        if way == "adam":
            for name, parameter in named.items():
                parameter.grad = found[name]
            adam.step()
            _project(net)
            losses.append(_loss(net, x, labels))
            continue
        start = {name: parameter.clone() for name, parameter in named.items()}
        for _ in range(_HALVINGS):
            for name, parameter in named.items():
                parameter.copy_(start[name] - length * found[name])
            _project(net)
            promised = sum((found[name] * (start[name] - now)).sum().item() for name, now in named.items())
            reached = _loss(net, x, labels)
            if reached <= losses[-1] - _ARMIJO * promised:
                break
            length /= 2
        else:
            for name, parameter in named.items():
                parameter.copy_(start[name])
            stalled = step
            break
        losses.append(reached)
        length = min(2 * length, _LONGEST)
    return Descent(tuple(losses), stalled)


def _project(net: Network) -> None:
    """Bring time steps back to the simplex, if that is where they belong."""
    if isinstance(net, ODENet):
        net.project_weights()


def _loss(net: Network, x: Points, labels: Int[Tensor, "label"]) -> float:
    return objective(net, x, labels).item()
