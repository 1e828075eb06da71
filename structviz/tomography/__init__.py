"""Computed tomography with parallel beams: rays through images, measurements, reconstructions.

Angles are radians, lengths cm, images attenuations in 1/cm; sinograms are line integrals and have no unit.
"""

from structviz.tomography.closed_form import ellipse_sinogram, line_integrals
from structviz.tomography.exchange import SINOGRAM_TYPES, StoredSinogram, read_sinogram, write_sinogram
from structviz.tomography.fbp import FILTERS, fbp, filter_sinogram
from structviz.tomography.geometry import ParallelBeam
from structviz.tomography.least_squares import SolverTrace, conjugate_gradients, sirt
from structviz.tomography.measurement import (
    FEWEST_COUNTS,
    add_photon_noise,
    count_weights,
    log_transform,
    measure,
    photon_counts,
    pixel_error,
)
from structviz.tomography.projector import RayTransform
from structviz.tomography.variational import TVRun, total_variation, total_variation_run, tv_energy

__all__ = [
    # rays
    "ParallelBeam",
    "RayTransform",
    "ellipse_sinogram",
    "line_integrals",
    # measurements
    "FEWEST_COUNTS",
    "add_photon_noise",
    "count_weights",
    "log_transform",
    "measure",
    "photon_counts",
    "pixel_error",
    # files
    "SINOGRAM_TYPES",
    "StoredSinogram",
    "read_sinogram",
    "write_sinogram",
    # reconstructions
    "FILTERS",
    "fbp",
    "filter_sinogram",
    "SolverTrace",
    "conjugate_gradients",
    "sirt",
    "TVRun",
    "total_variation",
    "total_variation_run",
    "tv_energy",
]
