"""A whole patient on the table, from the parts that the other files draw."""

from collections.abc import Sequence
from dataclasses import replace
from math import cos, radians, sin

import numpy as np

from structviz.data.anatomy.body import draw_table, draw_wall
from structviz.data.anatomy.bones import draw_ribs, draw_vertebra
from structviz.data.anatomy.frame import Part, draw_frame
from structviz.data.anatomy.heart import draw_mediastinum
from structviz.data.anatomy.lungs import draw_lungs
from structviz.data.outlines import Outlines

__all__ = ["Part", "patient"]


def patient(rng: np.random.Generator) -> list[Part]:
    """Draw a patient who lies on the back, as seen from the feet: the front is up, the patient's left on the right.

    Parameters
    ----------
    rng
        Draws build, pose and organs. Nothing here depends on a grid of pixels.

    Returns
    -------
    list of Part
        Later parts cover earlier ones. Lengths are in half images; all lie within 0.96 of the centre.
    """
    frame = draw_frame(rng)
    organs = {
        "wall": draw_wall(rng, frame),
        "lungs": draw_lungs(rng, frame),
        "heart": draw_mediastinum(rng, frame),
        "ribs": draw_ribs(rng, frame),
        "vertebra": draw_vertebra(rng, frame),
    }
    tilt = radians(rng.uniform(-4, 4))
    turn = np.array([[cos(tilt), sin(tilt)], [-sin(tilt), cos(tilt)]])
    shift = rng.uniform(-1, 1, 2) * (0.025, 0.015) + (0, 0.055)

    def placed(groups: Sequence[Outlines]) -> list[Outlines]:
        return [group @ turn + shift for group in groups]

    body = [
        Part(part.material, placed(part.outlines), placed(part.within), organ)
        for organ, parts in organs.items()
        for part in parts
    ]
    lowest = min(float(group[..., 1].min()) for part in body for group in part.outlines)
    return [replace(part, organ="table") for part in draw_table(rng, lowest)] + body
