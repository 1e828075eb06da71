"""Does it matter whether one first rotates and then applies the network, or the other way round?"""

from collections.abc import Callable

import torch
from torch import Tensor

from structviz.checks.relative import relative_errors
from structviz.errors import ShapeError
from structviz.transforms.rotation import disc_mask, is_quarter_turn, rotate
from structviz.types import Images

__all__ = ["equivariance_error", "interpolation_error"]

_MARGIN = 4.0


@torch.no_grad()
def equivariance_error(
    net: Callable[[Tensor], Tensor],
    images: Images,
    angle: float | int,
    margin: float | int = _MARGIN,
    outputs: Images | None = None,
) -> float:
    """Measure || net(R x) - R net(x) || / || R net(x) ||, with R the rotation by `angle`.

    At quarter turns R permutes pixels, the norm runs over the whole image, and an equivariant network
    reaches rounding error. At other angles R interpolates and brings in what was never recorded, so the norm
    runs over the inscribed disc less `margin`, and what remains must be read beside `interpolation_error`.

    Parameters
    ----------
    net
        Any map from images to images, of whatever number of channels. It is called as it is: put a module
        into eval mode first, or its dropout and batch statistics are part of what is measured.
    images
        Shape (batch, channel, row, column); one norm over the whole batch.
    angle
        Radians, counter-clockwise positive.
    margin
        Pixels between the disc and the border of the image. At 4 pixels the influence of the border on the
        spline has fallen below 1 %; a network whose outputs see r pixels far needs r more, to keep out what
        it sees of the corners.
    outputs
        net(x), where it is known already.

    Returns
    -------
    float
        0 if both orders agree; inf if they do not and R net(x) vanishes; nan if the network returns nan.

    Raises
    ------
    ShapeError
        If the network does not return images, the two orders give different shapes, or the disc is empty.

    Examples
    --------
    >>> equivariance_error(torch.sigmoid, torch.eye(5)[None, None], torch.pi / 2)
    0.0
    """
    upright = net(images) if outputs is None else outputs
    return _relative_error(net(rotate(images, angle)), rotate(upright, angle), angle, margin)


@torch.no_grad()
def interpolation_error(images: Images, angle: float | int, margin: float | int = _MARGIN) -> float:
    """Measure || R^-1 R x - x || / || x ||: what rotating there and back costs by itself.

    It stands beside `equivariance_error`, over the same pixels, as a scale and not as a bound: a network that smooths
    leaves R less detail to lose. On the lecture's stripes, whose period is two pixels, at 15 degrees and with a margin
    of an eighth of the image it is 0.39, while the networks that ship have errors from 0.09 to 0.25 there.

    Parameters
    ----------
    images
        Shape (batch, channel, row, column).
    angle
        Radians, counter-clockwise positive.
    margin
        Pixels between the disc and the border of the image.

    Returns
    -------
    float
        Exactly 0 at quarter turns.

    Raises
    ------
    ShapeError
        If the disc is empty.

    Examples
    --------
    >>> interpolation_error(torch.eye(5)[None, None], torch.pi / 2)
    0.0
    """
    return _relative_error(rotate(rotate(images, angle), -angle), images, angle, margin)


def _relative_error(left: Tensor, right: Tensor, angle: float | int, margin: float | int) -> float:
    if left.shape != right.shape:
        raise ShapeError(
            f"rotating before and after must give the same shape, got {tuple(left.shape)} and "
            f"{tuple(right.shape)}: use a map whose output turns with its input"
        )
    if not is_quarter_turn(angle):
        mask = disc_mask(left.shape[-2], left.shape[-1], margin, left.device)
        if not mask.any():
            raise ShapeError(
                f"the inscribed disc less the margin must hold pixels, got {left.shape[-2]} x "
                f"{left.shape[-1]} pixels and a margin of {margin}: use larger images or a smaller margin"
            )
        left, right = left[..., mask], right[..., mask]
    return relative_errors(left[None], right[None]).item()
