"""Checks that a page's sentences say what its record of displayed numbers says, and nothing else.

A record is a frozen dataclass of `structviz.displayed.Displayed` and of facts: booleans, counts, names. A sentence may
print a displayed number, the difference of two of them, a count, or a name with whatever numbers are part of it.
"""

import dataclasses
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cached_property
from itertools import permutations

from structviz.displayed import PERCENT, POINTS, Displayed

__all__ = ["check_sentences", "complaints", "numbers"]

_UNITS = (POINTS, POINTS.removesuffix("s"), PERCENT, " dB", " cm", " s", " ms", "°", "/cm", " MB", " nats", " degrees")

_NUMBER = re.compile(r"(?:(?<![\w)])[+−-])?(?:\d+(?:,\d{3})*(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|e[+-]?\d+)?|∞)")

_NOUNS = (
    "points|steps|layers|images|networks|views|photons|patients|dimensions|seeds|frames|examples|runs|degrees|patches|"
    "iterations|photographs|minutes|seconds|parts|cells|scans|arms|angles|slices|neurons|weights|percentage points"
)

_HOLES = {
    r"[:;,(]\s*[.,;)]": "an empty list",
    r"(?:^|[:;(])\s*(?:and|or)\b": "a list without its beginning",
    r"“”|\*\*\*\*|''|``": "an empty name",
    r"\.\s*\.(?!\.)|[.,;:]\s+[.,;]|\.[,;]": "a doubled stop",
    r"\s\s": "two spaces",
    rf"(?<![\d.,·])\b1 (?:{_NOUNS})\b": "several of one",
    r"\bNone\b(?! of)|\bnan\b|\binf\b|[{}]": "a value that is not for people",
}


def check_sentences(record: object, sentences: Sequence[str], constants: Collection[str] = ()) -> None:
    """Fail unless each number in the sentences is one of the record's, and the sentences are whole.

    Parameters
    ----------
    record
        A dataclass, mapping or sequence of displayed numbers, counts, names and records.
    sentences
        What is said of it.
    constants
        Numbers with their units that the sentences say of every record, such as "0.2".
    """
    said = _Sayable(record, constants)
    found = [f"{wrong}: {sentence}" for sentence in sentences for wrong in _complaints(said, sentence)]
    assert not found, f"{found}\n{record}"


def complaints(record: object, sentence: str, constants: Collection[str] = ()) -> list[str]:
    """What is wrong with a sentence.

    Parameters
    ----------
    record, constants
        As for `check_sentences`.
    sentence
        One or several, as they stand on the page.
    """
    return _complaints(_Sayable(record, constants), sentence)


def _complaints(sayable: "_Sayable", sentence: str) -> list[str]:
    outside = re.sub(r"\$[^$]*\$", "§", sentence)  # formulas have braces
    found = [words for pattern, words in _HOLES.items() if re.search(pattern, outside)]
    if not re.search(r"[.!?…]$", sentence):
        found.append("no full stop at its end")
    found += [f"{leaf!r} is not rounded" for leaf in sayable.leaves if isinstance(leaf, float)]
    for name in sayable.names:
        sentence = sentence.replace(name, "")
    found += [f"{text}{unit} is not on the page" for text, unit in numbers(sentence) if (text, unit) not in sayable]
    return found


def numbers(sentence: str) -> list[tuple[str, str]]:
    """The numbers in a sentence with their units; formulas between dollars are left out."""
    sentence = re.sub(r"\$[^$]*\$", "", sentence)
    found = []
    for match in _NUMBER.finditer(sentence):
        if match.start() and (sentence[match.start() - 1].isalpha() or sentence[match.start() - 1] == "_"):
            continue  # RK4, C8
        rest = sentence[match.end() :]
        unit = next((unit for unit in _UNITS if re.match(rf"{re.escape(unit)}(?!\w)", rest)), "")
        found.append((match.group(), unit))
    return found


def _leaves(record: object) -> Iterator[object]:
    """All displayed numbers, counts, names and floats of a record."""
    if isinstance(record, Displayed | str | int | float) or record is None:
        yield record
    elif isinstance(record, Enum):
        yield from _leaves(record.value)
    elif isinstance(record, Mapping):
        for key, value in record.items():
            yield from _leaves(key)
            yield from _leaves(value)
    elif isinstance(record, Sequence | set | frozenset):
        for value in record:
            yield from _leaves(value)
    elif dataclasses.is_dataclass(record):
        for field in dataclasses.fields(record):
            yield from _leaves(getattr(record, field.name))
    else:
        raise TypeError(f"A record holds displayed numbers, counts and names; got {type(record).__name__}.")


class _Sayable:
    """What may be said of a record; made once for all sentences about it, since differences are many."""

    def __init__(self, record: object, constants: Collection[str]) -> None:
        self.leaves = list(_leaves(record))
        # Names come first, since they may hold numbers that the record has no other place for.
        self.names = sorted({leaf for leaf in self.leaves if isinstance(leaf, str) and leaf}, key=len, reverse=True)
        self._constants = constants

    def __contains__(self, number: tuple[str, str]) -> bool:
        """Whether a number may be said with its unit, or without one where the sentence names it."""
        text, unit = number
        return any(number in known or (not unit and text in bare) for known, bare in (self._plain, self._differences))

    @cached_property
    def _plain(self) -> tuple[set[tuple[str, str]], set[str]]:
        counts = [leaf for leaf in self.leaves if isinstance(leaf, int) and not isinstance(leaf, bool)]
        texts = {text for n in counts for text in (str(n), f"{n:,}", str(abs(n)), f"{abs(n):,}")}
        return _with_and_without_units([*self._constants, *texts, *_texts(self._values)])

    @cached_property
    def _differences(self) -> tuple[set[tuple[str, str]], set[str]]:
        pairs = permutations(self._values, 2)
        return _with_and_without_units(_texts([one.minus(other) for one, other in pairs if one.unit == other.unit]))

    @cached_property
    def _values(self) -> list[Displayed]:
        # A difference to an equal one is nothing, so two of each are enough.
        values = [leaf for leaf in self.leaves if isinstance(leaf, Displayed)]
        return [value for k, value in enumerate(values) if values[:k].count(value) < 2]


def _texts(values: Sequence[Displayed]) -> Iterator[str]:
    for value in values:
        yield from (str(value), str(abs(value)), value.signed)


def _with_and_without_units(texts: Iterable[str]) -> tuple[set[tuple[str, str]], set[str]]:
    known = {_split(text) for text in texts}
    return known, {text for text, _ in known}


def _split(text: str) -> tuple[str, str]:
    """A number and its unit."""
    unit = next((unit for unit in _UNITS if text.endswith(unit)), "")
    return text.removesuffix(unit), unit
