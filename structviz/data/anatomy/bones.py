"""Ribs, breastbone, shoulder blades and a vertebra: dense shells around spongy bone."""

from math import pi

import numpy as np

from structviz.data.anatomy.frame import Frame, Part, mirrored
from structviz.data.outlines import Curve, Outlines, blob, offset, path, rounded, smooth, stroke

__all__ = ["draw_ribs", "draw_vertebra"]

_SHELL = 0.007

Bone = tuple[Curve, np.ndarray]
"""A centre line and the radii along it."""


def draw_ribs(rng: np.random.Generator, frame: Frame) -> list[Part]:
    """Draw the ring around the lungs: each rib dips into the slice for a while only."""
    ring = offset(frame.cavity, 0.025)
    bones: list[Bone] = []
    cartilage: list[Outlines] = []
    for side in (1, -1):
        angle = rng.uniform(-60, -50)
        neck = np.array([(0.114, -0.04), (0.16, -0.082), (0.21, -0.125)]) * frame.bone + (0, frame.spine)
        radii = frame.bone * np.array([0.02, 0.014, 0.016])
        if rng.uniform() < 0.6:
            # The rib that begins at this vertebra stays in the slice.
            stop = rng.uniform(-50, -36)
            neck = np.concatenate([neck, path(ring, -56, stop, 5)])
            radii = np.concatenate([radii, frame.bone * np.array([0.018, 0.019, 0.019, 0.017, 0.011])])
            angle = stop + rng.uniform(6, 14)
        bones.append((mirrored(neck, side), radii))
        while angle < 58:
            stop = angle + rng.uniform(10, 24)
            radius = rng.uniform(0.017, 0.022) * frame.bone
            # A rib leaves the slice at a slant: its ends are thinner than its middle.
            shape = radius * np.array([0.55, 0.8, 0.95, 1, 1, 1, 0.95, 0.8, 0.55])
            bones.append((mirrored(path(ring, angle, min(stop, 68), 9), side), shape))
            angle = stop + rng.uniform(6, 14)
        line = mirrored(path(ring, 71, 80, 5), side)
        cartilage.append(stroke(line[None], frame.bone * np.array([[0.015, 0.019, 0.02, 0.019, 0.015]])))
    wide, top = rng.uniform(0.05, 0.075) * frame.bone, ring[:, 1].max() + 0.01
    bones.append((np.array([(-wide, top - 0.006), (0, top), (wide, top - 0.006)]), np.array([0.02, 0.024, 0.02])))
    if rng.uniform() < 0.6:
        for side in (1, -1):
            blade = path(offset(frame.cavity, 0.085), rng.uniform(-54, -48), rng.uniform(-26, -20), 9)
            bones.append((mirrored(blade, side), np.interp(np.arange(9), [0, 4, 6, 8], [0.009, 0.007, 0.012, 0.015])))
    return [Part("cartilage", cartilage), *_bones(bones)]


def draw_vertebra(rng: np.random.Generator, frame: Frame) -> list[Part]:
    """Draw the body of a vertebra, its arch with three processes, the cord in its canal, and the heads of two ribs."""
    bone, origin = frame.bone, (0.0, frame.spine)

    def line(*points: tuple[float, float]) -> Curve:
        return np.array(points) * bone + origin

    lean = rng.uniform(-0.012, 0.012)
    arch: list[Bone] = [
        (line((0, -0.158), (lean / 2, -0.21), (lean, -rng.uniform(0.265, 0.29))), bone * np.array([0.02, 0.013, 0.017]))
    ]
    for side in (1, -1):
        tip = (side * rng.uniform(0.165, 0.19), -rng.uniform(0.15, 0.18))
        pedicle = line((side * 0.063, -0.04), (side * 0.06, -0.08), (side * 0.057, -0.115))
        lamina = line((side * 0.057, -0.115), (side * 0.04, -0.15), (0, -0.162))
        arch.append((pedicle, bone * np.array([0.018, 0.016, 0.018])))
        arch.append((lamina, bone * np.array([0.018, 0.017, 0.02])))
        arch.append((line((side * 0.06, -0.112), (side * 0.115, -0.132), tip), bone * np.array([0.021, 0.016, 0.022])))

    phi = np.arange(12) * (pi / 6)
    shape = np.stack([np.cos(phi), np.sin(phi) * np.where(np.sin(phi) < 0, 0.78, 1)], axis=-1)
    shape[9, 1] += 0.2  # hollow towards the canal
    body = shape * bone * (0.092 * rng.uniform(0.93, 1.07), 0.074 * rng.uniform(0.93, 1.07))
    shells, insides = _bones(arch)
    canal = (0, frame.spine - 0.103 * bone)
    core = smooth(body * 0.87 + origin)[None]
    return [
        Part("bone", [smooth(body + origin)[None], *shells.outlines]),
        Part("marrow", [core, *insides.outlines]),
        Part("trabeculae", [_trabeculae(rng, core)], [core]),
        Part("blood", [stroke(line((0, -0.04), (0, -0.02), (0, 0.005))[None], np.array([[0.008, 0.006, 0.003]]))]),
        Part("fat", [blob(*canal, 0.041 * bone, 0.037 * bone)]),
        Part("fluid", [blob(*canal, 0.034 * bone, 0.030 * bone)]),
        Part("muscle", [blob(*canal, 0.022 * bone, 0.017 * bone)]),
    ]


def _trabeculae(rng: np.random.Generator, core: Outlines) -> Outlines:
    """Fine struts in the spongy core of a vertebra, most of them nearly upright or level."""
    low, high = core.min(axis=(0, 1)), core.max(axis=(0, 1))
    middles = low + (high - low) * rng.uniform(0, 1, (36, 2))
    angles = rng.choice([0, pi / 2], 36) + rng.uniform(-0.5, 0.5, 36)
    halves = rng.uniform(0.01, 0.035, 36)[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    return stroke(np.stack([middles - halves, middles + halves], axis=1), np.full((1, 1), 0.0013))


def _bones(bones: list[Bone]) -> tuple[Part, Part]:
    curves = [rounded(np.column_stack([line, radii]))[None] for line, radii in bones]
    shells = [stroke(curve[..., :2], curve[..., 2]) for curve in curves]
    insides = [stroke(curve[..., :2], curve[..., 2] - _SHELL) for curve in curves]
    return Part("bone", shells), Part("marrow", insides)
