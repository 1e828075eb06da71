"""The worst angle of a photograph between those that were looked at."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.attacks import worst_rotation
from structviz.attacks.goal import Classifier
from structviz.studies.robustness.turned_photograph import TurnStudy

__all__ = ["WorstTurn", "worst_between"]


@dataclass(frozen=True, eq=False)
class WorstTurn:
    """What a classifier makes of a photograph at the worst angle that was found.

    Attributes
    ----------
    label
        The class of the upright photograph.
    angle
        In radians, from 0 to 2π, counter-clockwise.
    probabilities
        Of all classes.
    """

    label: int
    angle: float
    probabilities: Float[Tensor, "class"]

    @property
    def found(self) -> int:
        """The most probable class."""
        return int(self.probabilities.argmax())

    @property
    def fooled(self) -> bool:
        """Whether it is another class than upright."""
        return self.found != self.label


def worst_between(net: Classifier, study: TurnStudy, rounds: int = 4) -> WorstTurn:
    """Search between the worst angle of a study and its neighbours, by halves.

    A photograph can keep its class at all angles of a grid and lose it between them.

    Parameters
    ----------
    net
        Takes photographs to logits.
    study
        What was found at angles all round.
    rounds
        How often the distance to the neighbours is halved; each round asks the network twice.

    Returns
    -------
    WorstTurn
        The angle in radians, from 0 to 2π, with the probabilities of all classes there.

    Raises
    ------
    StoppedError
        If the block around it should stop, see `structviz.stopping`.
    """
    step = 2 * math.pi / len(study.probabilities)
    near = [(study.worst + k) * step for k in (-1, 0, 1)]
    found = worst_rotation(net, study.photo, torch.tensor([study.label]), near, rounds=rounds)
    return WorstTurn(study.label, float(found.angle) % (2 * math.pi), found.logits[0].softmax(0))
