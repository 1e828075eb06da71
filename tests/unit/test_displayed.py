"""Numbers are rounded once, and everything that is said of them follows from what is shown."""

import dataclasses
import math
from decimal import Decimal

import pytest

from structviz.displayed import Displayed, decibels, number, percent, scientific, significant
from structviz.errors import ConfigError


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (decibels(27.649), "27.6 dB"),
        (decibels(math.inf), "∞ dB"),
        (decibels(-math.inf), "−∞ dB"),
        (decibels(math.nan), "–"),
        (decibels(-0.31), "−0.3 dB"),
        (decibels(-0.04), "0.0 dB"),
        (percent(0.9867), "98.7 %"),
        (percent(0.444, 0), "44 %"),
        (number(0.125, 2), "0.13"),  # 0.125 is exact in binary
        (number(-0.125, 2), "−0.13"),
        (number(2.0**80), str(2**80)),
        (number(2.5, 0, " s"), "3 s"),
        (significant(0.0123), "0.012"),
        (significant(0.01251), "0.013"),
        (significant(9.96), "10"),
        (significant(2.0), "2"),
        (significant(1234.5), "1200"),
        (significant(1.234e6), "1.2·10⁶"),
        (significant(-1.234e-5, 3), "−1.23·10⁻⁵"),
        (significant(0.0), "0"),
        (significant(-0.0), "0"),
        (significant(math.inf), "∞"),
        (significant(math.nan), "–"),
        (scientific(0.0123), "1·10⁻²"),
        (scientific(9.99e-24, 2), "1·10⁻²³"),
        (scientific(0.0), "0"),
    ],
)
def test_numbers_are_written_as_people_read_them(shown: Displayed, text: str) -> None:
    assert str(shown) == text


def test_differences_are_those_of_the_displayed_numbers() -> None:
    # Behind them: 44.44 − 5.56 = 38.88, which would be shown as 38.9.
    left, right = percent(0.0556), percent(0.4444)
    assert (str(left), str(right)) == ("5.6 %", "44.4 %")
    assert right.minus(left) == Displayed(Decimal("38.8"), " percentage points")
    assert right.minus(left).signed == "+38.8 percentage points"
    assert left.minus(right).signed == "−38.8 percentage points"
    assert str(abs(left.minus(right))) == "38.8 percentage points"


def test_a_tie_is_one_of_the_displayed_numbers() -> None:
    assert decibels(21.84) == decibels(21.76)
    assert not decibels(21.84) > decibels(21.76)
    assert decibels(21.84).minus(decibels(21.76)).signed == "0.0 dB"
    assert decibels(21.86) > decibels(21.84)
    assert decibels(21.84) < decibels(21.86)
    assert decibels(1.0) <= decibels(1.0) <= decibels(2.0) >= decibels(2.0)
    assert hash(decibels(21.84)) == hash(decibels(21.76))


def test_one_point_is_singular() -> None:
    assert str(percent(0.03, 0).minus(percent(0.02, 0))) == "1 percentage point"
    assert str(percent(0.02, 0).minus(percent(0.03, 0))) == "−1 percentage point"
    assert str(percent(0.03).minus(percent(0.02))) == "1.0 percentage points"
    assert str(percent(0.02, 0)) == "2 %"


def test_infinite_and_unknown_numbers_are_ordered_or_not() -> None:
    perfect, unknown = decibels(math.inf), decibels(math.nan)
    assert perfect > decibels(99.0)
    assert perfect == decibels(math.inf)
    assert not perfect.is_finite
    assert str(perfect.minus(decibels(30.0))) == "∞ dB"
    assert str(decibels(30.0).minus(perfect)) == "−∞ dB"
    assert str(perfect.minus(perfect)) == "–"
    assert str(unknown.minus(perfect)) == "–"
    assert unknown.signed == "–"
    comparisons = (unknown < perfect, unknown > perfect, unknown <= unknown, unknown >= unknown)
    assert not any(comparisons)
    assert unknown != decibels(math.nan)


def test_numbers_of_two_units_do_not_compare() -> None:
    with pytest.raises(ConfigError, match="in one unit; got '%' and 'dB'"):
        percent(0.5).minus(decibels(1.0))
    with pytest.raises(ConfigError, match="in one unit"):
        assert percent(0.5) < decibels(1.0)
    assert percent(0.5) != number(50.0, 1)


def test_rounding_again_needs_a_new_number() -> None:
    shown = decibels(2.449)
    assert float(shown) == 2.4
    assert float(number(float(shown))) == 2.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        shown.value = Decimal(3)  # pyright: ignore[reportAttributeAccessIssue]


def test_a_difference_keeps_powers_only_where_both_have_them() -> None:
    assert str(scientific(3e-8).minus(scientific(1e-8))) == "2·10⁻⁸"
    assert str(significant(0.5).minus(significant(0.012))) == "0.488"
