"""How far networks are from turning their output with their input, at every angle of a full turn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch

from structviz.errors import ShapeError
from structviz.studies.turning import Angles, FilmStrip, errors_by_angle, in_chunks, turned_to
from structviz.transforms import rotate
from structviz.types import Images

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
def equivariance_curves(nets: Mapping[str, Callable[[Images], Images]], strip: FilmStrip) -> EquivarianceCurves:
    """Measure the equivariance error of every network over a full turn of one noisy image.

    Parameters
    ----------
    nets
        The arms by name.
    strip
        The image at the angles of the curves, the first one 0: see `structviz.studies.rotation.film_strip`. Its first
        noisy image is turned as a whole, so that here the noise turns with it.

    Raises
    ------
    ShapeError
        If a network changes the size of the image.

    Examples
    --------
    >>> from structviz import data
    >>> from structviz.studies.rotation import film_strip
    >>> strip = film_strip({}, data.stripes(1, size=16), n_angles=4)
    >>> equivariance_curves({"sigmoid": torch.sigmoid}, strip).arms["sigmoid"]
    (0.0, 0.0, 0.0, 0.0)
    """
    angles, clean, noisy = strip.angles, strip.clean[:1], strip.noisy.images[:1]
    inputs, upright = turned_to(noisy, angles), clean.expand(len(angles), -1, -1, -1)
    side = clean.shape[-1]

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
        interpolation=errors(rotate(turned_to(clean, angles), -angles), upright),
    )
