"""The exact density of a toy set, against which a learned one can be measured."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.data.toy import TOY_SETS, toy
from structviz.errors import ConfigError
from structviz.types import Points

__all__ = ["toy_log_density"]

_SEED = 2_718_281
_BLOCK = 2**22
"""Pairs of points at a time, so that memory stays small."""


def toy_log_density(name: str, x: Points, n_places: int = 20_000) -> Float[Tensor, "batch"]:
    """Log-density of both classes of a toy set together, in nats: the mean of the noise's density about its places.

    The mean is over places that are drawn once, so it is exact up to about 1 / √n_places, relative.

    Parameters
    ----------
    name
        A key of `TOY_SETS`, of a set with noise in both coordinates.
    x
        Where, shape (batch, 2).
    n_places
        How many places, 2 or more.

    Returns
    -------
    Tensor
        The natural logarithm of the density at each of the points, shape (batch,).

    Raises
    ------
    ConfigError
        If the set is unknown or lies on a line, where it has no density in the plane.

    Examples
    --------
    >>> toy_log_density("gaussians", torch.zeros(1, 2)) < toy_log_density("gaussians", torch.full((1, 2), 0.5))
    tensor([True])
    """
    places, _ = toy(name, n_places, torch.Generator().manual_seed(_SEED), noise=0)
    toy_set = TOY_SETS[name]
    if toy_set.dimension != 2:
        raise ConfigError(f"A set in the plane has a density there; {name!r} lies on a line. Choose another one.")
    means, points = places.double(), x.double()
    blocks = points.split(max(1, _BLOCK // len(means)))
    sums = [torch.logsumexp(-torch.cdist(part, means).square() / (2 * toy_set.noise**2), 1) for part in blocks]
    return torch.cat(sums) - math.log(len(means) * 2 * math.pi * toy_set.noise**2)
