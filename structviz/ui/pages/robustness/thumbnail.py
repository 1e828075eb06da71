"""The small picture of a preset: the photograph beside its noise, or in its ring of classes."""

import numpy as np

from structviz.figures.adversarial import bytes_of, enlarged_noise
from structviz.figures.pixels import Colours
from structviz.figures.ring import draw_ring
from structviz.ui.kit.thumbnails import strips
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.robustness.results import noise_study, turn_study

__all__ = ["thumbnail"]


def thumbnail(choice: RobustnessChoice) -> Colours:
    """The photograph and its noise; or the ring, if the preset turns the photograph."""
    if choice.angle:
        turn = turn_study(choice)
        return draw_ring(turn.photo, turn.probabilities, choice.angle, 448)
    found = noise_study(choice)
    noise = enlarged_noise(found.noises[found.which[found.frame(choice.epsilon / 255)]])
    return np.asarray(strips([bytes_of(found.photo), noise]))
