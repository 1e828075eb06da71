"""The film of a network's feature maps while its input turns, beside the same in the co-moving frame."""

import bisect
import io
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont
from torch import Tensor

from structviz.errors import ConfigError
from structviz.figures.pixels import COLOUR_MAPS, ColourMap
from structviz.figures.theme import Headings, heading
from structviz.studies.features import FeatureFilm
from structviz.transforms import disc_mask

__all__ = ["feature_frame", "feature_gif", "feature_still", "feature_webp", "percentage"]

T = TypeVar("T")

Pixels = npt.NDArray[np.uint8]
"""A picture of red, green and blue."""

# A film has a dark ground of its own, as in a cinema: it is the same on a light and on a dark page or slide.
_GROUND, _TEXT, _DIM, _NOTHING = "#12161c", "#f2f4f7", "#aab2bd", "#262d37"

_COLUMNS = 4
"""Maps in a row: the field of C4, or the rotations and the mirrors of D4."""

_LEVELS = 48
"""Steps of brightness; more are not seen."""

_QUALITIES = (80, 60, 40, 25, 15, 8, 3)
"""What WebP may make of a film until it is small enough: noise, which these films are full of, does not compress."""

_SAMPLE = (1, 2, 3)
"""The frames whose length tells that of the film; the first one would not, as it has lost nothing to interpolation."""

_GIF_LEVELS = (32, 16, 10, 6, 4, 2)
"""GIF knows no loss but that of colours."""


def feature_frame(
    films: Mapping[str, FeatureFilm],
    frame: int,
    colour_map: str = "grey",
    scale: int = 2,
    headings: Headings | None = None,
) -> Pixels:
    """One frame of the film: the input, and for each arm its feature maps and the same in the co-moving frame.

    Parameters
    ----------
    films
        For each arm its film; all of the same input, layer and angles.
    frame
        Which angle, from 0.
    colour_map
        One of `COLOUR_MAPS`, for the input; maps take the colour of their arm, from 0 to the largest value of
        their field at angle 0.
    scale
        Side of a square that stands for a pixel.
    headings
        Of networks that are no arm of the project.

    Raises
    ------
    ConfigError
        If there is no film, the films do not belong together or the colour map is unknown.
    """
    return _Cinema(films, colour_map, scale, headings=headings).frame(frame)


def feature_still(
    films: Mapping[str, FeatureFilm],
    frame: int,
    colour_map: str = "grey",
    scale: int = 2,
    headings: Headings | None = None,
) -> bytes:
    """One frame as PNG, without loss; parameters as for `feature_frame`."""
    file = io.BytesIO()
    PillowImage.fromarray(feature_frame(films, frame, colour_map, scale, headings)).save(file, "PNG")
    return file.getvalue()


def feature_webp(
    films: Mapping[str, FeatureFilm],
    colour_map: str = "grey",
    scale: int = 2,
    milliseconds: int = 90,
    max_bytes: int = 2_000_000,
    headings: Headings | None = None,
) -> bytes:
    """The film as an animated WebP that runs for ever.

    Parameters
    ----------
    films, colour_map, scale, headings
        As for `feature_frame`.
    milliseconds
        How long a frame stands.
    max_bytes
        How long the file may become: first the quality gives way, then the scale.
    """
    cinemas = [_Cinema(films, colour_map, s, headings=headings) for s in dict.fromkeys((scale, max(1, scale // 2)))]
    choices = [(cinema, quality) for cinema in cinemas for quality in _QUALITIES]

    def encoded(choice: tuple[_Cinema, int], which: Sequence[int]) -> bytes:
        cinema, quality = choice
        first, *others = (PillowImage.fromarray(cinema.frame(k)) for k in which)
        file = io.BytesIO()
        first.save(
            file, "WEBP", save_all=True, append_images=others, duration=milliseconds, loop=0, quality=quality, method=0
        )
        return file.getvalue()

    n_frames = cinemas[0].n_frames
    choice = _first_that_fits(choices, lambda c: len(encoded(c, _SAMPLE)) * n_frames / len(_SAMPLE), max_bytes)
    return encoded(choice, range(n_frames))


def feature_gif(
    films: Mapping[str, FeatureFilm],
    colour_map: str = "grey",
    scale: int = 1,
    milliseconds: int = 90,
    max_bytes: int = 2_000_000,
    headings: Headings | None = None,
) -> bytes:
    """The film as a GIF that runs for ever; parameters as for `feature_webp`, but colours give way to length."""

    def frames(levels: int, which: Sequence[int]) -> list[PillowImage.Image]:
        cinema = _Cinema(films, colour_map, scale, levels, headings)
        # One palette for all frames; the first one alone would miss colours of the others.
        quarters = [cinema.frame(k * cinema.n_frames // 4) for k in range(4)]
        palette = PillowImage.fromarray(np.concatenate(quarters)).quantize(255, dither=PillowImage.Dither.NONE)
        return [
            PillowImage.fromarray(cinema.frame(k)).quantize(palette=palette, dither=PillowImage.Dither.NONE)
            for k in which
        ]

    def encoded(pictures: Sequence[PillowImage.Image]) -> bytes:
        file = io.BytesIO()
        first, *others = pictures
        first.save(file, "GIF", save_all=True, append_images=others, duration=milliseconds, loop=0, optimize=False)
        return file.getvalue()

    n_frames = len(next(iter(films.values())).angles) if films else 0

    levels = _first_that_fits(
        _GIF_LEVELS, lambda levels: len(encoded(frames(levels, _SAMPLE))) * n_frames / len(_SAMPLE), max_bytes
    )
    return encoded(frames(levels, range(n_frames)))


def percentage(change: float) -> str:
    """A relative change for people: percent, or a power of ten where percent would say 0.

    Examples
    --------
    >>> percentage(0.314), percentage(2.5e-7)
    ('31\\xa0%', '2.5e-07')
    """
    if change == 0 or change >= 0.0995:
        return f"{100 * change:.0f}\N{NO-BREAK SPACE}%" if math.isfinite(change) else "∞"
    return f"{100 * change:.1f}\N{NO-BREAK SPACE}%" if change >= 1e-3 else f"{change:.1e}"


class _Cinema:
    """What all frames of a film share: sizes, limits, colours and the ground with its words."""

    def __init__(
        self,
        films: Mapping[str, FeatureFilm],
        colour_map: str,
        scale: int,
        levels: int = _LEVELS,
        headings: Headings | None = None,
    ) -> None:
        _check(films, colour_map, scale)
        some = next(iter(films.values()))
        self.films = films
        self.headings = {arm: heading(arm, headings) for arm in films}
        self.n_frames, _, self.n, _ = some.inputs.shape
        self.disc = disc_mask(self.n, self.n).numpy()
        self.scale = scale
        self.unit = max(1, round(scale * self.n / 64))  # words and gaps grow with the pictures
        self.tile, self.gap = scale * self.n, 4 * self.unit
        lines = -(-some.maps.shape[1] // _COLUMNS)
        self.block = lines * self.tile + (lines - 1) * self.gap
        self.grid = _COLUMNS * self.tile + (_COLUMNS - 1) * self.gap
        self.font = ImageFont.load_default(max(9, 9 * self.unit))
        self.head, self.margin, space = 20 * self.unit, 10 * self.unit, 16 * self.unit
        self.large = 2 * scale
        middle = self.margin + self.large * self.n + space
        self.left = (self.margin, middle, middle + self.grid + space)
        self.size = (
            self.left[2] + self.grid + self.margin,
            len(films) * (self.head + self.block + self.margin) + self.margin // 2,
        )
        self.input_top = max(self.head, (self.size[1] + self.head - self.large * self.n) // 2)
        self.input_table = _table(COLOUR_MAPS[colour_map], levels)
        self.tables = {
            arm: [
                _table(ColourMap((_NOTHING, self.headings[arm].colour, "#ffffff"), 0.0, limit), levels)
                for limit in limits
            ]
            for arm, limits in ((arm, _limits(film, self.disc)) for arm, film in films.items())
        }
        self.ground = self._ground()

    def frame(self, k: int) -> Pixels:
        """The picture at one angle."""
        canvas = self.ground.copy()
        some = next(iter(self.films.values()))
        _paste(canvas, self._disc(some.inputs[k, 0], self.input_table, self.large), self.input_top, self.left[0])
        for row, (arm, film) in enumerate(self.films.items()):
            for left, maps in ((self.left[1], film.maps), (self.left[2], film.comoving)):
                for position, table in enumerate(self.tables[arm]):
                    line, column = divmod(position, _COLUMNS)
                    step = self.tile + self.gap
                    picture = self._disc(maps[k, position], table, self.scale)
                    _paste(canvas, picture, self._top(row) + line * step, left + column * step)
        picture = PillowImage.fromarray(canvas)
        self._moving_words(ImageDraw.Draw(picture), k)
        return np.asarray(picture)

    def _top(self, row: int) -> int:
        return self.head + row * (self.head + self.block + self.margin)

    def _ground(self) -> Pixels:
        picture = PillowImage.new("RGB", self.size, _GROUND)
        draw = ImageDraw.Draw(picture)
        lift, unit = self.head // 3, self.unit
        draw.text((self.left[0], self.input_top - lift), "Input", _TEXT, self.font, "ls")
        for row, (arm, film) in enumerate(self.films.items()):
            base = self._top(row) - lift
            head = self.headings[arm]
            name = head.title
            if film.group_name and film.group_name not in name:
                name += f" ({film.group_name})"
            x = self.left[1]
            draw.rectangle((x, base - 8 * unit, x + 2 * unit, base), fill=head.colour)
            draw.text((x + 6 * unit, base), name, _TEXT, self.font, "ls")
            draw.text((x + self.grid, base), f"feature maps of layer {film.layer + 1}", _DIM, self.font, "rs")
            back = "turned back" if film.group_name is None else "turned and permuted back"
            draw.text((self.left[2], base), back, _DIM, self.font, "ls")
        return np.asarray(picture).copy()

    def _moving_words(self, draw: ImageDraw.ImageDraw, k: int) -> None:
        for row, film in enumerate(self.films.values()):
            # The font of Pillow has no no-break space.
            words = f"change {percentage(film.change[k].item())}".replace("\N{NO-BREAK SPACE}", " ")
            draw.text((self.left[2] + self.grid, self._top(row) - self.head // 3), words, _TEXT, self.font, "rs")
        side = self.large * self.n
        angle = next(iter(self.films.values())).angles[k].item()
        words = f"{math.degrees(angle):g}°"
        draw.text((self.left[0] + side, self.input_top - self.head // 3), words, _TEXT, self.font, "rs")
        # A dot that turns with the input: stripes alone would not tell half a turn.
        radius, dot = side / 2 - 5 * self.unit, 3 * self.unit
        x = self.left[0] + side / 2 - radius * math.sin(angle)
        y = self.input_top + side / 2 - radius * math.cos(angle)
        draw.ellipse((x - dot, y - dot, x + dot, y + dot), _TEXT, _GROUND, max(1, self.unit // 2))

    def _disc(self, values: Tensor, table: tuple[ColourMap, Pixels], factor: int) -> Pixels:
        colours, palette = table
        steps = len(palette) - 2
        share = (np.nan_to_num(values.cpu().double().numpy()) - colours.low) / (colours.high - colours.low)
        level = np.rint(np.clip(share, 0, 1) * steps).astype(np.intp)
        level[~self.disc] = steps + 1
        return palette[level].repeat(factor, axis=0).repeat(factor, axis=1)


def _table(colours: ColourMap, levels: int) -> tuple[ColourMap, Pixels]:
    """A colour map with its colours at `levels` steps, and the ground after them."""
    ground = np.array([[int(_GROUND[i : i + 2], 16) for i in (1, 3, 5)]], np.uint8)
    return colours, np.concatenate([colours(np.linspace(colours.low, colours.high, levels)), ground])


def _first_that_fits(choices: Sequence[T], n_bytes: Callable[[T], float], max_bytes: int) -> T:
    """The first choice whose file is short enough, or else the last one; later choices make shorter files."""
    # A few frames do not tell the length of the others to the last byte.
    return choices[
        bisect.bisect_left(range(len(choices) - 1), True, key=lambda i: 1.05 * n_bytes(choices[i]) <= max_bytes)
    ]


def _limits(film: FeatureFilm, disc: npt.NDArray[np.bool_]) -> list[float]:
    """For each map the largest value of its field at angle 0, but for the brightest half percent."""
    values = film.maps[0].cpu().double().numpy()[:, disc].reshape(-1, film.field_size * int(disc.sum()))
    return np.maximum(np.quantile(values, 0.995, axis=1), 1e-12).repeat(film.field_size).tolist()


def _check(films: Mapping[str, FeatureFilm], colour_map: str, scale: int) -> None:
    if colour_map not in COLOUR_MAPS:
        raise ConfigError(f"A colour map is one of {', '.join(COLOUR_MAPS)}; got {colour_map!r}.")
    if scale < 1:
        raise ConfigError(f"A pixel becomes a square of side 1 or more; got {scale}.")
    if len({(*film.maps.shape, film.layer) for film in films.values()}) != 1:
        shapes = {arm: tuple(film.maps.shape) for arm, film in films.items()}
        raise ConfigError(f"Give one or more films with the same layer, frames, maps and size; got {shapes}.")
    some = next(iter(films.values()))
    if not all(film.inputs.equal(some.inputs) for film in films.values()):
        raise ConfigError("These films have different inputs; make them all from one image.")


def _paste(canvas: Pixels, picture: Pixels, top: int, left: int) -> None:
    canvas[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
