"""The price of a promise: how well denoisers do against the level of the noise."""

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.metrics import psnr
from structviz.transforms import add_gaussian
from structviz.types import Images

__all__ = ["denoising_quality"]


@torch.no_grad()
def denoising_quality(
    net: Callable[[Images], Images], x: Images, sigmas: Sequence[float], seed: int = 0
) -> Float[Tensor, "level batch"]:
    """PSNR of each denoised image in dB, for each level of the noise; all networks see the same noise.

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

    Examples
    --------
    >>> denoising_quality(lambda y: y, torch.zeros(1, 1, 64, 64), [0.1]).round().tolist()
    [[20.0]]
    """
    found = []
    for sigma in sigmas:
        noisy = add_gaussian(x, sigma, torch.Generator().manual_seed(seed))
        found.append(psnr(net(noisy), x))
    return torch.stack(found)
