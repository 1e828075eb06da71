"""The small picture of a preset: the photograph beside its noise, or in its ring of classes."""

import numpy as np

from structviz.data import digits
from structviz.figures.adversarial import bytes_of, enlarged_noise
from structviz.figures.pixels import Colours
from structviz.figures.ring import draw_ring
from structviz.studies.robustness import turn
from structviz.ui.kit.thumbnails import strips
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.robustness.results import noise_study, turn_study

__all__ = ["thumbnail"]


def thumbnail(choice: RobustnessChoice) -> Colours:
    """The photograph and its noise; the ring, if the preset turns the photograph; or the digit."""
    if choice.digits:
        digit = turn(digits("test")[0][choice.digit][None], choice.digit_angle)
        return bytes_of((1 - digit).expand(-1, 3, -1, -1))
    if choice.angle:
        found = turn_study(choice)
        return draw_ring(found.photo, found.probabilities, choice.angle, 448)
    attack = noise_study(choice)
    noise = enlarged_noise(attack.noises[attack.which[attack.frame(choice.epsilon / 255)]])
    return np.asarray(strips([bytes_of(attack.photo), noise]))
