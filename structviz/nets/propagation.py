"""Many thin layers, forwards and backwards, several times as fast as automatic differentiation.

A layer of two or three neurons costs next to nothing; what costs is that autograd notes each of its operations.
Here the whole stack of layers is one operation with a derivative of its own, the discrete adjoint: for a
Runge–Kutta method (a, w) it is the Runge–Kutta method with ã_ij = w_j a_ji / w_i, run from the last layer to the first.
Points stand in columns, since a product of a small matrix with a wide one is the faster way round.
"""

from collections.abc import Sequence
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.autograd.function import once_differentiable

from structviz.nets.activations import Activation

__all__ = ["propagate"]


def propagate(
    z: Float[Tensor, "batch width"],
    A: Float[Tensor, "layer width width"],
    b: Float[Tensor, "layer width"],
    dt: float,
    a: Sequence[Sequence[float]],
    w: Sequence[float],
    activation: Activation,
    residual: bool = True,
) -> Float[Tensor, "batch width"]:
    """Take points through all layers z ← z + Δt Σ_i w_i σ(A u_i + b), u_i = z + Δt Σ_{j<i} a_ij σ(A u_j + b).

    Once differentiable with respect to points and weights.

    Parameters
    ----------
    z
        The points z⁰.
    A, b
        The weights of each layer; they hold for all stages of a layer.
    dt
        Time step Δt.
    a, w
        Tableau of an explicit Runge–Kutta method.
    activation
        The nonlinearity σ.
    residual
        Whether the first z on the right is there: it is in a ResNet; a plain network has no skip connection.

    Returns
    -------
    Tensor
        The points z^K after the last layer, shape (batch, width).

    References
    ----------
    Benning, Celledoni, Ehrhardt, Owren, Schönlieb: Deep learning as optimal control problems. J. Comput. Dyn. 6, 2019.
    """
    if not len(A):
        return z
    return _Propagation.apply(z, A, b, dt, tuple(map(tuple, a)), tuple(w), activation, residual)


class _Propagation(torch.autograd.Function):
    """The stack of layers as one differentiable operation."""

    @staticmethod
    def forward(
        ctx: Any,
        z: Tensor,
        A: Tensor,
        b: Tensor,
        dt: float,
        a: tuple[tuple[float, ...], ...],
        w: tuple[float, ...],
        activation: Activation,
        residual: bool,
    ) -> Tensor:
        inputs: list[Tensor] = []  # the u_i, layer by layer
        outputs: list[Tensor] = []  # the σ(A u_i + b)
        now = z.T.contiguous()
        nothing = torch.zeros_like(now)
        for A_k, b_k in zip(A.unbind(0), b[:, :, None].unbind(0), strict=True):
            stages: list[Tensor] = []
            for row in a:
                inputs.append(_advance(now, dt, row, stages))
                stages.append(activation(torch.addmm(b_k, A_k, inputs[-1])))
            outputs += stages
            now = _advance(now if residual else nothing, dt, w, stages)
        ctx.save_for_backward(A, torch.stack(inputs), torch.stack(outputs))
        ctx.settings = dt, a, w, activation, residual
        return now.T

    @staticmethod
    @once_differentiable
    def backward(  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx: Any, *gradients: Tensor
    ) -> tuple[Tensor | None, ...]:
        A, inputs, outputs = ctx.saved_tensors
        dt, a, w, activation, residual = ctx.settings
        last = len(w) - 1
        # Which multiples of p, and of the gradients of the stages that come later, reach each stage.
        columns = [(w[i], *(a[j][i] for j in range(last, i, -1))) for i in range(last + 1)]
        # Slopes, which one after the other become gradients with respect to the A u_i + b.
        forces = dt * activation.slope(outputs)
        following = reversed(forces.unbind(0))
        p = gradients[0].T.contiguous()
        for At_k in reversed(A.mT.unbind(0)):
            back: list[Tensor] = []  # gradients with respect to the u_i, last stage first
            for i in range(last, 0, -1):
                back.append(At_k @ next(following).mul_(_combined(columns[i], (p, *back))))
            force = next(following).mul_(_combined(columns[0], (p, *back)))
            p = sum(back, torch.addmm(p, At_k, force, beta=int(residual)))
        by_A, by_b = torch.bmm(forces, inputs.mT), forces.sum(2)
        stages_of_layers = (len(A), len(w))
        return (
            p.T,
            by_A.unflatten(0, stages_of_layers).sum(1),
            by_b.unflatten(0, stages_of_layers).sum(1),
            *(None,) * 5,
        )


def _advance(z: Tensor, dt: float, weights: Sequence[float], slopes: Sequence[Tensor]) -> Tensor:
    """Z + dt Σ weight · slope, for as many as there are, without the zeros."""
    for weight, slope in zip(weights, slopes, strict=False):
        if weight:
            z = torch.add(z, slope, alpha=dt * weight)
    return z


def _combined(weights: Sequence[float], terms: Sequence[Tensor]) -> Tensor | float:
    """Σ weight · term; operations cost more than arithmetic here, so none for zeros and ones."""
    total: Tensor | None = None
    for weight, term in zip(weights, terms, strict=True):
        if weight and total is not None:
            total = torch.add(total, term, alpha=weight)
        elif weight:
            total = term if weight == 1 else weight * term
    return 0.0 if total is None else total
