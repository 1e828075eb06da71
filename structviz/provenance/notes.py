"""Notes inside of files: named JSON values where the format has a place for them, readable by other programs.

====================  =============================================================================
PNG                   text chunk "structviz"
GIF                   comment
WebP                  EXIF, ImageDescription
TIFF                  ImageDescription
CSV, Python           comment lines ``# name: value`` at the beginning
JSON                  entry "provenance" of the outermost object
HTML                  ``<script type="application/json" id="provenance">``, and ``<meta name="generator">``
NPZ                   array "provenance" of one text
ZIP                   file "provenance.json"
====================  =============================================================================
"""

from collections.abc import Callable, Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

from structviz.errors import ConfigError
from structviz.provenance import archives, pictures, texts

__all__ = ["FILE_TYPES", "check_file_type", "read_notes", "write_notes"]

_Notes = dict[str, Any]

_FORMATS: Mapping[str, tuple[Callable[[bytes, _Notes], bytes], Callable[[bytes], _Notes]]] = MappingProxyType(
    {
        ".png": (pictures.write_png, pictures.read_png),
        ".gif": (pictures.write_gif, pictures.read_gif),
        ".webp": (pictures.write_webp, pictures.read_exif),
        ".tiff": (pictures.write_tiff, pictures.read_exif),
        ".csv": (texts.write_comments, texts.read_comments),
        ".py": (texts.write_comments, texts.read_comments),
        ".json": (texts.write_json, texts.read_json),
        ".html": (texts.write_html, texts.read_html),
        ".npz": (archives.write_npz, archives.read_npz),
        ".zip": (archives.write_zip, archives.read_zip),
    }
)

FILE_TYPES = tuple(_FORMATS)
"""Endings of the files that can hold notes."""


def write_notes(content: bytes | str, file_name: str, notes: Mapping[str, Any]) -> bytes:
    """A file with notes inside. A TIFF, a table or a script keeps the notes of other names that it has already.

    Parameters
    ----------
    content
        The file; a text is written as UTF-8.
    file_name
        Its ending, one of `FILE_TYPES`, decides where the notes go.
    notes
        JSON values by name.

    Returns
    -------
    bytes
        The new file, of the same type.

    Raises
    ------
    ConfigError
        If files of this type have no place for notes, or the content is not of the type.

    Examples
    --------
    >>> print(write_notes("1,2\\n", "numbers.csv", {"unit": "cm"}).decode(), end="")
    # unit: "cm"
    1,2
    """
    write, _ = _format(file_name)
    try:
        return write(content.encode() if isinstance(content, str) else content, dict(notes))
    except (OSError, ValueError, LookupError) as error:
        raise ConfigError(
            f"Notes go into a whole file of its type; {file_name} cannot be read as one: {error}. Make it again."
        ) from error


def read_notes(content: bytes, file_name: str) -> dict[str, Any]:
    """The notes in a file; empty if it has none.

    Parameters
    ----------
    content
        The file.
    file_name
        Its ending, one of `FILE_TYPES`, tells where the notes are.

    Raises
    ------
    ConfigError
        If files of this type have no place for notes, or the content cannot be read.
    """
    _, read = _format(file_name)
    try:
        return read(content)
    except (OSError, ValueError, LookupError) as error:
        raise ConfigError(
            f"Notes are read from a whole file of its type; {file_name} is not one: {error}. Choose another."
        ) from error


def check_file_type(file_name: str) -> None:
    """Make sure that a file can hold notes.

    Raises
    ------
    ConfigError
        If it cannot.
    """
    _format(file_name)


def _format(file_name: str) -> tuple[Callable[[bytes, _Notes], bytes], Callable[[bytes], _Notes]]:
    ending = PurePath(file_name).suffix.lower()
    if ending not in _FORMATS:
        raise ConfigError(
            f"A file with notes ends in one of {', '.join(FILE_TYPES)}; got {file_name[:60]!r}. "
            "Choose another format; arrays go into .npz."
        )
    return _FORMATS[ending]
