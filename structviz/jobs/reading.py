"""Reading the small files of a run: whatever lies in their place becomes values of the right kind, or one error."""

import json
import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from structviz.errors import CheckpointError

__all__ = [
    "COUNT",
    "MOMENT",
    "NUMBER",
    "SECONDS",
    "TEXT",
    "Rule",
    "check_values",
    "json_object",
    "read_bytes",
    "read_text",
]

_MOST_BYTES = 256 * 1024
"""Bytes of a record; those that are written have a few thousand."""

_MOST_TEXT = 2000
"""Characters of a text in a record."""

_MOST_COUNT = 2**53
"""The largest whole number in a record."""

_LAST_MOMENT = 2.0**33
"""The latest time in a record, in seconds since 1970: in the year 2242."""


@dataclass(frozen=True)
class Rule:
    """What a value of a record must be.

    Attributes
    ----------
    words
        The rule, to be read after "must be".
    holds
        Whether a value obeys it.
    """

    words: str
    holds: Callable[[object], bool]


def _is_text(value: object) -> bool:
    # Half a surrogate pair comes out of JSON as it went in, and cannot be shown or written.
    is_short = isinstance(value, str) and len(value) <= _MOST_TEXT
    return is_short and not any("\ud800" <= sign <= "\udfff" for sign in str(value))


def _is_number(value: object) -> bool:
    """Whether it is a number that fits into a float; losses of runs that diverge are infinite or none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isinstance(value, float) or abs(value) <= _MOST_COUNT


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_COUNT


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and _is_number(value) and 0 <= value <= _LAST_MOMENT


TEXT = Rule(f"text of at most {_MOST_TEXT:,} characters", _is_text)
NUMBER = Rule("a number", _is_number)
COUNT = Rule("a whole number from 0", _is_count)
SECONDS = Rule("a number of seconds from 0", _is_time)
MOMENT = Rule("a time in seconds since 1970", _is_time)


def read_bytes(path: Path, most: int, from_end: bool = False) -> bytes:
    """The first or the last bytes of a file.

    Parameters
    ----------
    path
        The file.
    most
        How many bytes at most.
    from_end
        Whether those at its end are wanted.

    Returns
    -------
    bytes
        At most `most` bytes; all of them if the file is shorter.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be read.
    CheckpointError
        If something that is no file lies in its place.
    """
    # Opening a named pipe would wait for whoever writes to it.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise CheckpointError(f"{path.name} is no file. Delete the run.")
        if from_end:
            os.lseek(descriptor, max(0, found.st_size - most), os.SEEK_SET)
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(most)
    finally:
        os.close(descriptor)


def read_text(path: Path) -> str:
    """The text of a small file; bytes that are no text are replaced.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be read.
    CheckpointError
        If something that is no file lies in its place, or it is too long.
    """
    content = read_bytes(path, _MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise CheckpointError(f"{path.name} has more than {_MOST_BYTES:,} bytes. Delete the run.")
    return content.decode(errors="replace")


def json_object(text: str) -> dict[str, object]:
    """The JSON object in a text.

    Raises
    ------
    ValueError
        If the text holds none, or one that is nested too deeply.
    """
    try:
        values = json.loads(text)
    except RecursionError as error:
        raise ValueError("the file is nested too deeply") from error
    except ValueError as error:
        raise ValueError(f"the file is not JSON, {error}") from error
    if not isinstance(values, dict):
        raise ValueError(f"the file holds a {type(values).__name__}, no object")
    return values


def check_values(values: Mapping[str, object], rules: Mapping[str, Rule]) -> None:
    """Check the values of a record; those without a rule are left to whoever takes them.

    Raises
    ------
    ValueError
        If one is not what its rule says.
    """
    for name, rule in rules.items():
        if name in values and not rule.holds(values[name]):
            # A nested value may be too deep to be written out.
            value = values[name]
            shown = repr(value)[:60] if isinstance(value, str | int | float) else f"a {type(value).__name__}"
            raise ValueError(f"{name} must be {rule.words}; got {shown}")
