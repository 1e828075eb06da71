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
    keep: float = 1.0,
) -> Float[Tensor, "batch width"]:
    """Take points through all layers z ← keep · z + Δt Σ_i w_i σ(A u_i + b), u_i = z + Δt Σ_{j<i} a_ij σ(A u_j + b).

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
    keep
        1 for a ResNet, 0 for a plain network, which has no way round its layers.

    References
    ----------
    Benning, Celledoni, Ehrhardt, Owren, Schönlieb: Deep learning as optimal control problems. J. Comput. Dyn. 6, 2019.
    """
    return _Propagation.apply(z, A, b, dt, tuple(map(tuple, a)), tuple(w), activation, keep)


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
        keep: float,
    ) -> Tensor:
        n_stages = len(w)
        inputs = z.new_empty(len(A), n_stages, z.shape[1], z.shape[0])  # the u_i of each layer
        outputs = torch.empty_like(inputs)  # the σ(A u_i + b)
        now = z.T.contiguous()
        # Views are made once and not in each step: they cost as much as the arithmetic.
        for A_k, b_k, u_k, s_k in zip(
            A.unbind(0), b[:, :, None].unbind(0), map(_unbind, inputs.unbind(0)), map(_unbind, outputs.unbind(0)),
            strict=True,
        ):  # fmt: skip
            for i in range(n_stages):
                u = u_k[i].copy_(now)
                for j in range(i):
                    if a[i][j]:
                        u.add_(s_k[j], alpha=dt * a[i][j])
                s_k[i].copy_(activation(torch.addmm(b_k, A_k, u)))
            now = now.mul(keep) if keep != 1 else now.clone()
            for i in range(n_stages):
                if w[i]:
                    now.add_(s_k[i], alpha=dt * w[i])
        ctx.save_for_backward(A, inputs, outputs)
        ctx.settings = dt, a, w, activation, keep
        return now.T

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        A, inputs, outputs = ctx.saved_tensors
        dt, a, w, activation, keep = ctx.settings
        n_stages = len(w)
        slopes = activation.slope(outputs)
        forces = torch.empty_like(outputs)  # gradients with respect to the A u_i + b
        p = gradients[0].T.contiguous()
        for At_k, m_k, g_k in zip(
            reversed(A.transpose(1, 2).unbind(0)),
            map(_unbind, reversed(slopes.unbind(0))),
            map(_unbind, reversed(forces.unbind(0))),
            strict=True,
        ):
            back: list[Tensor] = [p] * n_stages  # gradients with respect to the u_i, last stage first
            for i in reversed(range(n_stages)):
                q = p * (dt * w[i])
                for j in range(i + 1, n_stages):
                    if a[j][i]:
                        q.add_(back[j], alpha=dt * a[j][i])
                torch.mul(m_k[i], q, out=g_k[i])
                back[i] = torch.mm(At_k, g_k[i])
            p = p.mul(keep) if keep != 1 else p.clone()
            for gradient in back:
                p.add_(gradient)
        by_A = torch.matmul(forces, inputs.transpose(2, 3)).sum(1)
        by_b = forces.sum((1, 3))
        return p.T, by_A, by_b, None, None, None, None, None


def _unbind(stages: Tensor) -> tuple[Tensor, ...]:
    return stages.unbind(0)
