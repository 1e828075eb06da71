"""What the sections on mass and optimisers say, against their records."""

import dataclasses
from math import inf, nan

import pytest

from structviz.displayed import number, percent, significant
from structviz.studies.manifolds import FIELDS, LANDSCAPES, OPTIMISERS, epidemic, fit_epidemic
from structviz.ui.pages.manifolds.learned import LearnedRecord, say_learned
from structviz.ui.pages.manifolds.mass import mass_csv, mass_record, say_mass
from structviz.ui.pages.manifolds.optimisers import find_optimisers, optimiser_record, say_optimisers
from structviz.ui.pages.manifolds.rotated import RotationRecord, say_rotations
from tests.sentences import check_sentences


def test_mass_says_what_is_displayed_whoever_is_ahead() -> None:
    seen = epidemic(20, 0.02)
    fits = {kind: fit_epidemic(seen, kind, 2) for kind in FIELDS}
    record = mass_record(20, 0.02, seen, fits)
    table = mass_csv(seen, fits).splitlines()
    assert len(table) == 1 + 21 + 3 * 151
    assert table[1] == "truth,0,0.99,0.01,0"
    check_sentences(record, say_mass(record))
    said = " ".join(say_mass(record))
    for value in (record.drift["structured"], *record.forecast.values(), record.least["structured"]):
        assert str(value) in said
    for structured, free, words in (
        (0.1, 0.2, "that of the free one by 20.0 %"),
        (0.2, 0.1, "does not pay"),
        (0.1, 0.1, "of both are off by 10.0 %"),
        (0.1, nan, "the free one is lost"),
        (nan, 0.1, "are lost all the same"),
    ):
        other = dataclasses.replace(record, forecast={"structured": percent(structured), "free": percent(free)})
        assert words in " ".join(say_mass(other))
        check_sentences(other, say_mass(other))
    lost = dataclasses.replace(record, population={"structured": percent(1.0), "free": percent(nan)})
    assert "leaves the range of numbers" in " ".join(say_mass(lost))


@pytest.mark.parametrize("landscape", LANDSCAPES)
def test_optimisers_that_diverge_are_said_to_have_diverged(landscape: str) -> None:
    for h in (0.03, 0.15):
        record = optimiser_record(landscape, h, 1.0, find_optimisers(landscape, h, 1.0))
        check_sentences(record, say_optimisers(record), ["500"])
        said = " ".join(say_optimisers(record))
        for name, value in record.values.items():
            assert (f"{OPTIMISERS[name].lower()} {value}" in said) == value.is_finite
        assert ("diverged" in said) == any(not value.is_finite for value in record.values.values())
        assert str(record.error) in said
        assert str(record.kept) in said


def test_gradient_descent_may_be_ahead() -> None:
    record = optimiser_record("quadratic", 0.03, 1.0, find_optimisers("quadratic", 0.03, 1.0))
    values = {name: significant(1e-9 if name == "gradient-descent" else 1e-3) for name in record.values}
    said = " ".join(say_optimisers(dataclasses.replace(record, values=values)))
    assert "Not every particle" in said
    none = dataclasses.replace(record, values={name: significant(inf) for name in record.values})
    assert "f is" not in " ".join(say_optimisers(none))


def test_what_trained_networks_do_is_said_of_each() -> None:
    record = LearnedRecord(
        {title: percent(0.99) for title in ("great circles", "tangent Euler", "free Euler")},
        {"great circles": significant(1e-15), "tangent Euler": significant(6.0), "free Euler": significant(28.0)},
    )
    check_sentences(record, say_learned(record), ["1,000"])
    said = " ".join(say_learned(record))
    assert "great circles 99.0 %" in said
    assert "free Euler 28" in said
    assert "nearly equally well" in said
    worse = dataclasses.replace(record, accuracy={**record.accuracy, "free Euler": percent(0.8)})
    assert "nearly equally well" not in " ".join(say_learned(worse))


@pytest.mark.parametrize(
    ("ours", "free", "words"), [(3.5, 4.5, "errs less"), (5.0, 4.5, "does not pay"), (4, 4, "no less")]
)
def test_networks_of_rotations_are_said_to_err_less_only_if_they_do(ours: float, free: float, words: str) -> None:
    record = RotationRecord(
        {"turning layers": number(ours, 1, " degrees"), "free layers": number(free, 1, " degrees")},
        {"turning layers": significant(3e-15, 1), "free layers": significant(2.3, 1)},
    )
    said = say_rotations(record)
    assert f"turning layers {ours:.1f} degrees and free layers {free:.1f} degrees" in said[0]
    assert "3·10⁻¹⁵" in said[1]
    assert words in said[2]
