"""What is said of the digit in hand and of attacks on it: records of displayed numbers, and sentences from them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from structviz.displayed import Displayed, number, percent, significant
from structviz.studies.robustness import DIGIT_NETWORKS, Trial, Verdict
from structviz.ui.kit.sentences import joined

__all__ = [
    "CERTAIN",
    "YOURS",
    "HandRecord",
    "TrialRecord",
    "hand_record",
    "say_hand",
    "say_trial",
    "title",
    "trial_record",
]

CERTAIN = "nonexpansive"
"""The arm with a certificate."""

YOURS = "yours"
"""Stands among the arms for a network of this machine."""


def title(arm: str) -> str:
    """What a classifier is called in a legend."""
    return DIGIT_NETWORKS.get(arm, "yours")


def _one(arm: str) -> str:
    """What a classifier is called in a sentence."""
    return f"the {DIGIT_NETWORKS[arm]} one" if arm in DIGIT_NETWORKS else "yours"


@dataclass(frozen=True)
class HandRecord:
    """What the classifiers say of the digit in hand.

    Attributes
    ----------
    truth
        Its class; None for a drawing.
    angle
        How far it is turned, in degrees.
    found, share
        The class that each arm finds, and its probability.
    radius
        Within which the certified class cannot change, rounded down.
    runner_up
        The class that comes next for the certified classifier.
    """

    truth: int | None
    angle: Displayed
    found: Mapping[str, int]
    share: Mapping[str, Displayed]
    radius: Displayed
    runner_up: int


def hand_record(verdicts: Mapping[str, Verdict], truth: int | None, angle: int) -> HandRecord:
    """The record of a digit in hand.

    Parameters
    ----------
    verdicts
        By arm; that of the classifier with a certificate is among them.
    truth
        Its class, if that is known.
    angle
        In degrees.

    Returns
    -------
    HandRecord
        Classes and per cents by the classifiers' names, rounded as they are displayed.
    """
    certain = verdicts[CERTAIN].certificate
    if certain is None:
        raise ValueError("The classifier with a Lipschitz constant gives certificates.")
    return HandRecord(
        truth,
        number(angle, 0, "°"),
        {arm: one.label for arm, one in verdicts.items()},
        {arm: percent(max(one.probabilities), 0) for arm, one in verdicts.items()},
        _certified(certain.radius),
        certain.runner_up,
    )


def _certified(radius: float) -> Displayed:
    """A certified radius, rounded down: nothing is certified beyond it."""
    return number(math.floor(100 * radius) / 100, 2)


def say_hand(record: HandRecord) -> list[str]:
    """What to notice about the digit in hand."""
    by_class: dict[int, list[str]] = {}
    for arm, label in record.found.items():
        by_class.setdefault(label, []).append(f"{_one(arm)} ({record.share[arm]})")
    turned = "" if float(record.angle) == 0 else f", turned by {record.angle},"
    held = f"This digit{turned} is a {record.truth}. " if record.truth is not None else ""
    if len(by_class) == 1:
        (label,) = by_class
        said = [f"{held}All {len(record.found)} classifiers find {label}."]
    else:
        said = [held + "; ".join(f"**{label}** finds {joined(arms)}" for label, arms in by_class.items()) + "."]
    label = record.found[CERTAIN]
    wrong = record.truth is not None and label != record.truth
    said.append(
        f"The 1-Lipschitz one is certain of its {label}: no change of the pixels with a Euclidean length below "
        f"{record.radius} makes it another class, {record.runner_up} or any other."
        + (" Certain is not right: here it is certain of a wrong class." if wrong else "")
    )
    return said


@dataclass(frozen=True)
class TrialRecord:
    """What attempts have reached.

    Attributes
    ----------
    radius
        Of the certificate.
    random, climbs, changed
        Random changes and attacks within the certificate, and how many of both changed the class.
    closest
        For each arm the smallest radius tried within which an attack changed its class; None if none did.
    noisy
        Arms whose class random noise of the largest length changed.
    most
        The largest length that was tried.
    ratio
        The smallest length that changed the class of the certified classifier, over the certified one; None if none
        did.
    """

    radius: Displayed
    random: int
    climbs: int
    changed: int
    closest: Mapping[str, Displayed | None]
    noisy: tuple[str, ...]
    most: Displayed
    ratio: Displayed | None


def trial_record(trial: Trial, radius: float, most: float) -> TrialRecord:
    """The record of attempts.

    Parameters
    ----------
    trial
        What was tried.
    radius, most
        Certified, and the largest that was tried.

    Returns
    -------
    TrialRecord
        Counts of attempts, and the lengths of closest attacks by the classifiers' names, rounded as they are displayed.
    """
    certified, own = _certified(radius), trial.closest.get(CERTAIN)
    return TrialRecord(
        certified,
        trial.within.random,
        trial.within.climbs,
        trial.within.changed,
        {arm: None if eps is None else number(eps, 2) for arm, eps in trial.closest.items()},
        tuple(arm for arm, won in trial.random.items() if won),
        number(most, 2),
        significant(own / float(certified), 2) if own is not None and float(certified) > 0 else None,
    )


def say_trial(record: TrialRecord) -> list[str]:
    """What to notice about the attempts."""
    none = "none" if record.changed == 0 else f"{record.changed:,}"
    said = [
        f"Within the certified {record.radius}, {record.random:,} random changes and {record.climbs} attacks along the "
        f"gradient were tried on the 1-Lipschitz classifier: {none} changed its class."
    ]
    changed = [(arm, eps) for arm, eps in record.closest.items() if eps is not None]
    if changed:
        first = joined([f"{_one(arm)} at {eps}" for arm, eps in changed])
        said.append(f"Beyond, the shortest changes tried that succeed: {first}.")
    kept = [_one(arm) for arm, eps in record.closest.items() if eps is None]
    if kept:
        said.append(
            f"Up to {record.most} no attack succeeded on {joined(kept)}. "
            "Beyond a certificate, or without one, that proves nothing."
        )
    if record.ratio is not None:
        said.append(f"The first success on the certified classifier lies at {record.ratio} times its certificate.")
    if not record.noisy:
        said.append(f"Random noise of the length {record.most}, 100 times each, changed no class.")
    else:
        names = joined([_one(arm) for arm in record.noisy])
        said.append(f"Random noise of the length {record.most}, 100 times each, changed the class for {names}.")
    return said
