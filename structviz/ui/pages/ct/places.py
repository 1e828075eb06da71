"""Places on the slice: the two ends of a line, and where a place is after a turn."""

import math
from collections.abc import Sequence

from structviz.errors import ConfigError

__all__ = ["LINE_RULE", "line_ends", "line_text", "place_after"]

LINE_RULE = "four numbers from 0 to 1: row, column, row, column"
"""What a line is in the address."""


def line_ends(text: str) -> tuple[float, float, float, float] | None:
    """Both ends of a line, in sides of the image; None if there is no text, and so no line.

    Raises
    ------
    ConfigError
        If the text is not four numbers from 0 to 1.
    """
    if not text:
        return None
    try:
        row, column, last_row, last_column = ends = [float(end) for end in text.split(",")]
        if all(0 <= end <= 1 for end in ends):
            return row, column, last_row, last_column
    except ValueError:
        pass
    raise ConfigError(f"A line is {LINE_RULE}; got {text[:60]!r}. Write for example 0.5,0.2,0.5,0.8.")


def line_text(ends: Sequence[float] | None) -> str:
    """A line as it stands in the address."""
    return ",".join(f"{round(end, 3):g}" for end in ends or ())


def place_after(degrees: float, row: float, column: float) -> tuple[float, float]:
    """Where a place of the object is after a turn; never outside of the image.

    Parameters
    ----------
    degrees
        Of the turn, counter-clockwise.
    row, column
        The place, in sides of the image.

    Returns
    -------
    float, float
        Row and column, in sides of the image, each from 0 to 1.
    """
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    right, up = column - 0.5, 0.5 - row
    places = 0.5 - (right * sin + up * cos), 0.5 + right * cos - up * sin
    row, column = (round(min(max(place, 0.0), 1.0), 3) for place in places)
    return row, column
