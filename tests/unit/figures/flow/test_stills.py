"""The small pictures of a flow show the points after their layers, on the right side of the line."""

import dataclasses
import math
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from structviz.figures import CLASS_COLOURS
from structviz.figures.flow.stills import stills
from structviz.studies.flow import Film
from tests.unit.figures.flow.figures import spiral

SVG = "{http://www.w3.org/2000/svg}"


def places(picture: str, label: int, half_width: float) -> np.ndarray:
    """Where the points of a class are drawn, in coordinates of the window."""
    (group,) = (g for g in ElementTree.fromstring(picture).iter(f"{SVG}g") if g.get("data-class") == str(label))
    assert group.get("fill") == CLASS_COLOURS[label]
    found = []
    for shape in group:
        number = {name: float(value) for name, value in shape.attrib.items()}
        if shape.tag == f"{SVG}circle":
            found.append((number["cx"], number["cy"]))
        else:
            found.append((number["x"] + number["width"] / 2, number["y"] + number["height"] / 2))
    return (np.array(found).reshape(-1, 2) / 150 - 1) * (1, -1) * half_width


def corners(picture: str, colour: str) -> np.ndarray:
    (shape,) = (s for s in ElementTree.fromstring(picture).iter(f"{SVG}polygon") if s.get("fill") == colour)
    listed = [tuple(map(float, corner.split(","))) for corner in (shape.get("points") or "").split()]
    return np.array(listed).reshape(-1, 2) / 150 - 1


def test_stills_show_the_points_after_their_layers() -> None:
    film, layers = spiral(), (0, 15, 30, 40)
    shown = stills(film, layers)
    assert [title for title, _ in shown] == ["input", "after 15 layers", "after 30 layers", "after 40 layers"]
    for (_, picture), layer in zip(shown, layers, strict=True):
        for label in (0, 1):
            wanted = film.positions[layer, film.labels == label].numpy()
            np.testing.assert_allclose(places(picture, label, film.half_width), wanted, atol=0.01 * film.half_width)


def test_tints_are_on_the_side_that_the_classifier_takes_them_for() -> None:
    film = spiral()
    ((_, picture),) = stills(film, [0])
    normal = film.normal.numpy()
    for label, sign in ((0, -1), (1, 1)):
        ends = corners(picture, CLASS_COLOURS[label]) * (1, -1) * film.half_width
        values = sign * (ends @ normal + film.offset)
        assert len(ends) >= 3
        assert values.min() > -0.05
        assert values.max() > 0.5


def test_what_is_outside_is_left_out_and_counted() -> None:
    film = spiral()
    positions = film.positions.clone()
    positions[15, 0], positions[15, 1], positions[15, 3] = math.nan, math.inf, 1e30
    (_, (title, picture)) = stills(dataclasses.replace(film, positions=positions), [0, 15])
    assert title == "after 15 layers (3 outside)"
    assert [len(places(picture, label, 2.0)) for label in (0, 1)] == [149, 148]


@pytest.mark.parametrize("film", [spiral(3), dataclasses.replace(spiral(), normal=torch.zeros(2))], ids=["3", "none"])
def test_wide_networks_and_no_classifier_have_pictures_too(film: Film) -> None:
    ((_, picture),) = stills(film, [40])
    assert sum(len(places(picture, label, film.half_width)) for label in (0, 1)) > 0


def test_given_tensors_stay_as_they_are() -> None:
    film = spiral()
    before = {field.name: getattr(film, field.name) for field in dataclasses.fields(film)}
    copies = {name: value.clone() for name, value in before.items() if isinstance(value, torch.Tensor)}
    stills(film, [0, 40])
    assert all(before[name].equal(copy) for name, copy in copies.items())
