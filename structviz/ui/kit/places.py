"""Places of the plane that the address names."""

from structviz.parsing import numbers_in

__all__ = ["FARTHEST", "parse_point"]

FARTHEST = 2.0
"""Largest coordinate of a point of the plane that a visitor drags."""


def parse_point(text: str) -> tuple[float, float]:
    """The point of the plane of a text "x,y".

    Raises
    ------
    ConfigError
        If it says something else, or lies outside of the picture.

    Examples
    --------
    >>> parse_point("0.5,-0.25")
    (0.5, -0.25)
    """
    x, y = numbers_in(text, 2, FARTHEST, f"A point is two numbers from −{FARTHEST:g} to {FARTHEST:g}, like 0.5,-0.25")
    return x, y
