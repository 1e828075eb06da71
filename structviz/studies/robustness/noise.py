"""What noise of growing strength does to the class of a photograph."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import torch
from jaxtyping import Float, Int8
from torch import Tensor

from structviz import attacks
from structviz.attacks import Attack
from structviz.attacks.goal import Classifier
from structviz.stopping import stop_if_asked
from structviz.types import Images

__all__ = ["GRID", "RADII", "SIGN_STEPS", "STEPS", "NoiseSearch", "NoiseStudy", "attacked", "between"]

RADII = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Strengths of noise for which an attack is computed, in 1/255."""

GRID = 0.25
"""Distance of the strengths that are shown, in 1/255."""

STEPS = 8
"""Of the attack with each strength."""

SIGN_STEPS = 127
"""How many steps the noise has from 0 to its strength: enough for a picture of 8 bits."""


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
    which
        The number of the noise with each strength.
    probabilities
        Of all classes, with each strength.
    steps, all_steps
        How many steps the attack has taken, and how many it would take.
    """

    photo: Images
    label: int
    target: int | None
    radii: tuple[float, ...]
    noises: Int8[Tensor, "noise 3 row column"]
    which: tuple[int, ...]
    probabilities: Float[Tensor, "strength class"]
    steps: int
    all_steps: int

    def frame(self, eps: float) -> int:
        """The number of the strongest noise that is no stronger than ε."""
        return max(k for k, radius in enumerate(self.radii) if radius <= eps + 1e-9)

    def attacked(self, k: int) -> Images:
        """The photograph with the noise of a strength."""
        return attacked(self.photo, self.noises[self.which[k]], self.radii[k])


def attacked(photo: Images, noise: Int8[Tensor, "3 row column"], eps: float) -> Images:
    """The photograph with noise of a strength, kept in [0, 1].

    Parameters
    ----------
    photo
        In [0, 1].
    noise
        As a share of ε, in steps of 1/127.
    eps
        In units of the whole range.

    Returns
    -------
    Tensor
        The sum, in [0, 1], shape as `photo`.
    """
    return (photo + eps * noise.float() / SIGN_STEPS).clamp(0, 1)


def between(net: Classifier, study: NoiseStudy) -> NoiseStudy:
    """The same attack with strengths between, `GRID` apart: each has the next stronger noise, made weaker.

    All probabilities are those of noises as they are stored, in steps of 1/127.

    Parameters
    ----------
    net
        Takes a batch to logits.
    study
        Has all strengths of `RADII`.
    """
    radii, which, rows = [study.radii[0]], [0], [study.probabilities[:1]]
    for k in range(1, round(RADII[-1] / GRID) + 1):
        eps = k * GRID / 255
        above = next(j for j, radius in enumerate(study.radii) if radius >= eps - 1e-9)
        radii.append(eps)
        which.append(study.which[above])
        stop_if_asked()
        with torch.no_grad():
            rows.append(net(attacked(study.photo, study.noises[study.which[above]], eps)).softmax(dim=1))
    return replace(study, radii=tuple(radii), which=tuple(which), probabilities=torch.cat(rows))


class NoiseSearch:
    """Attacks on a photograph with growing strength; one thread computes, others may look how far it has come.

    Parameters
    ----------
    net
        Gives the classifier; called when the search begins.
    photo
        In [0, 1].
    target
        The class that the attack wants; None if any other one will do.
    """

    def __init__(self, net: Callable[[], Classifier], photo: Images, target: int | None) -> None:
        self._net = net
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
        net = self._net()
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
        return between(net, self._study(list(self._found), clean, self.steps))

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
            tuple(range(len(noises))),
            logits.softmax(dim=1),
            steps,
            self.all_steps,
        )
