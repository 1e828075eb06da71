"""Quantities that a structure conserves: the symplectic form, time reversal, length, orthogonality, mass, time."""

import math
from collections.abc import Callable
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.checks.jacobian import jacobians
from structviz.checks.relative import relative_errors
from structviz.errors import ShapeError

__all__ = [
    "Reversible",
    "mass_error",
    "norm_error",
    "orthogonality_error",
    "reversal_error",
    "symplecticity_error",
    "time_error",
]

Map = Callable[[Tensor], Tensor]


@runtime_checkable
class Reversible(Protocol):
    """A network that can run its layers backwards in time."""

    def __call__(self, x: Tensor, /) -> Tensor:
        """The layers, first to last."""
        ...

    def backward_in_time(self, z: Tensor, /) -> Tensor:
        """The same layers, last to first, with steps of the opposite sign."""
        ...


def symplecticity_error(net: Map, z: Float[Tensor, "batch dim"], factor: float = 1.0) -> float:
    """Measure ‖JᵀΩJ − Ω‖ / ‖Ω‖ with J = Φ′(z) and Ω = (0 I; −I 0), the largest of all points.

    Parameters
    ----------
    net
        A differentiable map of points (q, p), each by itself: first the positions, then as many momenta.
    z
        The points; shape (batch, dim) with dim even.
    factor
        By which the form may shrink: JᵀΩJ = factor · Ω for a conformal symplectic map.

    Returns
    -------
    float
        In the Frobenius norm; nan if a derivative is no number.

    Raises
    ------
    ShapeError
        If the number of coordinates is odd or changes.

    Examples
    --------
    >>> symplecticity_error(lambda z: z.flip(-1) * torch.tensor([1.0, -1.0]), torch.zeros(1, 2))
    0.0
    """
    n, rest = divmod(z.shape[1], 2)
    J = jacobians(net, z)
    if rest or J.shape[1] != J.shape[2]:
        raise ShapeError(f"Phase space has an even number of coordinates; got {J.shape[2]} in and {J.shape[1]} out.")
    identity, nothing = torch.eye(n, dtype=J.dtype, device=J.device), J.new_zeros(n, n)
    omega = torch.cat([torch.cat([nothing, identity], 1), torch.cat([-identity, nothing], 1)])
    defect = J.mT @ omega @ J - factor * omega
    return (torch.linalg.matrix_norm(defect) / torch.linalg.matrix_norm(omega)).max().item()


@torch.no_grad()
def reversal_error(net: Reversible, x: Float[Tensor, "batch *rest"]) -> float:
    """Measure the relative ℓ2 error of the way there and back in time.

    Symplectic Euler has an inverse and fails here; the Störmer–Verlet method is symmetric and passes.
    """
    return relative_errors(net.backward_in_time(net(x))[None], x[None]).item()


@torch.no_grad()
def norm_error(net: Map, x: Float[Tensor, "batch *rest"]) -> float:
    """Measure |‖Φ(x)‖ − ‖x‖| / ‖x‖, the largest of all inputs.

    Examples
    --------
    >>> norm_error(torch.neg, torch.ones(2, 3))
    0.0
    """
    after, before = (z.double().flatten(1).norm(dim=1) for z in (net(x), x))
    return relative_errors(after[:, None], before[:, None]).max().item()


@torch.no_grad()
def mass_error(net: Map, x: Float[Tensor, "batch *rest"]) -> float:
    """Measure |Σ Φ(x) − Σ x| / Σ |x|, the largest of all inputs; signs may differ, so the sum of x can vanish.

    Examples
    --------
    >>> mass_error(lambda x: x.flip(-1), torch.tensor([[1.0, -3.0]]))
    0.0
    """
    after, before = (z.double().flatten(1).sum(1) for z in (net(x), x))
    size = x.double().abs().flatten(1).sum(1)
    difference = (after - before).abs()
    return torch.where(difference == 0, 0.0, difference / size).max().item()


@torch.no_grad()
def time_error(h: Float[Tensor, "layer"], total: float) -> float:
    """Measure how far time steps are from h ≥ 0 and Σh = total: the larger of both errors, as a share of the total.

    Examples
    --------
    >>> time_error(torch.tensor([1.5, -0.5]), 1.0)
    0.5
    """
    h = h.double()
    return max(float((h.sum() - total).abs()), float(-h.min())) / total


@torch.no_grad()
def orthogonality_error(W: Float[Tensor, "*layer row column"]) -> float:
    """Measure the spectral norm of WᵀW − I, or of WWᵀ − I if W is wide, the largest of all layers; or nan.

    Examples
    --------
    >>> orthogonality_error(torch.eye(3)[:2])
    0.0
    """
    W = W.double()
    gram = W.mT @ W if W.shape[-2] >= W.shape[-1] else W @ W.mT
    if not gram.isfinite().all():
        return math.nan
    identity = torch.eye(gram.shape[-1], dtype=gram.dtype, device=gram.device)
    return torch.linalg.matrix_norm(gram - identity, 2).max().item()
