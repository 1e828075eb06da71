"""How far from a manifold are points that should lie on it?"""

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ShapeError

__all__ = ["rotation_distance", "sphere_distance"]


def sphere_distance(z: Float[Tensor, "*batch dim"]) -> Float[Tensor, "*batch"]:
    """The distance |‖z‖ − 1| of each point from the unit sphere; nan if a coordinate is, inf if one is infinite.

    Examples
    --------
    >>> sphere_distance(torch.tensor([[0.6, 0.8], [0.0, 3.0]])).round(decimals=6)
    tensor([0., 2.], dtype=torch.float64)
    """
    return (torch.linalg.vector_norm(z.double(), dim=-1) - 1).abs()


def rotation_distance(R: Float[Tensor, "*batch n n"]) -> Float[Tensor, "*batch"]:
    """For each matrix the larger of ‖RᵀR − I‖, in the spectral norm, and |det R − 1|; nan if an entry is not finite.

    The first is 0 for mirrors too, and the second for shears: only together do they tell rotations.

    Raises
    ------
    ShapeError
        If the matrices are not square.

    Examples
    --------
    >>> rotation_distance(torch.stack([torch.eye(2), torch.diag(torch.tensor([1.0, -1.0]))]))
    tensor([0., 2.], dtype=torch.float64)
    """
    if R.ndim < 2 or R.shape[-2] != R.shape[-1]:
        raise ShapeError(f"A rotation is a square matrix; got the shape {tuple(R.shape)}.")
    R = R.double()
    identity = torch.eye(R.shape[-1], dtype=R.dtype, device=R.device)
    gram = R.mT @ R - identity
    # RᵀR can overflow where R does not.
    finite = gram.isfinite().flatten(-2).all(-1)
    safe = torch.where(finite[..., None, None], R, identity)
    off = torch.linalg.eigvalsh(safe.mT @ safe - identity).abs().amax(-1)
    return torch.where(finite, torch.maximum(off, (torch.linalg.det(safe) - 1).abs()), torch.nan)
