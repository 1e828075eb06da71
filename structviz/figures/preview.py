"""What networks make of a few examples while they learn: one sheet, given on the left and truth on the right."""

from collections.abc import Mapping, Sequence

from jaxtyping import Float
from PIL import Image as PillowImage
from torch import Tensor

from structviz.errors import ConfigError
from structviz.figures.contact_sheet import Cell, ContactSheet
from structviz.figures.pixels import COLOUR_MAPS, enlarged, png
from structviz.figures.theme import Heading

__all__ = ["preview_sheet"]

_SIDE = 256
"""Least side of a picture, in pixels."""

_LETTERS = 40
"""Size of the headings, in pixels: a phone shows four columns at a third of their size."""


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
    colours, examples = COLOUR_MAPS[colour_map], list(columns[0][2])
    n = columns[0][2][examples[0]].shape[-1]

    def cell(picture: Float[Tensor, "row column"] | None) -> Cell:
        if picture is None:
            return Cell(None)
        # A network that diverges gives anything.
        values = picture.detach().cpu().double().nan_to_num(colours.low).clamp(colours.low, colours.high).numpy()
        return Cell(PillowImage.fromarray(enlarged(colours(values), _SIDE)))

    sheet = ContactSheet(
        tuple(Heading(title, colour) for title, colour, _ in columns),
        len(examples),
        n * max(1, -(-_SIDE // n)),
        captions=False,
        font_size=_LETTERS,
        transparent=True,
    )
    return png(sheet.drawn([[cell(pictures.get(name)) for _, _, pictures in columns] for name in examples]))
