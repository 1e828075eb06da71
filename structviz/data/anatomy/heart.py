"""What lies between the lungs: heart, aorta, gullet and bronchi, in fat."""

from math import cos, radians, sin

import numpy as np

from structviz.data.anatomy.frame import Frame, Part
from structviz.data.outlines import Outlines, blob, smooth, stroke

__all__ = ["draw_mediastinum"]


def draw_mediastinum(rng: np.random.Generator, frame: Frame) -> list[Part]:
    """Draw the heart, its tip to the patient's left and front, and the tubes between it and the spine."""
    back, front = frame.spine + 0.1, float(frame.cavity[:, 1].max())
    size = rng.uniform(0.82, 1.06) * (front - back) / 0.51
    x, y = rng.uniform(0.07, 0.13), 0.5 * (back + front) + rng.uniform(-0.02, 0.03)
    turn = rng.uniform(22, 45)
    wobble = rng.uniform(-0.035, 0.035, 10)
    sac = blob(x, y, 0.292 * size, 0.232 * size, turn, wobble)
    heart = blob(x - 0.004, y - 0.004, 0.275 * size, 0.215 * size, turn, wobble)
    return [
        Part("fat", [_column(frame, y, y + 0.19 * size), sac]),
        Part("muscle", [heart]),
        *_chambers(rng, (x, y), size, turn, sac),
        *_tubes(rng, frame),
    ]


def _column(frame: Frame, middle: float, front: float) -> Outlines:
    """The fat from spine to breastbone, narrow in front of the heart."""
    spine, wall = frame.spine, frame.cavity[:, 1].max() + 0.02
    right = [
        (0.10, spine - 0.03),
        (0.14, spine + 0.07),
        (0.16, spine + 0.2),
        (0.13, middle + 0.05),
        (0.08, front),
        (0.10, wall),
    ]
    left = [
        (0.10, wall),
        (0.06, front),
        (0.12, middle + 0.05),
        (0.15, spine + 0.2),
        (0.12, spine + 0.07),
        (0.1, spine - 0.03),
    ]
    return smooth(np.array([*right, *((-x, y) for x, y in left)]))[None]


def _chambers(
    rng: np.random.Generator, centre: tuple[float, float], size: float, turn: float, sac: Outlines
) -> list[Part]:
    """Four chambers, and the fat in the grooves between the upper and the lower ones; u points to the heart's tip."""
    c, s = cos(radians(turn)), sin(radians(turn))

    def at(u: float, v: float) -> tuple[float, float]:
        return centre[0] + size * (c * u - s * v), centre[1] + size * (s * u + c * v)

    chambers = [
        (0.075, -0.070, 0.135, 0.072, -4),  # left ventricle, with the thickest wall
        (0.060, 0.105, 0.150, 0.058, 8),  # right ventricle, just behind the breastbone
        (-0.165, -0.080, 0.070, 0.085, 25),  # left atrium, just before the spine
        (-0.160, 0.080, 0.075, 0.085, 0),  # right atrium
    ]
    blood = [
        blob(*at(u, v), size * a, size * b, turn + more, rng.uniform(-0.06, 0.06, 8)) for u, v, a, b, more in chambers
    ]
    grooves = [
        np.array([at(-0.05, 0.23), at(-0.06, 0.17), at(-0.075, 0.12)]),
        np.array([at(-0.07, -0.23), at(-0.075, -0.18), at(-0.085, -0.13)]),
    ]
    fat = stroke(np.stack(grooves), size * np.array([[0.018, 0.012, 0.004]]))
    return [Part("blood", blood), Part("fat", [fat], [sac])]


def _tubes(rng: np.random.Generator, frame: Frame) -> list[Part]:
    """Aorta, azygos vein and gullet before the spine, and at the root of each lung a bronchus beside its vessels."""
    spine, bone = frame.spine, frame.bone
    aorta = (rng.uniform(0.1, 0.125) * bone, spine + 0.075 * bone, rng.uniform(0.043, 0.06))
    gullet = (rng.uniform(0.01, 0.045), spine + 0.125 * bone)
    roots, walls, lumina = [], [], []
    for side in (1, -1):
        x, y = side * 0.165 + 0.01, spine + 0.2 + rng.uniform(-0.02, 0.02)
        roots.append(
            blob(x, y + 0.01, rng.uniform(0.035, 0.05), rng.uniform(0.05, 0.065), 0, rng.uniform(-0.1, 0.1, 8))
        )
        x, y = x + side * rng.uniform(-0.005, 0.02), y - rng.uniform(0, 0.03)
        radius, turn = rng.uniform(0.016, 0.024), rng.uniform(0, 180)
        walls.append(blob(x, y, radius + 0.009, 0.88 * radius + 0.009, turn))
        lumina.append(blob(x, y, radius, 0.88 * radius, turn))
    return [
        Part("blood", roots),
        Part("muscle", [*walls, blob(*gullet, 0.032, 0.02, rng.uniform(-30, 30)), _disc(*aorta, 0.006)]),
        Part("blood", [_disc(*aorta), _disc(-0.055 * bone, spine + 0.095 * bone, 0.016)]),
        Part("air", [*lumina, blob(*gullet, 0.008, 0.005)]),
    ]


def _disc(x: float, y: float, radius: float, wall: float = 0.0) -> Outlines:
    return blob(x, y, radius + wall, radius + wall)
