"""Versions of the software on which the numbers of a trained network depend."""

import platform
from importlib.metadata import PackageNotFoundError, version

__all__ = ["versions"]


def versions() -> dict[str, str]:
    """Versions of Python and of the installed packages that decide a training: what a card records.

    Examples
    --------
    >>> "torch" in versions()
    True
    """
    found = {"python": platform.python_version()}
    for package in ("torch", "escnn"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # escnn is an extra
            continue
    return found
