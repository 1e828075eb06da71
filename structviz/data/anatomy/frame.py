"""The sizes that the organs of one patient share, and the two rings they hang on: skin and chest cavity."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, radians

import numpy as np

from structviz.data.outlines import Curve, Outlines

__all__ = ["Frame", "Part", "draw_frame", "mirrored"]

_PHI = np.linspace(0, 2 * pi, 128, endpoint=False)


@dataclass(frozen=True)
class Part:
    """Shapes of one material, named as in `MATERIALS`.

    Parameters
    ----------
    material
        What they are made of.
    outlines
        The shapes, of which the union counts.
    within
        Where they are visible: what these shapes cover; without any, everywhere.
    organ
        What they belong to: table, wall, lungs, heart, ribs or vertebra.
    """

    material: str
    outlines: Sequence[Outlines]
    within: Sequence[Outlines] = ()
    organ: str = ""


@dataclass(frozen=True)
class Frame:
    """What all organs of a patient must agree on; lengths in half images.

    Parameters
    ----------
    width, depth
        Half axes of the body.
    fat
        Thickness of the fat under the skin.
    bone
        Size of the bones, near 1.
    spine
        Height of the centre of the vertebra, in front of which the heart lies.
    skin, cavity
        Counter-clockwise rings: the border of the body, and what the ribs enclose.
    """

    width: float
    depth: float
    fat: float
    bone: float
    spine: float
    skin: Curve
    cavity: Curve


def draw_frame(rng: np.random.Generator) -> Frame:
    """Draw the build of a patient, slim to stout."""
    width = rng.uniform(0.74, 0.9)
    depth = width * rng.uniform(0.63, 0.73)
    fat = rng.uniform(0.012, 0.04) + 0.35 * max(0.0, depth - 0.5)
    bone = rng.uniform(0.95, 1.05) * (0.4 + 0.74 * width)

    skin = _ring(width, depth, depth, rng.uniform(2.1, 2.4))
    chest = rng.uniform(0.015, 0.055)
    bumps = [(-90, -0.035, 7), (90, -0.025, 10), (55, chest, 18), (125, chest, 18), (-58, 0.03, 16), (-122, 0.03, 16)]
    bumps += zip(rng.uniform(0, 360, 5), rng.uniform(-0.012, 0.012, 5), rng.uniform(20, 40, 5), strict=True)
    for degrees, height, spread in bumps:
        skin = _pushed(skin, degrees, height, spread)

    spine = -depth + fat + 0.34 * bone
    wall = fat + rng.uniform(0.075, 0.1)
    cavity = _ring(width - wall, depth - wall - 0.005, depth - wall - 0.03, rng.uniform(2.0, 2.3))
    x, y = cavity.T
    # The spine stands out into the chest, and the lungs reach back beside it.
    notch = np.exp(-((x / (0.16 * bone)) ** 4)) * (y < 0)
    cavity = np.stack([x, y + notch * (spine - y)], axis=-1)
    return Frame(width, depth, fat, bone, spine, skin, cavity)


def mirrored(curve: Curve, side: int) -> Curve:
    """Keep what lies on the right of the image (side 1), or reflect it to the left (side -1)."""
    return curve * (side, 1)


def _ring(width: float, front: float, back: float, power: float) -> Curve:
    """A closed curve between an ellipse (power 2) and a box."""
    c, s = np.cos(_PHI), np.sin(_PHI)
    radius = (np.abs(c) ** power + np.abs(s) ** power) ** (-1 / power)
    return radius[:, None] * np.stack([width * c, np.where(s > 0, front, back) * s], axis=-1)


def _pushed(ring: Curve, degrees: float, height: float, spread: float) -> Curve:
    """Push a ring outwards around one direction, by a share of its radius."""
    distance = (_PHI - radians(degrees) + pi) % (2 * pi) - pi
    return ring * (1 + height * np.exp(-((distance / radians(spread)) ** 2)))[:, None]
