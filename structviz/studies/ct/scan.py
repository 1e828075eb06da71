"""The settings of a scan: which object, how it is measured, and whether networks were trained for that."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import torch

from structviz import data
from structviz.config import UnrolledShape
from structviz.errors import ConfigError
from structviz.studies.ct.acquisition import OVERSAMPLING, Acquisition, acquire
from structviz.tomography import ParallelBeam
from structviz.types import SquareImages

__all__ = ["DEMONSTRATION_SEEDS", "PHANTOMS", "Scan", "acquire_scan", "outside_training", "phantom"]

PHANTOMS: Mapping[str, float] = MappingProxyType({"thorax": data.FIELD_OF_VIEW, "shepp-logan": 22.0, "ellipses": 44.0})
"""Objects that can be scanned, with the side of their image in cm: the head of Shepp and Logan is 20 cm long."""

DEMONSTRATION_SEEDS = range(90_000, 100_000)
"""Each of these seeds draws one chest to show, the first of its stream, which training with that seed leaves out."""


@dataclass(frozen=True)
class Scan:
    """An object and how it is measured; the defaults are what the shipped networks were trained for.

    Attributes
    ----------
    phantom
        One of `PHANTOMS`; None for an object of one's own.
    patient
        Seed of the phantom; that of a chest is below 10,000, see `DEMONSTRATION_SEEDS`.
    n_views
        Directions from which the object is seen.
    angular_range
        Radians that they cover.
    n_photons
        Photons that enter each ray; infinitely many make no noise.
    seed
        Of the noise.
    image_size
        Side of the reconstruction in pixels.
    field_of_view
        Side of the reconstruction in cm; None for that of the phantom, see `PHANTOMS`.
    """

    phantom: str | None = "thorax"
    patient: int = 0
    n_views: int = 50
    angular_range: float = math.pi
    n_photons: float = 1e4
    seed: int = 0
    image_size: int = 128
    field_of_view: float | None = None

    @property
    def width(self) -> float:
        """Side of the reconstruction in cm; that of a chest, if nothing tells it."""
        return (
            PHANTOMS.get(self.phantom or "", data.FIELD_OF_VIEW) if self.field_of_view is None else self.field_of_view
        )

    @property
    def geometry(self) -> ParallelBeam:
        """Views, detectors and pixels."""
        return ParallelBeam(
            self.image_size,
            self.n_views,
            angular_range=self.angular_range,
            pixel_size=self.width / self.image_size,
        )

    def image(self) -> SquareImages:
        """The phantom upright, (1, 1, 2n, 2n), as fine as it is measured; attenuation in 1/cm.

        Raises
        ------
        ConfigError
            If there is no phantom of this name.
        """
        if self.phantom not in PHANTOMS:
            raise ConfigError(f"A phantom is one of {', '.join(PHANTOMS)}; got {self.phantom!r}.")
        return phantom(self.phantom, OVERSAMPLING * self.image_size, self.patient)


# A chest takes 0.3 s, too long for whenever somebody moves a zoom.
@lru_cache(maxsize=16)
def phantom(name: str, size: int, patient: int = 0) -> SquareImages:
    """An object to scan; it is kept for the next call, so never change it.

    Parameters
    ----------
    name
        "thorax", "shepp-logan" or "ellipses".
    size
        Side in pixels.
    patient
        Seed of the chest or of the ellipses; of a chest it is below 10,000.

    Returns
    -------
    Tensor
        Attenuation in 1/cm, (1, 1, size, size).

    Raises
    ------
    ConfigError
        If there is no such chest to show.
    """
    if name == "thorax":
        if not 0 <= patient < len(DEMONSTRATION_SEEDS):
            raise ConfigError(
                f"The seed of a chest to show is from 0 to {len(DEMONSTRATION_SEEDS) - 1}; got {patient}. "
                "Draw others with structviz.data.thorax."
            )
        return data.thorax(1, size, torch.Generator().manual_seed(DEMONSTRATION_SEEDS[patient]))
    if name == "shepp-logan":
        return data.as_attenuation(data.shepp_logan(size))
    return data.as_attenuation(data.ellipses(1, size, torch.Generator().manual_seed(patient)))


def acquire_scan(scan: Scan, x: SquareImages | None = None, angle: float = 0.0) -> Acquisition:
    """Turn the object of a scan and measure it.

    Parameters
    ----------
    scan
        The settings.
    x
        An object of one's own, (1, 1, 2n, 2n), attenuation in 1/cm; the phantom of the scan if None.
    angle
        Radians, counter-clockwise; the scanner stays where it is.

    Returns
    -------
    Acquisition
        The object on the grid of the reconstruction, (1, 1, n, n), in 1/cm, with its sinogram.

    Raises
    ------
    ConfigError, ShapeError
        If the settings or the object are not valid; see `acquire`.
    """
    return acquire(scan.image() if x is None else x, scan.geometry, scan.n_photons, scan.seed, angle)


def outside_training(scan: Scan, shape: UnrolledShape | None = None) -> list[str]:
    """In which ways a scan differs from what networks were trained for.

    Parameters
    ----------
    scan
        The settings.
    shape
        Of a network that was trained for other views or pixels than the shipped ones.
    """
    trained = Scan()
    views, size, side = trained.n_views, trained.image_size, data.FIELD_OF_VIEW
    if shape is not None:
        views, size, side = shape.n_views, shape.image_size, shape.field_of_view
    degrees, usual = (math.degrees(s.angular_range) for s in (scan, trained))
    photons, enough = scan.n_photons, trained.n_photons
    rules = (
        (scan.phantom != trained.phantom, "another object than a chest"),
        (scan.n_views != views, f"{scan.n_views} views instead of {views}"),
        (scan.angular_range != trained.angular_range, f"views over {degrees:.0f}° instead of {usual:.0f}°"),
        (photons < enough, f"{photons:,.0f} photons a ray instead of {enough:,.0f}"),
        (enough < photons < math.inf, f"{photons:,.0f} photons a ray, more than in training"),
        (photons == math.inf, "no noise"),
        (scan.image_size != size, f"{scan.image_size}² pixels instead of {size}²"),
        (not math.isclose(scan.width, side), f"images of {scan.width:.3g} cm instead of {side:g} cm"),
    )
    return [words for differs, words in rules if differs]
