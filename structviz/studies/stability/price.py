"""The price of a promise: how well denoisers do against the level of the noise."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.metrics import psnr
from structviz.stopping import stop_if_asked
from structviz.transforms import add_gaussian
from structviz.types import Images

__all__ = ["Quality", "denoising_quality"]


@dataclass(frozen=True, eq=False)
class Quality:
    """How well a denoiser does.

    Attributes
    ----------
    sigmas
        Standard deviations of the noise.
    psnr
        Of each output, in dB.
    outputs
        The denoised images.
    """

    sigmas: tuple[float, ...]
    psnr: Float[Tensor, "level batch"]
    outputs: Float[Tensor, "level batch 1 row column"]


@torch.no_grad()
def denoising_quality(net: Callable[[Images], Images], x: Images, sigmas: Sequence[float], seed: int = 0) -> Quality:
    """Denoise images with noise of several levels; each network sees the same noise.

    Parameters
    ----------
    net
        A denoiser.
    x
        Clean images.
    sigmas
        Standard deviations of the noise.
    seed
        Of the noise.

    Returns
    -------
    Quality
        PSNR in dB, shape (level, batch), and the denoised images, shape (level, batch, 1, row, column).

    Examples
    --------
    >>> denoising_quality(lambda y: y, torch.zeros(1, 1, 64, 64), [0.1]).psnr.round().tolist()
    [[20.0]]
    """
    outputs = []
    for sigma in sigmas:
        stop_if_asked()
        outputs.append(net(add_gaussian(x, sigma, torch.Generator().manual_seed(seed))))
    return Quality(tuple(sigmas), torch.stack([psnr(output, x) for output in outputs]), torch.stack(outputs))
