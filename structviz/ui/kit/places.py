"""Places that the address names by a few numbers with commas between them."""

from structviz.errors import ConfigError

__all__ = ["FARTHEST", "numbers_in", "parse_point"]

FARTHEST = 2.0
"""Largest coordinate of a point of the plane that a visitor drags."""

_SHOWN = 60
"""Characters of a wrong text that a message repeats."""


def numbers_in(text: str, n: int, farthest: float, rule: str) -> tuple[float, ...]:
    """The numbers of a text like "0.5,-0.25".

    Parameters
    ----------
    text
        From the address.
    n
        How many numbers it must have.
    farthest
        None may be larger in size.
    rule
        The sentence on what the text must be, without its full stop.

    Raises
    ------
    ConfigError
        If the text is something else; it repeats the rule.

    Examples
    --------
    >>> numbers_in("0.5,-0.25", 2, 2.0, "A point is two numbers from −2 to 2")
    (0.5, -0.25)
    """
    try:
        found = tuple(map(float, text.split(",")))
    except ValueError:
        found = ()
    if len(found) != n or not all(abs(number) <= farthest for number in found):
        raise ConfigError(f"{rule}; got {text[:_SHOWN]!r}.")
    return found


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
