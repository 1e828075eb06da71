"""Reconstructions beside the truth on one sheet, as on the lecture's slide: whole images, and a zoom of each."""

import io
import math
from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont
from torch import Tensor

from structviz.errors import ConfigError
from structviz.figures.lettering import fitting
from structviz.figures.theme import ARM_COLOURS, Headings, heading
from structviz.studies.ct import Reconstruction
from structviz.types import SquareImages

__all__ = ["slices_sheet"]

_SIDE, _GAP, _HEAD, _FONT = 384, 12, 34, 22


def slices_sheet(
    reconstructions: Mapping[str, Reconstruction],
    truth: SquareImages,
    low: float,
    high: float,
    box: tuple[float, float, float, float],
    headings: Headings | None = None,
) -> bytes:
    """Draw a PNG with a column for each method and one for the truth; PSNR and SSIM stand on the images.

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

    Raises
    ------
    ConfigError
        If the window or the zoom is empty.
    """
    top, bottom, left, right = box
    if not low < high or not (0 <= top < bottom <= 1 and 0 <= left < right <= 1):
        raise ConfigError(f"A window goes from low to high and a zoom lies on the image; got {low}–{high} and {box}.")
    images = {name: one.iterates[-1] for name, one in reconstructions.items()}
    columns = {**images, "truth": truth[0, 0]}
    width = len(columns) * (_SIDE + _GAP) + _GAP
    sheet = PillowImage.new("RGB", (width, _HEAD + 2 * (_SIDE + _GAP) + _GAP), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(_FONT)
    for k, (name, image) in enumerate(columns.items()):
        x, y = _GAP + k * (_SIDE + _GAP), _HEAD + _GAP
        n = image.shape[-1]
        rows, across = (
            slice(math.floor(a * n), max(math.floor(a * n) + 1, math.ceil(b * n))) for a, b in (box[:2], box[2:])
        )
        head = heading(name, headings)
        draw.text((x, _GAP), head.title, head.colour, fitting(head.title, _SIDE, _FONT))
        sheet.paste(_grey(image, low, high), (x, y))
        frame = [x + left * _SIDE, y + top * _SIDE, x + right * _SIDE, y + bottom * _SIDE]
        draw.rectangle(frame, outline=ARM_COLOURS["fbp"], width=2)
        sheet.paste(_grey(image[rows, across], low, high), (x, y + _SIDE + _GAP))
        if one := reconstructions.get(name):
            words = f"{one.psnr[-1]:.1f} dB   SSIM {one.ssim[-1]:.3f}"
            draw.text((x + 8, y + _SIDE - _FONT - 10), words, "white", font, stroke_width=2, stroke_fill="black")
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def _grey(image: Float[Tensor, "row column"], low: float, high: float) -> PillowImage.Image:
    """The image through the window, enlarged without smoothing: pixels are shown as pixels."""
    shares = ((image.double() - low) / (high - low)).clamp(0, 1).cpu().numpy()
    pixels: UInt8[np.ndarray, "row column"] = np.round(255 * shares).astype(np.uint8)
    return PillowImage.fromarray(pixels).resize((_SIDE, _SIDE), PillowImage.Resampling.NEAREST).convert("RGB")
