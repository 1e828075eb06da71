"""Invertibility: layers that can be undone exactly."""

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["coupling", "coupling_inverse"]


def coupling(x: Float[Tensor, "*batch 2"]) -> Float[Tensor, "*batch 2"]:
    """Two additive coupling layers: y₂ = x₂ + f(x₁), then y₁ = x₁ + f(y₂), with f(s) = sin(3 s) / 5."""
    y2 = x[..., 1] + _shift(x[..., 0])
    return torch.stack([x[..., 0] + _shift(y2), y2], -1)


def coupling_inverse(y: Float[Tensor, "*batch 2"]) -> Float[Tensor, "*batch 2"]:
    """The points that `coupling` moved to y: what was added is subtracted, last layer first; f needs no inverse."""
    x1 = y[..., 0] - _shift(y[..., 1])
    return torch.stack([x1, y[..., 1] - _shift(x1)], -1)


def _shift(s: Tensor) -> Tensor:
    return 0.2 * torch.sin(3 * s)
