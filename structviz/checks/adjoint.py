"""Is a map that is said to be the transpose of another one its transpose?"""

from collections.abc import Callable

import torch
from torch import Tensor

from structviz.errors import ShapeError

__all__ = ["adjoint_error"]


@torch.no_grad()
def adjoint_error(
    A: Callable[[Tensor], Tensor],
    adjoint: Callable[[Tensor], Tensor],
    x: Tensor,
    generator: torch.Generator | None = None,
) -> float:
    """Measure |⟨Ax, y⟩ - ⟨x, Aᵀy⟩| / (‖Ax‖ ‖y‖), the largest over three vectors y.

    A pair that is not matched makes gradients, step sizes and unrolled networks wrong without a message. If y
    were noise alone, ⟨Ax, y⟩ would be far smaller than ‖Ax‖ ‖y‖ and a defect would hide behind the
    denominator. So y is Ax itself, Ax with the sign of each entry drawn anew, and Ax plus noise of the same
    norm: the first sees a wrong factor as it is, the others see what is wrong with single entries.

    Parameters
    ----------
    A
        A linear map.
    adjoint
        What is said to be its transpose.
    x
        Input of `A`, of any shape, best without symmetries: noise or a photograph.
    generator
        Draws signs and noise, on the CPU; without it they are always the same.

    Returns
    -------
    float
        At rounding level if the maps are matched; 0 if both vanish; inf if only Ax vanishes; nan if a map
        returns nan.

    Raises
    ------
    ShapeError
        If `adjoint` does not lead back to the shape of `x`.

    Examples
    --------
    >>> adjoint_error(lambda x: 2 * x, lambda y: 2 * y, torch.ones(3))
    0.0
    """
    if generator is None:
        generator = torch.Generator().manual_seed(0)
    Ax = A(x)
    noise = torch.randn(Ax.shape, generator=generator, dtype=torch.float64)
    signs = torch.randint(2, Ax.shape, generator=generator) * 2 - 1
    level = (Ax.double().norm() / noise.norm().clamp(min=1e-300)).cpu()
    duals = (Ax, signs.to(Ax) * Ax, Ax + (level * noise).to(Ax))
    return max((_error(Ax, x, y, adjoint(y)) for y in duals), key=_nan_first)


def _error(Ax: Tensor, x: Tensor, y: Tensor, back: Tensor) -> float:
    if back.shape != x.shape:
        raise ShapeError(
            f"the adjoint must lead back to the shape of x, {tuple(x.shape)}, got {tuple(back.shape)}: pass the "
            f"maps in the order A, adjoint."
        )
    left, right = (Ax.double() * y.double()).sum().item(), (x.double() * back.double()).sum().item()
    size = Ax.double().norm().item() * y.double().norm().item()
    if size == 0:
        return 0.0 if left == right else float("inf")
    return abs(left - right) / size


def _nan_first(value: float) -> tuple[bool, float]:
    return value != value, value
