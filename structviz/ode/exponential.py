"""The exponential of a matrix, with all digits of small ones."""

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ShapeError

__all__ = ["matrix_exponential"]


def matrix_exponential(M: Float[Tensor, "*batch n n"]) -> Float[Tensor, "*batch n n"]:
    """Where the flow of ż = Mz leads after unit time, exp(M).

    `torch.matrix_exp` is off by up to 3e-10 for a single float64 matrix whose columns have sums below 0.05, and then
    that of a skew matrix is orthogonal to 2e-11 only. Larger ones keep their digits, so where all sums are below 1
    this is exp(M + 2I) e⁻².

    Parameters
    ----------
    M
        Square matrices.

    Raises
    ------
    ShapeError
        If the matrices are not square.

    Examples
    --------
    >>> M = torch.tensor([[0.0, -0.04], [0.04, 0.0]], dtype=torch.float64)
    >>> torch.allclose(matrix_exponential(M)[0, 0], torch.tensor(0.04, dtype=torch.float64).cos(), rtol=0, atol=1e-15)
    True
    """
    if M.ndim < 2 or M.shape[-1] != M.shape[-2] or not M.shape[-1]:
        raise ShapeError(f"An exponential is that of a square matrix; got the shape {tuple(M.shape)}.")
    identity = torch.eye(M.shape[-1], dtype=M.dtype, device=M.device)
    is_small = M.detach().abs().sum(-2).amax(-1) < 1
    shift = 2 * is_small.to(M.dtype)[..., None, None]
    return torch.matrix_exp(M + shift * identity) * torch.exp(-shift)
