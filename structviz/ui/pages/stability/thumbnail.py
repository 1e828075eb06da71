"""The small picture of a preset: the paths of the pair through both networks."""

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw

from structviz.figures import ARM_COLOURS
from structviz.figures.pixels import Colours, coloured
from structviz.figures.stability import seen_part
from structviz.figures.svg import Panel
from structviz.ui.kit.thumbnails import SIDE
from structviz.ui.pages.stability.attack import attacks
from structviz.ui.pages.stability.choice import StabilityChoice
from structviz.ui.pages.stability.pairs import pair_studies
from structviz.ui.pages.stability.plug_and_play import iterations

__all__ = ["thumbnail"]

_LARGE = 4 * SIDE

_ENLARGED = 20
"""By which an attack is enlarged."""


def thumbnail(choice: StabilityChoice) -> Colours:
    """The paths of the pair: blue through the structured network, vermilion through the twin.

    Where a preset opens a section on images, what is left of one with the ordinary denoiser.
    """
    if choice.attack:
        found = attacks(choice)["ordinary"]
        return coloured(_ENLARGED * found.changes[-1, 0, 0] / 2, "difference")
    if choice.plug:
        return coloured(iterations(choice)["ordinary"].x[0, 0], "grey")
    paths = [
        (seen_part(side[:, 0].numpy()), ARM_COLOURS[arm])
        for study, arm in zip(pair_studies(choice), ("equivariant", "ordinary"), strict=True)
        for side in (study.x, study.y)
    ]
    placed = Panel(0, 0, _LARGE, _LARGE).fit(*(path for path, _ in paths), margin=20)
    picture = PillowImage.new("RGBA", (_LARGE, _LARGE))
    draw = ImageDraw.Draw(picture)
    for path, (_, colour) in reversed(list(zip(placed, paths, strict=True))):
        draw.line([tuple(place) for place in path.tolist()], colour, 9)
        draw.circle(tuple(path[-1].tolist()), 14, colour)
    return np.asarray(picture)
