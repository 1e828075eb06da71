"""What the page of robustness shows: what ships for its photographs, and what is computed once for all visitors."""

from collections import OrderedDict
from collections.abc import Hashable
from functools import partial
from typing import cast

import streamlit as st
import torch

from structviz import attacks, zoo
from structviz.nets.efficientnet import EfficientNetLite
from structviz.studies.robustness import DIGIT_NETWORKS
from structviz.studies.robustness.controls import QUERIES, ControlStudy, try_controls
from structviz.studies.robustness.noise import STEPS, NoiseSearch, NoiseStudy
from structviz.studies.robustness.shipped import (
    CLASSIFIER,
    TURN_STEP,
    shipped_noise,
    shipped_turn,
    shipped_worst,
    ships_noise,
    ships_turn,
    ships_worst,
)
from structviz.studies.robustness.turned_photograph import TurnStudy, turn_photograph
from structviz.studies.robustness.worst_angle import WorstTurn, worst_between
from structviz.types import Images
from structviz.ui.kit.compute import ComputeQueue, OnWait
from structviz.ui.kit.networks import load_shipped
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.robustness.options import ANYTHING, photo_of, shown_photo, target_class

__all__ = [
    "classifier",
    "control_study",
    "digest",
    "digits_ship",
    "eight_bit_attack",
    "known_noise",
    "known_turn",
    "noise_search",
    "noise_study",
    "turn_study",
    "whole_levels",
    "worst_turn",
]

_STEP_SECONDS, _ANGLE_SECONDS = 0.1, 0.04
_WORST_SECONDS = 0.5
_MOST_SEARCHES = 8


def classifier() -> EfficientNetLite:
    """The classifier, which is loaded when something must be computed."""
    return load_shipped(CLASSIFIER, EfficientNetLite).net


def digest() -> str:
    """The sha256 of the classifier's weights."""
    return zoo.card(CLASSIFIER).sha256


def digits_ship() -> bool:
    """Whether all classifiers of digits are there."""
    return {f"digits/{arm}" for arm in DIGIT_NETWORKS} <= set(zoo.names())


@st.cache_resource(show_spinner=False)
def _queue() -> ComputeQueue[NoiseStudy | TurnStudy | WorstTurn | ControlStudy | Images]:
    # An attack has 1.1 MB of noise, a turn 0.3 MB of probabilities.
    return ComputeQueue(most_bytes=20_000_000)


@st.cache_resource(show_spinner=False)
def _searches() -> OrderedDict[Hashable, NoiseSearch]:
    return OrderedDict()


def _photo_key(choice: RobustnessChoice) -> str:
    return choice.upload.digest if choice.is_own and choice.upload else shown_photo(choice)


def known_noise(choice: RobustnessChoice) -> NoiseStudy | None:
    """The attack that a choice asks for, if it ships."""
    name, target = shown_photo(choice), None if choice.target == ANYTHING else choice.target
    return shipped_noise(name, target) if not choice.is_own and ships_noise(name, target) else None


def known_turn(choice: RobustnessChoice) -> TurnStudy | None:
    """The classes at all angles, if they ship."""
    name = shown_photo(choice)
    return shipped_turn(name) if not choice.is_own and ships_turn(name) else None


def noise_search(choice: RobustnessChoice) -> tuple[Hashable, NoiseSearch]:
    """The attack that a choice asks for: its key, and how far it has come."""
    key = ("noise", _photo_key(choice), choice.target, digest())
    known = _searches()
    if key not in known:
        known[key] = NoiseSearch(classifier, photo_of(choice), target_class(choice.target))
        while len(known) > _MOST_SEARCHES:
            known.popitem(last=False)
    return key, known[key]


def noise_study(choice: RobustnessChoice, on_wait: OnWait = lambda _: None) -> NoiseStudy:
    """The attack that a choice asks for; visitors with the same choice share it.

    Parameters
    ----------
    choice
        What was asked for.
    on_wait
        As for `structviz.ui.kit.compute.ComputeQueue.get`.
    """
    if (known := known_noise(choice)) is not None:
        return known
    key, search = noise_search(choice)
    return cast(NoiseStudy, _queue().get(key, search.compute, on_wait, seconds=_STEP_SECONDS * search.all_steps))


def turn_study(choice: RobustnessChoice, step: int = TURN_STEP, on_wait: OnWait = lambda _: None) -> TurnStudy:
    """The classes of a photograph at all angles that are a step apart; visitors with the same photograph share them.

    Parameters
    ----------
    choice
        What was asked for.
    step
        In degrees.
    on_wait
        As for `structviz.ui.kit.compute.ComputeQueue.get`.

    Returns
    -------
    TurnStudy
        Probabilities of all classes at 360 / `step` angles from 0 on, and the class of the upright photograph.
    """
    if step == TURN_STEP and (known := known_turn(choice)) is not None:
        return known
    work = partial(_turn, choice, step)
    key = ("turn", _photo_key(choice), step, digest())
    return cast(TurnStudy, _queue().get(key, work, on_wait, seconds=_ANGLE_SECONDS * 360 / step))


def worst_turn(choice: RobustnessChoice, study: TurnStudy, on_wait: OnWait = lambda _: None) -> WorstTurn:
    """The worst angle of a photograph between those that were looked at; visitors with the same photograph share it.

    Parameters
    ----------
    choice
        What was asked for.
    study
        The classes at all angles.
    on_wait
        As for `structviz.ui.kit.compute.ComputeQueue.get`.

    Returns
    -------
    WorstTurn
        The angle in radians, from 0 to 2π, with the probabilities of all classes there.
    """
    if known_turn(choice) is not None and ships_worst(shown_photo(choice)):
        return shipped_worst(shown_photo(choice))
    key = ("worst", _photo_key(choice), digest())
    return cast(WorstTurn, _queue().get(key, partial(_worst, study), on_wait, seconds=_WORST_SECONDS))


def whole_levels(choice: RobustnessChoice) -> int:
    """The strength of the slider in whole levels of a file, at least one."""
    return max(1, int(choice.epsilon))


def control_study(choice: RobustnessChoice, on_wait: OnWait = lambda _: None) -> ControlStudy:
    """Attacks of several kinds with the strength of the slider, at least 1/255, aimed at any other class.

    Parameters
    ----------
    choice
        What was asked for.
    on_wait
        As for `structviz.ui.kit.compute.ComputeQueue.get`.
    """
    level = whole_levels(choice)
    key = ("controls", _photo_key(choice), level, digest())

    def work() -> ControlStudy:
        return try_controls(classifier(), photo_of(choice), level / 255)

    return cast(ControlStudy, _queue().get(key, work, on_wait, seconds=_ANGLE_SECONDS * (QUERIES + 80)))


def eight_bit_attack(choice: RobustnessChoice, study: NoiseStudy) -> Images:
    """The attacked photograph with values k/255, from what is shown: the best of it and of a few further steps.

    A file has 256 levels, so the noise in it is 1/255 or more.

    Parameters
    ----------
    choice
        What was asked for.
    study
        What was found for it.
    """
    level = whole_levels(choice)
    k = study.frame(level / 255)

    def work() -> Images:
        start = study.attacked(k)
        label = torch.tensor([study.label if study.target is None else study.target])
        found = attacks.pgd(
            classifier(),
            study.photo,
            label,
            level / 255,
            steps=STEPS,
            targeted=study.target is not None,
            start=start,
            in_eight_bits=True,
        )
        return found.x

    key = ("file", _photo_key(choice), choice.target, level, study.steps, digest())
    return cast(Images, _queue().get(key, work, seconds=_STEP_SECONDS * STEPS))


def _worst(study: TurnStudy) -> WorstTurn:
    return worst_between(classifier(), study)


def _turn(choice: RobustnessChoice, step: int) -> TurnStudy:
    return turn_photograph(classifier(), photo_of(choice), step)
