"""Rotations of space and the velocities that turn them: the group SO(3), its Lie algebra, and the ways between them."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError, ShapeError

__all__ = [
    "Rotations",
    "Vectors",
    "hat",
    "nearest_rotation",
    "so3_cayley",
    "so3_cayley_inverse",
    "so3_exp",
    "so3_log",
    "vee",
]

Vectors = Float[Tensor, "*batch 3"]
"""Axes times angles: what the Lie algebra so(3) is, in coordinates."""

Rotations = Float[Tensor, "*batch 3 3"]
"""RᵀR = I and det R = 1; vectors are columns, R v."""

_OFF = 1e-5
"""How far a matrix may be from the rotations before it counts as none; float32 rounds far below."""

_HALF_TURN = 1e-6
"""A rotation whose quaternion has a smaller real part is a half turn, in the precision that its chart would need."""


def hat(v: Vectors) -> Rotations:
    """The skew matrix of a vector: hat(v) w = v × w.

    Examples
    --------
    >>> hat(torch.tensor([1.0, 2.0, 3.0]))
    tensor([[ 0., -3.,  2.],
            [ 3.,  0., -1.],
            [-2.,  1.,  0.]])
    """
    if v.ndim == 0 or v.shape[-1] != 3:
        raise ShapeError(f"A vector of space has three entries; got the shape {tuple(v.shape)}.")
    x, y, z = v.unbind(-1)
    zero = torch.zeros_like(x)
    return torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], -1).unflatten(-1, (3, 3))


def vee(S: Float[Tensor, "*batch 3 3"]) -> Vectors:
    """The vector of a skew matrix, so that vee(hat(v)) = v; of any other matrix, that of its skew part."""
    if S.shape[-2:] != (3, 3):
        raise ShapeError(f"The matrix of a vector of space has three rows and columns; got {tuple(S.shape)}.")
    skew = (S - S.mT) / 2
    return torch.stack([skew[..., 2, 1], skew[..., 0, 2], skew[..., 1, 0]], -1)


def so3_exp(v: Vectors) -> Rotations:
    """The rotation about v by the angle ‖v‖, after Rodrigues: I + sin θ/θ v̂ + (1 − cos θ)/θ² v̂².

    Both factors are written with sinc, so that nothing cancels: 1 − cos θ = 2 sin²(θ/2).

    Examples
    --------
    >>> so3_exp(torch.tensor([0.0, 0.0, torch.pi / 2], dtype=torch.float64)).round(decimals=12)[:2, :2]
    tensor([[ 0., -1.],
            [ 1.,  0.]], dtype=torch.float64)
    """
    angle = _length(v)[..., None]
    V = hat(v)
    half = torch.sinc(angle / (2 * math.pi))
    return _identity(v) + torch.sinc(angle / math.pi) * V + half * half / 2 * (V @ V)


def so3_log(R: Rotations) -> Vectors:
    """The shortest v with exp(v̂) = R; for a half turn one of the two.

    By way of a unit quaternion: 4qqᵀ is linear in R, and its row with the largest diagonal entry is q up to a factor,
    without loss of digits near the identity and near half turns alike.

    Raises
    ------
    ConfigError
        If R is no rotation: its entries are not finite, or ‖RᵀR − I‖ or |det R − 1| is above 1e-5.

    References
    ----------
    Shepperd: Quaternion from rotation matrix. J. Guidance and Control 1, 1978.

    Examples
    --------
    >>> so3_log(so3_exp(torch.tensor([0.1, 0.2, 0.3], dtype=torch.float64)))
    tensor([0.1000, 0.2000, 0.3000], dtype=torch.float64)
    """
    q = _quaternion(R)
    w, axis = q[..., :1], q[..., 1:]
    length = _length(axis)
    # atan2(s, w) / s is 1 / w where s is 0.
    return 2 * axis * torch.where(length > 0, torch.atan2(length, w) / torch.where(length > 0, length, 1.0), 1 / w)


def so3_cayley(v: Vectors) -> Rotations:
    """The rotation (I − v̂/2)⁻¹(I + v̂/2) about v, by the angle 2 arctan(‖v‖/2).

    In three dimensions it is I + (v̂ + v̂²/2)/(1 + ‖v‖²/4): no equation to solve, no sine. Half turns are limits only.
    """
    V = hat(v)
    return _identity(v) + (V + V @ V / 2) / (1 + v.square().sum(-1)[..., None, None] / 4)


def so3_cayley_inverse(R: Rotations) -> Vectors:
    """The v whose Cayley transform is R.

    Raises
    ------
    ConfigError
        If R is a half turn, which has −1 as an eigenvalue: no Cayley transform is one. Or if R is no rotation.
    """
    q = _quaternion(R)
    w, axis = q[..., :1], q[..., 1:]
    if (w < _HALF_TURN).any():
        raise ConfigError(
            "A Cayley transform never has −1 as an eigenvalue, and this rotation is a half turn, which does: "
            "I + R is singular. Take so3_log, which gives its axis."
        )
    return 2 * axis / w


def nearest_rotation(M: Float[Tensor, "*batch 3 3"]) -> Rotations:
    """The rotation at the least distance from each matrix: the orthogonal factor of its polar decomposition.

    Where the determinant is negative, the direction that the matrix stretches least is reversed. A matrix with entries
    that are not finite becomes nan: it has no nearest rotation. Its first derivatives by autograd are finite wherever
    the rotation is unique, also at rotations, whose singular values are all the same.

    Raises
    ------
    ShapeError
        If the matrices have not three rows and columns.

    References
    ----------
    Higham: Functions of matrices, 2008, chapter 8. Umeyama: Least-squares estimation. IEEE TPAMI 13, 1991.

    Examples
    --------
    >>> nearest_rotation(torch.diag(torch.tensor([2.0, 3.0, 0.5])))
    tensor([[1., 0., 0.],
            [0., 1., 0.],
            [0., 0., 1.]])
    """
    if M.shape[-2:] != (3, 3):
        raise ShapeError(f"A rotation of space has three rows and columns; got the shape {tuple(M.shape)}.")
    finite = M.isfinite().all(-1).all(-1)[..., None, None]
    U, _, Vh = torch.linalg.svd(torch.where(finite, M, _identity(M[..., 0])).detach())
    last = torch.linalg.det(U @ Vh).sign()
    signs = torch.stack([torch.ones_like(last), torch.ones_like(last), last], -1)
    R = torch.where(finite, (U * signs[..., None, :]) @ Vh, torch.nan)
    return _with_slope(R, M) if M.requires_grad and torch.is_grad_enabled() else R


def _with_slope(R: Rotations, M: Float[Tensor, "*batch 3 3"]) -> Rotations:
    """R with the derivative of the nearest rotation by M = RS, which that of a decomposition has not at M = R.

    From dM = dR S + R dS with dR = R ω̂ and S symmetric, the skew part of RᵀdM is (ω̂S + Sω̂)/2, and
    ω̂S + Sω̂ = hat((tr S I − S) ω).
    """
    moved = R.mT @ M
    S = moved.detach()
    trace = S.diagonal(dim1=-2, dim2=-1).sum(-1)[..., None, None]
    turn = 2 * torch.linalg.solve_ex(trace * _identity(S[..., 0]) - S, vee(moved)[..., None])[0][..., 0]
    return R + R @ hat(turn - turn.detach())


def _identity(v: Vectors) -> Float[Tensor, "3 3"]:
    return torch.eye(3, dtype=v.dtype, device=v.device)


def _length(v: Vectors) -> Float[Tensor, "*batch 1"]:
    """‖v‖, with the slope 0 where it vanishes and the root has none."""
    squared = v.square().sum(-1, keepdim=True)
    return torch.where(squared > 0, squared, 1.0).sqrt() * (squared > 0)


def _quaternion(R: Rotations) -> Float[Tensor, "*batch 4"]:
    """The unit quaternion (w, x, y, z) of a rotation, with w ≥ 0."""
    if R.shape[-2:] != (3, 3):
        raise ShapeError(f"A rotation of space has three rows and columns; got the shape {tuple(R.shape)}.")
    off = torch.linalg.matrix_norm(R.mT @ R - _identity(R[..., 0])).max().item()
    turned = (torch.linalg.det(R) - 1).abs().max().item()
    if not max(off, turned) <= _OFF:
        raise ConfigError(
            f"A rotation has RᵀR = I and det R = 1, up to {_OFF:g}; got the distances {off:.1e} and {turned:.1e}. "
            "Take nearest_rotation of it, if its entries are finite."
        )
    (a, b, c), (d, e, f), (g, h, i) = (row.unbind(-1) for row in R.unbind(-2))
    one = torch.ones_like(a)
    wx, wy, wz = h - f, c - g, d - b
    xy, xz, yz = b + d, c + g, f + h
    rows = [
        torch.stack([one + a + e + i, wx, wy, wz], -1),
        torch.stack([wx, one + a - e - i, xy, xz], -1),
        torch.stack([wy, xy, one - a + e - i, yz], -1),
        torch.stack([wz, xz, yz, one - a - e + i], -1),
    ]
    outer = torch.stack(rows, -2)
    largest = outer.diagonal(dim1=-2, dim2=-1).argmax(-1)
    q = torch.take_along_dim(outer, largest[..., None, None], -2).squeeze(-2)
    q = q / q.norm(dim=-1, keepdim=True)
    return torch.where(q[..., :1] < 0, -q, q)
