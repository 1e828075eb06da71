"""What can be chosen in the section on digits."""

from collections.abc import Mapping
from types import MappingProxyType

from structviz.data import DIGIT_COUNTS
from structviz.training.digit_sizes import DIGIT_SIZES
from structviz.ui.kit.choice import Networks, Number, One, Section, Values

__all__ = ["DIGIT", "DIGITS_SECTION", "DIGIT_ANGLE", "DIGIT_SOURCE", "DIGIT_TRAINED", "DRAWN", "HELD_OUT", "LOCAL"]

HELD_OUT, DRAWN = "held-out", "drawn"

_SOURCES: Mapping[str, str] = MappingProxyType({HELD_OUT: "A held-out digit", DRAWN: "Draw one"})


def _is_held_out(values: Values) -> bool:
    return values["digit_source"] == HELD_OUT


DIGITS_SECTION = Section("Classifiers with guarantees: draw a digit, turn it, attack it")
DIGIT_SOURCE = One("Digit", options=_SOURCES, kind="segmented")
DIGIT = Number("Number of the digit", low=0, high=DIGIT_COUNTS["test"] - 1, step=1, applies=_is_held_out)
DIGIT_ANGLE = Number("Turned by", low=0, high=355, step=5, kind="slider", format="%d°")
LOCAL = Networks(recipe="digits", most=1)
DIGIT_TRAINED = One("Digits to learn from, N", options={n: f"{n:,}" for n in DIGIT_SIZES}, kind="segmented")
