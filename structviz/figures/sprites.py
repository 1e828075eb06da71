"""Many frames as one small picture: what a browser needs in order to show a film in any order."""

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage

from structviz.errors import ConfigError
from structviz.figures.animation import encode_webp
from structviz.figures.pixels import COLOUR_MAPS
from structviz.types import Images

__all__ = ["Sprite", "colour_table", "sprite", "sprite_values"]

_LONGEST = 16_383
"""Pixels to a side of a WebP picture."""


@dataclass(frozen=True)
class Sprite:
    """Frames side by side in a grid, row after row, as grey values in one WebP picture.

    Attributes
    ----------
    webp
        The picture; 0 stands for `low` and 255 for `high`.
    n_frames, side, columns
        How many frames there are, how many pixels each is wide and high, and how many stand in a row.
    low, high
        Limits of the values; what lies outside is shown in the colour of the nearer limit.
    """

    webp: bytes
    n_frames: int
    side: int
    columns: int
    low: float
    high: float


def sprite(images: Images, colour_map: str = "grey", limit: int = 400_000) -> Sprite:
    """Pack square grey images into one picture.

    Parameters
    ----------
    images
        Shape (frame, 1, row, column), as many rows as columns.
    colour_map
        One of `COLOUR_MAPS`; its limits are those of the values.
    limit
        Bytes: the best quality that stays below is taken. At 400 000, 72 frames of 128 × 128 pixels lose
        about 2 grey levels of 255 in the mean square unless they are noisy.

    Returns
    -------
    Sprite
        The WebP with all frames in rows, their number and side in pixels, and the values of black and white.

    Raises
    ------
    ConfigError
        If there is no such colour map, or the images are not square, not grey or too large.

    Examples
    --------
    >>> import torch
    >>> sprite(torch.zeros(6, 1, 8, 8)).columns
    3
    """
    if colour_map not in COLOUR_MAPS:
        raise ConfigError(f"A colour map is one of {', '.join(COLOUR_MAPS)}; got {colour_map!r}.")
    n_frames, channels, side, width = images.shape
    if n_frames == 0 or channels != 1 or side != width:
        raise ConfigError(f"A sprite holds square grey images; got shape {tuple(images.shape)}. Crop them first.")
    columns = int(np.ceil(np.sqrt(n_frames)))
    rows = -(-n_frames // columns)
    if columns * side > _LONGEST:
        raise ConfigError(f"A sprite is at most {_LONGEST} pixels wide; got {columns * side}. Use smaller images.")
    low, high = COLOUR_MAPS[colour_map].low, COLOUR_MAPS[colour_map].high
    values = np.nan_to_num(images[:, 0].detach().cpu().double().numpy())
    grid = np.zeros((rows * columns, side, side), np.uint8)
    grid[:n_frames] = np.rint(np.clip((values - low) / (high - low), 0, 1) * 255)
    sheet = grid.reshape(rows, columns, side, side).swapaxes(1, 2).reshape(rows * side, columns * side)
    return Sprite(encode_webp(PillowImage.fromarray(sheet), limit), n_frames, side, columns, low, high)


def sprite_values(packed: Sprite) -> npt.NDArray[np.float64]:
    """Unpack a sprite: shape (frame, row, column), values between its limits."""
    grey = np.asarray(PillowImage.open(io.BytesIO(packed.webp)).convert("L"), dtype=np.float64)
    side, columns = packed.side, packed.columns
    frames = grey.reshape(-1, side, columns, side).swapaxes(1, 2).reshape(-1, side, side)
    return packed.low + frames[: packed.n_frames] / 255 * (packed.high - packed.low)


def colour_table(colour_map: str) -> bytes:
    """The 256 colours of the grey values of a sprite: red, green, blue of the first, of the second, …"""
    colours = COLOUR_MAPS[colour_map]
    return colours(np.linspace(colours.low, colours.high, 256)).tobytes()
