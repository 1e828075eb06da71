"""ZIP files of strangers: entries are counted first, and no more is unpacked than was asked for."""

import zipfile

__all__ = ["count_entries", "read_entry"]

_ENTRY = b"PK\1\2"
"""How an entry of the table of contents begins."""

_NAMES = {zipfile.ZIP_BZIP2: "bzip2", zipfile.ZIP_LZMA: "LZMA"}

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The methods that Python unpacks piece by piece; of the others, a kilobyte becomes gigabytes before `read` returns."""


def count_entries(content: bytes) -> int:
    """How many entries a ZIP file may have at most; compressed data hold the mark of one once in four billion bytes.

    Examples
    --------
    >>> import io
    >>> with zipfile.ZipFile(file := io.BytesIO(), "w") as archive:
    ...     archive.writestr("a.txt", "Hello")
    >>> count_entries(file.getvalue())
    1
    """
    return content.count(_ENTRY)


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """The content of an entry, or its first ``most`` bytes.

    Parameters
    ----------
    archive
        Open for reading.
    entry
        One of its files.
    most
        Bytes that are unpacked at most.

    Returns
    -------
    bytes
        The content.

    Raises
    ------
    BadZipFile
        If it is compressed otherwise than ZIP files of photographs and networks are.
    """
    if entry.compress_type not in _METHODS:
        raise zipfile.BadZipFile(
            "its files must be stored or deflated, "
            f"but one is compressed with {_NAMES.get(entry.compress_type, 'another method')}"
        )
    with archive.open(entry) as file:
        return file.read(most)
