"""Tables of points: what a visitor draws, pastes or uploads, and what goes out again.

Each refusal is one sentence that states the rule, what came and what to do.
"""

import csv
import math
import re
from collections.abc import Iterator
from io import StringIO

import torch

from structviz.errors import ConfigError, DataError, ShapeError
from structviz.types import Labels, Points

__all__ = ["MAX_BYTES", "MAX_COORDINATE", "MAX_POINTS", "read_points", "write_points"]

MAX_BYTES = 2_000_000
"""Longest table."""

MAX_POINTS = 10_000
"""Most points of a table."""

MAX_COORDINATE = 100.0
"""Largest absolute value of a coordinate: networks are made for points near the origin."""

_SHOWN = 24
"""How many characters of a cell a message repeats."""

_COMMENT = re.compile("^#.*$", re.M)

_Class = str | float


def read_points(text: str | bytes) -> tuple[Points, Labels]:
    """Read a table of points in two classes.

    Columns are separated by tabs, semicolons or commas, whichever of these the first line has first in this
    order. If a header names x, y and label (or class), in any order and case, these columns count, otherwise
    the first three. With semicolons, numbers may have a decimal comma.

    Parameters
    ----------
    text
        The table, at most 2 MB, with at most `MAX_POINTS` rows; bytes are UTF-8. Blank lines and lines that
        begin with # are skipped.

    Returns
    -------
    points : Points
        ``(n, 2)``, float32, in the order of the rows; none beyond ±`MAX_COORDINATE`.
    labels : Labels
        ``(n,)``, int64, each 0 or 1. Of the two labels in the table the lower number becomes 0, so that 0 and
        1, or -1 and 1, keep their meaning; of words it is the one that comes first in the alphabet.

    Raises
    ------
    DataError
        If the table cannot be read or breaks a rule; the message says in which line and is fit for a page.
    ConfigError
        If it is neither a string nor bytes.

    Examples
    --------
    >>> from structviz.data import read_points
    >>> read_points("x,y,class\\n0.5,-1,cat\\n0,0.25,dog\\n")
    (tensor([[ 0.5000, -1.0000],
            [ 0.0000,  0.2500]]), tensor([0, 1]))
    """
    content = _decode(text)
    delimiter = _delimiter(content)
    points: list[tuple[float, float]] = []
    classes: list[_Class] = []
    names: dict[_Class, str] = {}
    for line, (x, y, label) in _records(content, delimiter):
        if len(points) == MAX_POINTS:
            raise DataError(
                f"A table may have at most {MAX_POINTS} points, but line {line} brings one more: "
                "keep some of the rows only."
            )
        points.append((_coordinate("x", x, line, delimiter), _coordinate("y", y, line, delimiter)))
        classes.append(_class(label, line, delimiter))
        names.setdefault(classes[-1], label)
        if len(names) > 2:
            first, second, third = map(_shown, names.values())
            raise DataError(
                f"A table must have two classes, but after {first} and {second} line {line} brings a third label, "
                f"{third}: keep two of them."
            )
    if len(points) < 2:
        came = f"this one has {len(points)}" if content.strip() else "this one is empty"
        raise DataError(f"A table must have at least 2 points, but {came}: add rows such as 0.5,-0.25,1.")
    if len(names) < 2:
        (name,) = names.values()
        raise DataError(
            f"A table must have two classes, but all {len(points)} labels are {_shown(name)}: add points of another."
        )
    one = max(names, key=_place)
    return torch.tensor(points, dtype=torch.float32), torch.tensor([int(c == one) for c in classes])


def write_points(points: Points, labels: Labels) -> str:
    """Write points as a table with the columns x, y and label.

    Numbers are as short as they can be for float32: `read_points` gives exactly the same points, as long as
    they keep its rules.

    Parameters
    ----------
    points
        ``(n, 2)``, written as float32.
    labels
        ``(n,)``.

    Returns
    -------
    str
        Comma-separated values with a header.

    Raises
    ------
    ShapeError
        If there is not one label for each point of the plane.

    Examples
    --------
    >>> import torch
    >>> from structviz.data import write_points
    >>> print(write_points(torch.tensor([[0.1, -1.0]]), torch.tensor([1])), end="")
    x,y,label
    0.1,-1.0,1
    """
    if points.ndim != 2 or points.shape[1] != 2 or labels.shape != points.shape[:1]:
        raise ShapeError(
            "points and labels must have the shapes (n, 2) and (n,), but they have "
            f"{tuple(points.shape)} and {tuple(labels.shape)}: give each point two coordinates and one label."
        )
    file = StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow(("x", "y", "label"))
    # numpy writes the shortest number that float32 tells from its neighbours.
    numbers = points.detach().cpu().float().numpy().astype(str)
    table.writerows((x, y, label) for (x, y), label in zip(numbers, labels.tolist(), strict=True))
    return file.getvalue()


def _decode(text: str | bytes) -> str:
    if not isinstance(text, (str, bytes)):
        raise ConfigError(f"A table must be a string or bytes, but it is a {type(text).__name__}: read the file first.")
    if len(text) > MAX_BYTES:
        raise DataError(
            f"A table may have at most {MAX_BYTES / 1e6:g} MB, but this one has {len(text) / 1e6:.1f} MB: "
            f"keep at most {MAX_POINTS} rows."
        )
    not_text = DataError("A table must be plain text in UTF-8, but this one is not: save it as CSV in UTF-8.")
    try:
        content = text if isinstance(text, str) else text.decode()
    except UnicodeDecodeError as error:
        raise not_text from error
    if "\0" in content:
        raise not_text
    # What a file says of itself; the lines stay, so that messages count them.
    return _COMMENT.sub("", content.removeprefix("\ufeff"))


def _delimiter(content: str) -> str:
    first, _, _ = content.lstrip().partition("\n")
    # A comma may also be a decimal one, so it comes last.
    return next((delimiter for delimiter in "\t;" if delimiter in first), ",")


def _rows(content: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Number of the line and stripped cells of each row that is not blank."""
    reader = csv.reader(StringIO(content, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise DataError(
            f"In line {reader.line_num}, a cell must have at most {csv.field_size_limit()} characters; got more: "
            "look for a quotation mark without its partner."
        ) from error


def _records(content: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Number of the line, and what stands for x, y and label in it."""
    columns = (0, 1, 2)
    for index, (line, cells) in enumerate(_rows(content, delimiter)):
        is_header = index == 0 and all(_number(cell, delimiter) is None for cell in cells)
        if is_header:
            columns = _columns(line, cells)
        if len(cells) <= max(columns):
            raise DataError(
                f"In line {line}, a row must have the columns x, y and label; got {len(cells)} of {max(columns) + 1} "
                f"columns, {_shown(delimiter.join(cells))}: write it like 0.5,-0.25,1."
            )
        if not is_header:
            yield line, [cells[column] for column in columns]


def _columns(line: int, header: list[str]) -> tuple[int, int, int]:
    names = [name.lower() for name in header]
    label = "label" if "label" in names else "class"
    if {"x", "y", label} <= set(names):
        return names.index("x"), names.index("y"), names.index(label)
    if {"x", "y"} <= set(names) and names[:2] != ["x", "y"]:
        # Taking the first three columns would take x or y for something else.
        raise DataError(
            f"In line {line}, a header with x and y must also name label; got {_shown(', '.join(header))}: "
            "rename the column with the classes."
        )
    return 0, 1, 2


def _number(cell: str, delimiter: str) -> float | None:
    # float() would also read 1_000.
    if "_" in cell:
        return None
    try:
        return float(cell.replace(",", ".") if delimiter == ";" else cell)
    except ValueError:
        return None


def _coordinate(name: str, cell: str, line: int, delimiter: str) -> float:
    value = _number(cell, delimiter)
    if value is None:
        raise DataError(f"In line {line}, {name} must be a number; got {_shown(cell)}: write it like -0.25.")
    if not math.isfinite(value):
        raise DataError(f"In line {line}, {name} must be finite; got {_shown(cell)}: correct or delete the row.")
    if abs(value) > MAX_COORDINATE:
        raise DataError(
            f"In line {line}, {name} must lie between {-MAX_COORDINATE:g} and {MAX_COORDINATE:g}; got {_shown(cell)}: "
            "divide all points by a common number."
        )
    return value


def _class(cell: str, line: int, delimiter: str) -> _Class:
    """Labels that are the same number are one class, however they are written."""
    if not cell:
        raise DataError(f"In line {line}, label must name a class; got nothing: write 0 or 1.")
    value = _number(cell, delimiter)
    return cell if value is None or not math.isfinite(value) else value


def _place(name: _Class) -> tuple[bool, _Class]:
    """Numbers in their order, then words in theirs."""
    return isinstance(name, str), name


def _shown(cell: str) -> str:
    if not cell:
        return "nothing"
    return repr(cell if len(cell) <= _SHOWN else f"{cell[: _SHOWN - 1]}…")
