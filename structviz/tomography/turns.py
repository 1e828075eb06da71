"""How sinograms move when the image turns or is mirrored: views change places, detectors run backwards."""

import math

import torch

from structviz.errors import ConfigError
from structviz.tomography.geometry import ParallelBeam
from structviz.types import Sinograms

__all__ = ["check_turns", "mirror_sinogram", "turn_sinogram"]


def turn_sinogram(y: Sinograms, geometry: ParallelBeam, quarter_turns: int) -> Sinograms:
    """The sinograms of the images turned by quarter turns: A(rot90(x)) from Ax, without x.

    A turn of the image by π/2 moves the view at θ to θ + π/2, and a view beyond half a turn is one before it,
    read from the other end. So views only change places, if the turned ones are among those there are.

    Parameters
    ----------
    y
        Shape (batch, 1, views, detectors).
    geometry
        Where its rays run: an even number of views over half a turn.
    quarter_turns
        Counter-clockwise positive, any whole number.

    Returns
    -------
    Tensor
        Shape of `y`, a new tensor.

    Raises
    ------
    ConfigError
        If the number of views is odd or they do not span half a turn.

    Examples
    --------
    >>> y = torch.arange(8.0).reshape(1, 1, 4, 2)
    >>> turn_sinogram(y, ParallelBeam(image_size=2, n_views=4, n_detectors=2), 1)[0, 0].tolist()
    [[5.0, 4.0], [7.0, 6.0], [0.0, 1.0], [2.0, 3.0]]
    """
    check_turns(geometry)
    half = geometry.n_views // 2
    turned = y.flip(-1) if quarter_turns % 4 >= 2 else y.clone()  # half a turn reads every view backwards
    if quarter_turns % 2:
        turned = torch.cat((turned[..., half:, :].flip(-1), turned[..., :half, :]), dim=-2)
    return turned


def mirror_sinogram(y: Sinograms, geometry: ParallelBeam) -> Sinograms:
    """The sinograms of the images with left and right exchanged: the view at θ becomes that at π - θ.

    Parameters
    ----------
    y
        Shape (batch, 1, views, detectors).
    geometry
        Where its rays run: views over half a turn, the first at the angle 0.

    Raises
    ------
    ConfigError
        If the views do not span half a turn or do not start at 0.
    """
    _check_half_turn(geometry)
    if geometry.first_angle != 0:
        raise ConfigError(
            f"A mirror maps views to views if the first is at the angle 0; got {geometry.first_angle!r}: "
            "choose first_angle=0."
        )
    # θ = 0 stays where it is and sees left and right exchanged.
    return torch.cat((y[..., :1, :].flip(-1), y[..., 1:, :].flip(-2)), dim=-2)


def check_turns(geometry: ParallelBeam) -> None:
    """Check that a quarter turn of the image maps views to views.

    Raises
    ------
    ConfigError
        If the number of views is odd or they do not span half a turn.
    """
    _check_half_turn(geometry)
    if geometry.n_views % 2:
        raise ConfigError(
            f"A quarter turn maps views to views if their number is even; got {geometry.n_views} views: add one."
        )


def _check_half_turn(geometry: ParallelBeam) -> None:
    if abs(geometry.angular_range - math.pi) > 1e-12:
        raise ConfigError(
            f"Turned views are among those there are if these span π radians; got {geometry.angular_range!r}: "
            "choose angular_range=math.pi."
        )
