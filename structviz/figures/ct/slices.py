"""Reconstructions beside the truth on one sheet, as on the lecture's slide: whole images, and a zoom of each."""

import math
from collections.abc import Mapping

from jaxtyping import Float
from PIL import Image as PillowImage
from PIL import ImageDraw
from torch import Tensor

from structviz.errors import ConfigError
from structviz.figures.contact_sheet import Cell, ContactSheet
from structviz.figures.pixels import ColourMap, png
from structviz.figures.theme import ARM_COLOURS, Headings, heading
from structviz.studies.ct import Reconstruction
from structviz.types import SquareImages

__all__ = ["slices_sheet"]

_SIDE = 384
"""Of a picture, in pixels."""


def slices_sheet(
    reconstructions: Mapping[str, Reconstruction],
    truth: SquareImages,
    low: float,
    high: float,
    box: tuple[float, float, float, float],
    headings: Headings | None = None,
) -> bytes:
    """Draw a PNG with a column for each method and one for the truth; PSNR and SSIM stand below.

    Parameters
    ----------
    reconstructions, truth
        Attenuation in 1/cm.
    low, high
        The display window in 1/cm: what is black, and what is white.
    box
        The zoom: first and last row, first and last column, in sides of the image.
    headings
        Of columns that are no method of the project.

    Returns
    -------
    bytes
        The PNG: whole slices in the upper row, the zoom in the lower one.

    Raises
    ------
    ConfigError
        If the window or the zoom is empty.
    """
    top, bottom, left, right = box
    if not low < high or not (0 <= top < bottom <= 1 and 0 <= left < right <= 1):
        raise ConfigError(f"A window goes from low to high and a zoom lies on the image; got {low}–{high} and {box}.")
    columns = {**{name: one.iterates[-1] for name, one in reconstructions.items()}, "truth": truth[0, 0]}
    whole, zooms = [], []
    for name, image in columns.items():
        one = reconstructions.get(name)
        picture = _grey(image, low, high)
        frame = (left * _SIDE, top * _SIDE, right * _SIDE, bottom * _SIDE)
        ImageDraw.Draw(picture).rectangle(frame, outline=ARM_COLOURS["fbp"], width=2)
        whole.append(Cell(picture, f"{one.psnr[-1]:.1f} dB, SSIM {one.ssim[-1]:.3f}" if one else ""))
        rows, across = (_pixels(a, b, image.shape[-1]) for a, b in (box[:2], box[2:]))
        zooms.append(Cell(_grey(image[rows, across], low, high)))
    return png(ContactSheet(tuple(heading(name, headings) for name in columns), 2, _SIDE).drawn([whole, zooms]))


def _pixels(start: float, end: float, n: int) -> slice:
    """The pixels that a part of a side touches, one at least."""
    first = math.floor(start * n)
    return slice(first, max(first + 1, math.ceil(end * n)))


def _grey(image: Float[Tensor, "row column"], low: float, high: float) -> PillowImage.Image:
    """The image through the window, enlarged without smoothing: pixels are shown as pixels."""
    grey = ColourMap(("#000000", "#ffffff"), low, high)(image.cpu().double().numpy())
    return PillowImage.fromarray(grey).resize((_SIDE, _SIDE), PillowImage.Resampling.NEAREST)
