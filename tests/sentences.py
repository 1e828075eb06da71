"""Checks that a page's sentences say what its record of displayed numbers says, and nothing else.

A record is a frozen dataclass of `structviz.displayed.Displayed` and of facts: booleans, counts, names. A sentence may
print a displayed number, the difference of two of them, a count, or a name with whatever numbers are part of it.
"""

import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import Enum
from itertools import permutations

from structviz.displayed import PERCENT, POINTS, Displayed

__all__ = ["check_sentences", "complaints", "numbers"]

_UNITS = (POINTS, POINTS.removesuffix("s"), PERCENT, " dB", " cm", " s", " ms", "°", "/cm", " MB", " nats")

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
    found = [f"{wrong}: {sentence}" for sentence in sentences for wrong in complaints(record, sentence, constants)]
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
    outside = re.sub(r"\$[^$]*\$", "§", sentence)  # formulas have braces
    found = [words for pattern, words in _HOLES.items() if re.search(pattern, outside)]
    if not re.search(r"[.!?…]$", sentence):
        found.append("no full stop at its end")
    leaves = list(_leaves(record))
    found += [f"{leaf!r} is not rounded" for leaf in leaves if isinstance(leaf, float)]
    known = _known(leaves) | {_split(constant) for constant in constants}
    # Names come first, since they may hold numbers that the record has no other place for.
    names = sorted((leaf for leaf in leaves if isinstance(leaf, str) and leaf), key=len, reverse=True)
    for name in names:
        sentence = sentence.replace(name, "")
    found += [
        f"{text}{unit} is not on the page"
        for text, unit in numbers(sentence)
        if (text, unit) not in known and (unit or text not in {t for t, _ in known})
    ]
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


def _known(leaves: Sequence[object]) -> set[tuple[str, str]]:
    """The numbers that may be said, with their units."""
    values = [leaf for leaf in leaves if isinstance(leaf, Displayed)]
    values += [one.minus(other) for one, other in permutations(values, 2) if one.unit == other.unit]
    texts = {text for value in values for text in (str(value), str(abs(value)), value.signed)}
    for count in leaves:
        if isinstance(count, int) and not isinstance(count, bool):
            texts |= {str(count), f"{count:,}", str(abs(count)), f"{abs(count):,}"}
    return {_split(text) for text in texts}


def _split(text: str) -> tuple[str, str]:
    """A number and its unit."""
    unit = next((unit for unit in _UNITS if text.endswith(unit)), "")
    return text.removesuffix(unit), unit
