"""One table of tolerances, by property and precision: float64 proves theorems, float32 is what ships."""

import torch

__all__ = [
    "EQUIVARIANCE",
    "ROTATION_EXACT",
    "EXPORT",
    "METRIC",
    "REPRODUCE_DB",
    "SPLINE",
    "SPLINE_SMOOTH",
    "ORDER",
    "TRAJECTORY",
    "INVARIANT",
    "ADJOINT",
    "MATRIX",
    "PRECISIONS",
    "NORM",
    "RAY_LAWS",
    "MASS",
]

EQUIVARIANCE = {torch.float32: 1e-5, torch.float64: 1e-12}
"""Relative l2 equivariance error at quarter turns."""

ROTATION_EXACT = 0.0
"""Quarter turns permute pixels: no tolerance."""

EXPORT = 1e-5
"""Exported plain network against the escnn modules, relative l2, float32."""

METRIC = 1e-5
"""Image metrics against scikit-image."""

REPRODUCE_DB = 0.1
"""A shipped network against the figures on its card."""

SPLINE = {torch.float32: 3e-6, torch.float64: 1e-13}
"""Two computations of the same spline, absolute, images in [0, 1]."""

SPLINE_SMOOTH = 2e-4
"""A rotated image against the rotated function it samples: bumps 4 pixels wide, absolute, peak about 1."""

ORDER = 0.2
"""Observed against theoretical order of an integrator."""

TRAJECTORY = {torch.float32: 5e-6, torch.float64: 1e-14}
"""Two computations of the same trajectory of some ten steps, absolute, points of size 1."""

INVARIANT = {torch.float32: 1e-5, torch.float64: 2e-14}
"""Relative drift of a conserved quantity, or of a way there and back, over a hundred steps."""

ADJOINT = {torch.float32: 1e-5, torch.float64: 1e-12}
"""Relative adjoint error of a projector."""

MATRIX = 1e-12
"""Entries of a projector's matrix against their definition, float64, in pixel sizes."""

PRECISIONS = {torch.float32: 1e-5, torch.float64: 1e-13}
"""Two computations of the same projection, absolute, standard normal input of small size."""

NORM = {torch.float32: 1e-5, torch.float64: 1e-9}
"""Norm of a projector by power iteration against a singular value decomposition, relative."""

RAY_LAWS = {torch.float32: 1e-6, torch.float64: 1e-13}
"""Symmetry laws of a projector, relative to the largest line integral."""

MASS = {torch.float32: 1e-6, torch.float64: 1e-14}
"""Mass of an image in each of its views, relative."""
