"""The small picture of a preset: what is to be learnt, what was learnt, or what the learning rate does."""

import io
import math

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw

from structviz import training, zoo
from structviz.figures import ARM_COLOURS
from structviz.figures.pixels import Colours, coloured
from structviz.ui.kit.thumbnails import SIDE, strips
from structviz.ui.pages.train.choice import TrainChoice
from structviz.ui.pages.train.options import SAME_RATE
from structviz.ui.pages.train.previews import decision_picture_of
from structviz.ui.pages.train.rates import RateStudy, study_of

__all__ = ["thumbnail"]


def thumbnail(choice: TrainChoice) -> Colours:
    """An example as it is given and as it should be, in two strips; of points, what the network that ships decides.

    With the settings of the networks that ship, it is what they make of a turned example. With one rate for all arms it
    is what the study of rates has found on turned examples, or, at a rate beyond it, what comes out after training.
    """
    task = choice.task
    if task.points is not None:
        card = zoo.card(choice.shipped[0])
        decision = task.preview(zoo.load(card.name), card.config).pictures["decision"]
        png = decision_picture_of(card.config, decision)
        return np.asarray(PillowImage.open(io.BytesIO(png)).convert("RGBA"))
    configs = choice.configs()
    study = study_of(choice.recipe, choice.dataset)
    if choice.rates == SAME_RATE and study is not None:
        rates = {float(point.rate) for curve in study.curves for point in curve.points}
        if {config.learning_rate for config in configs} <= rates:
            return _rates(study)
        nets = [(training.train(config, device="cpu").net, config) for config in configs]
        return strips([coloured(task.preview(*trained).pictures["turned"], task.colour_map) for trained in nets])
    cards = [zoo.card(name) for name in choice.shipped]
    if cards and all((card.config.n_train, card.config.steps) == (choice.n_train, choice.steps) for card in cards):
        made = (task.preview(zoo.load(card.name), card.config).pictures["turned"] for card in cards)
        return strips([coloured(image, task.colour_map) for image in made])
    example = next(iter(task.examples(configs[0]).values()))
    return strips([coloured(image.squeeze(), task.colour_map) for image in (example.given, example.truth)])


def _rates(study: RateStudy) -> Colours:
    """The PSNR of each arm on turned examples against the logarithm of the rate, in the arm's colour."""
    side = 4 * SIDE
    picture = PillowImage.new("RGBA", (side, side))
    draw = ImageDraw.Draw(picture)
    curves = [curve for curve in study.curves if curve.examples == "turned"]
    points = [point for curve in curves for point in curve.points]
    low, high = (limit(math.log(float(point.rate)) for point in points) for limit in (min, max))
    most = max(float(point.mean) for point in points)
    for curve in curves:
        places = [
            (
                (0.1 + 0.8 * (math.log(float(point.rate)) - low) / (high - low)) * side,
                (0.9 - 0.8 * max(float(point.mean), 0) / most) * side,
            )
            for point in curve.points
        ]
        draw.line(places, fill=ARM_COLOURS[curve.arm], width=side // 16, joint="curve")
        for x, y in places:
            radius = side // 18
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=ARM_COLOURS[curve.arm])
    return np.asarray(picture)
