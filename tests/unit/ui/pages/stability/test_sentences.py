"""Every sentence of the stability page against its record: presets and random states."""

from random import Random

import pytest
import torch

from structviz.checks import symplecticity_error
from structviz.studies.stability import PLANE_NETWORKS, PairStudy, plane_network
from structviz.ui.pages.stability.choice import FARTHEST, StabilityChoice, parse_pair
from structviz.ui.pages.stability.pairs import pair_studies
from structviz.ui.pages.stability.presets import PRESETS
from structviz.ui.pages.stability.sentences import PairRecord, headline, record_of, shown_ratio, what_to_notice
from tests.random_choices import random_choices
from tests.sentences import check_sentences

CONSTANTS = ("1",)
KINDS = (
    "the promise is at most",
    "nothing is promised",
    "promises nothing on distances",
    "The price",
    "Eigenvalues",
    "About the origin",
)


def pair(random: Random) -> str:
    return ",".join(f"{random.uniform(-FARTHEST, FARTHEST):.2f}" for _ in range(4))


CHOICES = [*PRESETS.values(), *random_choices(StabilityChoice, 200, seed=5, draw={"pair": pair})]


@pytest.fixture(scope="module")
def studies() -> list[tuple[PairStudy, PairStudy]]:
    return [pair_studies(choice) for choice in CHOICES]


@pytest.fixture(scope="module")
def records(studies: list[tuple[PairStudy, PairStudy]]) -> list[PairRecord]:
    return [record_of(choice, found) for choice, found in zip(CHOICES, studies, strict=True)]


def test_sentences_say_what_the_record_says(records: list[PairRecord]) -> None:
    for record in records:
        check_sentences(record, [headline(record), *what_to_notice(record)], CONSTANTS)


def test_distances_are_those_of_the_drawn_points(
    studies: list[tuple[PairStudy, PairStudy]], records: list[PairRecord]
) -> None:
    for choice, both, record in zip(CHOICES, studies, records, strict=True):
        said = ((record.ratio, record.is_lost), (record.twin, record.is_twin_lost))
        for study, (ratio, is_lost) in zip(both, said, strict=True):
            first, last = ((study.x[k, 0] - study.y[k, 0]).norm() for k in (0, -1))
            assert torch.equal(torch.cat([study.x[0], study.y[0]]), parse_pair(choice.pair).to(study.x))
            assert is_lost or ratio == shown_ratio((last / first).item())


def test_each_kind_of_sentence_occurs_and_is_not_always_there(records: list[PairRecord]) -> None:
    said = [" ".join(what_to_notice(record)) for record in records]
    for kind in KINDS:
        assert 0 < sum(kind in words for words in said) < len(said), kind


def test_what_is_promised_is_kept(records: list[PairRecord]) -> None:
    for choice, record in zip(CHOICES, records, strict=True):
        words = " ".join(what_to_notice(record))
        if record.is_promised:
            assert PLANE_NETWORKS[choice.network].bounded
            assert float(record.ratio) <= 1
            assert not record.is_lost
        assert ("no expansion just beyond" in words) <= (choice.method == "rk4" and float(record.ratio) <= 1)
        assert ("The price" in words) == (
            record.accuracy is not None and record.twin_accuracy is not None and record.accuracy < record.twin_accuracy
        )


def test_the_presets_show_what_they_are_called() -> None:
    found = {name: record_of(choice, pair_studies(choice)) for name, choice in PRESETS.items()}
    assert found["A promise that is kept"].is_promised
    assert float(found["A promise that is kept"].twin) > 5
    assert float(found["A step too large"].ratio) > 2
    assert str(found["A step too large"].expansion) == "1.40"
    costs = found["Where structure costs"]
    assert costs.accuracy is not None
    assert costs.twin_accuracy is not None
    assert costs.accuracy.minus(costs.twin_accuracy).value < -5


@pytest.mark.parametrize("method", PLANE_NETWORKS["hamiltonian"].methods)
def test_areas_are_claimed_where_they_are_kept(method: str) -> None:
    choice = StabilityChoice("hamiltonian", method=method)
    net = plane_network("hamiltonian", choice.points, method, choice.scale, choice.layers)
    is_kept = symplecticity_error(net, torch.tensor([[0.3, -0.2]], dtype=torch.float64)) < 1e-10
    assert ("keeps areas" in headline(record_of(choice, pair_studies(choice)))) == is_kept
