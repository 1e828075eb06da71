"""DICOM slices: stored numbers become Hounsfield units, and those attenuation.

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
import torch

from structviz.data.areas import area_means
from structviz.data.arguments import check_size
from structviz.data.attenuation import from_hounsfield
from structviz.data.dicom_header import HEADER, check_compression, check_kind, check_pixels, scale, shape, spacing
from structviz.data.uploads import ONE_AT_A_TIME, check_bytes
from structviz.errors import ImageError
from structviz.types import Image

__all__ = ["HOUNSFIELD_RANGE", "is_dicom", "read_dicom", "read_slice"]

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
    NotImplementedError,
    RuntimeError,  # also RecursionError
    struct.error,
)
"""What pydicom and its decoders raise on damaged files, besides errors of their own."""


def is_dicom(content: bytes) -> bool:
    """Tell by its mark whether a file is DICOM."""
    return content[128:132] == b"DICM"


def read_dicom(content: bytes, size: int) -> Image:
    """Read a CT slice in the DICOM format as attenuation in 1/cm.

    The stored numbers become Hounsfield units by the slope and intercept of the header, are cut to
    `HOUNSFIELD_RANGE` and become attenuation by that of water. A slice that is not square stands in the
    middle of a square of air, since a slice of which the sides are cut off could not be scanned again. Pixels may be
    oblong: the header says how far apart rows and columns are.

    Parameters
    ----------
    content
        The bytes of the file, at most 10 MB.
    size
        Side of the result in pixels, each the mean of what it covers.

    Returns
    -------
    Image
        ``(1, 1, size, size)``, float32, attenuation in 1/cm, rows and columns as stored.

    Raises
    ------
    ImageError
        If the file is not a single grey CT slice in Hounsfield units of 32 to 4096 pixels a side, has no
        pixels or the same value in all, is damaged or compressed in a way that cannot be decoded here, or
        if pydicom is missing. The message is fit for a page.
    ConfigError
        If ``size`` is out of range or ``content`` is not bytes.
    """
    return read_slice(content, size)[0]


def read_slice(content: bytes, size: int) -> tuple[Image, float | None]:
    """Read a CT slice as `read_dicom` does; return also the side of its square in cm, None if the header has none.

    Parameters
    ----------
    content, size
        As for `read_dicom`.

    Raises
    ------
    ImageError, ConfigError
        As `read_dicom`.
    """
    check_size(size)
    check_bytes(content)
    if not is_dicom(content):
        raise ImageError(
            "A DICOM file has the mark DICM after 128 bytes, but this one does not: export the slice again as DICOM."
        )
    _check_installed()
    with ONE_AT_A_TIME, warnings.catch_warnings(), _sentences():
        # pydicom warns of odd entries, which do not matter for the pixels.
        warnings.simplefilter("ignore")
        _refuse_bombs()
        hounsfield, apart = _hounsfield(content)
    mu = from_hounsfield(torch.from_numpy(hounsfield)).numpy()
    image = torch.from_numpy(area_means(mu, size, apart or (1.0, 1.0)).astype(np.float32))[None, None]
    if apart is None:
        return image, None
    return image, max(n * length for n, length in zip(mu.shape, apart, strict=True)) / 10


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


def _hounsfield(content: bytes) -> tuple[np.ndarray, tuple[float, float] | None]:
    """The slice in Hounsfield units, float32, and how far apart its rows and its columns are in mm."""
    from pydicom import dcmread

    check_compression(content)
    header = dcmread(BytesIO(content), stop_before_pixels=True, specific_tags=HEADER)
    check_kind(header)
    rows, columns = shape(header)
    slope, intercept = scale(header)
    whole = dcmread(BytesIO(content), specific_tags=[*HEADER, "PixelData"])
    check_pixels(whole, rows * columns)
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
