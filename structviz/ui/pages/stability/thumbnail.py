"""The small picture of a preset: the paths of the pair through both networks."""

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw

from structviz.figures import ARM_COLOURS
from structviz.figures.pixels import Colours
from structviz.figures.stability import seen_part
from structviz.figures.svg import Panel
from structviz.ui.kit.thumbnails import SIDE
from structviz.ui.pages.stability.choice import StabilityChoice
from structviz.ui.pages.stability.pairs import pair_studies

__all__ = ["thumbnail"]

_LARGE = 4 * SIDE


def thumbnail(choice: StabilityChoice) -> Colours:
    """The paths of the pair: blue through the structured network, vermilion through the twin."""
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
