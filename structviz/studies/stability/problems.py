"""The inverse problems in which the page plugs a denoiser: a blurred photograph, and a scan with few views."""

from dataclasses import dataclass

import torch
from torch import Tensor

from structviz import data
from structviz.errors import ConfigError
from structviz.studies.stability.plug_and_play import Operator, blur
from structviz.tomography import ParallelBeam, RayTransform
from structviz.types import Images

__all__ = ["SCANNED", "Problem", "deblurring", "scanning"]

SCANNED = ("ellipses", "shepp-logan")
"""Phantoms that can be scanned."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Find x from y = Ax + noise.

    Attributes
    ----------
    A, adjoint
        The operator, so scaled that ‖A‖ is at most 1, and its transpose.
    x, y
        The image, in [0, 1], and the data.
    start
        Where iterations begin.
    """

    A: Operator
    adjoint: Operator
    x: Images
    y: Tensor
    start: Images


def deblurring(x: Images, width: float, sigma: float, seed: int = 0) -> Problem:
    """A blurred image with noise.

    Parameters
    ----------
    x
        The image.
    width
        Of the blur, in pixels, as for `structviz.studies.stability.blur`.
    sigma
        Standard deviation of the noise.
    seed
        Of the noise.

    Returns
    -------
    Problem
        The blur, which is its own transpose, the image, and the noisy data, from which an iteration begins.
    """
    A = blur(width)
    y = A(x)
    y = y + sigma * _noise(y, seed)
    return Problem(A, A, x, y, y)


def scanning(phantom: str, size: int, n_views: int, sigma: float, seed: int = 0) -> Problem:
    """A scan with parallel rays; an iteration begins at zero.

    Parameters
    ----------
    phantom
        One of `SCANNED`, so scaled that its largest value is 1.
    size
        Side of the image in pixels.
    n_views
        Views over half a turn.
    sigma
        Standard deviation of the noise, in parts of the largest value of the data.
    seed
        Of the noise.

    Returns
    -------
    Problem
        The scaled ray transform with its transpose, the phantom, shape (1, 1, size, size), and the noisy data.

    Raises
    ------
    ConfigError
        If there is no such phantom.
    """
    if phantom not in SCANNED:
        raise ConfigError(f"What is scanned here is one of {', '.join(SCANNED)}; got {phantom!r}.")
    generator = torch.Generator().manual_seed(0)
    x = data.shepp_logan(size) if phantom == "shepp-logan" else data.ellipses(1, size, generator)
    x = x / x.max()
    rays = RayTransform(ParallelBeam(size, n_views))
    scale = 1 / (_ABOVE * rays.norm())
    y = scale * rays(x)
    y = y + sigma * y.max() * _noise(y, seed)
    return Problem(lambda z: scale * rays(z), lambda z: scale * rays.adjoint(z), x, y, torch.zeros_like(x))


_ABOVE = 1.01
"""By which the norm of the rays is enlarged: a power iteration comes from below."""


def _noise(like: Tensor, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(like.shape, generator=generator, dtype=torch.float64).to(like)
