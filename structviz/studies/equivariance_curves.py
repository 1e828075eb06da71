"""How far networks are from turning their output with their input, at every angle of a full turn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch

from structviz.errors import ShapeError
from structviz.studies.turning import Angles, errors_by_angle, in_chunks, turn_angles, turned_to
from structviz.transforms import add_noise, rotate, side_of_square
from structviz.types import Image, Images

__all__ = ["EquivarianceCurves", "equivariance_curves"]


@dataclass(frozen=True)
class EquivarianceCurves:
    """How far each arm is from turning its output with its input, at every angle.

    Attributes
    ----------
    angles
        Of one full turn, from 0.
    arms
        For each arm the equivariance error at each angle, as `structviz.checks.equivariance_error` has it.
    interpolation
        What turning the clean image there and back costs by itself: `structviz.checks.interpolation_error`.
    """

    angles: Angles
    arms: Mapping[str, tuple[float, ...]]
    interpolation: tuple[float, ...]


@torch.no_grad()
def equivariance_curves(
    nets: Mapping[str, Callable[[Images], Images]],
    image: Image,
    n_angles: int = 72,
    noise: str = "gaussian",
    level: float = 0.25,
    seed: int = 0,
) -> EquivarianceCurves:
    """Measure the equivariance error of every network over a full turn of one noisy image.

    Parameters
    ----------
    nets
        The arms by name.
    image
        The clean upright image, square.
    n_angles
        Angles of the curves, a multiple of 4.
    noise, level, seed
        As for `film_strip`. The noisy image itself is turned, so that the noise turns with it.

    Raises
    ------
    ConfigError
        If the image is not square, the number of angles does not fit or the noise is not valid.

    Examples
    --------
    >>> from structviz import data
    >>> equivariance_curves({"sigmoid": torch.sigmoid}, data.stripes(1, size=16), n_angles=4).arms["sigmoid"]
    (0.0, 0.0, 0.0, 0.0)
    """
    side = side_of_square(image)
    angles, noisy = turn_angles(n_angles), add_noise(image, noise, level, torch.Generator().manual_seed(seed))
    inputs, upright = turned_to(noisy, angles), image.expand(n_angles, -1, -1, -1)

    def errors(found: Images, expected: Images) -> tuple[float, ...]:
        if found.shape != inputs.shape or expected.shape != inputs.shape:
            raise ShapeError(
                f"A denoiser keeps the {side}×{side} pixels of its input; got {found.shape[-2]}×{found.shape[-1]}. "
                "Use one that does."
            )
        return tuple(errors_by_angle(found, expected, angles).tolist())

    return EquivarianceCurves(
        angles=angles,
        arms={arm: errors(in_chunks(net, inputs), turned_to(net(noisy), angles)) for arm, net in nets.items()},
        interpolation=errors(rotate(turned_to(image, angles), -angles), upright),
    )
