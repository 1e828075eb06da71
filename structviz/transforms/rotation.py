"""Rotations of images about their centre: quarter turns exactly, the others by cubic splines."""

import math
from typing import Literal, get_args

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError, ShapeError
from structviz.transforms.spline import sample
from structviz.transforms.validation import check_images
from structviz.types import Images, Mask, PerImage

__all__ = ["Angle", "Padding", "disc_mask", "is_quarter_turn", "rotate"]

Angle = float | int | Float[Tensor, ""] | PerImage
"""Radians, counter-clockwise positive: one for all images or one for each."""

Padding = Literal["reflect", "zeros"]
"""What lies outside the image: its mirror image about the border pixel centres, or nothing."""

_QUARTER = math.pi / 2
_SAME_ANGLE = 1e-7
"""Radians; over 1000 pixels an angle this small moves nothing by more than a ten-thousandth of a pixel."""

_CHUNK = 2**17
"""Pixels resampled in one go: the working memory stays near 10 MB, whatever the batch."""


def rotate(
    images: Images, angle: Angle, padding: Padding = "reflect"
) -> Float[Tensor, "batch channel new_row new_column"]:
    """Rotate images about their centre.

    Equivariance can only be seen through a rotation that loses less than the networks do. Multiples of pi/2
    therefore only permute pixels. Any other angle is split into the nearest quarter turn (half turn, if the
    image is not square) and a rest, for which a cubic spline is resampled. Photographs of 128 x 128 pixels
    that are turned there and back keep 45.1 dB inside the disc, against 35.8 dB with bilinear and 42.8 dB
    with bicubic interpolation (`python -m benchmarks.rotation`).

    Parameters
    ----------
    images
        Shape (batch, channel, row, column), float32 or float64, any range.
    angle
        Radians, counter-clockwise positive as in `numpy.rot90`: a number, or a tensor with one angle per
        image. No gradient flows to it.
    padding
        What is seen from outside the image: "reflect" (its mirror image about the border pixel centres) or
        "zeros".

    Returns
    -------
    Tensor
        A new tensor on the same canvas; odd quarter turns swap the numbers of rows and columns.
        Differentiable in `images`. Splines overshoot at edges: values may leave the range of the input a
        little.

    Raises
    ------
    ShapeError
        If `images` is not a batch of float images, the number of angles is not the number of images, or the
        results would have different shapes.
    ConfigError
        If an angle is not a finite number or the padding is unknown.

    References
    ----------
    M. Unser, "Splines: a perfect fit for signal and image processing", IEEE Signal Processing Magazine 16(6),
    22-38, 1999.

    Examples
    --------
    >>> rotate(torch.tensor([[[[1.0, 2.0, 3.0]]]]), math.pi / 2).flatten().tolist()
    [3.0, 2.0, 1.0]
    """
    check_images(images)
    if padding not in get_args(Padding):
        raise ConfigError(f"padding must be one of {get_args(Padding)}, got {padding!r}: choose one of them")
    square = images.shape[-2] == images.shape[-1]
    quarters, rest = _split(_angles(angle, images.shape[0]), square)
    if not square and (quarters % 2).unique().numel() > 1:
        raise ShapeError(
            f"odd quarter turns swap rows and columns, so they share a batch with other angles only if the "
            f"images are square, got {images.shape[-2]} x {images.shape[-1]} pixels: rotate in separate calls"
        )
    if images.shape[0] == 0:
        return images.clone()
    if quarters.numel() == 1:
        return _rotate_alike(images, int(quarters), rest, padding)

    # Images that take the same path go together; `order` records where each result belongs.
    kinds = 2 * quarters + (rest != 0)
    order, pieces = [], []
    for kind in kinds.unique().tolist():
        members = (kinds == kind).nonzero().flatten()
        order.append(members)
        pieces.append(_rotate_alike(images[members.to(images.device)], kind // 2, rest[members], padding))
    return torch.cat(pieces)[torch.cat(order).argsort().to(images.device)]


def is_quarter_turn(angle: float | int) -> bool:
    """Whether `rotate` does this angle (radians) exactly, as a permutation of pixels."""
    _, rest = _split(_angles(angle, 1), square=True)
    return rest.item() == 0


def disc_mask(rows: int, columns: int, margin: float | int = 0.0, device: torch.device | str | None = None) -> Mask:
    """Mark the pixels that every rotation keeps inside the image.

    Errors are compared there, since the corners of a turned image show what was never recorded.

    Parameters
    ----------
    rows, columns
        Size of the image in pixels.
    margin
        How far to stay away from the border, in pixels: a pixel centre counts if its distance from the image
        centre is at most (min(rows, columns) - 1) / 2 - margin.
    device
        Where the mask shall live.

    Returns
    -------
    Tensor
        Bool, shape (rows, columns); invariant under quarter turns and flips. All false if the margin leaves
        nothing.

    Raises
    ------
    ConfigError
        If a size is below 1, or the margin is not a finite number >= 0.

    Examples
    --------
    >>> disc_mask(3, 3).sum().item()
    5
    """
    if rows < 1 or columns < 1:
        raise ConfigError(f"a mask needs rows and columns >= 1, got {rows} x {columns}: pass the image size")
    if not (math.isfinite(margin) and margin >= 0):
        raise ConfigError(f"margin must be a finite number of pixels >= 0, got {margin}: pass for example 4.0")
    # Twice the distances, so that they are whole numbers and the disc is exactly symmetric.
    y = 2 * torch.arange(rows, device=device) - (rows - 1)
    x = 2 * torch.arange(columns, device=device) - (columns - 1)
    diameter = min(rows, columns) - 1 - 2 * margin
    if diameter < 0:
        return torch.zeros(rows, columns, dtype=torch.bool, device=device)
    return (y**2)[:, None] + x**2 <= diameter**2


def _rotate_alike(images: Tensor, quarters: int, rest: Tensor, padding: str) -> Tensor:
    """Turn all images by the same quarter turns, then each by its rest: zero for all of them, or for none."""
    turned = torch.rot90(images, quarters, (-2, -1))
    if not rest.any():
        return turned
    per_chunk = max(1, _CHUNK // images[0].numel())
    rests = [rest] * -(-images.shape[0] // per_chunk) if rest.numel() == 1 else rest.split(per_chunk)
    return torch.cat([_resample(*some, padding) for some in zip(turned.split(per_chunk), rests, strict=True)])


def _resample(images: Tensor, angles: Tensor, padding: str) -> Tensor:
    """Rotate by one angle, or one for each image, on a fixed canvas."""
    n_rows, n_columns = images.shape[-2:]
    y = torch.arange(n_rows, dtype=torch.float64, device=images.device)[:, None] - (n_rows - 1) / 2
    x = torch.arange(n_columns, dtype=torch.float64, device=images.device) - (n_columns - 1) / 2
    cos, sin = (f(angles).to(images.device)[:, None, None] for f in (torch.cos, torch.sin))
    # Each pixel shows what was at R(-angle) of it; rows count downwards, hence the signs.
    from_y, from_x = cos * y + sin * x, cos * x - sin * y

    reach = math.hypot(n_rows - 1, n_columns - 1) / 2
    pad = math.ceil(reach - (min(n_rows, n_columns) - 1) / 2) + 2
    rotated = sample(images, from_y + (n_rows - 1) / 2, from_x + (n_columns - 1) / 2, pad)
    if padding == "zeros":
        inside = (from_y.abs() <= n_rows / 2) & (from_x.abs() <= n_columns / 2)
        rotated = torch.where(inside[:, None], rotated, 0.0)
    return rotated


def _angles(angle: Angle, n_images: int) -> tuple[Tensor, Tensor]:
    """Angles in float64 on the CPU, one or one per image, and how far each may be off by rounding."""
    if isinstance(angle, Tensor):
        if not angle.is_floating_point():
            raise ConfigError(f"angles must be floats in radians, got {angle.dtype}: call .float() on them")
        if angle.ndim > 1 or (angle.ndim == 1 and angle.shape[0] != n_images):
            raise ShapeError(
                f"there must be one angle, or one for each of the {n_images} images, got shape "
                f"{tuple(angle.shape)}: pass a number or a 1-D tensor of length {n_images}"
            )
        eps = torch.finfo(angle.dtype).eps
        angles = angle.detach().to("cpu", torch.float64).reshape(-1)
    else:
        try:
            angles = torch.tensor([float(angle)], dtype=torch.float64, device="cpu")
        except (TypeError, ValueError) as error:
            raise ConfigError(f"the angle must be a number of radians, got {angle!r}: pass a float") from error
        eps = torch.finfo(torch.float64).eps
    if not angles.isfinite().all():
        bad = angles[~angles.isfinite()][0].item()
        raise ConfigError(f"angles must be finite numbers of radians, got {bad}: check where it came from")
    return angles, _SAME_ANGLE + 2 * eps * angles.abs()


def _split(angles: tuple[Tensor, Tensor], square: bool) -> tuple[Tensor, Tensor]:
    """Quarter turns 0 to 3 that keep the canvas or are the whole angle, and the rest in radians."""
    value, tolerance = angles
    quarters = torch.round(value / _QUARTER)
    rest = value - quarters * _QUARTER
    exact = rest.abs() <= tolerance
    if not square:
        quarters = torch.where(exact, quarters, 2 * torch.round(value / math.pi))
        rest = value - quarters * _QUARTER
    return quarters.long() % 4, torch.where(exact, 0.0, rest)
