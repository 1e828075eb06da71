"""The stage of an implicit method: an equation for each point, solved by Newton's method."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.ode.field import Field, slope

__all__ = ["implicit_slope"]

_ITERATIONS = 100
"""Three or four are usual; stiff fields and long steps, in which steps are halved, take some tens."""


def implicit_slope(field: Field, t: float, h: float, z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
    """Solve k = f(t, z + h k) for the slope k of each point.

    Newton's method starts at k = 0, so that a field that is linear in z takes one iteration. A step that does not
    bring the two sides closer to each other is halved, for each point by itself: without that, long steps along
    contractive fields, for which there is exactly one solution, do not find it. The iteration ends when the
    steps move z + h k by less than the square root of the machine precision, relatively; as convergence is
    quadratic, the error is then of the size of rounding errors. A last correction,

        k ← k + (I - h J)⁻¹ (f(t, z + h k) - k),    J = ∂f/∂z at z + h k,

    is the only one to be differentiated, with J and the k on its right held constant: by the implicit function
    theorem its first derivatives are those of the solution. Second derivatives are not.

    Parameters
    ----------
    field
        The right-hand side f, differentiable in z by autograd; under torch.inference_mode with weights that were
        made outside. Points must not influence each other: row i of f(t, z) may depend on row i of z only. The
        field is called on the whole batch and never under vmap, so it may branch on values and have weights of its
        own for each row. In turn this function works with autograd, not inside the transforms of torch.func.
    t
        Time of the stage.
    h
        Length of the step times the diagonal entry of the tableau, in the unit of `t`.
    z
        Where the stage starts, shape (batch, dim), float32 or float64; dim is meant to be small, since J is
        computed row by row and I - h J inverted densely.

    Returns
    -------
    Tensor
        The slopes, shape (batch, dim). Points for which 100 iterations find no solution get nan, as do those that
        leave the range of numbers: "not converged" is a result, and one point does not spoil the others. With
        the Lipschitz constant L of f there is one solution if h L < 1; beyond that there may be several or, if f
        grows faster than linearly, none.

    Raises
    ------
    ShapeError
        If the field returns another shape or dtype than that of `z`.

    References
    ----------
    Hairer, Wanner: Solving ordinary differential equations II, 2nd edition, 1996, sections IV.8 and IV.14.

    Examples
    --------
    >>> implicit_slope(lambda t, z: -z, 0.0, 1.0, torch.ones(1, 1))
    tensor([[-0.5000]])
    """
    tolerance = math.sqrt(torch.finfo(z.dtype).eps)
    with torch.inference_mode(mode=False), torch.no_grad():
        start = z.detach().clone()
        k = trial = step = torch.zeros_like(start)
        least = torch.full_like(start[:, :1], torch.inf)
        for _ in range(_ITERATIONS):
            velocity, J = _linearised(field, t, torch.add(start, trial, alpha=h))
            residual = velocity - trial
            size = _length(residual)
            better = size < least
            k, least = torch.where(better, trial, k), torch.where(better, size, least)
            step = torch.where(better, _newton_step(h, J, residual), step / 2)
            trial = k + step
            if not (_length(h * step) > tolerance * (_length(start) + _length(h * k))).any():
                break
        # Forward-mode derivatives of the field's weights do not heed no_grad.
        k = trial.detach()
        _, J = _linearised(field, t, torch.add(start, k, alpha=h))
    residual = slope(field, t, torch.add(z, k, alpha=h)) - k
    correction = _newton_step(h, J, residual)
    scale = _length(start) + _length(h * k)
    # A step can also be small because J is large, with no solution near: then the two sides are far apart.
    unsolved = (_length(h * correction) > tolerance * scale) | (_length(h * residual) > math.sqrt(tolerance) * scale)
    return torch.where(unsolved, torch.nan, k + correction)


def _linearised(
    field: Field, t: float, y: Float[Tensor, "batch dim"]
) -> tuple[Float[Tensor, "batch dim"], Float[Tensor, "batch dim dim"]]:
    """A field at points, and its Jacobian at each, without further derivatives."""
    with torch.enable_grad():
        y = y.detach().requires_grad_()
        velocity = slope(field, t, y)
        if not velocity.requires_grad:
            return velocity, velocity.new_zeros(*y.shape, y.shape[1])
        # Each velocity depends on its own point only, so that a sum over all of them keeps the rows apart.
        rows = [
            torch.autograd.grad(component.sum(), y, retain_graph=True, materialize_grads=True)[0]
            for component in velocity.unbind(1)
        ]
    return velocity.detach(), torch.stack(rows, dim=1).detach()


def _newton_step(
    h: float, J: Float[Tensor, "batch dim dim"], residual: Float[Tensor, "batch dim"]
) -> Float[Tensor, "batch dim"]:
    """(I - h J)⁻¹ residual; inf or nan, not an exception, where the matrix is singular: no solution is a result."""
    identity = torch.eye(J.shape[-1], dtype=J.dtype, device=J.device)
    return torch.linalg.solve_ex(identity - h * J, residual[..., None]).result[..., 0]


def _length(z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch 1"]:
    return torch.linalg.vector_norm(z.detach(), dim=-1, keepdim=True)
