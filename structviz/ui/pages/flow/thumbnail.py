"""The small picture of a preset: where its films end, in strips side by side."""

import numpy as np

from structviz.figures.flow.film_panel import FilmPanel
from structviz.figures.pixels import Colours
from structviz.studies.flow import measured_films
from structviz.ui.kit.thumbnails import SIDE, strips
from structviz.ui.pages.flow.choice import FlowChoice
from structviz.ui.pages.flow.panels import panels_of

__all__ = ["thumbnail"]

_SHADES = 64
"""Tints from class 0 to class 1."""


def thumbnail(choice: FlowChoice) -> Colours:
    """The points after the last layer on what the classifier decides, in a strip for each film."""
    pictures = [
        FilmPanel(film.film, SIDE, ("decisions", "points"), _SHADES).picture(1.0)
        for film in measured_films(panels_of(choice))
    ]
    return strips([np.asarray(picture.convert("RGBA")) for picture in pictures])
