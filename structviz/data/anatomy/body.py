"""The wall of the body, skin, fat and muscles, and the table beneath it."""

import numpy as np

from structviz.data.anatomy.frame import Frame, Part, mirrored
from structviz.data.outlines import Outlines, blob, offset, path, stroke

__all__ = ["draw_table", "draw_wall"]

_SKIN = 0.011


def draw_wall(rng: np.random.Generator, frame: Frame) -> list[Part]:
    """Draw skin and fat, the muscles in it, and the ring of muscle that holds the ribs."""
    inner = offset(frame.skin, -frame.fat - _SKIN)
    strength = rng.uniform(0.8, 1.2)
    # Each muscle lies at some depth between two directions and swells in its middle.
    muscles = [
        (0.030, 77, 34, 0.028),  # pectoralis major
        (0.072, 68, 42, 0.013),  # pectoralis minor
        (0.028, 12, -44, 0.026),  # latissimus dorsi
        (0.020, -87, -56, 0.016),  # trapezius
    ]
    groups: list[Outlines] = []
    for side in (1, -1):
        for depth, start, stop, radius in muscles:
            swelling = np.interp(np.linspace(0, 1, 16), [0, 0.5, 1], [0.35, rng.uniform(0.85, 1.1), 0.4])
            line = path(offset(inner, -depth * strength), start, stop, 16)
            groups.append(stroke(mirrored(line, side)[None], strength * radius * swelling[None]))
        x, y = side * 0.115 * frame.bone, frame.spine - 0.225 * frame.bone
        wobble = rng.uniform(-0.07, 0.07, 8)
        groups.append(blob(x, y, 0.105 * frame.bone, 0.066 * frame.bone, -20 * side, wobble))  # erector spinae
    behind = blob(0, frame.spine - 0.08 * frame.bone, 0.16 * frame.bone, 0.13 * frame.bone)
    return [
        Part("muscle", [frame.skin[None]]),
        Part("fat", [offset(frame.skin, -_SKIN)[None]]),
        Part("muscle", [*groups, behind, offset(frame.cavity, 0.05)[None]]),
    ]


def draw_table(rng: np.random.Generator, lowest: float) -> list[Part]:
    """Draw the curved plate that carries the patient, whose back ends at the height ``lowest``."""
    half = rng.uniform(0.48, 0.58)
    x = np.linspace(-half, half, 25)
    thickness = 0.03 * (1 - (x / half) ** 4) + 0.008
    y = lowest - 0.034 + rng.uniform(0.1, 0.2) * x**2
    line = np.stack([x, y], axis=-1)[None]
    return [Part("shell", [stroke(line, thickness[None])]), Part("foam", [stroke(line, thickness[None] - 0.007)])]
