"""What tests of augmented training read from its pairs: how far an image was turned, how evenly numbers are spread."""

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.types import Images, PerImage

__all__ = ["angles_of_ramps", "distance_from_uniform", "most_distance", "ramp"]


def ramp(size: int) -> Float[Tensor, "1 1 size size"]:
    """An image that brightens from left to right, from 0.1 to 0.4; turned, it brightens in another direction."""
    return torch.linspace(0.1, 0.4, size).expand(1, 1, size, size).contiguous()


def angles_of_ramps(images: Images) -> PerImage:
    """By how much each ramp was turned, in radians from 0 to 2π, counter-clockwise; read off at its centre."""
    row, column = images.shape[-2] // 2, images.shape[-1] // 2
    right = images[:, 0, row - 1 : row + 1, column] - images[:, 0, row - 1 : row + 1, column - 1]
    up = images[:, 0, row - 1, column - 1 : column + 1] - images[:, 0, row, column - 1 : column + 1]
    return torch.atan2(up.sum(1), right.sum(1)) % (2 * torch.pi)


def distance_from_uniform(values: Float[Tensor, "n"], highest: float) -> float:
    """The Kolmogorov–Smirnov distance of some numbers from the uniform distribution on [0, highest]."""
    shares = values.double().sort().values / highest
    steps = torch.arange(len(values) + 1, dtype=torch.float64) / len(values)
    return torch.maximum(steps[1:] - shares, shares - steps[:-1]).max().item()


def most_distance(n: int) -> float:
    """The distance of n uniform numbers that one seed in a million exceeds."""
    return 2.7 / n**0.5
