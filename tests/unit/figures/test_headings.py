"""Headings of columns that are no arm of the project, on everything that is drawn."""

import io
import math

import numpy as np
import pytest
from PIL import Image as PillowImage
from PIL import ImageColor

from structviz import data
from structviz.figures import ARM_COLOURS, Heading, comparison_sheet
from structviz.figures.ct.slices import slices_sheet
from structviz.figures.lettering import fitting
from structviz.figures.rotation.turn import turn_film
from structviz.studies.comparison import compare
from structviz.studies.ct import Reconstruction
from structviz.studies.filmstrip import film_strip

MINE = {"local-x": Heading("A network with a rather long name, 12345 steps, N = 1000, 26 Nov 01:51", "#0072B2")}


def shares(picture: bytes, colour: str) -> float:
    """How much of a picture has this colour, up to the loss of a film."""
    pixels = np.asarray(PillowImage.open(io.BytesIO(picture)).convert("RGB"), dtype=int)
    return float((np.abs(pixels - np.array(ImageColor.getrgb(colour))).max(-1) < 24).mean())


def test_words_are_as_large_as_there_is_room_for() -> None:
    assert fitting("Noisy", 384, 24).getlength("Noisy") == fitting("Noisy", 1000, 24).getlength("Noisy")
    long = MINE["local-x"].title
    assert fitting(long, 384, 24).getlength(long) <= 384 < fitting(long, 1000, 24).getlength(long)


def test_a_sheet_has_the_colour_of_the_heading() -> None:
    comparison = compare({"local-x": lambda y: y}, data.stripes(1, 16), math.pi / 2)
    assert shares(comparison_sheet(comparison, headings=MINE), "#0072B2") > 0.001
    with pytest.raises(KeyError):
        comparison_sheet(comparison)


def test_a_film_has_the_colour_of_the_heading() -> None:
    strip = film_strip({"local-x": lambda y: y}, data.stripes(1, 16), n_angles=4)
    mine = turn_film(strip, headings=MINE)
    other = turn_film(strip, headings={"local-x": Heading("", ARM_COLOURS["noisy"])})
    assert shares(mine, "#0072B2") > 0.002 > shares(other, "#0072B2")


def test_slices_have_the_colour_of_the_heading() -> None:
    truth = data.shepp_logan(16)
    one = Reconstruction(truth[0], (20.0,), (0.5,))
    sheet = slices_sheet({"local-x": one}, truth, 0.0, 1.0, (0.2, 0.8, 0.2, 0.8), MINE)
    assert shares(sheet, "#0072B2") > 0.0003
