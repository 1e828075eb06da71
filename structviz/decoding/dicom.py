"""DICOM slices: stored numbers become Hounsfield units, and those attenuation relative to water.

Only what the pixels need is read from the header; names and dates never become objects. pydicom is an
extra, and is imported when the first slice comes.
"""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from io import BytesIO

import numpy as np
from jaxtyping import Float32

from structviz.decoding.areas import area_means
from structviz.decoding.dicom_header import (
    HEADER,
    check_compression,
    check_items,
    check_kind,
    check_pixels,
    check_stream,
    scale,
    shape,
    spacing,
)
from structviz.errors import ImageError

__all__ = ["HOUNSFIELD_RANGE", "decode_slice", "is_dicom"]

HOUNSFIELD_RANGE = (-1024, 3071)
"""What 12 bits of a scanner hold; markers outside of the measured circle lie below."""

_DAMAGED = (
    OSError,
    ValueError,
    TypeError,
    ArithmeticError,
    LookupError,
    AttributeError,
    EOFError,
    RuntimeError,  # also NotImplementedError and RecursionError
    struct.error,
)
"""What pydicom and its decoders raise on damaged files, besides errors of their own."""


def is_dicom(content: bytes) -> bool:
    """Tell by its mark whether a file is DICOM."""
    return content[128:132] == b"DICM"


def decode_slice(content: bytes, size: int) -> tuple[Float32[np.ndarray, "{size} {size}"], float | None]:
    """Decode a CT slice in the DICOM format in this process; `structviz.data.read_slice` does it in another.

    Parameters
    ----------
    content
        The bytes of the file.
    size
        Side of the result in pixels, each the mean of what it covers.

    Returns
    -------
    tuple[Float32[np.ndarray, "{size} {size}"], float | None]
        Attenuation in units of that of water, and the side of the square in cm, None if the header has none.

    Raises
    ------
    ImageError
        See `structviz.data.read_dicom`.
    """
    if not is_dicom(content):
        raise ImageError(
            "A DICOM file has the mark DICM after 128 bytes, but this one does not: export the slice again as DICOM."
        )
    _check_installed()
    check_items(content)
    with warnings.catch_warnings(), _sentences():
        # pydicom warns of odd entries, which do not matter for the pixels.
        warnings.simplefilter("ignore")
        _refuse_bombs()
        hounsfield, apart = _hounsfield(content)
    density = np.clip(1 + hounsfield / 1000, 0, None)
    image = area_means(density, size, apart or (1.0, 1.0)).astype(np.float32)
    if apart is None:
        return image, None
    return image, max(n * length for n, length in zip(density.shape, apart, strict=True)) / 10


def _check_installed() -> None:
    try:
        import_module("pydicom")
    except ImportError as error:
        raise ImageError(
            "DICOM files need the package pydicom, but it is not installed here: run `pip install pydicom`, "
            "or save the slice as a 16-bit PNG."
        ) from error


def _refuse_bombs() -> None:
    from PIL.Image import DecompressionBombWarning

    warnings.simplefilter("error", DecompressionBombWarning)


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn what pydicom raises into a sentence."""
    from PIL.Image import DecompressionBombError, DecompressionBombWarning
    from pydicom.errors import BytesLengthException, InvalidDicomError

    own = (BytesLengthException, InvalidDicomError, DecompressionBombError, DecompressionBombWarning)
    try:
        yield
    except ImageError:
        raise
    except MemoryError as error:
        raise ImageError(
            "A slice must fit into the memory, but this DICOM file needs more than there is now: shrink it first."
        ) from error
    except (*_DAMAGED, *own) as error:
        raise ImageError(
            "An upload must be a whole and undamaged file, but this DICOM file cannot be decoded: "
            "export the slice again, without compression."
        ) from error


def _hounsfield(content: bytes) -> tuple[Float32[np.ndarray, "row column"], tuple[float, float] | None]:
    """The slice in Hounsfield units, float32, and how far apart its rows and its columns are in mm."""
    from pydicom import dcmread

    check_compression(content)
    header = dcmread(BytesIO(content), stop_before_pixels=True, specific_tags=HEADER)
    check_kind(header)
    rows, columns = shape(header)
    slope, intercept = scale(header)
    whole = dcmread(BytesIO(content), specific_tags=[*HEADER, "PixelData"])
    check_pixels(whole, rows * columns)
    check_stream(whole, rows, columns)
    values = np.asarray(whole.pixel_array)
    if values.shape != (rows, columns):
        raise ImageError(
            f"The pixels of a slice must be those of its header, but {rows} × {columns} are announced and "
            f"{' × '.join(map(str, values.shape))} came: export the slice again."
        )
    hounsfield = np.clip(slope * values.astype(np.float64) + intercept, *HOUNSFIELD_RANGE)
    if hounsfield.min() == hounsfield.max():
        raise ImageError(
            "A slice needs at least two different values, "
            f"but all pixels are {hounsfield.min():g} HU: choose another slice."
        )
    return hounsfield.astype(np.float32), spacing(header)
