"""Pictures of visitors, as grey images or in colour."""

import torch

from structviz.data.arguments import check_size
from structviz.decoding.process import decode
from structviz.errors import ConfigError, ImageError
from structviz.types import Image, Images

__all__ = ["MAX_BYTES", "UPLOAD_TYPES", "check_bytes", "read_colour_image", "read_image"]

UPLOAD_TYPES = ("png", "jpg", "jpeg", "webp", "tif", "tiff")
"""Endings of the files that can be read, for a file dialogue; the content decides."""

MAX_BYTES = 10_000_000
"""Longest file."""


def read_image(content: bytes, size: int) -> Image:
    """Read an uploaded PNG, JPEG, WebP or TIFF file as a square grey image.

    A camera's orientation note is obeyed, transparency shows white, colours become their Rec. 709 luma,
    and of several pages or frames the first is taken. 16-bit values are divided by 65535. Floats in
    [0, 1] are kept; other finite floats, and integers outside of 16 bits, are mapped linearly from the
    minimum and maximum of the central square to [0, 1].

    The file is decoded in a process of its own, within `structviz.decoding.process.SECONDS` and `MEMORY`.

    Parameters
    ----------
    content
        The bytes of the file, at most 10 MB. The format is read from them, never from a name.
    size
        Side of the result in pixels; the central square is resized with anti-aliasing.

    Returns
    -------
    Image
        ``(1, 1, size, size)``, float32, in [0, 1].

    Raises
    ------
    ImageError
        If the file is too long, of another format, too large, too small, too oblong or damaged, if it takes too long
        or too much memory, if its floats are not finite, or if the files of others take too long. The message is fit
        for a page.
    ConfigError
        If ``size`` is out of range or ``content`` is not bytes.

    Examples
    --------
    >>> from io import BytesIO
    >>> import PIL.Image
    >>> from structviz.data import read_image
    >>> PIL.Image.new("RGB", (64, 48), "red").save(file := BytesIO(), "PNG")
    >>> read_image(file.getvalue(), 2)
    tensor([[[[0.2126, 0.2126],
              [0.2126, 0.2126]]]])
    """
    check_size(size)
    check_bytes(content)
    image, _ = decode("picture", content, size)
    return torch.from_numpy(image)[None, None]


def read_colour_image(content: bytes, size: int) -> Images:
    """Read an uploaded PNG, JPEG, WebP or TIFF file as a square image of red, green and blue.

    Parameters
    ----------
    content, size
        As for `read_image`, and so are all rules; a grey file has three equal bands.

    Returns
    -------
    Images
        ``(1, 3, size, size)``, float32, in [0, 1].

    Raises
    ------
    ImageError, ConfigError
        As for `read_image`.
    """
    check_size(size)
    check_bytes(content)
    image, _ = decode("colour", content, size)
    return torch.from_numpy(image)[None]


def check_bytes(content: bytes) -> None:
    """Raise ConfigError unless ``content`` is bytes, and ImageError if it is empty or longer than `MAX_BYTES`."""
    if not isinstance(content, bytes):
        raise ConfigError(
            f"An upload must be the bytes of a file, but it is a {type(content).__name__}: read the file first."
        )
    if not content:
        raise ImageError("An upload must be an image file, but this one is empty (0 bytes): choose another file.")
    if len(content) > MAX_BYTES:
        raise ImageError(
            f"An upload may have at most {MAX_BYTES / 1e6:g} MB, "
            f"but this file has {len(content) / 1e6:.1f} MB: shrink the image or save it as JPEG."
        )
