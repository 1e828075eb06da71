"""Shape aliases: the one place where the project's tensors get their names."""

from jaxtyping import Bool, Float, Int
from torch import Tensor

__all__ = ["Image", "Images", "Labels", "Mask", "PerImage", "Points", "Sinograms", "SquareImages"]

Images = Float[Tensor, "batch channel row column"]
"""A batch of images, float, range [0, 1] (before noise is added)."""

Image = Float[Tensor, "1 1 row column"]
"""One grey image that is still a batch, so that every network takes it as it is."""

PerImage = Float[Tensor, "batch"]
"""One number for each image of a batch."""

Mask = Bool[Tensor, "row column"]
"""The pixels that count."""

SquareImages = Float[Tensor, "batch 1 n n"]
"""Attenuation images in 1/cm."""

Sinograms = Float[Tensor, "batch 1 views detectors"]
"""Line integrals along rays, without unit."""

Points = Float[Tensor, "point 2"]
"""Points of the plane."""

Labels = Int[Tensor, "point"]
"""The class of each point, 0 or 1."""
