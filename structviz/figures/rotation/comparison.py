"""A comparison as one picture, for slides and papers."""

import math

from PIL import Image as PillowImage

from structviz.figures.contact_sheet import Cell, ContactSheet
from structviz.figures.pixels import coloured, enlarged, png
from structviz.figures.theme import Headings, heading
from structviz.studies.rotation import Comparison, Restored
from structviz.transforms import is_quarter_turn
from structviz.types import Image

__all__ = ["comparison_sheet"]

_SIDE = 384
"""Least side of a picture, in pixels."""


def comparison_sheet(
    comparison: Comparison, colour_map: str = "grey", differences: bool = False, headings: Headings | None = None
) -> bytes:
    """All pictures of a comparison with their numbers, as PNG on white.

    Parameters
    ----------
    comparison
        What `structviz.studies.rotation.compare` returned.
    colour_map
        One of `COLOUR_MAPS`, for images; differences have a map of their own.
    differences
        Whether to show output minus truth instead of the output.
    headings
        Of columns that are no arm of the project.

    Returns
    -------
    bytes
        The PNG: a row for each angle, a column for the noisy image, for each arm and for the truth.
    """
    truths = comparison.clean
    columns: dict[str, tuple[Restored | None, ...]] = {
        "noisy": comparison.noisy,
        **comparison.arms,
        "truth": (None,) * len(truths),
    }
    # Pixels outside the disc count nowhere as soon as one of the turns loses some of them.
    mask = None if is_quarter_turn(comparison.angles[-1]) else comparison.mask

    def cell(restored: Restored | None, truth: Image) -> Cell:
        values, colours, caption = truth, colour_map, ""
        if restored is not None:
            values, caption = restored.image, f"{restored.psnr:.1f} dB, SSIM {restored.ssim:.3f}"
            if differences:
                values, colours = restored.image - truth, "difference"
        pixels = enlarged(coloured(values[0, 0], colours, mask), _SIDE)
        return Cell(PillowImage.fromarray(pixels, "RGBA"), caption)

    rows = [[cell(column[k], truth) for column in columns.values()] for k, truth in enumerate(truths)]
    sheet = ContactSheet(
        tuple(heading(arm, headings) for arm in columns),
        len(truths),
        -(-_SIDE // truths[0].shape[-1]) * truths[0].shape[-1],
        tuple(f"{math.degrees(angle):g}°" for angle in comparison.angles),
        gap=24,
    )
    return png(sheet.drawn(rows))
