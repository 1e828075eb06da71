"""The film of a flow as an animated picture, to take along."""

import math
from collections.abc import Collection, Iterator, Sequence
from itertools import product
from typing import Literal, get_args

import numpy as np
from jaxtyping import Bool, Float
from PIL import Image as PillowImage
from PIL import ImageColor, ImageDraw

from structviz.errors import ConfigError
from structviz.figures.animation import AnimationType, check_animation_type, encode_animation
from structviz.figures.contact_sheet import Cell, ContactSheet
from structviz.figures.pixels import ColourMap
from structviz.figures.theme import CLASS_COLOURS, CLASS_SYMBOLS, NEUTRAL, Heading
from structviz.studies.flow import Film

__all__ = ["Shown", "animation"]

Shown = Literal["decisions", "grid", "tails", "points", "line"]
"""What is drawn, from the ground up."""

Places = Float[np.ndarray, "*more dim"]
Pixels = Float[np.ndarray, "*more 2"]

_FPS, _FEWEST, _MOST = 15, 60, 120
"""Frames in a second, and in all."""

_REST = (0.08, 0.17)
"""How long the first and the last frame stand, in parts of the whole time."""

_FINE = 2
"""Everything is drawn this many times too large and averaged, which makes edges smooth."""

_GAP, _FONT = 10, 20
_DIM, _FRAME = "#5F6872", "#C5CBD3"

_KEPT = ("#FFFFFF", "#000000", _DIM, _FRAME, NEUTRAL, *CLASS_COLOURS)
"""Colours that every GIF has as they are."""

_TAIL = 7
"""Layers that a tail goes back."""

_SHARES = (0.42, 0.32, 0.22, 0.12, 0.03)
_SHADES = {"webp": 128, "gif": 28}
"""Parts of a class's colour in the white ground, from certain to undecided; and steps from class 0 to class 1."""

_FOLDED = (228, 0, 58, 90)

_PITCH, _YAW, _ROOM = math.radians(24), (math.radians(-60), math.radians(40)), 1.5
"""Height of the eye, how far it goes round, and how much more than the window it sees, since corners stick out."""


def animation(
    panels: Sequence[tuple[str, Film]],
    file_type: AnimationType = "webp",
    size: int = 480,
    seconds: float | int = 6.0,
    show: Collection[Shown] = ("decisions", "tails", "points", "line"),
    max_bytes: int = 3_000_000,
    n_layers: Sequence[int] | None = None,
) -> bytes:
    """Films side by side as an animated picture that runs for ever, on white.

    Between two layers everything moves along straight lines, as it does in an Euler step. A network wider than the
    plane is seen in space, in its first three coordinates, by an eye that slowly goes round.

    Parameters
    ----------
    panels
        A heading and a film for each panel. All take the same time, however many layers they have.
    file_type
        "webp" or "gif".
    size
        Side of a panel in pixels.
    seconds
        How long one run takes.
    show
        What is drawn: what the layers still to come decide (in the plane only), the grid that is carried along (red
        where it is turned over), where the points come from, the points, the classifier's line or plane.
    max_bytes
        Colours give way until the file is as short as that, as far as they go: a grid takes much, and so do three
        panels.
    n_layers
        How many layers each film goes through, if there is not a frame for each.

    Raises
    ------
    ConfigError
        If there is no panel, if there is no such file type or thing to show, if the size or the time is out of range,
        or if there is not one number of layers for each film.
    """
    check_animation_type(file_type)
    if unknown := set(show) - set(get_args(Shown)):
        raise ConfigError(f"A film shows {', '.join(get_args(Shown))}; got {', '.join(sorted(unknown))}.")
    if not panels:
        raise ConfigError("An animation has one panel or more; got none.")
    if not (64 <= size <= 1080 and 1 <= seconds <= 60):
        raise ConfigError(f"A panel has 64 to 1080 pixels and a film 1 to 60 seconds; got {size} and {seconds:g}.")
    depths = [len(film.times) - 1 for _, film in panels] if n_layers is None else list(n_layers)
    if len(depths) != len(panels):
        raise ConfigError(f"Give one number of layers for each of the {len(panels)} films; got {len(depths)}.")
    scenes = [_Scene(film, size, frozenset(show), _SHADES[file_type]) for _, film in panels]
    n_frames = min(max(round(_FPS * seconds), _FEWEST), _MOST)
    sheet = ContactSheet(tuple(Heading(title, NEUTRAL) for title, _ in panels), side=size, font_size=_FONT, gap=_GAP)
    frames = [_frame(sheet, scenes, depths, share) for share in np.linspace(0, 1, n_frames).tolist()]
    first, last = (1000 * seconds * rest for rest in _REST)
    others = (1000 * seconds - first - last) / (n_frames - 2)
    durations = [first, *[others] * (n_frames - 2), last]
    return encode_animation(frames, durations, file_type, max_bytes, _KEPT)


def _frame(sheet: ContactSheet, scenes: Sequence["_Scene"], depths: Sequence[int], share: float) -> PillowImage.Image:
    """The picture after a share of the time: the panels, the number of the layer, and a bar that tells the time."""
    captions = [f"layer {math.floor(share * depth + 1e-9)} of {depth}" for depth in depths]
    frame = sheet.drawn([[Cell(scene.picture(share), words) for scene, words in zip(scenes, captions, strict=True)]])
    draw = ImageDraw.Draw(frame)
    for column in range(len(scenes)):
        left, top = sheet.corner(0, column)
        right, bottom = left + sheet.side, top + sheet.side
        draw.rectangle((left - 1, top - 1, right, bottom), outline=_FRAME)
        # The bar tells the time between two layers too.
        draw.rectangle((left - 1, bottom + 2, left - 1 + share * (sheet.side + 1), bottom + 4), NEUTRAL)
    return frame


class _Scene:
    """One film, ready to be drawn at any moment."""

    def __init__(self, film: Film, size: int, show: frozenset[Shown], shades: int) -> None:
        dim = film.positions.shape[-1]
        self.show, self.dim = show, min(dim, 3)
        self.times = film.times.double().cpu().numpy()
        self.positions = film.positions[..., : self.dim].double().cpu().numpy()
        self.labels = film.labels.cpu().numpy()
        self.mesh = film.mesh[..., : self.dim].double().cpu().numpy()
        self.folded = film.folded.cpu().numpy()
        self.decisions = film.decisions.double().cpu().numpy()
        self.normal, self.offset = film.normal.double().cpu().numpy(), film.offset
        # In more than three dimensions, what is seen does not tell on which side of the classifier a point is.
        self.decides = bool(dim <= 3 and np.isfinite(self.normal).all() and self.normal.any())
        self.half_width = film.half_width
        self.fine = _FINE * size
        self.unit = self.fine / 480
        # All 256 grey values in a few colours, so that a GIF compresses.
        self.palette = _ground_colours()(np.rint(np.linspace(0, shades - 1, 256)) / (shades - 1)).reshape(-1).tolist()

    def picture(self, share: float) -> PillowImage.Image:
        """The panel after a share of the time."""
        layer, part = _moment(self.times, share)
        camera = _Camera(self.dim, share, self.half_width, self.fine)
        canvas = self._ground(layer, part)
        draw = ImageDraw.Draw(canvas, "RGBA")
        if "grid" in self.show:
            self._draw_grid(draw, camera, layer, part)
        if self.dim == 3:
            for edge in _edges(3, self.half_width):
                draw.line(_flat(camera.pixels(edge)), _FRAME, 2)
        now = _between(self.positions, layer, part)
        behind = self._behind(now, camera)
        self._draw_points(draw, camera, layer, part, now, behind)
        if "line" in self.show and self.decides:
            # It says little about layers long before it, so it comes forward with time.
            self._draw_classifier(draw, camera, 0.35 + 0.65 * share)
        self._draw_points(draw, camera, layer, part, now, ~behind)
        return canvas.reduce(_FINE)

    def _ground(self, layer: int, part: float) -> PillowImage.Image:
        if "decisions" not in self.show or self.decisions[layer].size == 0:
            return PillowImage.new("RGB", (self.fine, self.fine), "white")
        values = np.nan_to_num(_between(self.decisions, layer, part), nan=0.5)
        grey = PillowImage.fromarray(np.rint(255 * values.clip(0, 1)).astype(np.uint8))
        grey = grey.resize((self.fine, self.fine), PillowImage.Resampling.BICUBIC)
        grey.putpalette(self.palette)
        return grey.convert("RGB")

    def _draw_grid(self, draw: ImageDraw.ImageDraw, camera: "_Camera", layer: int, part: float) -> None:
        nodes = _between(self.mesh, layer, part)
        near, pixels = camera.near(nodes), camera.pixels(nodes)
        folded = self.folded[layer + round(part)]
        if folded.size:
            rows, columns = np.nonzero(folded & near[1:, 1:] & near[:-1, :-1] & near[1:, :-1] & near[:-1, 1:])
            for row, column in zip(rows, columns, strict=True):
                corners = pixels[[row, row, row + 1, row + 1], [column, column + 1, column + 1, column]]
                draw.polygon(_flat(corners), _FOLDED)
        colour = _with_opacity(NEUTRAL, 0.6)
        for line, inside in (*zip(pixels, near, strict=True), *zip(pixels.swapaxes(0, 1), near.T, strict=True)):
            for piece in _runs(line, inside):
                draw.line(_flat(piece), colour, 2)

    def _behind(self, now: Places, camera: "_Camera") -> Bool[np.ndarray, "point"]:
        """Which points the classifier's plane hides in part; none in the plane, where it is a line."""
        if self.dim < 3 or not self.decides:
            return np.zeros(len(now), bool)
        with np.errstate(invalid="ignore"):
            return (now @ self.normal + self.offset) * (camera.towards @ self.normal) < 0

    def _draw_points(
        self,
        draw: ImageDraw.ImageDraw,
        camera: "_Camera",
        layer: int,
        part: float,
        now: Places,
        chosen: Bool[np.ndarray, "point"],
    ) -> None:
        """Tails, and points on them; in space the nearest are drawn last."""
        near = chosen & camera.near(now)
        if "tails" in self.show:
            first = max(0, layer - _TAIL)
            way = np.concatenate([self.positions[first : layer + 1], now[None]])
            pixels, kept = camera.pixels(way), camera.near(way) & near
            for k in range(len(way) - 1):
                opacity = 0.75 * (1 - (layer - first - k + part) / (_TAIL + 1))
                for label, colour in enumerate(CLASS_COLOURS):
                    own = kept[k] & kept[k + 1] & (self.labels == label)
                    for piece in pixels[k : k + 2, own].swapaxes(0, 1).reshape(-1, 4).tolist():
                        draw.line(piece, _with_opacity(colour, opacity), round(2.5 * self.unit))
        if "points" in self.show:
            order = np.flatnonzero(near)
            order = order[np.argsort(camera.depth(now[order]), kind="stable")]
            radii = 4 * self.unit * (1 + 0.25 * camera.depth(now[order]))
            shapes = [draw.ellipse if symbol == "circle" else draw.rectangle for symbol in CLASS_SYMBOLS]
            corners = camera.pixels(now[order])[:, None] + np.array([[[-1, -1], [1, 1]]]) * radii[:, None, None]
            for box, label in zip(corners.reshape(-1, 4).tolist(), self.labels[order].tolist(), strict=True):
                shapes[label](box, CLASS_COLOURS[label], "white", max(1, round(self.unit)))

    def _draw_classifier(self, draw: ImageDraw.ImageDraw, camera: "_Camera", opacity: float) -> None:
        corners = _cut(self.normal, self.offset, self.half_width)
        if len(corners) < 2:
            return
        pixels = _flat(camera.pixels(corners))
        if self.dim == 3:
            draw.polygon(pixels, _with_opacity(NEUTRAL, 0.4 * opacity), _with_opacity(NEUTRAL, opacity))
        else:
            draw.line(pixels, _with_opacity(_DIM, opacity), round(3 * self.unit))


class _Camera:
    """From places to pixels, y pointing down."""

    def __init__(self, dim: int, share: float, half_width: float, side: int) -> None:
        self.side = side
        if dim == 2:
            self.axes, self.towards, self.reach = np.eye(2), np.zeros(2), half_width
            return
        yaw = _YAW[0] + share * (_YAW[1] - _YAW[0])
        right = np.array([math.cos(yaw), math.sin(yaw), 0.0])
        level = np.array([math.sin(yaw), -math.cos(yaw), 0.0])
        self.towards = math.cos(_PITCH) * level + math.sin(_PITCH) * np.array([0.0, 0.0, 1.0])
        self.axes = np.stack([right, np.cross(self.towards, right)])
        self.reach = _ROOM * half_width

    def pixels(self, places: Places) -> Pixels:
        with np.errstate(invalid="ignore", over="ignore"):
            return (places @ self.axes.T / self.reach * (1, -1) + 1) * (self.side / 2)

    def depth(self, places: Places) -> Float[np.ndarray, "*more"]:
        """From about -1, far, to 1, near; 0 in the plane."""
        return places @ self.towards / self.reach

    def near(self, places: Places) -> Bool[np.ndarray, "*more"]:
        """What may be seen at least in part; never what is no number."""
        return np.all(np.abs(places) <= 3 * self.reach, axis=-1)


def _moment(times: Float[np.ndarray, "frame"], share: float) -> tuple[int, float]:
    """The frame that was last, and how far it is to the next one, from 0 to 1."""
    position = float(np.interp(times[0] + share * (times[-1] - times[0]), times, np.arange(len(times))))
    frame = min(math.floor(position + 1e-9), max(len(times) - 2, 0))
    return frame, max(0.0, position - frame)


def _between(frames: Float[np.ndarray, "frame *more"], layer: int, part: float) -> Float[np.ndarray, "*more"]:
    if part in (0, 1):
        # A layer that blew up must not spoil the one beside it: 0 times infinity is no number.
        return frames[layer + int(part)]
    with np.errstate(invalid="ignore", over="ignore"):
        return (1 - part) * frames[layer] + part * frames[layer + 1]


def _cut(normal: Float[np.ndarray, "dim"], offset: float, half_width: float) -> Float[np.ndarray, "corner dim"]:
    """Where normal · z + offset = 0 cuts the edges of the window, square or cube, in the order of going round."""
    found = []
    for start, end in _edges(len(normal), half_width):
        here, there = start @ normal + offset, end @ normal + offset
        if (here < 0) != (there < 0):
            found.append(start + here / (here - there) * (end - start))
    corners = np.array(found).reshape(-1, len(normal))
    if len(normal) < 3 or not len(corners):
        return corners
    spread = corners - corners.mean(0)
    plane = np.linalg.svd(spread)[2][:2]
    return corners[np.argsort(np.arctan2(*(plane @ spread.T)))]


def _edges(dim: int, half_width: float) -> Iterator[Float[np.ndarray, "2 dim"]]:
    """The edges of a square or a cube."""
    for axis in range(dim):
        for corner in product((-half_width, half_width), repeat=dim - 1):
            ends = np.insert(np.array([corner, corner]), axis, 0.0, axis=1)
            ends[:, axis] = (-half_width, half_width)
            yield ends


def _runs(line: Pixels, inside: Bool[np.ndarray, "node"]) -> Iterator[Pixels]:
    """The parts of a line whose nodes are all inside."""
    borders = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]])))
    for start, end in zip(borders[::2], borders[1::2], strict=True):
        if end - start > 1:
            yield line[start:end]


def _flat(pixels: Pixels) -> list[float]:
    return pixels.reshape(-1).tolist()


def _with_opacity(colour: str, opacity: float) -> tuple[int, ...]:
    return (*ImageColor.getrgb(colour)[:3], round(255 * opacity))


def _ground_colours() -> ColourMap:
    """From the colour of class 0 through white to that of class 1."""
    zero, one = ([_mixed(colour, share) for share in _SHARES] for colour in CLASS_COLOURS)
    return ColourMap((*zero, *reversed(one)), 0.0, 1.0)


def _mixed(colour: str, share: float) -> str:
    """A share of a colour in white, as #rrggbb."""
    return "#" + "".join(f"{round(255 + share * (level - 255)):02x}" for level in ImageColor.getrgb(colour)[:3])
