"""A photograph that turns: the class and its probability all round, and the worst angle."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from structviz.attacks import margins, turned, worst_rotation
from structviz.attacks.goal import Classifier
from structviz.errors import ConfigError
from structviz.types import Images

__all__ = ["TURN_ANGLES", "TurnStudy", "refined_worst", "turn_study"]

TURN_ANGLES = 72
"""How many angles there are all round."""


@dataclass(frozen=True, eq=False)
class TurnStudy:
    """A photograph that turns by cubic splines; its corners show the mirror image of its border.

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
    def classes(self) -> Int[Tensor, "angle"]:
        """The most probable class at each angle."""
        return self.probabilities.argmax(1)

    @property
    def kept(self) -> int:
        """At how many angles the class is that of the upright photograph."""
        return int((self.classes == self.label).sum())

    @property
    def worst(self) -> int:
        """The number of the angle at which the upright class is farthest behind, or least ahead."""
        labels = torch.full((len(self.probabilities),), self.label)
        return int(margins(self.probabilities.clamp(min=1e-30).log(), labels).argmax())

    def frame(self, degrees: float) -> int:
        """The number of the angle next to one in degrees."""
        return round(degrees / 360 * len(self.probabilities)) % len(self.probabilities)


def turn_study(
    net: Classifier,
    photo: Images,
    n_angles: int = TURN_ANGLES,
    known: TurnStudy | None = None,
    on_angles: Callable[[int], object] | None = None,
) -> TurnStudy:
    """Classify a photograph at angles all round.

    Parameters
    ----------
    net
        Takes photographs to logits.
    photo
        One square photograph in [0, 1].
    n_angles
        How many angles; the first one is 0.
    known
        A coarser look at the same photograph: its angles are not computed again where they are among the new ones.
    on_angles
        Called with the number of angles that have been looked at.

    Raises
    ------
    ConfigError
        If there is not one photograph, or no angle.
    StoppedError
        If the block around it should stop, see `structviz.stopping`.

    Examples
    --------
    >>> study = turn_study(lambda x: x.flatten(1), torch.eye(2)[None, None], 4)
    >>> study.classes.tolist()
    [0, 1, 0, 1]
    """
    if len(photo) != 1 or n_angles < 1:
        raise ConfigError(f"A turn has one photograph and an angle or more; got {len(photo)} and {n_angles}.")
    found: dict[int, Tensor] = {}
    if known is not None and n_angles % len(known.probabilities) == 0:
        step = n_angles // len(known.probabilities)
        found = {k * step: row for k, row in enumerate(known.probabilities)}
    missing = [k for k in range(n_angles) if k not in found]
    done = len(found)

    def note(numbers: Tensor, _: Tensor) -> None:
        if on_angles is not None:
            on_angles(done + int(numbers[-1]) + 1)

    if missing:
        logits = turned(net, photo, [2 * math.pi * k / n_angles for k in missing], on_angles=note)
        found |= dict(zip(missing, logits[:, 0].softmax(1), strict=True))
    probabilities = torch.stack([found[k] for k in range(n_angles)])
    return TurnStudy(photo, int(probabilities[0].argmax()), probabilities)


def refined_worst(net: Classifier, study: TurnStudy, rounds: int = 4) -> tuple[float, Float[Tensor, "class"]]:
    """The worst angle between those of a study, in radians, and the probabilities of all classes there.

    Parameters
    ----------
    net
        Takes photographs to logits.
    study
        What was found at angles all round.
    rounds
        How often the distance to the neighbours of the worst angle is halved.
    """
    step = 2 * math.pi / len(study.probabilities)
    near = [study.worst * step + k * step for k in (-1, 0, 1)]
    found = worst_rotation(net, study.photo, torch.tensor([study.label]), near, rounds=rounds)
    return float(found.angle) % (2 * math.pi), found.logits[0].softmax(0)
