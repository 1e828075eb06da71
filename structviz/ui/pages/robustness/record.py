"""What the page of robustness says of an attack and of a turn, as displayed numbers."""

import math
from dataclasses import dataclass

from structviz.displayed import Displayed, number, percent
from structviz.studies.robustness.noise import NoiseStudy
from structviz.studies.robustness.turned_photograph import TurnStudy
from structviz.studies.robustness.worst_angle import WorstTurn
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.robustness.options import ANYTHING, class_phrase, photo_phrase

__all__ = ["NoiseRecord", "TurnRecord", "levels", "noise_record", "turn_record"]


@dataclass(frozen=True)
class NoiseRecord:
    """What the page says of a photograph with noise.

    Attributes
    ----------
    photo
        What a sentence calls the photograph.
    clean, clean_share
        The class of the untouched photograph, and its probability.
    target
        The class that the attack wants; None if any other one will do.
    eps
        The most that the noise changes a colour, in 1/255.
    found, share
        The class with the noise, and its probability.
    first
        The weakest noise on the screen with which the attack succeeds, in 1/255; None if none does.
    most
        The strongest noise on the screen, in 1/255.
    is_own
        Whether it is an image of the visitor.
    steps, all_steps
        How many steps the attack has taken, and how many it would take.
    """

    photo: str
    clean: str
    clean_share: Displayed
    target: str | None
    eps: Displayed
    found: str
    share: Displayed
    first: Displayed | None
    most: Displayed
    is_own: bool
    steps: int
    all_steps: int

    @property
    def is_fooled(self) -> bool:
        """Whether the class is another one."""
        return self.found != self.clean

    @property
    def succeeds(self) -> bool:
        """Whether the attack has what it wants."""
        return self.is_fooled if self.target is None else self.found == self.target

    @property
    def is_whole(self) -> bool:
        """Whether all steps have been taken."""
        return self.steps >= self.all_steps


@dataclass(frozen=True)
class TurnRecord:
    """What the page says of a photograph that turns.

    Attributes
    ----------
    photo
        What a sentence calls the photograph.
    clean, clean_share
        The class of the upright photograph, and its probability.
    angle, found, share
        At which angle it stands, with its class and probability there.
    kept, n_angles
        At how many angles it keeps its class, of how many.
    between, between_found, between_share
        The worst angle that a search between the others has found, with its class and probability there; the ring
        marks it.
    is_fooled_between
        Whether its class there is another one than upright.
    """

    photo: str
    clean: str
    clean_share: Displayed
    angle: Displayed
    found: str
    share: Displayed
    kept: int
    n_angles: int
    between: Displayed
    between_found: str
    between_share: Displayed
    is_fooled_between: bool

    @property
    def survives(self) -> bool:
        """Whether it keeps its class at every angle."""
        return self.kept == self.n_angles


def levels(eps: float) -> Displayed:
    """A strength of noise, in 1/255."""
    value = 255 * eps
    digits = 0 if round(value, 2) == round(value) else 1 if round(value, 2) == round(value, 1) else 2
    return number(value, digits)


def noise_record(choice: RobustnessChoice, study: NoiseStudy) -> NoiseRecord:
    """The record of what is shown.

    Parameters
    ----------
    choice
        What was asked for.
    study
        What was found for it.
    """
    k = study.frame(choice.epsilon / 255)
    shares, classes = study.probabilities.max(dim=1)
    wanted = study.target
    wins = [int(c) == wanted if wanted is not None else int(c) != study.label for c in classes]
    first = next((levels(eps) for eps, won in zip(study.radii, wins, strict=True) if won), None)
    return NoiseRecord(
        photo_phrase(choice),
        class_phrase(study.label),
        percent(study.probabilities[0, study.label].item()),
        None if choice.target == ANYTHING or wanted is None else class_phrase(wanted),
        levels(study.radii[k]),
        class_phrase(int(classes[k])),
        percent(shares[k].item()),
        first,
        levels(study.radii[-1]),
        choice.is_own,
        study.steps,
        study.all_steps,
    )


def turn_record(choice: RobustnessChoice, study: TurnStudy, between: WorstTurn) -> TurnRecord:
    """The record of what is shown.

    Parameters
    ----------
    choice
        What was asked for.
    study
        What was found for it.
    between
        The worst angle between those of the study.

    Returns
    -------
    TurnRecord
        Classes as phrases, shares in per cent and angles in degrees, rounded as they are displayed.
    """
    shares, classes = study.probabilities.max(dim=1)
    k, label = study.frame(choice.angle), study.label
    return TurnRecord(
        photo_phrase(choice),
        class_phrase(label),
        percent(study.probabilities[0, label].item()),
        number(360 * k / len(classes), 0, "°"),
        class_phrase(int(classes[k])),
        percent(shares[k].item()),
        int((classes == label).sum()),
        len(classes),
        number(math.degrees(between.angle), 1, "°"),
        class_phrase(between.found),
        percent(between.probabilities.max().item()),
        between.fooled,
    )
