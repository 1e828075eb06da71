"""What kind of file the first bytes announce; a name may lie."""

from structviz.errors import ImageError

__all__ = ["identify"]

_READABLE = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
}

_OTHERS = {
    b"GIF8": "a GIF",
    b"%PDF": "a PDF document",
    b"%!PS": "a PostScript drawing (EPS)",
    b"\xc5\xd0\xd3\xc6": "a PostScript drawing (EPS)",
    b"BM": "a BMP image",
    b"8BPS": "a Photoshop image",
    b"PK\x03\x04": "a ZIP archive or office document",
}


def identify(content: bytes) -> str:
    """Name the format of an image file: PNG, JPEG, WebP or TIFF.

    Parameters
    ----------
    content
        The bytes of the file.

    Returns
    -------
    str
        ``"PNG"``, ``"JPEG"``, ``"WebP"`` or ``"TIFF"``.

    Raises
    ------
    ImageError
        If it is anything else; the message says what, as far as the bytes tell.

    Examples
    --------
    >>> from structviz.decoding.signatures import identify
    >>> identify(b"\\x89PNG\\r\\n\\x1a\\n...")
    'PNG'
    """
    for signature, kind in _READABLE.items():
        if content.startswith(signature):
            return kind
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "WebP"
    raise ImageError(
        f"An upload must be a PNG, JPEG, WebP or TIFF image, but this file is {_other(content)}: save the image as PNG."
    )


def _other(content: bytes) -> str:
    for signature, words in _OTHERS.items():
        if content.startswith(signature):
            return words
    if content[4:8] == b"ftyp":
        return "a HEIC, AVIF or film file"
    if content[128:132] == b"DICM":
        return "a DICOM file"
    if b"<svg" in content[:4096].lower():
        return "an SVG drawing"
    return "of another kind"
