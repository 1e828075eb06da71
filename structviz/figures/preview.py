"""What networks make of a few examples while they learn: one sheet, given on the left and truth on the right."""

import io
from collections.abc import Mapping, Sequence

from jaxtyping import Float
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont
from torch import Tensor

from structviz.errors import ConfigError
from structviz.figures.pixels import COLOUR_MAPS, ColourMap
from structviz.figures.theme import NEUTRAL

__all__ = ["preview_sheet"]

_SIDE, _GAP, _HEAD, _FONT = 256, 12, 40, 24


def preview_sheet(
    columns: Sequence[tuple[str, str, Mapping[str, Float[Tensor, "_row _column"]]]], colour_map: str
) -> bytes:
    """Draw a PNG on nothing, so that it lies on light and dark pages alike; each pixel becomes a square.

    Parameters
    ----------
    columns
        Heading, colour of the heading, and pictures by the name of the example. A row for each example of the first
        column; where another column lacks it, the place stays empty.
    colour_map
        One of `COLOUR_MAPS`.

    Returns
    -------
    bytes
        The file.

    Raises
    ------
    ConfigError
        If there is no column, no example, or no such colour map.

    Examples
    --------
    >>> import torch
    >>> preview_sheet([("Given", "#5F6368", {"upright": torch.zeros(8, 8)})], "grey")[1:4]
    b'PNG'
    """
    if not columns or not columns[0][2]:
        raise ConfigError("A sheet needs a column with a picture; got none.")
    if colour_map not in COLOUR_MAPS:
        raise ConfigError(f"A colour map is one of {', '.join(COLOUR_MAPS)}; got {colour_map!r}.")
    rows = list(columns[0][2])
    n = columns[0][2][rows[0]].shape[-1]
    side = n * max(1, -(-_SIDE // n))
    size = (len(columns) * (side + _GAP) - _GAP, _HEAD + len(rows) * (side + _GAP) - _GAP)
    sheet = PillowImage.new("RGBA", size, (0, 0, 0, 0))
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(_FONT)
    for k, (heading, colour, pictures) in enumerate(columns):
        left = k * (side + _GAP)
        draw.text((left, 0), _fitting(heading, side, font), colour, font)
        draw.rectangle((left, _HEAD - 7, left + side - 1, _HEAD - 4), colour)
        for row, name in enumerate(rows):
            top = _HEAD + row * (side + _GAP)
            if name in pictures:
                sheet.paste(_enlarged(pictures[name], COLOUR_MAPS[colour_map], side), (left, top))
            else:
                draw.rectangle((left, top, left + side - 1, top + side - 1), outline=NEUTRAL)
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def _enlarged(picture: Float[Tensor, "row column"], colours: ColourMap, side: int) -> PillowImage.Image:
    # A network that diverges gives anything.
    values = picture.detach().cpu().double().nan_to_num(colours.low).clamp(colours.low, colours.high).numpy()
    return PillowImage.fromarray(colours(values)).resize((side, side), PillowImage.Resampling.NEAREST)


def _fitting(text: str, width: int, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    """As much of a heading as its column holds."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip()}…"
