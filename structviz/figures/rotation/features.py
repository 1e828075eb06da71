"""The film of a network's feature maps while its input turns, beside the same in the co-moving frame."""

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont
from torch import Tensor

from structviz.displayed import scientific
from structviz.errors import ConfigError
from structviz.figures.animation import AnimationType, encode_animation
from structviz.figures.contact_sheet import ContactSheet
from structviz.figures.pixels import COLOUR_MAPS, ColourMap, png
from structviz.figures.theme import Heading, Headings, heading
from structviz.studies.features import FeatureFilm
from structviz.transforms import disc_mask

__all__ = ["feature_animation", "feature_frame", "feature_still", "percentage"]

Pixels = npt.NDArray[np.uint8]
"""A picture of red, green and blue."""

# The ground is dark whatever is around it, so that the film is the same on a light and on a dark page or slide.
_GROUND, _TEXT, _DIM, _NOTHING = "#12161c", "#f2f4f7", "#aab2bd", "#262d37"

_COLUMNS = 4
"""Maps in a row: the field of C4, or the rotations and the mirrors of D4."""

_LEVELS = 48
"""Steps of brightness; more are not seen."""


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
        The film of each arm; all of the same input, layer and angles.
    frame
        Which angle, from 0.
    colour_map
        One of `COLOUR_MAPS`, for the input; maps take the colour of their arm, from 0 to the largest value of
        their field at angle 0.
    scale
        Side of a square that stands for a pixel.
    headings
        Headings of networks that are no arm of the project.

    Returns
    -------
    array
        RGB from 0 to 255, shape (row, column, 3).

    Raises
    ------
    ConfigError
        If there is no film, the films do not belong together or the colour map is unknown.
    """
    return _FrameRenderer(films, colour_map, scale, headings).frame(frame)


def feature_still(
    films: Mapping[str, FeatureFilm],
    frame: int,
    colour_map: str = "grey",
    scale: int = 2,
    headings: Headings | None = None,
) -> bytes:
    """One frame as PNG, without loss.

    Parameters
    ----------
    films, frame, colour_map, scale, headings
        As for `feature_frame`.

    Returns
    -------
    bytes
        The PNG, with the pixels of `feature_frame`.
    """
    return png(PillowImage.fromarray(feature_frame(films, frame, colour_map, scale, headings)))


def feature_animation(
    films: Mapping[str, FeatureFilm],
    colour_map: str = "grey",
    file_type: AnimationType = "webp",
    scale: int | None = None,
    milliseconds: int = 90,
    max_bytes: int = 2_000_000,
    headings: Headings | None = None,
) -> bytes:
    """The film as an animated picture that runs for ever.

    Parameters
    ----------
    films, colour_map, headings
        As for `feature_frame`.
    file_type
        "webp" or "gif".
    scale
        As for `feature_frame`; without it 2 in a WebP and 1 in a GIF, in which noise hardly compresses.
    milliseconds
        How long a frame stands.
    max_bytes
        How long the file may become: first the quality gives way, then the scale.

    Returns
    -------
    bytes
        The file, of `file_type`, one picture for each angle.

    Raises
    ------
    ConfigError
        As for `feature_frame`, or if there is no such file type.
    """
    scale = scale or (2 if file_type == "webp" else 1)
    content = b""
    for smaller in dict.fromkeys((scale, max(1, scale // 2))):
        renderer = _FrameRenderer(films, colour_map, smaller, headings)
        frames = [PillowImage.fromarray(renderer.frame(k)) for k in range(renderer.n_frames)]
        exact = [_GROUND, _TEXT, _DIM, *(head.colour for head in renderer.headings.values())]
        content = encode_animation(frames, milliseconds, file_type, max_bytes, exact)
        if len(content) <= max_bytes:
            break
    return content


def percentage(change: float) -> str:
    """A relative change for people: percent, or a power of ten where percent would say 0.

    Examples
    --------
    >>> percentage(0.314), percentage(2.5e-7)
    ('31\\xa0%', '2.5·10⁻⁷')
    """
    if change == 0 or change >= 0.0995:
        return f"{100 * change:.0f}\N{NO-BREAK SPACE}%" if math.isfinite(change) else "∞"
    return f"{100 * change:.1f}\N{NO-BREAK SPACE}%" if change >= 1e-3 else str(scientific(change, 2))


class _FrameRenderer:
    """What all frames of a film share: sizes, limits, colours and the ground with its words."""

    def __init__(
        self,
        films: Mapping[str, FeatureFilm],
        colour_map: str,
        scale: int,
        headings: Headings | None,
    ) -> None:
        _check(films, colour_map, scale)
        some = next(iter(films.values()))
        self.films = films
        self.headings = {arm: heading(arm, headings) for arm in films}
        self.n_frames, _, self.n, _ = some.inputs.shape
        self.disc = disc_mask(self.n, self.n).numpy()
        self.scale = scale
        self.unit = max(1, round(scale * self.n / 64))  # words and gaps grow with the pictures
        # The maps of an arm lie on a sheet. The rest does not: its words span four maps and change with every frame,
        # the input is larger than a map, and the ground is dark.
        lines = -(-some.maps.shape[1] // _COLUMNS)
        columns = _COLUMNS * (Heading("", _DIM),)
        self.sheet = ContactSheet(columns, lines, scale * self.n, captions=False, gap=4 * self.unit, transparent=True)
        self.grid, self.block = self.sheet.size
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
        self.input_table = _table(COLOUR_MAPS[colour_map])
        self.tables = {
            arm: [_table(ColourMap((_NOTHING, self.headings[arm].colour, "#ffffff"), 0.0, limit)) for limit in limits]
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
                    right, down = self.sheet.corner(*divmod(position, _COLUMNS))
                    picture = self._disc(maps[k, position], table, self.scale)
                    _paste(canvas, picture, self._top(row) + down, left + right)
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
            # The font of Pillow has neither a no-break space nor raised digits.
            change = film.change[k].item()
            size = percentage(change).replace("\N{NO-BREAK SPACE}", " ")
            words = f"change {size if size.isascii() else f'{change:.1e}'}"
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


def _table(colours: ColourMap) -> tuple[ColourMap, Pixels]:
    """A colour map with its colours at equal steps, and the ground after them."""
    ground = np.array([[int(_GROUND[i : i + 2], 16) for i in (1, 3, 5)]], np.uint8)
    return colours, np.concatenate([colours(np.linspace(colours.low, colours.high, _LEVELS)), ground])


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
