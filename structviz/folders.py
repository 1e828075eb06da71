"""Where the project's files lie: in a checkout, or in the installed package."""

from pathlib import Path

__all__ = ["APP", "CHECKOUT", "PRETRAINED", "data_folder"]

_PACKAGE = Path(__file__).parent


def _checkout(folder: Path) -> Path | None:
    """The folder, if it is one from which the package is built."""
    return folder if (folder / "pyproject.toml").is_file() and (folder / "pretrained").is_dir() else None


CHECKOUT = _checkout(_PACKAGE.parent)
"""Root of the checkout that the package is imported from; None if the package is installed."""

PRETRAINED = (CHECKOUT or _PACKAGE) / "pretrained"
"""Folder of the networks that ship with the project."""

APP = (CHECKOUT or _PACKAGE / "app") / "app.py"
"""The script that Streamlit runs; its pages and its settings lie beside it."""


def data_folder() -> Path:
    """Folder for what a user makes: the checkout, or the user's data folder if the package is installed.

    The latter is where the operating system wants it, for example `~/.local/share/structviz` on Linux. It need not
    exist.
    """
    if CHECKOUT is not None:
        return CHECKOUT
    from platformdirs import user_data_path

    return user_data_path("structviz", appauthor=False)
