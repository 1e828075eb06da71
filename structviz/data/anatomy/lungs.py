"""The lungs, with vessels that fork, vessels cut across, fissures, and sometimes lesions."""

from math import pi

import numpy as np

from structviz.data.anatomy.frame import Frame, Part
from structviz.data.outlines import Outlines, blob, stroke

__all__ = ["draw_lungs"]

_LEVELS = 4


def draw_lungs(rng: np.random.Generator, frame: Frame) -> list[Part]:
    """Draw the lungs as the whole cavity: heart and spine are laid over them."""
    cavity = [frame.cavity[None]]
    vessels = [group for side in (1, -1) for group in (*_tree(rng, frame, side), _cuts(rng, frame, side))]
    parts = [Part("lung", cavity), Part("blood", vessels, cavity), Part("muscle", _fissures(rng, frame), cavity)]
    n_lesions = int(rng.choice([0, 0, 0, 1, 1, 2, 3]))
    return parts + [Part("muscle", _lesion(rng, frame), cavity) for _ in range(n_lesions)]


def _tree(rng: np.random.Generator, frame: Frame, side: int) -> list[Outlines]:
    """Vessels in the plane of the slice: they leave the root of the lung, fork and thin out."""
    n = int(rng.integers(4, 8))
    starts = (side * 0.19, frame.spine + 0.2) + rng.uniform(-0.03, 0.03, (n, 2)) * (1, 1.5)
    angles = np.radians(np.linspace(-75, 80, n) + rng.uniform(-15, 15, n))
    radii = rng.uniform(0.007, 0.017, n)
    lengths = rng.uniform(0.1, 0.18, n) * frame.width / 0.8
    groups = []
    for _ in range(_LEVELS):
        n = len(starts)
        middles = starts + 0.5 * lengths[:, None] * _towards(angles, side)
        angles = angles + rng.uniform(-0.35, 0.35, n)
        ends = middles + 0.5 * lengths[:, None] * _towards(angles, side)
        groups.append(stroke(np.stack([starts, middles, ends], axis=1), radii[:, None] * np.array([1, 0.9, 0.75])))
        # Two branches share the cross section; some of them leave the slice.
        share, opening = rng.uniform(0.2, 0.8, n), rng.uniform(0.35, 0.85, n)
        angles = np.concatenate([angles + opening * (1 - share), angles - opening * share])
        radii = np.tile(0.82 * radii, 2) * np.sqrt(np.concatenate([share, 1 - share])) * 1.1
        starts, lengths = np.tile(ends, (2, 1)), np.tile(lengths, 2) * rng.uniform(0.6, 0.95, 2 * n)
        stay = rng.uniform(0, 1, 2 * n) < 0.85
        starts, angles, radii, lengths = starts[stay], angles[stay], radii[stay], lengths[stay]
    return groups


def _towards(angles: np.ndarray, side: int) -> np.ndarray:
    return np.stack([side * np.cos(angles), np.sin(angles)], axis=-1)


def _cuts(rng: np.random.Generator, frame: Frame, side: int) -> Outlines:
    """Vessels that cross the slice: dots and short ovals, smaller towards the chest wall."""
    n = int(rng.integers(40, 90))
    outwards, upwards = rng.uniform(0.12, 0.92, n), rng.uniform(-0.8, 0.85, n)
    middles = np.stack([side * outwards * frame.width, upwards * frame.depth], axis=-1)
    radii = (0.0035 + 0.009 * rng.uniform(0, 1, n) ** 3) * (1.2 - 0.6 * np.hypot(outwards, upwards))
    halves = (radii * rng.uniform(0.1, 1.2, n))[:, None] * _towards(rng.uniform(0, pi, n), side)
    return stroke(np.stack([middles - halves, middles + halves], axis=1), radii[:, None])


def _fissures(rng: np.random.Generator, frame: Frame) -> list[Outlines]:
    """The thin double skin between two lobes, one in each lung."""
    groups = []
    for side in (1, -1):
        x = np.linspace(0.1, 0.9, 9)
        y = frame.spine + 0.2 + rng.uniform(0.0, 0.25) * x + rng.uniform(-0.3, 0.3) * x * (x - 0.9)
        groups.append(stroke(np.stack([side * x, y], axis=-1)[None], np.full((1, 1), 0.002)))
    return groups


def _lesion(rng: np.random.Generator, frame: Frame) -> list[Outlines]:
    """A lump with an uneven border, and spikes that it sends out."""
    x = rng.choice([-1, 1]) * rng.uniform(0.4, 0.65) * frame.width
    y = rng.uniform(-0.4, 0.45) * frame.depth
    radius = rng.uniform(0.015, 0.055)
    lump = blob(x, y, radius, rng.uniform(0.7, 1) * radius, rng.uniform(0, 180), rng.uniform(-0.2, 0.2, 10))
    angles = rng.uniform(0, 2 * pi, 7)
    tips = (x, y) + rng.uniform(1.0, 1.8, 7)[:, None] * radius * _towards(angles, 1)
    spikes = np.stack([np.broadcast_to((x, y), tips.shape), tips], axis=1)
    return [lump, stroke(spikes, radius * np.array([[0.22, 0.05]]))]
