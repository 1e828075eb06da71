"""The files in `dist/`, which `npm run build` makes from `src/`. Reading them needs no Streamlit."""

from pathlib import Path

__all__ = ["read_bundle"]

_DIST = Path(__file__).parent / "dist"


def read_bundle(name: str) -> str:
    """The text of a script, a style sheet or a page in `dist/`, by its file name.

    Raises
    ------
    FileNotFoundError
        If there is no such bundle.
    """
    return (_DIST / name).read_text(encoding="utf-8")
