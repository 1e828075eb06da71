"""One table of tolerances, by property and precision: float64 proves theorems, float32 is what ships."""

import torch

__all__ = ["EQUIVARIANCE", "ROTATION_EXACT", "EXPORT", "METRIC", "REPRODUCE_DB"]

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
