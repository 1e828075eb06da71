"""Every sentence of the invertibility page against its record and against the study: presets and random states."""

from random import Random

import pytest

from structviz.studies.invertibility import PushAndPull, push_and_pull
from structviz.ui.pages.invertibility.choice import InvertibilityChoice
from structviz.ui.pages.invertibility.presets import PRESETS
from structviz.ui.pages.invertibility.record import record_of
from structviz.ui.pages.invertibility.sentences import what_to_notice
from tests.random_choices import random_choices
from tests.sentences import check_sentences

KINDS = (
    "All 200 points",
    "trained to make",
    "weights are random",
    "come back to within",
    "each step leaves",
    "nothing promises that",
    "keeps every area",
    "It changes areas",
    "turns the plane over",
    "it has an inverse here",
)


def few_steps(random: Random) -> int:
    return random.choice([2, 3, 4, 6])


CHOICES = [
    *PRESETS.values(),
    *random_choices(InvertibilityChoice, 200, seed=5, draw={"steps": few_steps}),
    InvertibilityChoice(network="contractive", contraction=1.2, iterations=200),
]


@pytest.fixture(scope="module")
def found() -> list[PushAndPull]:
    return [push_and_pull(choice.net, choice.twin, choice.points[0], choice.n_iterations) for choice in CHOICES]


def test_sentences_say_what_the_record_says(found: list[PushAndPull]) -> None:
    said = []
    for choice, measured in zip(CHOICES, found, strict=True):
        record = record_of(choice, measured)
        said.append(what_to_notice(record))
        check_sentences(record, said[-1], ("0.001",))
    for kind in KINDS:
        assert 0 < sum(kind in " ".join(sentences) for sentences in said) < len(said), kind


def test_sentences_are_true_of_the_points(found: list[PushAndPull]) -> None:
    for choice, measured in zip(CHOICES, found, strict=True):
        words = " ".join(what_to_notice(record_of(choice, measured)))
        off = (measured.trip.back[0] - measured.trip.there[0]).norm(dim=1)
        assert ("All 200 points come back" in words) == bool((off <= 1e-3).all())
        if "so no inverse can exist" in words:
            one, other = (choice.twin.last(points) for points in (measured.pairs.one, measured.pairs.other))
            assert (one - other).norm(dim=1).max() < 1e-8
            assert (measured.pairs.one - measured.pairs.other).norm(dim=1).min() > 1e-7
        if "keeps every area" in words:
            assert choice.network in ("additive", "hamiltonian")
