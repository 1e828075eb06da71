"""How far reconstruction and turning are from trading places, at every angle of a full turn."""

import math

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import avg_pool2d

from structviz.studies.ct.acquisition import OVERSAMPLING, acquire_strip
from structviz.studies.ct.reconstruction import Method, strip_frames
from structviz.studies.turning import errors_by_angle, turn_angles
from structviz.tomography import ParallelBeam
from structviz.transforms import rotate
from structviz.types import SquareImages

__all__ = ["equivariance_by_angle", "interpolation_by_angle"]

ByAngle = Float[Tensor, "angle"]


@torch.no_grad()
def equivariance_by_angle(method: Method, x: SquareImages, geometry: ParallelBeam, n_angles: int = 72) -> ByAngle:
    """‖Φ(ARx) − RΦ(Ax)‖ / ‖RΦ(Ax)‖ without noise, for every turn R.

    Between quarter turns only what stays inside of the image counts.

    Parameters
    ----------
    method
        Φ, from sinograms to images.
    x
        The object, (1, 1, 2n, 2n), attenuation in 1/cm, `OVERSAMPLING` times as fine as the geometry's image.
    geometry
        Of the scanner, A.
    n_angles
        Equally spaced over one full turn, from 0; a multiple of 4.

    Returns
    -------
    Tensor
        The relative errors, (n_angles,), float64.

    Raises
    ------
    ConfigError, ShapeError
        As for `acquire_strip`.
    """
    strip = acquire_strip(x, geometry, math.inf, n_angles=n_angles)
    reconstructed = strip_frames(method, strip).images
    turned = rotate(reconstructed[:1].expand_as(reconstructed), strip.angles, "zeros")
    return errors_by_angle(reconstructed, turned, strip.angles)


@torch.no_grad()
def interpolation_by_angle(x: SquareImages, n_angles: int = 72) -> ByAngle:
    """What interpolation alone costs: the relative error of turning the object's image there and back.

    Parameters
    ----------
    x, n_angles
        As for `equivariance_by_angle`.
    """
    angles = turn_angles(n_angles)
    upright = avg_pool2d(x, OVERSAMPLING).expand(len(angles), -1, -1, -1)
    return errors_by_angle(rotate(rotate(upright, angles, "zeros"), -angles, "zeros"), upright, angles)
