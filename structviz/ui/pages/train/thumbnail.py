"""The small picture of a preset: what is to be learnt."""

import io

import numpy as np
from PIL import Image as PillowImage

from structviz import zoo
from structviz.figures.pixels import Colours, coloured
from structviz.ui.kit.thumbnails import strips
from structviz.ui.pages.train.choice import TrainChoice
from structviz.ui.pages.train.previews import decision_picture_of

__all__ = ["thumbnail"]


def thumbnail(choice: TrainChoice) -> Colours:
    """An example as it is given and as it should be, in two strips; of points, what the network that ships decides."""
    task = choice.task
    if task.points is None:
        example = next(iter(task.examples(choice.configs()[0]).values()))
        return strips([coloured(image.squeeze(), task.colour_map) for image in (example.given, example.truth)])
    card = zoo.card(choice.shipped[0])
    decision = task.preview(zoo.load(card.name), card.config).pictures["decision"]
    png = decision_picture_of(card.config, decision)
    return np.asarray(PillowImage.open(io.BytesIO(png)).convert("RGBA"))
