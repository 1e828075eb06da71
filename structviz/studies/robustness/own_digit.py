"""A drawn digit, placed as those of the data are, and what four classifiers make of a digit in hand."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Generator, nn
from torch.nn.functional import interpolate, pad

from structviz.attacks import pgd_curve, random_noise
from structviz.data import DIGIT_SIDE
from structviz.errors import ConfigError
from structviz.nets import LipschitzClassifier
from structviz.studies.robustness.certificate import Attempts, Certificate, attempt, certificate
from structviz.types import Image

__all__ = ["DISTANCES", "Trial", "Verdict", "centred", "tried", "verdict"]

_BOX = 20
"""Longer side of the digits of MNIST, in pixels, before they are put into the middle of 28×28."""

_WITHIN = 0.999
"""Share of the certified radius within which all attempts must fail: float32 rounds at 1e-7."""

DISTANCES = (0.1, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)
"""Radii within which the digit in hand is attacked."""

_RANDOM, _CLIMBS, _STEPS, _DRAWS = 10_000, 10, 20, 100


def centred(drawing: Image) -> Image:
    """Scale a drawing to 20 pixels and put its centre of mass into the middle, as the digits of MNIST have it.

    Parameters
    ----------
    drawing
        White on black, (1, 1, 28, 28), in [0, 1].

    Returns
    -------
    Image
        The same shape.

    Raises
    ------
    ConfigError
        If nothing is drawn.

    Examples
    --------
    >>> drawing = torch.zeros(1, 1, 28, 28)
    >>> drawing[..., 2:12, 3:7] = 1.0
    >>> centred(drawing)[0, 0].sum(1).nonzero().flatten().tolist()  # the rows that it takes
    [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]
    """
    if not drawing.any():
        raise ConfigError("Nothing is drawn. Draw a digit first.")
    rows, columns = (drawing[0, 0].amax(axis).nonzero().flatten() for axis in (1, 0))
    inked = drawing[..., rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    factor = _BOX / max(inked.shape[-2:])
    height, width = (max(1, round(factor * side)) for side in inked.shape[-2:])
    inked = interpolate(inked, (height, width), mode="bilinear", antialias=True, align_corners=False).clamp(0, 1)
    weights = inked[0, 0]
    across, down = (
        ((torch.arange(side) + 0.5) * weights.sum(axis)).sum().item() / weights.sum().item()
        for side, axis in ((width, 0), (height, 1))
    )
    left = min(max(round(DIGIT_SIDE / 2 - across), 0), DIGIT_SIDE - width)
    top = min(max(round(DIGIT_SIDE / 2 - down), 0), DIGIT_SIDE - height)
    return pad(inked, (left, DIGIT_SIDE - width - left, top, DIGIT_SIDE - height - top))


@dataclass(frozen=True)
class Verdict:
    """What a classifier says of one digit.

    Attributes
    ----------
    probabilities
        Of the ten classes; the logits are divided by the temperature where a classifier has one.
    certificate
        The radius in which the class cannot change; None without a Lipschitz constant.
    """

    probabilities: tuple[float, ...]
    certificate: Certificate | None

    @property
    def label(self) -> int:
        """The most probable class."""
        return max(range(len(self.probabilities)), key=self.probabilities.__getitem__)


@torch.no_grad()
def verdict(net: nn.Module, x: Image) -> Verdict:
    """What a classifier says of a digit."""
    (logits,) = net(x)
    shares = (logits / getattr(net, "temperature", 1.0)).softmax(0)
    known = certificate(logits, net.lipschitz_bound) if isinstance(net, LipschitzClassifier) else None
    return Verdict(tuple(shares.tolist()), known)


@dataclass(frozen=True)
class Trial:
    """All attempts to change the classes of one digit.

    Attributes
    ----------
    within
        Attempts within the certificate of the classifier that has one.
    closest
        For each classifier the smallest of `DISTANCES` within which an attack along the gradient changed its class;
        None if none did.
    random
        For each classifier whether one of 100 random changes of the largest length did.
    """

    within: Attempts
    closest: Mapping[str, float | None]
    random: Mapping[str, bool]


def tried(nets: Mapping[str, nn.Module], x: Image, seed: int = 0) -> Trial:
    """Attack a digit in every way: within the certificate, and for each classifier within growing radii.

    Parameters
    ----------
    nets
        The classifiers by name; one of them is a `LipschitzClassifier`.
    x
        The digit.
    seed
        Draws directions and starts.

    Returns
    -------
    Trial
        Attempts within the certificate, and by the classifiers' names the Euclidean length of the closest attack, and
        whether random changes had success.

    Raises
    ------
    ConfigError
        If no classifier has a certificate.
    StoppedError
        If the block around it should stop, see `structviz.stopping`.
    """
    generator = Generator().manual_seed(seed)
    certain = next((net for net in nets.values() if isinstance(net, LipschitzClassifier)), None)
    if certain is None:
        raise ConfigError(f"None of {', '.join(nets)} has a Lipschitz constant, so there is nothing to try.")
    radius = _WITHIN * _radius(certain, x)
    within = attempt(certain, x, radius, generator, _RANDOM, _CLIMBS, _STEPS)
    closest: dict[str, float | None] = {}
    random: dict[str, bool] = {}
    for name, net in nets.items():
        label = net(x).argmax(1).detach()
        found = pgd_curve(net, x, label, DISTANCES, "l2", _STEPS, generator=generator)
        closest[name] = _first([bool(attack.success) for attack in found])
        random[name] = bool(random_noise(net, x, label, DISTANCES[-1], generator, "l2", _DRAWS).success)
    return Trial(within, closest, random)


def _radius(net: LipschitzClassifier, x: Image) -> float:
    found = verdict(net, x).certificate
    if found is None or found.radius <= 0:
        raise ConfigError("The two most probable classes are equally probable, so nothing is certified.")
    return found.radius


def _first(success: list[bool]) -> float | None:
    return next((eps for eps, won in zip(DISTANCES, success, strict=True) if won), None)
