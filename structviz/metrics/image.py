"""PSNR and SSIM, as scikit-image computes them, for batches, on any device, and inside a mask."""

import math

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from structviz.errors import ConfigError, ShapeError
from structviz.transforms.validation import check_images
from structviz.types import Images, Mask, PerImage

__all__ = ["psnr", "ssim"]

_WINDOW = 7
_K1, _K2 = 0.01, 0.03


def psnr(x: Images, reference: Images, data_range: float | int = 1.0, mask: Mask | None = None) -> PerImage:
    """Peak signal-to-noise ratio in decibels, 10 log10(data_range^2 / mean squared error).

    Parameters
    ----------
    x, reference
        Shape (batch, channel, row, column), both the same.
    data_range
        Largest minus smallest value that an image can take, > 0.
    mask
        Bool, shape (row, column): the pixels that count, all if None.

    Returns
    -------
    Tensor
        Shape (batch,), the mean squared error being taken over channels and pixels; inf for equal images.

    Raises
    ------
    ShapeError
        If the shapes do not fit or the mask is empty.
    ConfigError
        If `data_range` is not a finite number above 0.

    Examples
    --------
    >>> truth = torch.zeros(1, 1, 8, 8)
    >>> round(psnr(truth + 0.1, truth).item(), 3)
    20.0
    """
    _check(x, reference, data_range, mask)
    squares = (x.double() - reference.double()) ** 2
    return (10 * torch.log10(data_range**2 / _mean(squares, mask))).to(x.dtype)


def ssim(x: Images, reference: Images, data_range: float | int = 1.0, mask: Mask | None = None) -> PerImage:
    """Structural similarity: how well means, contrasts and patterns agree in windows of 7 x 7 pixels.

    Equal to `skimage.metrics.structural_similarity` with its defaults: uniform window, sample covariances,
    K1 = 0.01, K2 = 0.03, and the 3 pixels along the border, whose windows would stick out, left out.

    Parameters
    ----------
    x, reference
        Shape (batch, channel, row, column), both the same, at least 7 x 7 pixels.
    data_range
        Largest minus smallest value that an image can take, > 0.
    mask
        Bool, shape (row, column): the window centres that count, all if None; the border never does.

    Returns
    -------
    Tensor
        Shape (batch,), in [-1, 1], 1 for equal images; the mean over channels and window centres.

    Raises
    ------
    ShapeError
        If the shapes do not fit, an image is smaller than the window, or the mask is empty inside the border.
    ConfigError
        If `data_range` is not a finite number above 0.

    References
    ----------
    Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, "Image quality assessment: from error visibility to
    structural similarity", IEEE Transactions on Image Processing 13(4), 600-612, 2004.

    Examples
    --------
    >>> image = torch.linspace(0, 1, 81).reshape(1, 1, 9, 9)
    >>> ssim(image, image).item()
    1.0
    """
    _check(x, reference, data_range, mask)
    if min(x.shape[-2:]) < _WINDOW:
        raise ShapeError(
            f"ssim needs images of at least {_WINDOW} x {_WINDOW} pixels, got {x.shape[-2]} x {x.shape[-1]}: "
            f"use a larger image, or psnr"
        )
    if mask is not None:
        border = _WINDOW // 2
        mask = mask[border:-border, border:-border]
        _check_mask(mask)

    # float64, because E[x^2] - E[x]^2 cancels.
    x64, y64 = x.double(), reference.double()
    mean_x, mean_y, mean_xx, mean_yy, mean_xy = (
        avg_pool2d(product, _WINDOW, stride=1) for product in (x64, y64, x64 * x64, y64 * y64, x64 * y64)
    )
    sample = _WINDOW**2 / (_WINDOW**2 - 1)
    variances = sample * (mean_xx - mean_x**2 + mean_yy - mean_y**2)
    covariance = sample * (mean_xy - mean_x * mean_y)
    c1, c2 = (_K1 * data_range) ** 2, (_K2 * data_range) ** 2
    luminance = (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)
    return _mean(luminance * (2 * covariance + c2) / (variances + c2), mask).to(x.dtype)


def _mean(values: Tensor, mask: Tensor | None) -> Tensor:
    if mask is not None:
        values = values[..., mask.to(values.device)]
    return values.flatten(1).mean(1)


def _check(x: Tensor, reference: Tensor, data_range: float | int, mask: Tensor | None) -> None:
    check_images(x, "x")
    check_images(reference, "reference")
    if x.shape != reference.shape:
        raise ShapeError(
            f"x and reference must have the same shape, got {tuple(x.shape)} and {tuple(reference.shape)}: "
            f"expand one of them"
        )
    if not (math.isfinite(data_range) and data_range > 0):
        raise ConfigError(f"data_range must be a finite number above 0, got {data_range}: pass 1.0 for [0, 1]")
    if mask is not None:
        if mask.dtype != torch.bool or mask.shape != x.shape[-2:]:
            raise ShapeError(
                f"the mask must be bool of shape {tuple(x.shape[-2:])}, got {mask.dtype} of shape "
                f"{tuple(mask.shape)}: pass for example disc_mask{tuple(x.shape[-2:])}"
            )
        _check_mask(mask)


def _check_mask(mask: Tensor) -> None:
    if not mask.any():
        raise ShapeError(
            f"the mask must leave pixels to compare, got none of {mask.shape[0]} x {mask.shape[1]}: make it larger"
        )
