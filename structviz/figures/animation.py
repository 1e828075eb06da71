"""Frames as an animated picture, WebP or GIF, of the best quality that a limit on its length allows."""

import bisect
import functools
import io
import math
from collections.abc import Callable, Sequence
from typing import Literal, get_args

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageColor

from structviz.errors import ConfigError

__all__ = ["AnimationType", "check_animation_type", "encode_animation", "encode_webp"]

AnimationType = Literal["webp", "gif"]
"""WebP keeps every colour and is small; GIF plays everywhere."""

_QUALITIES = (90, 80, 75, 65, 50, 40, 25, 15, 8, 3)
"""Of a WebP, from best to smallest."""

_COLOURS = (240, 160, 112, 80, 56, 40, 32, 24, 20, 17, 14, 12, 10, 8, 5, 2)
"""Of a GIF, besides those that it has exactly, from best to smallest: GIF knows no loss but that of colours."""

_ALIKE = 12
"""Pillow looks colours up in steps of 4, so it may take near ones for an exact one: no palette has both."""

_RUN = 5
"""Consecutive frames in a part of the sample that tells the length of the whole file; WebP starts anew so often."""

_COUNTED = 200_000
"""Pixels that decide about the colours of a GIF."""

_SHORTEST = 20
"""Of a frame of a GIF, in milliseconds: browsers slow down what changes faster."""


def encode_animation(
    frames: Sequence[PillowImage.Image],
    durations: float | Sequence[float],
    file_type: AnimationType = "webp",
    max_bytes: int = 3_000_000,
    exact_colours: Sequence[str] = (),
) -> bytes:
    """An animated picture that runs for ever.

    Parameters
    ----------
    frames
        Pictures of red, green and blue, all of one size.
    durations
        How long each frame stands, in milliseconds; one number for all, or one for each. GIF counts in hundredths of
        a second and has no frame shorter than two of them.
    file_type
        "webp" or "gif".
    max_bytes
        Quality (of a WebP) or colours (of a GIF) give way until the file is as short as that, as far as they go.
    exact_colours
        Colours that every frame of a GIF keeps as they are, for example those of words and of the ground.

    Returns
    -------
    bytes
        The file. It is longer than the limit only where the least quality makes it so.

    Raises
    ------
    ConfigError
        If there is no frame, no such file type or not one duration for each frame.

    Examples
    --------
    >>> encode_animation([PillowImage.new("RGB", (8, 8), colour) for colour in ("red", "blue")], 100, "gif")[:6]
    b'GIF89a'
    """
    check_animation_type(file_type)
    if not frames:
        raise ConfigError("An animation has one frame or more; got none.")
    times = [durations] * len(frames) if isinstance(durations, int | float) else list(durations)
    if len(times) != len(frames):
        raise ConfigError(f"Give one duration for each of the {len(frames)} frames; got {len(times)}.")
    if file_type == "webp":
        return _first_within(functools.partial(_webp, frames, times), _QUALITIES[1:], len(frames), max_bytes)
    palette = functools.cache(functools.partial(_palette, _thinned(frames), exact_colours))
    return _first_within(functools.partial(_gif, frames, times, palette), _COLOURS, len(frames), max_bytes)


def encode_webp(picture: PillowImage.Image, max_bytes: int) -> bytes:
    """One picture as WebP, of the best quality that stays within so many bytes, or else of the least quality."""
    return _first_within(functools.partial(_webp, [picture], [0]), _QUALITIES, 1, max_bytes)


def check_animation_type(file_type: str) -> None:
    """Make sure that a file type is an `AnimationType`.

    Raises
    ------
    ConfigError
        If it is none.
    """
    if file_type not in get_args(AnimationType):
        raise ConfigError(f"An animation is one of {', '.join(get_args(AnimationType))}; got {file_type!r}.")


def _first_within(
    encode: Callable[[int, tuple[int, ...]], bytes], settings: Sequence[int], n_frames: int, max_bytes: int
) -> bytes:
    """The file of the first setting that keeps the limit, or of the last one; later settings make shorter files."""
    encode = functools.cache(encode)
    whole, sample = tuple(range(n_frames)), _sample(n_frames)
    # A sample does not tell the length of the whole to the last byte.
    factor = 1.0 if sample == whole else 1.05 * n_frames / len(sample)

    def fits(position: int) -> bool:
        return factor * len(encode(settings[position], sample)) <= max_bytes

    first = 0 if fits(0) else bisect.bisect_left(range(len(settings) - 1), True, lo=1, key=fits)
    for setting in settings[first:-1]:
        content = encode(setting, whole)
        if len(content) <= max_bytes:
            return content
    return encode(settings[-1], whole)


def _sample(n_frames: int) -> tuple[int, ...]:
    """Two runs of frames, early and late, that stand for all; or all where there are few."""
    if n_frames <= 4 * _RUN:
        return tuple(range(n_frames))
    starts = (n_frames // 5, 3 * n_frames // 5)
    return tuple(start + k for start in starts for k in range(_RUN))


def _webp(
    frames: Sequence[PillowImage.Image], durations: Sequence[float], quality: int, chosen: tuple[int, ...]
) -> bytes:
    first, *others = (frames[k] for k in chosen)
    file = io.BytesIO()
    # Method 1 is twice as fast as the default 4 and costs few bytes here.
    first.save(
        file, "WEBP", save_all=True, append_images=others, duration=[round(durations[k]) for k in chosen], loop=0,
        quality=quality, method=1,
    )  # fmt: skip
    return file.getvalue()


def _gif(
    frames: Sequence[PillowImage.Image],
    durations: Sequence[float],
    palette: Callable[[int], PillowImage.Image],
    n_colours: int,
    chosen: tuple[int, ...],
) -> bytes:
    colours = palette(n_colours)
    first, *others = (frames[k].quantize(palette=colours, dither=PillowImage.Dither.NONE) for k in chosen)
    file = io.BytesIO()
    hundredths = [max(_SHORTEST, 10 * round(durations[k] / 10)) for k in chosen]
    first.save(file, "GIF", save_all=True, append_images=others, duration=hundredths, loop=0)
    return file.getvalue()


def _thinned(frames: Sequence[PillowImage.Image]) -> PillowImage.Image:
    """Five of the frames as one picture, with so few of their pixels that colours are soon counted."""
    some = [np.asarray(frames[k]) for k in sorted({k * (len(frames) - 1) // 4 for k in range(5)})]
    step = max(1, round(math.sqrt(sum(pixels.size for pixels in some) / (3 * _COUNTED))))
    return PillowImage.fromarray(np.concatenate([pixels[::step, ::step] for pixels in some]))


def _palette(some: PillowImage.Image, exact_colours: Sequence[str], n_colours: int) -> PillowImage.Image:
    """One palette for all frames, so that nothing flickers: the exact colours, and others that suit some pixels."""
    # The median cut alone goes by how often colours occur; one step of k-means goes by how far off they are.
    fewer = some.quantize(n_colours, PillowImage.Quantize.MEDIANCUT, kmeans=1)
    levels = np.array(fewer.getpalette()).reshape(-1, 3)[:n_colours]
    exact = np.array([ImageColor.getrgb(colour)[:3] for colour in exact_colours], dtype=levels.dtype).reshape(-1, 3)
    for colour in exact:
        levels[np.abs(levels - colour).max(1) < _ALIKE] = colour
    palette = PillowImage.new("P", (1, 1))
    palette.putpalette(np.concatenate([exact, levels]).reshape(-1).tolist())
    return palette
