"""Every sentence on the sphere against its record: presets and random states."""

from random import Random

import pytest

from structviz.studies.manifolds.sphere_steps import METHODS
from structviz.ui.pages.manifolds.choice import ManifoldsChoice
from structviz.ui.pages.manifolds.presets import PRESETS
from structviz.ui.pages.manifolds.record import SphereRecord, SphereStudy, record_of, shown_distance, sphere_study
from structviz.ui.pages.manifolds.sentences import headline, key_words, what_to_notice
from tests.random_choices import random_choices
from tests.sentences import check_sentences

KINDS = (
    "finds no solution",
    "cannot leave",
    "put back",
    "less than",
    "drawn as spikes",
    "as many evaluations",
    "closest one",
    "diverge",
    "on their side of the circle; its weights",
    "it is another network",
    "Leaving need not hurt",
)


def point(random: Random) -> str:
    return ",".join(f"{random.uniform(-2, 2):.2f}" for _ in range(3))


CHOICES = [
    *PRESETS.values(),
    *random_choices(ManifoldsChoice, 200, seed=3, draw={"point": point, "layers": lambda r: r.randint(1, 20)}),
    ManifoldsChoice(method="midpoint", twin="euler", h=2.0),
    ManifoldsChoice("belt", twin="rk4"),
]


@pytest.fixture(scope="module")
def studies() -> list[tuple[SphereStudy, SphereStudy, float | None]]:
    return [sphere_study(choice) for choice in CHOICES]


@pytest.fixture(scope="module")
def records(studies: list[tuple[SphereStudy, SphereStudy, float | None]]) -> list[SphereRecord]:
    return [record_of(choice, found) for choice, found in zip(CHOICES, studies, strict=True)]


def test_sentences_say_what_the_record_says(records: list[SphereRecord]) -> None:
    for record in records:
        check_sentences(record, [headline(record), *what_to_notice(record)])
        assert (record.accuracy is None) != record.error.value.is_nan()


def test_each_kind_of_sentence_occurs_and_is_not_always_there(records: list[SphereRecord]) -> None:
    said = [" ".join([headline(record), *what_to_notice(record)]) for record in records]
    assert {kind: 0 < sum(kind in words for words in said) < len(said) for kind in KINDS} == dict.fromkeys(KINDS, True)


def test_what_stays_stays_and_what_leaves_leaves(records: list[SphereRecord]) -> None:
    for choice, record in zip(CHOICES, records, strict=True):
        assert record.is_rounding or record.lost
        assert not METHODS[choice.twin].stays
        assert key_words(record) == ("diverged" if record.twin_lost else str(record.twin_worst))
        if not (record.twin_lost or record.lost):
            assert record.twin_worst > record.worst


def test_distances_are_those_of_the_drawn_points(
    studies: list[tuple[SphereStudy, SphereStudy, float | None]], records: list[SphereRecord]
) -> None:
    for (one, other, _), record in zip(studies, records, strict=True):
        for study, worst, lost in ((one, record.worst, record.lost), (other, record.twin_worst, record.twin_lost)):
            off = (study.states.norm(dim=-1) - 1).abs()
            assert lost == int((~(off[-1] < 1e6)).sum())
            assert lost or worst == shown_distance(off.max().item())


def test_the_presets_show_what_they_are_called() -> None:
    found = {name: record_of(choice, sphere_study(choice)) for name, choice in PRESETS.items()}
    assert float(found["Steps that stay"].twin_worst) > 0.3
    trained = found["Trained layers"]
    assert trained.as_trained
    assert trained.accuracy is not None
    assert trained.twin_accuracy is not None
    assert trained.rival is not None
    assert trained.accuracy > trained.rival > trained.twin_accuracy
    costs = found["RK4 leaves, more exactly"]
    assert float(costs.twin_worst) < 0.01
    assert costs.fair_error is not None
    assert float(costs.twin_error) < 0.01 * float(costs.fair_error), "for as many evaluations of the field"
