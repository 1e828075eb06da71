"""States, costates and gradients along the layers of a network that moves points."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, runtime_checkable

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from structviz.errors import ConfigError, ShapeError
from structviz.nets import control_cost
from structviz.nets.layered import LayeredMap
from structviz.ode import Integrator, integrator
from structviz.studies.control.costates import costate_matrix
from structviz.studies.control.layers import has_time, reader, steps_of

__all__ = ["Adjoint", "Loss", "Steered", "Targets", "adjoint", "objective"]

Targets = Int[Tensor, "label"] | Float[Tensor, "target *rest"]
"""Classes 0 and 1, or what else should come out."""

Loss = Callable[[Tensor, Tensor], Tensor]
"""From what comes out for each example, and its target, to one number for each."""


@runtime_checkable
class Steered(Protocol):
    """What a network needs so that its points have costates: layers, and logits of what comes out of the last one."""

    n_layers: int

    def enter(self, x: Tensor, /) -> Tensor:
        """z⁰."""
        ...

    def layer(self, k: int, z: Tensor, /) -> Tensor:
        """f^k."""
        ...

    def classify(self, z: Tensor, /) -> Tensor:
        """Logits of class 1."""
        ...


@dataclass(frozen=True, eq=False)
class Adjoint:
    """A network at work, as a problem of optimal control.

    Attributes
    ----------
    states
        z⁰, …, z^K.
    costates
        p⁰, …, p^K: the gradient of the objective with respect to each state, so −p is where a point should go.
    gradients
        The gradient of the objective with respect to each parameter, by its name.
    hamiltonian
        H^k = Σ_n p_n^{k+1} · f(z_n^k, θ^k) for each layer; f is the velocity, or the layer itself where there is none.
        It is constant along an optimal control of an autonomous problem without running cost, and along no other: a
        measure of optimality, not a law.
    objective
        The mean loss.
    """

    states: Float[Tensor, "frame point *rest"]
    costates: Float[Tensor, "frame point *rest"]
    gradients: Mapping[str, Tensor]
    hamiltonian: Float[Tensor, "layer"]
    objective: float


def objective(
    net: nn.Module,
    x: Float[Tensor, "point *rest"],
    labels: Targets,
    size: float = 0.0,
    smoothness: float = 0.0,
    loss: Loss | None = None,
) -> Float[Tensor, ""]:
    """The mean logistic loss (1/N) Σ log(1 + exp(∓Φ(x_n))), and what the weights cost if asked for.

    Parameters
    ----------
    net
        A network that gives logits of class 1, such as `structviz.nets.PointClassifier`; with a loss of one's own, any.
    x, labels
        The points and their classes 0 and 1, or other targets.
    size, smoothness
        λ and μ of λ/2 Σ_k Δt ‖θ^k‖² + μ/2 Σ_k ‖θ^{k+1} − θ^k‖² / Δt, where θ^k = (A^k, b^k).
    loss
        Its mean is taken instead of the mean logistic loss.

    Returns
    -------
    Tensor
        J, one number, in nats without a loss of one's own; it can be differentiated.

    Raises
    ------
    ConfigError, ShapeError
        If a weight is negative, or the network has no weights in time; if there are not as many labels as points, or
        the network gives no logits and no other loss is given.
    """
    _check(x, labels)
    found = _mean_loss(net, net(x), labels, loss)
    if not (size or smoothness):
        return found
    if not has_time(net):
        raise ConfigError(
            "Weights cost something where layers are steps of a PointClassifier or of an ODENet, and this network has "
            f"no time of that kind: {type(net).__name__}. Ask for the loss alone."
        )
    return found + control_cost(net, size, smoothness)


def adjoint(
    net: nn.Module,
    x: Float[Tensor, "point *rest"],
    labels: Targets,
    matching: bool = True,
    loss: Loss | None = None,
) -> Adjoint:
    """Follow the points forwards and the costates backwards, and collect the gradients of `objective` on the way.

    The layers of a Runge–Kutta network are differentiated by the method for costates that belongs to theirs, see
    `structviz.studies.control.costates`; the result is the gradient to round-off. Other layers are differentiated one
    by one: p^k = (∂z^{k+1}/∂z^k)ᵀ p^{k+1}. Where points stay on a sphere, z^{k+1} = exp(hξ(z^k)) with the projection of
    the velocity onto tangent planes, and all of that is differentiated, in the coordinates of the space around it.

    Parameters
    ----------
    net
        A network of `Steered` layers, or any `structviz.nets.LayeredMap`; it is not changed.
    x, labels
        The points and their classes 0 and 1; with a loss of one's own other inputs and targets, such as rotations.
    matching
        Whether the costates take steps of the method that belongs to that of the states. Else they take Euler's,
        p^k = p^{k+1} + Δt f′(z^k)ᵀ p^{k+1}: for all states but Euler's, what comes out is no gradient. Layers that
        follow no velocity, or take Euler's steps of learned lengths, have the matching costates only.
    loss
        Its mean is the objective instead of the mean logistic loss.

    Returns
    -------
    Adjoint
        States and costates from k = 0 to K, the gradients by the parameters' names, H^k of each layer, and the mean
        loss.

    Raises
    ------
    ConfigError, ShapeError
        If the network has no such layers, its method no such costates, or a weight or coordinate is no finite number;
        if it gives no logits and no loss is given, or a class is neither 0 nor 1; if there are not as many labels as
        points.

    References
    ----------
    Benning, Celledoni, Ehrhardt, Owren, Schönlieb: Deep learning as optimal control problems. J. Comput. Dyn. 6, 2019.

    Examples
    --------
    >>> from structviz.nets import PointClassifier
    >>> net = PointClassifier(n_layers=10)
    >>> found = adjoint(net, torch.zeros(4, 2), torch.tensor([0, 1, 1, 1]))
    >>> found.states.shape == found.costates.shape == (11, 4, 2)
    True
    """
    _check(x, labels)
    if not isinstance(net, Steered | LayeredMap):
        raise ConfigError(f"{type(net).__name__} has no layers from enter to classify; give a network that has.")
    if not all(bool(parameter.isfinite().all()) for parameter in net.parameters()):
        raise ConfigError("A network with weights that are no finite numbers has no costates; train it anew.")
    if not x.isfinite().all():
        raise ConfigError("Points with coordinates that are no finite numbers have no costates; leave them out.")
    steered: Any = copy.deepcopy(net).requires_grad_(True)
    steps = steps_of(steered)
    method = steps.method if matching or not (steps.method or steps.is_flow) else integrator("euler")
    pull = _Pull(dict(steered.named_parameters()))
    with torch.no_grad():
        states = [steered.enter(x)]
        for k in range(steered.n_layers):
            states.append(steered.layer(k, states[-1]))

    def at_the_end(z: Tensor) -> Tensor:
        return _mean_loss(net, reader(steered)(z), labels, loss)

    costates = [pull(at_the_end, states[-1], x.new_ones(()))]
    hamiltonian = []
    for k in reversed(range(steered.n_layers)):
        after, z = costates[-1], states[k]
        layer, velocity = partial(steered.layer, k), partial(steps.velocity, k)
        with torch.no_grad():
            hamiltonian.append((after * velocity(z)).sum())
        costates.append(pull(layer, z, after) if method is None else _step(method, velocity, steps.dt, z, after, pull))
    with torch.no_grad():
        reached = at_the_end(states[-1]).item()
    return Adjoint(
        torch.stack(states), torch.stack(costates[::-1]), pull.gradients, torch.stack(hamiltonian[::-1]), reached
    )


class _Pull:
    """Pulls costates back through functions of states, and collects what reaches the parameters."""

    def __init__(self, parameters: Mapping[str, Tensor]) -> None:
        self.parameters = parameters
        self.gradients = {name: torch.zeros_like(parameter) for name, parameter in parameters.items()}

    def __call__(self, function: Callable[[Tensor], Tensor], z: Tensor, p: Tensor) -> Tensor:
        """f′(z)ᵀ p."""
        with torch.enable_grad():
            z = z.detach().requires_grad_()
            by_z, *rest = torch.autograd.grad(function(z), [z, *self.parameters.values()], p, allow_unused=True)
        for name, part in zip(self.parameters, rest, strict=True):
            if part is not None:
                self.gradients[name] += part
        return torch.zeros_like(z) if by_z is None else by_z


def _step(
    method: Integrator, velocity: Callable[[Tensor], Tensor], dt: float, z: Tensor, p: Tensor, pull: _Pull
) -> Tensor:
    """The costate before a step that starts from z, from the costate p after it."""
    w, stages, slopes = method.w, [], []
    with torch.no_grad():
        for row in method.a:
            stages.append(z + dt * sum((a * k for a, k in zip(row, slopes, strict=False)), torch.zeros_like(z)))
            slopes.append(velocity(stages[-1]))
    back = (torch.tensor(w, dtype=torch.float64) - costate_matrix(method)).tolist()
    # Of stage i: Δt w_i J_iᵀ P_i with the costate P_i = p + Δt Σ_j (w_j − ã_ij) J_jᵀ P_j, last stage first.
    forces: dict[int, Tensor] = {}
    for i in reversed(range(method.stages)):
        P = p + sum((back[i][j] / w[j] * force for j, force in forces.items()), torch.zeros_like(p))
        forces[i] = pull(velocity, stages[i], dt * w[i] * P)
    return p + sum(forces.values(), torch.zeros_like(p))


def _mean_loss(net: nn.Module, outputs: Tensor, targets: Tensor, loss: Loss | None) -> Tensor:
    if loss is not None:
        return loss(outputs, targets).mean()
    if outputs.shape != targets.shape or targets.is_floating_point():
        raise ConfigError(
            f"{type(net).__name__} must tell two classes apart by one logit for each point and labels 0 and 1; got "
            f"outputs of the shape {tuple(outputs.shape)} and targets {tuple(targets.shape)} of {targets.dtype}. Give "
            "the loss that they should minimise."
        )
    if ((targets != 0) & (targets != 1)).any():
        raise ConfigError(f"Classes are 0 and 1; got {targets.unique().tolist()[:5]}. Write −1 and 1 as 0 and 1.")
    return binary_cross_entropy_with_logits(outputs, targets.to(outputs))


def _check(x: Tensor, labels: Tensor) -> None:
    if len(x) != len(labels) or not len(x):
        raise ShapeError(f"Each point has a label, and there is one or more; got {len(x)} and {len(labels)}.")
