"""The check of sentences sees what it is there for."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from structviz.displayed import Displayed, decibels, percent, scientific
from structviz.errors import ConfigError
from structviz.ui.kit.sentences import counted, joined
from tests.sentences import check_sentences, complaints, numbers


@dataclass(frozen=True)
class Record:
    """Numbers of a page."""

    left: Displayed
    right: Displayed
    psnr: Displayed
    error: Displayed
    named: Mapping[str, Displayed]
    n_points: int = 1160
    title: str = "Euler, 8 steps of Δt = 0.5"
    folds: bool = False


RECORD = Record(percent(0.0556), percent(0.4444), decibels(21.84), scientific(1.2e-24, 2), {"C4": decibels(33.3)})


@pytest.mark.parametrize(
    "sentence",
    [
        "44.4 % of 1,160 points for “Euler, 8 steps of Δt = 0.5”, 5.6 % for the other.",
        "Right − left +38.8 percentage points.",
        "**C4** is ahead by 11.5 dB (21.8 → 33.3 dB).",
        "An error of 1.2·10⁻²⁴ is round-off.",
        "Each of RK4 and $A^{3}$ is within 0.2 of it.",
        "From left to right: 5.6, 44.4.",
        "It loses −38.8 percentage points, or 38.8 percentage points.",
    ],
)
def test_true_sentences_pass(sentence: str) -> None:
    assert complaints(RECORD, sentence, ["0.2"]) == []


@pytest.mark.parametrize(
    ("sentence", "complaint"),
    [
        ("Right − left +38.9 percentage points.", "+38.9 percentage points is not on the page"),
        ("Right − left +38.8 %.", "+38.8 % is not on the page"),
        ("It reaches 22 dB.", "22 dB is not on the page"),
        ("The lead is 44.4 dB.", "44.4 dB is not on the page"),
        ("It is 1 points.", "several of one"),
        ("Turning the image by: . For none.", "an empty list"),
        ("For and the ordinary network: and others.", "a list without its beginning"),
        ("It is folded..", "a doubled stop"),
        ("It is folded. .", "a doubled stop"),
        ("It is folded,.", "an empty list"),
        ("“” is ahead.", "an empty name"),
        ("Two  spaces.", "two spaces"),
        ("It reaches nan dB.", "a value that is not for people"),
        ("None is ahead.", "a value that is not for people"),
        ("It is folded", "no full stop at its end"),
    ],
)
def test_false_and_broken_sentences_do_not(sentence: str, complaint: str) -> None:
    assert complaint in complaints(RECORD, sentence)


def test_a_number_that_was_not_rounded_has_no_place_in_a_record() -> None:
    assert complaints({"psnr": 21.84}, "It is good.") == ["21.84 is not rounded"]
    with pytest.raises(AssertionError, match="44 is not on the page: It is 44"):
        check_sentences(RECORD, ["It is good.", "It is 44."])


def test_numbers_are_read_with_their_units() -> None:
    assert numbers("At 90°, −3.5 dB; 1,160 points, 1.2·10⁻²⁴, ∞ dB, 3–4 and RK4: 1e-24.") == [
        ("90", "°"), ("−3.5", " dB"), ("1,160", ""), ("1.2·10⁻²⁴", ""), ("∞", " dB"), ("3", ""), ("4", ""),
        ("1e-24", ""),
    ]  # fmt: skip


def test_counts_and_lists_read_well() -> None:
    assert [counted(n, "point") for n in (0, 1, 1160)] == ["0 points", "1 point", "1,160 points"]
    assert counted(2, "axis", "axes") == "2 axes"
    assert [joined(names) for names in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
    with pytest.raises(ConfigError, match="at least one name"):
        joined([])
