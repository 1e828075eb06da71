"""A comparison as one picture, for slides and papers."""

import io
import math

from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from structviz.figures.lettering import fitting
from structviz.figures.pixels import coloured
from structviz.figures.theme import Headings, heading
from structviz.studies.comparison import Comparison, Restored
from structviz.transforms import is_quarter_turn
from structviz.types import Image

__all__ = ["comparison_sheet"]

_MARGIN, _HEAD, _FOOT, _LABEL, _SIDE = 24, 48, 40, 64, 384


def comparison_sheet(
    comparison: Comparison, colour_map: str = "grey", differences: bool = False, headings: Headings | None = None
) -> bytes:
    """All pictures of a comparison with their numbers, as PNG on white.

    Parameters
    ----------
    comparison
        What `structviz.studies.comparison.compare` returned.
    colour_map
        One of `COLOUR_MAPS`, for images; differences have a map of their own.
    differences
        Whether to show output minus truth instead of the output.
    headings
        Of columns that are no arm of the project.
    """
    clean = comparison.clean
    columns: dict[str, tuple[Restored | None, ...]] = {
        "noisy": comparison.noisy,
        **comparison.arms,
        "truth": (None,) * len(clean),
    }
    factor = -(-_SIDE // clean[0].shape[-1])
    side = factor * clean[0].shape[-1]
    width = _LABEL + len(columns) * (side + _MARGIN) + _MARGIN
    height = _HEAD + len(clean) * (side + _FOOT) + _MARGIN
    sheet = PillowImage.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(24)
    for column, (arm, restored) in enumerate(columns.items()):
        left = _LABEL + _MARGIN + column * (side + _MARGIN)
        head = heading(arm, headings)
        draw.text((left, 8), head.title, fill="black", font=fitting(head.title, side, 24))
        draw.rectangle((left, _HEAD - 8, left + side - 1, _HEAD - 4), fill=head.colour)
        for row, truth in enumerate(clean):
            top = _HEAD + row * (side + _FOOT)
            picture = _picture(restored[row], truth, comparison, colour_map, differences).resize(
                (side, side), PillowImage.Resampling.NEAREST
            )
            sheet.paste(picture, (left, top), picture)
            outcome = restored[row]
            if outcome is not None:
                draw.text((left, top + side + 4), f"{outcome.psnr:.1f} dB, SSIM {outcome.ssim:.3f}", "black", font)
    for row, angle in enumerate(comparison.angles):
        top = _HEAD + row * (side + _FOOT) + side // 2
        draw.text((12, top), f"{math.degrees(angle):g}°", fill="black", font=font)
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def _picture(
    restored: Restored | None, truth: Image, comparison: Comparison, colour_map: str, differences: bool
) -> PillowImage.Image:
    mask = None if is_quarter_turn(comparison.angles[-1]) else comparison.mask
    if restored is None:
        values = coloured(truth[0, 0], colour_map, mask)
    elif differences:
        values = coloured((restored.image - truth)[0, 0], "difference", mask)
    else:
        values = coloured(restored.image[0, 0], colour_map, mask)
    return PillowImage.fromarray(values, "RGBA")
