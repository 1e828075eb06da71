"""The one name that escnn imports from lie_learn."""

from typing import Any, NoReturn

__all__ = ["wigner_D_matrix"]


def wigner_D_matrix(*_arguments: Any, **_options: Any) -> NoReturn:  # noqa: N802 - escnn's name
    """Refuse: structviz installs a stand-in, because its networks use planar groups only."""
    raise ModuleNotFoundError(
        "lie_learn is a stand-in without Wigner matrices; SO(3) networks need the real package: "
        "pip install --force-reinstall lie_learn==0.0.2 (numpy < 2, Python <= 3.12)."
    )
