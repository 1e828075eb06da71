"""What the page of robustness computes, once for all visitors: attacks step by step, and turns."""

import math
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from functools import partial
from typing import cast

import streamlit as st
import torch
from jaxtyping import Float, Int8
from torch import Tensor

from structviz import attacks
from structviz.attacks import Attack
from structviz.figures.adversarial import SIGN_STEPS
from structviz.nets.efficientnet import EfficientNetLite
from structviz.types import Images
from structviz.ui.kit.compute import ComputeQueue, OnWait
from structviz.ui.kit.networks import load_shipped
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.robustness.options import photo_of, shown_photo, target_class

__all__ = [
    "CLASSIFIER",
    "RADII",
    "NoiseStudy",
    "Progress",
    "TurnStudy",
    "attack_progress",
    "digest",
    "noise_study",
    "turn_study",
]

CLASSIFIER = "robustness/efficientnet-lite0"
"""The classifier of the page."""

RADII = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Strengths of noise for which an attack is computed, in 1/255."""

STEPS = 8
"""Of the attack with each strength."""

_STEP_SECONDS = 0.1
_ANGLE_SECONDS = 0.04
_MOST_PROGRESS = 8


def digest() -> str:
    """The sha256 of the classifier's weights."""
    return zoo.card(CLASSIFIER).sha256


@dataclass(frozen=True, eq=False)
class NoiseStudy:
    """A photograph with noise of growing strength.

    Attributes
    ----------
    photo
        In [0, 1].
    label
        The class of the untouched photograph.
    target
        The class that the attack wants; None if any other one will do.
    radii
        Strengths of the noise in units of the whole range, the first one 0.
    noises
        As shares of the strength, in steps of 1/127.
    probabilities
        Of all classes, with each strength.
    steps, all_steps
        How many steps the attack has taken, and how many it would take.
    """

    photo: Images
    label: int
    target: int | None
    radii: tuple[float, ...]
    noises: Int8[Tensor, "strength 3 row column"]
    probabilities: Float[Tensor, "strength class"]
    steps: int
    all_steps: int

    def frame(self, eps: float) -> int:
        """The number of the strongest noise that is no stronger than ε."""
        return max(k for k, radius in enumerate(self.radii) if radius <= eps + 1e-9)


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


class Progress:
    """How far an attack has come; one thread computes, others look.

    Parameters
    ----------
    photo
        In [0, 1].
    target
        The class that the attack wants; None if any other one will do.
    """

    def __init__(self, photo: Images, target: int | None) -> None:
        self.photo = photo
        self.target = target
        self._lock = threading.Lock()
        self._found: list[Attack] = []
        self._clean: Float[Tensor, "1 class"] | None = None
        self.steps = 0

    @property
    def all_steps(self) -> int:
        """How many steps it takes."""
        return STEPS * len(RADII)

    def compute(self) -> NoiseStudy:
        """Attack with one strength after the other, each from what the one before has found."""
        net = load_shipped(CLASSIFIER, EfficientNetLite).net
        with torch.no_grad():
            clean = net(self.photo)
        with self._lock:
            self._found, self._clean, self.steps = [], clean, 0
        label = torch.tensor([int(clean.argmax()) if self.target is None else self.target])
        start = self.photo
        for k, radius in enumerate(RADII):
            found = attacks.pgd(
                net,
                self.photo,
                label,
                radius / 255,
                steps=STEPS,
                targeted=self.target is not None,
                start=start,
                on_step=partial(self._note, k),
            )
            start = found.x
        return self._study(list(self._found), clean, self.steps)

    def _note(self, k: int, found: Attack) -> None:
        with self._lock:
            self._found[k:] = [found]
            self.steps += 1

    def study(self) -> NoiseStudy | None:
        """What has been found so far; None before the first look at the photograph."""
        with self._lock:
            found, clean, steps = list(self._found), self._clean, self.steps
        return None if clean is None else self._study(found, clean, steps)

    def _study(self, found: list[Attack], clean: Float[Tensor, "1 class"], steps: int) -> NoiseStudy:
        radii = tuple(radius / 255 for radius in RADII[: len(found)])
        shares = [attack.delta / radius for attack, radius in zip(found, radii, strict=True)]
        noises = torch.cat([torch.zeros_like(self.photo), *shares])
        logits = torch.cat([clean, *(attack.logits for attack in found)])
        return NoiseStudy(
            self.photo,
            int(clean.argmax()),
            self.target,
            (0.0, *radii),
            (SIGN_STEPS * noises).round().to(torch.int8),
            logits.softmax(dim=1),
            steps,
            self.all_steps,
        )


@st.cache_resource(show_spinner=False)
def _queue() -> ComputeQueue[NoiseStudy | TurnStudy]:
    # An attack has 1.1 MB of noise, a turn 0.3 MB of probabilities.
    return ComputeQueue(most_bytes=20_000_000)


@st.cache_resource(show_spinner=False)
def _progress() -> OrderedDict[Hashable, Progress]:
    return OrderedDict()


def _photo_key(choice: RobustnessChoice) -> str:
    name = shown_photo(choice)
    return choice.upload.digest if choice.upload and name == choice.photo == "own" else name


def attack_progress(choice: RobustnessChoice) -> tuple[Hashable, Progress]:
    """The attack that a choice asks for: its key, and how far it has come."""
    key = ("attack", _photo_key(choice), choice.target, digest())
    known = _progress()
    if key not in known:
        known[key] = Progress(photo_of(choice), target_class(choice.target))
        while len(known) > _MOST_PROGRESS:
            known.popitem(last=False)
    return key, known[key]


def noise_study(choice: RobustnessChoice, on_wait: OnWait) -> NoiseStudy:
    """The attack that a choice asks for; visitors with the same choice share it.

    Parameters
    ----------
    choice
        What was asked for.
    on_wait
        As for `structviz.ui.kit.compute.ComputeQueue.get`.
    """
    key, progress = attack_progress(choice)
    found = _queue().get(key, progress.compute, on_wait, seconds=_STEP_SECONDS * progress.all_steps)
    return cast(NoiseStudy, found)


def turn_study(choice: RobustnessChoice, step: int, on_wait: OnWait) -> TurnStudy:
    """The classes of a photograph at all angles that are a step apart; visitors with the same photograph share them.

    Parameters
    ----------
    choice
        What was asked for.
    step
        In degrees.
    on_wait
        As for `structviz.ui.kit.compute.ComputeQueue.get`.
    """
    key = ("turn", _photo_key(choice), step, digest())
    work = partial(_turn, photo_of(choice), step)
    return cast(TurnStudy, _queue().get(key, work, on_wait, seconds=_ANGLE_SECONDS * 360 / step))


def _turn(photo: Images, step: int) -> TurnStudy:
    angles = [math.radians(degrees) for degrees in range(0, 360, step)]
    net = load_shipped(CLASSIFIER, EfficientNetLite).net
    probabilities = attacks.turned(net, photo, angles)[:, 0].softmax(dim=1)
    return TurnStudy(photo, int(probabilities[0].argmax()), probabilities)
