"""Pictures in columns under coloured headings, with captions and labels: one sheet, or each frame of a film."""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from structviz.errors import ConfigError
from structviz.figures.theme import NEUTRAL, Heading

__all__ = ["Cell", "ContactSheet", "Font", "fitted"]

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_BAR = 4
"""Height of the coloured bar below a heading, in pixels."""

_SPELLED = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "×": "x", "Δ": "d", "→": "to", "≤": "<=", "≥": ">=", "ε": "eps"}
)
"""What Pillow's own font cannot draw, in letters that it has; it shows a box for any other sign that it lacks."""

_SMALLEST = 0.6
"""How small letters become, in parts of the wanted size, before words are cut."""


@dataclass(frozen=True)
class Cell:
    """A picture with what stands below it; an empty frame where there is no picture."""

    picture: PillowImage.Image | None
    caption: str = ""


@dataclass(frozen=True)
class ContactSheet:
    """What all sheets of one kind share: headings, labels and the places of the pictures.

    Attributes
    ----------
    headings
        One for each column; if none has words, there is no room for them.
    n_rows
        How many pictures stand in a column.
    side
        Of a picture, in pixels.
    labels
        Words to the left of the rows, one for each; none leaves no room for them.
    captions
        Whether there is room for a line below each picture.
    font_size
        Of all words, in pixels; words that do not fit become smaller.
    gap
        Pixels between two pictures.
    transparent
        Whether the sheet lies on a page of any colour; else its ground is white, with a margin of one gap.
    """

    headings: tuple[Heading, ...]
    n_rows: int = 1
    side: int = 384
    labels: tuple[str, ...] = ()
    captions: bool = True
    font_size: int = 24
    gap: int = 12
    transparent: bool = False

    def __post_init__(self) -> None:
        if not self.headings or self.n_rows < 1:
            raise ConfigError("A sheet needs a column with a picture; got none.")
        if self.labels and len(self.labels) != self.n_rows:
            raise ConfigError(f"Give one label for each of the {self.n_rows} rows; got {len(self.labels)}.")

    def corner(self, row: int, column: int) -> tuple[int, int]:
        """Where the top left pixel of a picture is, counted from the left and from the top."""
        step = self.side + self.gap
        return self._left + column * step, self._head + row * (step + self._foot)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        left, top = self.corner(self.n_rows - 1, len(self.headings) - 1)
        return left + self.side + self._margin, top + self.side + self._foot + self._margin

    def drawn(self, rows: Sequence[Sequence[Cell]]) -> PillowImage.Image:
        """The sheet with these pictures and captions, row by row.

        Raises
        ------
        ConfigError
            If there is not one cell for each place, or a picture is not as large as its place.
        """
        if [len(row) for row in rows] != [len(self.headings)] * self.n_rows:
            raise ConfigError(f"This sheet has {self.n_rows} rows of {len(self.headings)} pictures; got others.")
        sheet = self._empty.copy()
        draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(self.font_size)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                left, top = self.corner(row, column)
                if cell.picture is None:
                    draw.rectangle((left, top, left + self.side - 1, top + self.side - 1), outline=NEUTRAL)
                    continue
                if cell.picture.size != (self.side, self.side):
                    raise ConfigError(f"A picture of this sheet is {self.side} pixels a side; got {cell.picture.size}.")
                opacity = cell.picture if cell.picture.mode == "RGBA" and not self.transparent else None
                sheet.paste(cell.picture, (left, top), opacity)
                caption = cell.caption.translate(_SPELLED)
                draw.text((left, top + self.side + self._foot - 4), caption, self._ink, font, "ld")
        return sheet

    @functools.cached_property
    def _empty(self) -> PillowImage.Image:
        """Headings and labels, which stay when the pictures change."""
        mode, ground = ("RGBA", (0, 0, 0, 0)) if self.transparent else ("RGB", (255, 255, 255))
        sheet = PillowImage.new(mode, self.size, ground)
        draw = ImageDraw.Draw(sheet)
        for column, heading in enumerate(self.headings if self._has_words else ()):
            left, bottom = self.corner(0, column)[0], self._head - 4
            words, font = fitted(heading.title, self.side, self.font_size)
            draw.text((left, bottom - 8), words, heading.colour if self.transparent else "black", font, "ls")
            draw.rectangle((left, bottom - _BAR + 1, left + self.side - 1, bottom), heading.colour)
        font = ImageFont.load_default(self.font_size)
        for row, label in enumerate(self._spelled_labels):
            middle = self.corner(row, 0)[1] + self.side // 2
            draw.text((self._left - self.gap, middle), label, self._ink, font, "rm")
        return sheet

    @property
    def _spelled_labels(self) -> list[str]:
        return [label.translate(_SPELLED) for label in self.labels]

    @property
    def _ink(self) -> str:
        return NEUTRAL if self.transparent else "black"

    @property
    def _margin(self) -> int:
        return 0 if self.transparent else self.gap

    @functools.cached_property
    def _left(self) -> int:
        font = ImageFont.load_default(self.font_size)
        widest = max((font.getlength(label) for label in self._spelled_labels), default=0)
        return self._margin + (round(widest) + self.gap if widest else 0)

    @property
    def _has_words(self) -> bool:
        return any(heading.title for heading in self.headings)

    @property
    def _head(self) -> int:
        # The margin of letters above is in their size already.
        return round(1.2 * self.font_size) + _BAR + 8 if self._has_words else self._margin

    @property
    def _foot(self) -> int:
        return round(1.2 * self.font_size) + 8 if self.captions else 0


def fitted(words: str, width: int, size: int) -> tuple[str, Font]:
    """Words that are at most so wide, and the font for them: smaller if need be, and cut with an ellipsis at last.

    Signs that the font lacks are spelled: Δt becomes dt.

    Parameters
    ----------
    words
        What to write.
    width
        The room for them, in pixels.
    size
        Of the letters, in pixels, where there is room.

    Returns
    -------
    str, Font
        What to write, maybe cut, and the font that it fits in.
    """
    words = words.translate(_SPELLED)
    font = ImageFont.load_default(size)
    for smaller in range(size, math.floor(_SMALLEST * size), -1):
        font = ImageFont.load_default(smaller)
        if font.getlength(words) <= width:
            return words, font
    while words and font.getlength(f"{words}…") > width:
        words = words[:-1]
    return f"{words.rstrip()}…", font
