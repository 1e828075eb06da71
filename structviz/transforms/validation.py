"""What every function of images asks of them, said once."""

import torch
from torch import Tensor

from structviz.errors import ConfigError, ShapeError

__all__ = ["check_images", "side_of_square"]


def check_images(images: Tensor, name: str = "images") -> None:
    """Raise a ShapeError unless `images` is a batch of float images with pixels in them.

    Type checkers see the same rule in the annotations; this is for those who run without one.
    """
    if images.ndim != 4 or 0 in images.shape[1:]:
        raise ShapeError(
            f"{name} must have the shape (batch, channel, row, column) with pixels in them, got "
            f"{tuple(images.shape)}: add the missing axes, e.g. image[None, None]"
        )
    if images.dtype not in (torch.float32, torch.float64):
        raise ShapeError(f"{name} must be float32 or float64, got {images.dtype}: call .float() on them")


def side_of_square(images: Tensor) -> int:
    """Side in pixels of images that can turn on their canvas.

    Raises
    ------
    ConfigError
        If they are not square.
    """
    rows, columns = images.shape[-2:]
    if rows != columns:
        raise ConfigError(f"The image must be square, so that it can turn; got {rows}×{columns}. Crop it first.")
    return rows
