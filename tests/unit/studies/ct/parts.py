"""A small scanner, object and network for the tests of this folder."""

import torch
from torch import Tensor

from structviz.data import thorax
from structviz.nets.unrolled import LearnedProximalGradient
from structviz.studies.ct import OVERSAMPLING
from structviz.tomography import ParallelBeam, RayTransform, fbp

__all__ = ["GEOMETRY", "N", "X", "backprojected", "net"]

N = 32
GEOMETRY = ParallelBeam(N, 12, pixel_size=44 / N)
X = thorax(1, OVERSAMPLING * N, torch.Generator().manual_seed(3))


def net() -> LearnedProximalGradient:
    made = LearnedProximalGradient(N, 12, iterations=3, width=4, memory=2).eval().requires_grad_(False)
    generator = torch.Generator().manual_seed(5)
    for parameter in made.parameters():  # as it begins, it leaves its start as it is
        parameter.copy_(0.2 * torch.randn(parameter.shape, generator=generator))
    return made


def backprojected(y: Tensor) -> Tensor:
    return fbp(RayTransform(GEOMETRY), y)[None]
