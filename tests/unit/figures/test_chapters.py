"""The pictures of the chapters: light, well-formed, and true to the mathematics that they show."""

import base64
import io
import math
from collections.abc import Callable
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from PIL import Image as PillowImage

from structviz.figures import chapters
from structviz.figures.svg import VIEW_BOX

SVG = "{http://www.w3.org/2000/svg}"
PICTURES: dict[str, Callable[[], str]] = {
    "robustness": chapters.robustness,
    "flow": chapters.flow,
    "optimal_control": chapters.optimal_control,
    "rotation": lambda: chapters.rotation(torch.nn.Identity(), torch.zeros_like),
    "tomography": chapters.tomography,
    "stability": chapters.stability,
    "invertibility": chapters.invertibility,
    "manifolds": chapters.manifolds,
    "training": chapters.training,
    "notation": chapters.notation,
}


def corners(root: ElementTree.Element) -> np.ndarray:
    """All points that the elements of a picture reach, except for half the width of lines."""
    points: list[tuple[float, float]] = []
    for element in root:
        number = {name: float(element.get(name, "0")) for name in ("x", "y", "width", "height", "cx", "cy", "r")}
        if element.tag == f"{SVG}polyline":
            points += [(float(x), float(y)) for x, y in (p.split(",") for p in element.get("points", "").split())]
        elif element.tag == f"{SVG}circle":
            points += [(number["cx"] + s * number["r"], number["cy"] + s * number["r"]) for s in (-1, 1)]
        else:
            assert min(number["width"], number["height"]) >= 0
            points += [(number["x"] + s * number["width"], number["y"] + s * number["height"]) for s in (0, 1)]
    return np.array(points)


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_light_and_stays_in_its_view_box(name: str) -> None:
    text = PICTURES[name]()
    root = ElementTree.fromstring(text)
    reached = corners(root)
    assert len(text) < 40_000
    assert root.get("viewBox") == "0 0 {} {}".format(*VIEW_BOX)
    assert "<text" not in text
    assert np.isfinite(reached).all()
    assert reached.min() >= 0
    assert (reached <= np.array(VIEW_BOX) + 0.01).all()
    # It fills the box in one direction at least.
    assert (np.ptp(reached, axis=0) / VIEW_BOX).max() > 0.9


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_the_same_each_time(name: str) -> None:
    assert PICTURES[name]() == PICTURES[name]()


def test_rotation_shows_what_the_networks_return_in_their_order() -> None:
    shown = chapters.rotation(lambda noisy: torch.full_like(noisy, -1), lambda noisy: torch.full_like(noisy, 2))
    images = ElementTree.fromstring(shown).findall(f"{SVG}image")
    encoded = [image.get("href", "").removeprefix("data:image/png;base64,") for image in images]
    noisy, ordinary, equivariant = (
        PillowImage.open(io.BytesIO(base64.b64decode(text))).convert("RGBA") for text in encoded
    )
    assert len(noisy.getcolors() or []) > 100
    # Both ends of viridis, as the lecture shows stripes from -1 to 2.
    assert ordinary.getcolors() == [(24 * 24, (0x44, 0x01, 0x54, 255))]
    assert equivariant.getcolors() == [(24 * 24, (0xFD, 0xE7, 0x25, 255))]


def test_rays_are_the_lines_of_their_view() -> None:
    offsets, angle = np.array([-0.7, 0.0, 0.5]), 0.8
    middles, halves = chapters._chords(offsets, angle)
    for ends in (middles - halves, middles + halves):
        assert_allclose(ends @ [math.cos(angle), math.sin(angle)], offsets, atol=1e-15)
        assert_allclose(np.linalg.norm(ends, axis=1), 1)


def curves_of(text: str) -> list[np.ndarray]:
    """The lines of a picture, as (point, 2), y pointing down."""
    found = ElementTree.fromstring(text).findall(f"{SVG}polyline")
    return [np.array([[float(x) for x in p.split(",")] for p in line.get("points", "").split()]) for line in found]


def test_losses_are_those_of_gradient_descent() -> None:
    """At the rate 1/L the steepest direction is learned in one step, and 3/4 of what is left in the flat one stays."""
    slow, good, diverging = curves_of(chapters.training(n_steps=40))
    assert (np.diff(slow[:, 1]) > 0).all(), "y points down: the loss falls in each step"
    assert (np.diff(good[:, 1]) >= 0).all()
    assert good[-1, 1] > slow[-1, 1]
    assert diverging[-1, 1] < diverging[0, 1], "above 2/L it ends higher than it began"
    # ½ (0.6² + ¼ 1.6² ) at the start; later the flat direction alone, times 0.75² for each step.
    depth = good[-1, 1] - good[:, 1]
    losses = np.array([0.5, *(0.32 * 0.75 ** (2 * k) for k in range(1, 41))])
    np.testing.assert_allclose(depth[:8] / depth[0], (losses[:8] - losses[-1]) / (losses[0] - losses[-1]), atol=0.01)


def test_the_layer_is_sheared_shifted_and_folded() -> None:
    lines = curves_of(chapters.notation())
    assert len(lines) == 3 * 18
    straight = [np.ptp(np.diff(line, axis=0), axis=0).max() < 0.2 for line in lines]
    assert all(straight[:36]), "a linear map and a shift leave lines straight"
    assert not all(straight[36:]), "the absolute value folds some"
