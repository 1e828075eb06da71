"""Uploads for the scanner: pictures and DICOM slices alike become attenuation."""

from dataclasses import dataclass

from structviz.data.attenuation import as_attenuation
from structviz.data.dicom import read_slice
from structviz.data.uploads import UPLOAD_TYPES, check_bytes, read_image
from structviz.decoding.dicom import is_dicom
from structviz.errors import ImageError
from structviz.types import Image

__all__ = ["SCAN_TYPES", "Scan", "read_scan"]

SCAN_TYPES = (*UPLOAD_TYPES, "dcm", "dicom", "ima")
"""Endings of the files that can be read, for a file dialogue; the content decides."""


@dataclass(frozen=True)
class Scan:
    """An object to scan.

    Parameters
    ----------
    image
        ``(1, 1, size, size)``, float32, attenuation in 1/cm.
    hounsfield
        Whether the attenuation is the measured one; if not, grey values were taken for it.
    width
        Side of the image in cm; None if the file does not tell.
    """

    image: Image
    hounsfield: bool
    width: float | None = None


def read_scan(content: bytes, size: int) -> Scan:
    """Read an uploaded picture or CT slice as an object to scan.

    Parameters
    ----------
    content
        The bytes of a PNG, JPEG, WebP, TIFF or DICOM file, at most 10 MB. The format is read from them.
    size
        Side of the result in pixels.

    Returns
    -------
    Scan
        From a DICOM slice, its own attenuation and width, whole (see `read_dicom`). From a picture, the grey values of
        its central square (see `read_image`) times `MU_SCALE`.

    Raises
    ------
    ImageError
        If the file cannot be read, or all its pixels are equal. The message is fit for a page.
    ConfigError
        If ``size`` is out of range or ``content`` is not bytes.

    Examples
    --------
    >>> from io import BytesIO
    >>> import PIL.Image
    >>> from structviz.data import read_scan
    >>> PIL.Image.radial_gradient("L").save(file := BytesIO(), "PNG")
    >>> scan = read_scan(file.getvalue(), 32)
    >>> scan.image.shape, scan.hounsfield
    (torch.Size([1, 1, 32, 32]), False)
    """
    check_bytes(content)
    if is_dicom(content):
        image, width = read_slice(content, size)
        return Scan(image, hounsfield=True, width=width)
    image = as_attenuation(read_image(content, size))
    if image.numel() > 1 and image.min() == image.max():
        raise ImageError(
            "An object to scan needs at least two different grey values, but all pixels of this picture are equal: "
            "choose another picture."
        )
    return Scan(image, hounsfield=False)
