"""Numbers as they are shown: rounded once, here; sentences, tiles, tables and pictures print the same object.

What is said of two numbers must follow from what a reader sees of them. So differences, ties and order are those of
the rounded values: 44.4 % and 5.6 % are 38.8 percentage points apart, whatever stood behind the last digit.
"""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal

from structviz.errors import ConfigError

__all__ = ["PERCENT", "POINTS", "Displayed", "decibels", "number", "percent", "scientific", "significant"]

PERCENT = " %"
"""Unit of a share."""

POINTS = " percentage points"
"""Unit of the difference of two shares."""

_EXACT = Context(prec=1200)
"""Holds every float without rounding."""

_PLAIN = range(-4, 6)
"""Powers of ten that are written out."""

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Displayed:
    """A number with its unit, as `str()` prints it; make it with one of the functions below.

    Attributes
    ----------
    value
        The rounded number. It may be infinite, or nan where nothing is known.
    unit
        What follows the number, with the space before it.
    powers
        Whether it is written with a power of ten.

    Examples
    --------
    >>> left, right = percent(0.056), percent(0.4449)
    >>> print(right, right.minus(left).signed, right > left)
    44.5 % +38.9 percentage points True
    """

    value: Decimal
    unit: str = ""
    powers: bool = field(default=False, compare=False)

    @property
    def is_finite(self) -> bool:
        """Whether it is neither infinite nor nan."""
        return self.value.is_finite()

    @property
    def bare(self) -> "Displayed":
        """The number without its unit, where a heading says that."""
        return Displayed(self.value, "", self.powers)

    @property
    def signed(self) -> str:
        """The text with its sign, for differences; zero has none."""
        return str(self) if self.value.is_nan() or self.value <= 0 else f"+{self}"

    def minus(self, other: "Displayed") -> "Displayed":
        """The difference of the displayed values: that of two shares is in percentage points.

        Raises
        ------
        ConfigError
            If the units differ.
        """
        self._check_unit(other)
        is_known = self.is_finite or other.is_finite  # ∞ − ∞ is nothing
        difference = _EXACT.subtract(self.value, other.value) if is_known else Decimal("nan")
        unit = POINTS if self.unit == PERCENT else self.unit
        return Displayed(difference, unit, self.powers and other.powers)

    def __str__(self) -> str:
        if self.value.is_nan():
            return "–"
        sign = "−" if self.value < 0 else ""
        unit = self.unit.removesuffix("s") if self.unit == POINTS and str(abs(self.value)) == "1" else self.unit
        return f"{sign}{self._digits()}{unit}"

    def __float__(self) -> float:
        return float(self.value)

    def __abs__(self) -> "Displayed":
        return Displayed(abs(self.value), self.unit, self.powers)

    def __lt__(self, other: "Displayed") -> bool:
        return self._is_ordered(other) and self.value < other.value

    def __le__(self, other: "Displayed") -> bool:
        return self._is_ordered(other) and self.value <= other.value

    def __gt__(self, other: "Displayed") -> bool:
        return self._is_ordered(other) and self.value > other.value

    def __ge__(self, other: "Displayed") -> bool:
        return self._is_ordered(other) and self.value >= other.value

    def _digits(self) -> str:
        size = self.value.copy_abs()
        if size.is_infinite():
            return "∞"
        if not (self.powers and size):
            return f"{size:f}"
        power = size.adjusted()
        return f"{size.scaleb(-power, _EXACT):f}·10{str(power).translate(_RAISED)}"

    def _is_ordered(self, other: "Displayed") -> bool:
        """Whether both are numbers; nothing is larger or smaller than nan."""
        self._check_unit(other)
        return not (self.value.is_nan() or other.value.is_nan())

    def _check_unit(self, other: "Displayed") -> None:
        if self.unit != other.unit:
            raise ConfigError(
                f"Displayed numbers are compared in one unit; got {self.unit.strip() or 'none'!r} and "
                f"{other.unit.strip() or 'none'!r}. Make both with the same function."
            )


def number(value: float, digits: int = 0, unit: str = "") -> Displayed:
    """A number with so many digits after the point; halves are rounded away from zero, as browsers do.

    Parameters
    ----------
    value
        Any float.
    digits
        After the point, 0 or more.
    unit
        What follows it, with the space before it.

    Returns
    -------
    Displayed
        The rounded number with its unit; `str()` prints all digits that were asked for, zeros too.

    Examples
    --------
    >>> print(number(-1.25, 1), number(-0.04, 1), number(3.3, 1, " s"))
    −1.3 0.0 3.3 s
    """
    exact = Decimal(value)
    rounded = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, _EXACT) if exact.is_finite() else exact
    return Displayed(rounded, unit)


def decibels(value: float, digits: int = 1) -> Displayed:
    """A PSNR or a difference of two; that of a perfect picture is infinite."""
    return number(value, digits, " dB")


def percent(share: float, digits: int = 1) -> Displayed:
    """A share from 0 to 1, in per cent."""
    return number(100 * share, digits, PERCENT)


def significant(value: float, digits: int = 2, unit: str = "") -> Displayed:
    """A number with so many significant digits; very small and very large ones get a power of ten.

    Parameters
    ----------
    value
        Any float.
    digits
        1 or more, without zeros at the end.
    unit
        What follows it, with the space before it.

    Returns
    -------
    Displayed
        The rounded number with its unit; `str()` prints no zeros at the end of its digits.

    Examples
    --------
    >>> print(significant(0.0123), significant(1234.5), significant(1.23e-7))
    0.012 1200 1.2·10⁻⁷
    """
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal_from_float(float(value))
    if not rounded.is_finite():
        return Displayed(rounded, unit)
    return Displayed(rounded.normalize(), unit, bool(rounded) and rounded.adjusted() not in _PLAIN)


def scientific(value: float, digits: int = 1, unit: str = "") -> Displayed:
    """A number with a power of ten, whatever its size: errors that range from round-off to one.

    Parameters
    ----------
    value, digits, unit
        As for `significant`.

    Returns
    -------
    Displayed
        The rounded number with its unit; `str()` prints a power of ten.

    Examples
    --------
    >>> print(scientific(0.0123), scientific(1e-24), scientific(0.0))
    1·10⁻² 1·10⁻²⁴ 0
    """
    shown = significant(value, digits, unit)
    return Displayed(shown.value, unit, powers=True)
