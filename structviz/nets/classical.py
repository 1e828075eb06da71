"""Denoisers that learn nothing: the yardsticks of scikit-image, with one parameter each to tune."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import torch
from torch import nn

from structviz.types import Images

__all__ = ["CLASSICAL", "Classical", "ClassicalDenoiser", "nonlocal_means", "total_variation"]


@dataclass(frozen=True)
class Classical:
    """A denoiser that is told the noise level, and the values among which its strength is tuned."""

    title: str
    denoise: Callable[[Images, float, float], Images]
    strengths: tuple[float, ...]


def total_variation(y: Images, sigma: float, strength: float) -> Images:
    """Minimise ½‖x − y‖² + weight · TV(x), with weight = strength · σ, by Chambolle's method.

    Parameters
    ----------
    y
        Noisy images.
    sigma
        Their noise level σ.
    strength
        The weight in units of σ; see `CLASSICAL` for the values among which it is tuned.

    Returns
    -------
    Images
        The denoised images, in the shape of `y`.

    References
    ----------
    Chambolle: An algorithm for total variation minimization and applications. J. Math. Imaging Vis. 20, 2004.
    """
    from skimage.restoration import denoise_tv_chambolle

    weight = strength * sigma
    return _each(y, lambda image: denoise_tv_chambolle(image, weight=weight, eps=1e-4, max_num_iter=500))


def nonlocal_means(y: Images, sigma: float, strength: float) -> Images:
    """Average over similar patches, with the cut-off h = strength · σ and σ itself known.

    Parameters
    ----------
    y
        Noisy images.
    sigma
        Their noise level σ.
    strength
        The cut-off in units of σ; see `CLASSICAL` for the values among which it is tuned.

    Returns
    -------
    Images
        The denoised images, in the shape of `y`.

    References
    ----------
    Buades, Coll, Morel: A non-local algorithm for image denoising. CVPR 2005.
    """
    from skimage.restoration import denoise_nl_means

    h = strength * sigma
    return _each(
        y,
        lambda image: denoise_nl_means(
            image, h=h, sigma=sigma, fast_mode=True, patch_size=5, patch_distance=6, preserve_range=True
        ),
    )


CLASSICAL: Mapping[str, Classical] = MappingProxyType(
    {
        "tv": Classical("Total variation", total_variation, (0.5, 0.7, 0.9, 1.1, 1.3)),
        "nlm": Classical("Non-local means", nonlocal_means, (0.4, 0.6, 0.8, 1.0, 1.2)),
    }
)
"""The yardsticks by name."""


class ClassicalDenoiser(nn.Module):
    """One of the yardsticks as a module, called like a network; unlike a network it knows the noise level.

    Parameters
    ----------
    name
        "tv" or "nlm".
    sigma
        Standard deviation of the noise; without noise there is nothing to do.
    strength
        In units of σ.

    Examples
    --------
    >>> y = torch.full((1, 1, 8, 8), 0.5)
    >>> torch.allclose(ClassicalDenoiser("tv", 0.1, 0.9)(y), y)
    True
    """

    def __init__(self, name: str, sigma: float, strength: float) -> None:
        super().__init__()
        self.name, self.sigma, self.strength = name, sigma, strength

    def forward(self, y: Images) -> Images:
        """Denoise a batch of grey images of any size."""
        return CLASSICAL[self.name].denoise(y, self.sigma, self.strength) if self.sigma else y


def _each(y: Images, denoise: Callable[[np.ndarray], np.ndarray]) -> Images:
    images = [torch.as_tensor(denoise(image)) for image in y[:, 0].double().cpu().numpy()]
    return torch.stack(images)[:, None].to(y)
