"""The film of a flow as an animated picture, to take along."""

import math
from collections.abc import Collection, Sequence
from typing import get_args

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw

from structviz.errors import ConfigError
from structviz.figures.animation import AnimationType, check_animation_type, encode_animation
from structviz.figures.contact_sheet import Cell, ContactSheet
from structviz.figures.flow.film_panel import PANEL_COLOURS, FilmPanel, Shown
from structviz.figures.theme import NEUTRAL, Heading
from structviz.studies.flow import Film

__all__ = ["animation"]

_FPS, _FEWEST, _MOST = 15, 60, 120
"""Frames in a second, and in all."""

_REST = (0.08, 0.17)
"""How long the first and the last frame stand, in parts of the whole time."""

_GAP, _FONT, _FRAME = 10, 20, "#C5CBD3"

_SHADES = {"webp": 128, "gif": 28}
"""Tints from class 0 to class 1."""


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

    Returns
    -------
    bytes
        The file, of `file_type`; longer than `max_bytes` only if fewer colours did not suffice.

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
    drawings = [FilmPanel(film, size, show, _SHADES[file_type]) for _, film in panels]
    n_frames = min(max(round(_FPS * seconds), _FEWEST), _MOST)
    sheet = ContactSheet(tuple(Heading(title, NEUTRAL) for title, _ in panels), side=size, font_size=_FONT, gap=_GAP)
    frames = [_frame(sheet, drawings, depths, share) for share in np.linspace(0, 1, n_frames).tolist()]
    first, last = (1000 * seconds * rest for rest in _REST)
    others = (1000 * seconds - first - last) / (n_frames - 2)
    durations = [first, *[others] * (n_frames - 2), last]
    return encode_animation(frames, durations, file_type, max_bytes, ("#000000", *PANEL_COLOURS))


def _frame(
    sheet: ContactSheet, drawings: Sequence[FilmPanel], depths: Sequence[int], share: float
) -> PillowImage.Image:
    """The picture after a share of the time: the panels, the number of the layer, and a bar that tells the time."""
    layers = [math.floor(share * depth + 1e-9) for depth in depths]
    cells = [
        Cell(drawing.picture(share), f"layer {layer} of {depth}")
        for drawing, layer, depth in zip(drawings, layers, depths, strict=True)
    ]
    frame = sheet.drawn([cells])
    draw = ImageDraw.Draw(frame)
    for column in range(len(drawings)):
        left, top = sheet.corner(0, column)
        right, bottom = left + sheet.side, top + sheet.side
        draw.rectangle((left - 1, top - 1, right, bottom), outline=_FRAME)
        # The bar tells the time between two layers too.
        draw.rectangle((left - 1, bottom + 2, left - 1 + share * (sheet.side + 1), bottom + 4), NEUTRAL)
    return frame
