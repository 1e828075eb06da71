"""The symmetries of the pixel grid: eight turned and mirrored images serve one view.

A view at the angle θ of an image equals a view at an angle between 0 and π/4 of the same image after a
quarter turn, a mirror or both, which only permute pixels. So only the views of one octant need numbers, and
laws of symmetry hold to rounding because they are built in.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["Folding", "fold", "turn", "turn_back"]

_OCTANT = math.pi / 4
_SAME_ANGLE = 1e-12
"""Radians; angles that fold onto each other differ by rounding only."""


@dataclass(frozen=True)
class Folding:
    """Which view of the first octant stands for each view.

    Parameters
    ----------
    angles
        Different angles in [0, π/4], ascending.
    base
        For each view, which of `angles` it folds onto.
    octant
        For each view, from which octant, 0 to 7, it comes.
    """

    angles: tuple[float, ...]
    base: tuple[int, ...]
    octant: tuple[int, ...]


def fold(angles: Sequence[float]) -> Folding:
    """Fold angles in radians into the first octant."""
    folded = []
    for angle in angles:
        turned = angle % (2 * math.pi)
        octant = min(int(turned / _OCTANT), 7)
        # Odd octants are mirrored.
        rest = (octant + 1) * _OCTANT - turned if octant % 2 else turned - octant * _OCTANT
        folded.append((min(max(rest, 0.0), _OCTANT), octant))

    order = sorted(range(len(folded)), key=lambda k: folded[k][0])
    different: list[float] = []
    base = [0] * len(folded)
    for k in order:
        angle = folded[k][0]
        if not different or angle - different[-1] > _SAME_ANGLE:
            different.append(angle)
        base[k] = len(different) - 1
    return Folding(tuple(different), tuple(base), tuple(octant for _, octant in folded))


def turn(images: Float[Tensor, "... n n"], octant: int) -> Float[Tensor, "... n n"]:
    """The images whose view in octant 0 is the view of `images` in `octant`."""
    turned = torch.rot90(images, -((octant + 1) // 2), (-2, -1))
    return turned.flip(-2) if octant % 2 else turned


def turn_back(images: Float[Tensor, "... n n"], octant: int) -> Float[Tensor, "... n n"]:
    """Undo `turn`."""
    flipped = images.flip(-2) if octant % 2 else images
    return torch.rot90(flipped, (octant + 1) // 2, (-2, -1))
