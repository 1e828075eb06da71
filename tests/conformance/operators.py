"""The list of projectors: what joins it inherits every test of a linear map with its transpose."""

import math
from dataclasses import dataclass

import torch

from structviz.tomography import ParallelBeam, RayTransform

__all__ = ["OPERATORS", "OperatorCase"]


@dataclass(frozen=True)
class OperatorCase:
    """A geometry, small enough for its dense matrix."""

    name: str
    geometry: ParallelBeam

    def __call__(self, dtype: torch.dtype = torch.float64) -> RayTransform:
        return RayTransform(self.geometry, dtype=dtype)


OPERATORS = [
    OperatorCase("even views", ParallelBeam(image_size=8, n_views=6)),
    OperatorCase("odd views", ParallelBeam(image_size=9, n_views=5)),
    OperatorCase("one view", ParallelBeam(image_size=7, n_views=1, first_angle=0.3)),
    OperatorCase("views on all symmetry axes", ParallelBeam(image_size=6, n_views=8)),
    OperatorCase("limited angle", ParallelBeam(image_size=9, n_views=7, angular_range=2.0, first_angle=-0.6)),
    OperatorCase("late start", ParallelBeam(image_size=8, n_views=6, first_angle=4.1)),
    OperatorCase("short detector", ParallelBeam(image_size=9, n_views=4, n_detectors=5)),
    OperatorCase("long detector", ParallelBeam(image_size=5, n_views=4, n_detectors=20)),
    OperatorCase("wide bins", ParallelBeam(image_size=10, n_views=6).refined(2)),
    OperatorCase("narrow bins", ParallelBeam(image_size=6, n_views=4, pixel_size=0.5, detector_spacing=0.13)),
    OperatorCase("two pixels", ParallelBeam(image_size=2, n_views=2, first_angle=math.pi / 4)),
]
