"""Checks of the arguments that all data sets share."""

from structviz.errors import ConfigError

__all__ = ["MAX_SIDE", "check_count", "check_integer", "check_size"]

MAX_SIDE = 4096
"""Longest side of an image that is made here, in pixels: more would only fill the memory."""

_MAX_COUNT = 1_000_000


def check_integer(name: str, value: int, lowest: int, highest: int) -> None:
    """Raise ConfigError unless ``value`` is an integer from ``lowest`` to ``highest``.

    Parameters
    ----------
    name
        Of the argument, for the message.
    value
        What came.
    lowest, highest
        The limits; both are allowed.

    Raises
    ------
    ConfigError
        If it is something else.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise ConfigError(
            f"{name} must be an integer from {lowest} to {highest}, but it is {value!r}: choose one in that range."
        )


def check_size(size: int, lowest: int = 1) -> None:
    """Raise ConfigError unless ``size`` is the side of an image in pixels."""
    check_integer("size", size, lowest, MAX_SIDE)


def check_count(n: int) -> None:
    """Raise ConfigError unless ``n`` is a number of images."""
    check_integer("n", n, 1, _MAX_COUNT)
