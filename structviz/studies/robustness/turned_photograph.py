"""What a turn does to the class of a photograph."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from structviz import attacks
from structviz.attacks.goal import Classifier
from structviz.types import Images

__all__ = ["TurnStudy", "turn_photograph"]


@dataclass(frozen=True, eq=False)
class TurnStudy:
    """A photograph that turns.

    Attributes
    ----------
    photo
        In [0, 1].
    label
        The class of the upright photograph.
    probabilities
        Of all classes, at angles that are equally far apart, from 0 on, counter-clockwise.
    """

    photo: Images
    label: int
    probabilities: Float[Tensor, "angle class"]

    @property
    def worst(self) -> int:
        """The number of the angle at which the upright class is farthest behind, or least ahead."""
        labels = torch.full((len(self.probabilities),), self.label)
        return int(attacks.margins(self.probabilities.clamp(min=1e-30).log(), labels).argmax())

    def frame(self, degrees: float) -> int:
        """The number of the angle next to one in degrees."""
        return round(degrees / 360 * len(self.probabilities)) % len(self.probabilities)


def turn_photograph(net: Classifier, photo: Images, step: int) -> TurnStudy:
    """The classes of a photograph at all angles that are a step apart.

    Parameters
    ----------
    net
        Takes a batch to logits.
    photo
        In [0, 1], of the shape (1, 3, side, side).
    step
        In degrees; it divides 360.

    Returns
    -------
    TurnStudy
        Probabilities of all classes at 360 / `step` angles from 0 on, and the class of the upright photograph.
    """
    angles = [math.radians(degrees) for degrees in range(0, 360, step)]
    probabilities = attacks.turned(net, photo, angles)[:, 0].softmax(dim=1)
    return TurnStudy(photo, int(probabilities[0].argmax()), probabilities)
