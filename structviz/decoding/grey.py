"""From a Pillow picture of any mode to one grey or colour image: the same arithmetic for uploads and shipped pictures.

Resizing and grey values are linear, so they commute: each band is resized in float first, which keeps
the memory small and rounds nothing to 8 bits in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float32

from structviz.errors import ImageError

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

__all__ = ["central_square", "colour", "grey"]

_LUMA = (0.2126, 0.7152, 0.0722)
"""Rec. 709 weights of red, green and blue."""

_DEEPEST = 65535


def central_square(picture: Picture) -> Picture:
    """Cut the largest square out of the middle."""
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    return picture.crop((left, top, left + side, top + side))


def grey(picture: Picture, rows: int, columns: int) -> Float32[np.ndarray, "{rows} {columns}"]:
    """Turn a decoded picture into a grey image of the given shape.

    The filter is Hamming's: anti-aliased, and its weights are not negative, so that nothing rings and
    no value leaves the range of the picture.

    Parameters
    ----------
    picture
        A loaded Pillow picture of any mode. Colours become their Rec. 709 luma, transparency shows white.
        16-bit integers are divided by 65535. Floats in [0, 1] are kept; other floats, and integers
        outside of 16 bits, are mapped linearly from their minimum and maximum to [0, 1].
    rows, columns
        Shape of the result in pixels.

    Returns
    -------
    Float32[np.ndarray, "{rows} {columns}"]
        In [0, 1].

    Raises
    ------
    ImageError
        If a float picture holds NaN or infinity, or one value only, outside of [0, 1].
    """
    values = _deep(picture, rows, columns) if _is_deep(picture) else _eight_bit(picture, rows, columns)
    return values.clip(0, 1).astype(np.float32)


def colour(picture: Picture, rows: int, columns: int) -> Float32[np.ndarray, "3 {rows} {columns}"]:
    """Turn a decoded picture into red, green and blue of the given shape; grey pictures have three equal bands.

    Parameters
    ----------
    picture, rows, columns
        As for `grey`.

    Returns
    -------
    Float32[np.ndarray, "3 {rows} {columns}"]
        In [0, 1].

    Raises
    ------
    ImageError
        As for `grey`.
    """
    if _is_deep(picture):
        values = np.broadcast_to(_deep(picture, rows, columns), (3, rows, columns))
    else:
        colours, paper = _bands(picture, rows, columns)
        values = (colours + paper) / 255
    return values.clip(0, 1).astype(np.float32)


def _is_deep(picture: Picture) -> bool:
    return picture.mode == "F" or picture.mode.startswith("I")


def _resized(band: Picture, rows: int, columns: int) -> np.ndarray:
    from PIL.Image import Resampling

    return np.asarray(band.convert("F").resize((columns, rows), Resampling.HAMMING), dtype=np.float64)


def _eight_bit(picture: Picture, rows: int, columns: int) -> np.ndarray:
    if picture.mode in ("1", "L") and not picture.has_transparency_data:
        return _resized(picture.convert("L"), rows, columns) / 255
    colours, paper = _bands(picture, rows, columns)
    return (np.tensordot(_LUMA, colours, 1) + paper) / 255


def _bands(picture: Picture, rows: int, columns: int) -> tuple[np.ndarray, np.ndarray | float]:
    """Red, green and blue of an 8-bit picture, and the white paper that shows through it, both up to 255."""
    if picture.has_transparency_data:
        # Premultiplied colours are what a linear filter may average.
        picture = picture.convert("RGBA").convert("RGBa")
        paper = 255 - _resized(picture.getchannel("a"), rows, columns)
    else:
        picture = picture.convert("RGB")
        paper = 0.0
    return np.stack([_resized(picture.getchannel(index), rows, columns) for index in range(3)]), paper


def _deep(picture: Picture, rows: int, columns: int) -> np.ndarray:
    low, high = _extrema(picture)
    values = _resized(picture, rows, columns)
    if picture.mode != "F" and low >= 0 and high <= _DEEPEST:
        return values / _DEEPEST
    if low >= 0 and high <= 1:
        return values
    if low == high:
        raise ImageError(
            "A float image outside of [0, 1] needs at least two different values, "
            f"but all pixels are {low:g}: scale the image to [0, 1] first."
        )
    return (values - low) / (high - low)


def _extrema(picture: Picture) -> tuple[float, float]:
    pixels = np.asarray(picture)
    if picture.mode == "F":
        bad = pixels.size - int(np.count_nonzero(np.isfinite(pixels)))
        if bad:
            raise ImageError(
                f"A float image must hold finite numbers, but {bad} of its {pixels.size} pixels "
                "are NaN or infinite: replace them by numbers first."
            )
    return float(pixels.min()), float(pixels.max())
