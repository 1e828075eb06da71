"""Sinograms that are known in closed form: ellipses, of which phantoms are made."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.data.phantoms import Ellipse
from structviz.tomography.geometry import ParallelBeam

__all__ = ["ellipse_sinogram", "line_integrals"]


def ellipse_sinogram(
    shapes: Sequence[Ellipse], geometry: ParallelBeam, binned: bool = False
) -> Float[Tensor, "1 1 views detectors"]:
    """The exact sinogram of a phantom whose square fills the image of a geometry.

    Parameters
    ----------
    shapes
        Ellipses on [-1, 1] x [-1, 1], as `structviz.data.draw` takes them; values in 1/cm. Parts outside of
        the square count here, but are cut off there.
    geometry
        Where the rays run, and how wide the square is in cm.
    binned
        Whether to average over each detector bin, as `RayTransform` does, instead of taking the line through
        its middle.

    Returns
    -------
    Tensor
        Shape (1, 1, views, detectors), float64, without unit.

    Examples
    --------
    >>> disc = Ellipse(x=0.0, y=0.0, a=0.5, b=0.5, angle=0.0, value=1.0)
    >>> ellipse_sinogram([disc], ParallelBeam(image_size=20, n_views=2, n_detectors=1))
    tensor([[[[1.],
              [1.]]]], dtype=torch.float64)
    """
    unit = geometry.half_width
    width = geometry.spacing / unit if binned else 0.0
    return unit * line_integrals(shapes, geometry.angles, geometry.offsets / unit, width)[None, None]


def line_integrals(
    shapes: Sequence[Ellipse],
    angles: Float[Tensor, "views"],
    offsets: Float[Tensor, "detectors"],
    width: float = 0.0,
) -> Float[Tensor, "views detectors"]:
    """Integrals of ellipses along the lines x cos(angle) + y sin(angle) = offset.

    An ellipse that a view sees with the half width w contributes 2 a b value √(w² - t²) / w² at the distance t
    from its centre.

    Parameters
    ----------
    shapes
        Ellipses; their values add where they overlap.
    angles
        Radians.
    offsets
        In the unit of the ellipses.
    width
        Width of the strip around each line over which the mean is taken; 0 for the line itself.

    Returns
    -------
    Tensor
        Shape (views, detectors), float64.

    References
    ----------
    Kak, Slaney: Principles of computerized tomographic imaging, 1988, section 3.1.
    """
    cos, sin = angles.double().cos()[:, None], angles.double().sin()[:, None]
    total = torch.zeros(len(angles), len(offsets), dtype=torch.float64, device=angles.device)
    for shape in shapes:
        turned = angles.double()[:, None] - shape.angle
        w = torch.hypot(shape.a * turned.cos(), shape.b * turned.sin())
        t = (offsets.double() - shape.x * cos - shape.y * sin) / w
        chord = torch.sqrt((1 - t**2).clamp(min=0)) if width == 0 else _mean_chord(t, width / w)
        total += 2 * shape.a * shape.b * shape.value * chord / w
    return total


def _mean_chord(t: Tensor, width: Tensor) -> Tensor:
    """Mean of √(1 - t²) over strips of a width, from its primitive function."""

    def primitive(s: Tensor) -> Tensor:
        s = s.clamp(-1, 1)
        return (s * torch.sqrt(1 - s**2) + torch.asin(s)) / 2

    return (primitive(t + width / 2) - primitive(t - width / 2)) / width
