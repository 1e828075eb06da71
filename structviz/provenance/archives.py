"""Notes in archives: of arrays, and of any files."""

import io
import json
import zipfile
from typing import Any

__all__ = ["NOTES_FILE", "read_npz", "read_zip", "write_npz", "write_zip"]

NOTES_FILE = "provenance.json"
"""The file in a ZIP archive that holds the notes."""

_ARRAY = "provenance"


def write_npz(content: bytes, notes: dict[str, Any]) -> bytes:
    """One more array, of one text: ``numpy.load(file)["provenance"].item()`` gives the JSON."""
    import numpy as np

    array = io.BytesIO()
    np.save(array, np.array(json.dumps(notes, allow_nan=False)), allow_pickle=False)
    return _with_file(content, f"{_ARRAY}.npy", array.getvalue())


def read_npz(content: bytes) -> dict[str, Any]:
    """The text of that array."""
    import numpy as np

    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return json.loads(arrays[_ARRAY].item()) if _ARRAY in arrays else {}


def write_zip(content: bytes, notes: dict[str, Any]) -> bytes:
    """One more file."""
    return _with_file(content, NOTES_FILE, json.dumps(notes, indent=2, ensure_ascii=False, allow_nan=False).encode())


def read_zip(content: bytes) -> dict[str, Any]:
    """The content of that file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return json.loads(archive.read(NOTES_FILE)) if NOTES_FILE in archive.namelist() else {}


def _with_file(content: bytes, name: str, data: bytes) -> bytes:
    if not zipfile.is_zipfile(file := io.BytesIO(content)):
        raise ValueError("it is no ZIP archive")
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        # The same bytes each time: the clock is no part of what made the file.
        archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()
