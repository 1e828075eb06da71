"""Where the cell of the change of variables lies, as the address has it."""

from structviz.errors import ConfigError

__all__ = ["CELL", "parse_cell"]

CELL = "0.3,0.4,0.2"
"""Where the cell is at first."""

_FARTHEST = 2.0
_SIDES = (0.02, 0.6)


def parse_cell(text: str) -> tuple[float, float, float]:
    """Centre and side of a text "x,y,side".

    Raises
    ------
    ConfigError
        If it says something else, or the cell lies outside of the picture or is too small or too large.
    """
    try:
        x, y, side = map(float, text.split(","))
    except ValueError:
        x = y = side = float("nan")
    low, high = _SIDES
    if not (abs(x) <= _FARTHEST and abs(y) <= _FARTHEST and low <= side <= high):
        raise ConfigError(
            f"A cell is two numbers from −{_FARTHEST:g} to {_FARTHEST:g} and a side from {low:g} to {high:g}, like "
            f"0.5,-0.25,0.1; got {text[:40]!r}."
        )
    return x, y, side
