"""One panel of the film of a flow: the picture of a network's points at any moment."""

import math
from collections.abc import Collection, Iterator
from typing import Literal

import numpy as np
import torch
from jaxtyping import Bool, Float
from PIL import Image as PillowImage
from PIL import ImageColor, ImageDraw

from structviz.figures.decision_map import decision_ground
from structviz.figures.flow.camera import Camera, Pixels, Places
from structviz.figures.flow.hyperplane import window_edges, zero_set
from structviz.figures.theme import CLASS_COLOURS, CLASS_SYMBOLS, NEUTRAL
from structviz.studies.flow import Film

__all__ = ["PANEL_COLOURS", "FilmPanel", "Shown"]

Shown = Literal["decisions", "grid", "tails", "points", "line"]
"""What is drawn, from the ground up."""

_FINE = 2
"""Everything is drawn this many times too large and averaged, which makes edges smooth."""

_DIM, _FRAME = "#5F6872", "#C5CBD3"

PANEL_COLOURS: tuple[str, ...] = ("#FFFFFF", _DIM, _FRAME, NEUTRAL, *CLASS_COLOURS)
"""Colours that a file with few colours should keep as they are."""

_TAIL = 7
"""Layers that a tail goes back."""

_FOLDED = (228, 0, 58, 90)


class FilmPanel:
    """One film, ready to be drawn at any moment."""

    def __init__(self, film: Film, size: int, show: Collection[Shown], shades: int) -> None:
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
        self.shades = shades

    def picture(self, share: float) -> PillowImage.Image:
        """The panel after a share of the time."""
        layer, part = _moment(self.times, share)
        camera = Camera(self.dim, share, self.half_width, self.fine)
        canvas = self._ground(layer, part)
        draw = ImageDraw.Draw(canvas, "RGBA")
        if "grid" in self.show:
            self._draw_grid(draw, camera, layer, part)
        if self.dim == 3:
            for edge in window_edges(3, self.half_width):
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
        values = torch.from_numpy(_between(self.decisions, layer, part))
        return decision_ground(values, self.fine, self.shades)

    def _draw_grid(self, draw: ImageDraw.ImageDraw, camera: Camera, layer: int, part: float) -> None:
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

    def _behind(self, now: Places, camera: Camera) -> Bool[np.ndarray, "point"]:
        """Which points the classifier's plane hides in part; none in the plane, where it is a line."""
        if self.dim < 3 or not self.decides:
            return np.zeros(len(now), bool)
        with np.errstate(invalid="ignore"):
            return (now @ self.normal + self.offset) * (camera.towards @ self.normal) < 0

    def _draw_points(
        self,
        draw: ImageDraw.ImageDraw,
        camera: Camera,
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

    def _draw_classifier(self, draw: ImageDraw.ImageDraw, camera: Camera, opacity: float) -> None:
        corners = zero_set(self.normal, self.offset, self.half_width)
        if len(corners) < 2:
            return
        pixels = _flat(camera.pixels(corners))
        if self.dim == 3:
            draw.polygon(pixels, _with_opacity(NEUTRAL, 0.4 * opacity), _with_opacity(NEUTRAL, opacity))
        else:
            draw.line(pixels, _with_opacity(_DIM, opacity), round(3 * self.unit))


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
