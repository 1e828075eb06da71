"""What is done to images: rotations that lose little, and the noises of the lecture."""

from structviz.transforms.noise import (
    NOISES,
    Noise,
    add_gaussian,
    add_noise,
    add_poisson,
    add_salt_and_pepper,
    add_speckle,
)
from structviz.transforms.rotation import disc_mask, is_quarter_turn, rotate
from structviz.transforms.validation import side_of_square

__all__ = [
    "rotate",
    "is_quarter_turn",
    "disc_mask",
    "side_of_square",
    "NOISES",
    "Noise",
    "add_noise",
    "add_gaussian",
    "add_poisson",
    "add_salt_and_pepper",
    "add_speckle",
]
