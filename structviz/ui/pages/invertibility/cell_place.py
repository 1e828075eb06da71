"""Where the cell of the change of variables lies, as the address has it."""

from structviz.errors import ConfigError
from structviz.parsing import numbers_in
from structviz.ui.kit.places import FARTHEST

__all__ = ["CELL", "parse_cell"]

CELL = "0.3,0.4,0.2"
"""Where the cell is at first."""

_SIDES = (0.02, 0.6)


def parse_cell(text: str) -> tuple[float, float, float]:
    """Centre and side of a text "x,y,side".

    Raises
    ------
    ConfigError
        If it says something else, or the cell lies outside of the picture or is too small or too large.
    """
    low, high = _SIDES
    rule = (
        f"A cell is two numbers from −{FARTHEST:g} to {FARTHEST:g} and a side from {low:g} to {high:g}, like "
        "0.5,-0.25,0.1"
    )
    x, y, side = numbers_in(text, 3, FARTHEST, rule)
    if not low <= side <= high:
        raise ConfigError(f"{rule}; got {text[:60]!r}.")
    return x, y, side
