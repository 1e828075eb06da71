"""Pictures along a setting, with curves: packed for the component that scrubs them in the browser."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from jaxtyping import Float
from PIL import Image as PillowImage
from torch import Tensor

from structviz.errors import ConfigError, ShapeError
from structviz.figures.packet import pack
from structviz.figures.pixels import COLOUR_MAPS, coloured, enlarged, png
from structviz.figures.sprites import colour_table

__all__ = ["MAX_BYTES", "Cell", "Curve", "Plot", "Strip", "encode_strip", "strip_png"]

MAX_BYTES = 4_000_000
"""Of all pictures together: more keeps a visitor waiting."""


@dataclass(frozen=True, eq=False)
class Cell:
    """A place in which one of several pictures is shown.

    Attributes
    ----------
    title, colour
        Its heading; without a title, that of the first row stands for it.
    frames
        One picture for each frame, or a single one that stays; values that are not finite count as 0.
    captions
        What stands below each of them.
    colour_map
        One of `structviz.figures.COLOUR_MAPS`.
    """

    title: str
    colour: str
    frames: Float[Tensor, "frame n n"]
    captions: tuple[str, ...]
    colour_map: str = "grey"


@dataclass(frozen=True)
class Curve:
    """Values at equal distances; those that are not finite end the curve at the upper edge."""

    title: str
    colour: str
    values: tuple[float, ...]
    dashed: bool = False


@dataclass(frozen=True)
class Plot:
    """Curves over one axis.

    Attributes
    ----------
    title
        What is drawn.
    curves
        One or more.
    below, ends
        What stands below the horizontal axis, and at both of its ends.
    logarithmic
        Whether the vertical axis is.
    least
        Where a logarithmic axis ends below, at the latest: rounding, say.
    """

    title: str
    curves: tuple[Curve, ...]
    below: str
    ends: tuple[str, str]
    logarithmic: bool = False
    least: float = 0.0


@dataclass(frozen=True, eq=False)
class Strip:
    """Pictures and curves that one slider scrubs.

    Attributes
    ----------
    words
        What each frame is.
    places
        Where each frame is on the horizontal axis of the plots, counted in values of the curves.
    rows
        Cells; None leaves a place empty.
    plots
        Curves.
    """

    words: tuple[str, ...]
    places: tuple[int, ...]
    rows: tuple[tuple[Cell | None, ...], ...]
    plots: tuple[Plot, ...]


def encode_strip(strip: Strip) -> bytes:
    """Pack a strip for the browser.

    Parameters
    ----------
    strip
        Pictures and curves.

    Returns
    -------
    bytes
        A packet, see `structviz.figures.packet`. Pictures are levels in one byte, equal steps between the limits of
        their colour map; values of curves that are not finite are null.

    Raises
    ------
    ShapeError
        If there is not one place for each frame, or a cell has neither one picture nor one for each.
    ConfigError
        If there is no frame, or the pictures are too large for a page.
    """
    n = len(strip.words)
    if not n:
        raise ConfigError("A strip has at least one frame; got none.")
    if len(strip.places) != n:
        raise ShapeError(f"A strip of {n} frames has as many places; got {len(strip.places)}.")
    arrays: dict[str, npt.NDArray[np.uint8] | bytes] = {}

    def head(cell: Cell | None) -> dict[str, Any] | None:
        if cell is None:
            return None
        if len(cell.frames) not in (1, n) or len(cell.captions) != len(cell.frames):
            raise ShapeError(
                f"{cell.title!r} needs 1 or {n} pictures, each with its caption; got {len(cell.frames)} and "
                f"{len(cell.captions)}."
            )
        colours, name = COLOUR_MAPS[cell.colour_map], f"levels {len(arrays)}"
        values = np.nan_to_num(cell.frames.double().cpu().numpy(), nan=0.0)
        share = (values - colours.low) / (colours.high - colours.low)
        arrays[name] = np.rint(255 * np.clip(share, 0, 1)).astype(np.uint8)
        arrays[f"table {cell.colour_map}"] = colour_table(cell.colour_map)
        side = cell.frames.shape[-1]
        return {
            "title": cell.title, "colour": cell.colour, "captions": cell.captions, "side": side,
            "levels": name, "table": cell.colour_map,
        }  # fmt: skip

    rows = [[head(cell) for cell in row] for row in strip.rows]
    size = sum(len(values) if isinstance(values, bytes) else values.nbytes for values in arrays.values())
    if size > MAX_BYTES:
        raise ConfigError(f"A strip has at most {MAX_BYTES / 1e6:g} MB of pictures; got {size / 1e6:.1f} MB.")
    plots = [_plot(plot) for plot in strip.plots]
    return pack({"words": strip.words, "places": strip.places, "rows": rows, "plots": plots}, arrays)


def strip_png(strip: Strip, frame: int) -> bytes:
    """The pictures of one frame as a PNG file, row by row, in the order of the page.

    Parameters
    ----------
    strip
        Pictures.
    frame
        From 0; beyond the last one, the last one.

    Raises
    ------
    ConfigError
        If there is no picture.
    """
    cells = [(i, j, cell) for i, row in enumerate(strip.rows) for j, cell in enumerate(row) if cell is not None]
    if not cells or frame < 0:
        raise ConfigError(f"A picture of a strip needs a cell and a frame from 0; got {len(cells)} cells and {frame}.")
    side = max(_ENLARGED, *(cell.frames.shape[-1] for _, _, cell in cells))
    n_rows, n_columns = len(strip.rows), max(map(len, strip.rows))
    sheet = np.zeros((n_rows * (side + _GAP) - _GAP, n_columns * (side + _GAP) - _GAP, 4), np.uint8)
    for i, j, cell in cells:
        pixels = enlarged(coloured(cell.frames[min(frame, len(cell.frames) - 1)], cell.colour_map), side)
        top, left = i * (side + _GAP), j * (side + _GAP)
        sheet[top : top + side, left : left + side] = pixels[:side, :side]
    return png(PillowImage.fromarray(sheet, "RGBA"))


_ENLARGED, _GAP = 256, 8
"""Pixels of the side of each picture in a file, and between two."""


def _plot(plot: Plot) -> dict[str, Any]:
    low, high = _limits(plot)
    return {
        "title": plot.title, "logarithmic": plot.logarithmic, "low": low, "high": high,
        "ticks": _powers(low, high) if plot.logarithmic else _round_numbers(low, high),
        "below": plot.below, "ends": plot.ends,
        "curves": [
            {
                "title": curve.title, "colour": curve.colour, "dashed": curve.dashed,
                "values": [value if math.isfinite(value) else None for value in curve.values],
            }
            for curve in plot.curves
        ],
    }  # fmt: skip


def _limits(plot: Plot) -> tuple[float, float]:
    values = [value for curve in plot.curves for value in curve.values if math.isfinite(value)]
    if plot.logarithmic:
        values = [max(value, plot.least) for value in values if max(value, plot.least) > 0]
        low, high = min(values, default=0.1), max(values, default=1.0)
        return low / 1.3, high * 1.3
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = 0.05 * (high - low) or 0.5
    return (0.0 if 0 <= low < 0.5 * high else low - room), high + room


def _powers(low: float, high: float) -> list[tuple[float, str]]:
    exponents = range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)
    step = max(1, -(-len(exponents) // 6))
    return [(10.0**power, _power(power)) for power in exponents if power % step == 0]


def _power(exponent: int) -> str:
    if -2 <= exponent <= 3:
        return f"{10.0**exponent:g}"
    return "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _round_numbers(low: float, high: float) -> list[tuple[float, str]]:
    rough = 10.0 ** math.floor(math.log10((high - low) / 4))
    step = next(rough * k for k in (1, 2, 5, 10) if (high - low) / (rough * k) <= 7)
    first = math.ceil(low / step)
    return [(k * step, f"{k * step:g}") for k in range(first, math.floor(high / step) + 1)]
