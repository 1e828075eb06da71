"""Numbers that a text names, with commas between them, as the address and scripts write them."""

from structviz.errors import ConfigError

__all__ = ["numbers_in"]

_SHOWN = 60
"""Characters of a wrong text that a message repeats."""


def numbers_in(text: str, n: int, farthest: float, rule: str) -> tuple[float, ...]:
    """The numbers of a text like "0.5,-0.25".

    Parameters
    ----------
    text
        From outside.
    n
        How many numbers it must have.
    farthest
        None may be larger in size.
    rule
        The sentence on what the text must be, without its full stop.

    Returns
    -------
    tuple of float
        As many as asked for.

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
