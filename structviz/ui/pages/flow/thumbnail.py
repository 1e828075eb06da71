"""The small picture of a preset: what its networks make of the plane of the points, in strips side by side."""

import numpy as np

from structviz.figures.flow.film_panel import FilmPanel
from structviz.figures.pixels import Colours
from structviz.studies.flow import Film, measured_films
from structviz.ui.kit.thumbnails import SIDE, strips
from structviz.ui.pages.flow.choice import FlowChoice
from structviz.ui.pages.flow.panels import panels_of

__all__ = ["thumbnail"]

_SHADES = 64
"""Tints from class 0 to class 1."""

_MARGIN = 1.15
"""Half the side of the picture, in parts of the largest coordinate of a point."""


def thumbnail(choice: FlowChoice) -> Colours:
    """A strip for each film: the end where the grid is shown, else the start on what the whole network decides."""
    draw = _end if "grid" in choice.show else _start
    return strips([draw(film.film) for film in measured_films(panels_of(choice))])


def _end(film: Film) -> Colours:
    return _drawn(film, SIDE, 1.0)


def _start(film: Film) -> Colours:
    """The middle of the window, where the points are."""
    window = _MARGIN * film.positions[0].abs().max().item() / film.half_width
    drawn = _drawn(film, round(SIDE / window), 0.0)
    left = (len(drawn) - SIDE) // 2
    return drawn[left : left + SIDE, left : left + SIDE]


def _drawn(film: Film, side: int, share: float) -> Colours:
    shown = ("decisions", "grid", "points") if share else ("decisions", "points")
    return np.asarray(FilmPanel(film, side, shown, _SHADES).picture(share).convert("RGBA"))
