"""DICOM slices of visitors, as attenuation."""

import torch

from structviz.data.arguments import check_size
from structviz.data.attenuation import MU_WATER
from structviz.data.uploads import check_bytes
from structviz.decoding.process import decode
from structviz.types import Image

__all__ = ["read_dicom", "read_slice"]


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
        pixels or the same value in all, is damaged or compressed in a way that cannot be decoded here, if it takes too
        long or too much memory, or if pydicom is missing. The message is fit for a page.
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
    density, width = decode("slice", content, size)
    return MU_WATER * torch.from_numpy(density)[None, None], width
