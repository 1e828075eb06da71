"""The pictures of the chapters: light, well-formed, and true to the mathematics that they show."""

import base64
import io
import math
from collections.abc import Callable
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from PIL import Image as PillowImage

from structviz.figures import chapters
from structviz.figures.svg import VIEW_BOX, Panel, squares

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


def test_panel_turns_y_up_and_keeps_shapes() -> None:
    panel = Panel(10, 20, 100, 50)
    square = np.array([[-1.0, -1.0], [1.0, 1.0]])
    (placed,) = panel.fit(square, margin=0)
    assert_allclose(placed, [[35, 70], [85, 20]])
    (stretched,) = panel.fit(square, alike=False, margin=0)
    assert_allclose(stretched, [[10, 70], [110, 20]])


@pytest.mark.parametrize("n", [1, 2, 3])
def test_squares_fit_side_by_side(n: int) -> None:
    panels = squares(n)
    assert panels[0].left >= 0
    assert panels[-1].left + panels[-1].width <= VIEW_BOX[0] + 1e-9
    assert all(b.left - (a.left + a.width) == pytest.approx(8) for a, b in pairwise(panels))


def test_rotation_shows_what_the_networks_return_in_their_order() -> None:
    shown = chapters.rotation(lambda noisy: torch.full_like(noisy, -1), lambda noisy: torch.full_like(noisy, 2))
    images = ElementTree.fromstring(shown).findall(f"{SVG}image")
    encoded = [image.get("href", "").removeprefix("data:image/png;base64,") for image in images]
    noisy, ordinary, equivariant = (PillowImage.open(io.BytesIO(base64.b64decode(text))) for text in encoded)
    assert len(noisy.getcolors() or []) > 100
    # Both ends of viridis, as the lecture shows stripes from -1 to 2.
    assert ordinary.getcolors() == [(24 * 24, (0x44, 0x01, 0x54, 255))]
    assert equivariant.getcolors() == [(24 * 24, (0xFD, 0xE7, 0x25, 255))]


def share_told_apart(first: np.ndarray, second: np.ndarray) -> float:
    """Share of points on their side of the line that least squares finds."""
    points, labels = np.concatenate([first, second]), np.repeat([1.0, -1.0], len(first))
    normal = np.linalg.lstsq(points, labels, rcond=None)[0]
    return float((points @ normal * labels > 0).mean())


def test_residual_flow_untangles_the_half_moons() -> None:
    first, second = (chapters.residual_flow(moon, 40) for moon in chapters.half_moons(50))
    assert share_told_apart(first[0], second[0]) < 0.95
    assert share_told_apart(first[-1], second[-1]) == 1
    # The layers are odd functions, and the second moon is the first one turned by half a turn.
    assert_allclose(second, -first)


def test_residual_flow_is_eulers_method_of_order_one() -> None:
    moon, _ = chapters.half_moons(20)
    layers = np.array([40, 80, 160, 320])
    end = chapters.residual_flow(moon, 20_000)[-1]
    errors = [np.abs(chapters.residual_flow(moon, int(n))[-1] - end).max() for n in layers]
    order = -np.polyfit(np.log(layers), np.log(errors), 1)[0]
    assert order == pytest.approx(1, abs=0.15)


def cost(states: np.ndarray, controls: np.ndarray, time: float = 6.0, force: float = 0.5) -> float:
    """The sum that `linear_quadratic` says it makes small."""
    h = time / len(controls)
    return float(h * ((states[:-1] ** 2).sum() + force * (controls**2).sum()) + (states[-1] ** 2).sum())


def driven(x0: np.ndarray, controls: np.ndarray, time: float = 6.0) -> np.ndarray:
    """States of ẍ = u in closed form: u is constant in each step."""
    h = time / len(controls)
    states = [x0]
    for u in controls:
        place, speed = states[-1]
        states.append(np.array([place + h * speed + h * h / 2 * u, speed + h * u]))
    return np.stack(states)


@pytest.mark.parametrize("x0", [np.array([1.0, 0.0]), np.array([-0.5, 0.8])])
def test_control_reaches_the_origin_at_the_least_cost(x0: np.ndarray) -> None:
    run = chapters.linear_quadratic(x0, 20)
    assert_allclose(run.states, driven(x0, run.controls), atol=1e-12)
    assert np.linalg.norm(run.states[-1]) < 0.05 * np.linalg.norm(x0)
    assert run.cost == pytest.approx(cost(run.states, run.controls))
    assert run.cost < 0.6 * cost(driven(x0, np.zeros(20)), np.zeros(20))
    # No other control is better, whichever step is changed.
    for k, change in [(0, 0.01), (0, -0.01), (7, 0.01), (19, -0.01)]:
        other = run.controls + change * (np.arange(20) == k)
        assert cost(driven(x0, other), other) > run.cost


def test_rays_are_the_lines_of_their_view() -> None:
    offsets, angle = np.array([-0.7, 0.0, 0.5]), 0.8
    middles, halves = chapters._chords(offsets, angle)
    for ends in (middles - halves, middles + halves):
        assert_allclose(ends @ [math.cos(angle), math.sin(angle)], offsets, atol=1e-15)
        assert_allclose(np.linalg.norm(ends, axis=1), 1)


def largest_growth(share: float) -> float:
    """How much further from each other neighbours are after a step, at worst."""
    points = np.stack(np.meshgrid(np.linspace(-2, 2, 9), np.linspace(-2, 2, 9)), axis=-1).reshape(-1, 2)
    states = chapters.gradient_flow(points, 40, share)
    apart = np.linalg.norm(states[:, 1:] - states[:, :-1], axis=-1)
    return float((apart[1:] / np.maximum(apart[:-1], 1e-9)).max())


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_gradient_flow_never_expands(share: float) -> None:
    assert largest_growth(share) <= 1 + 1e-12


def test_gradient_flow_expands_when_the_step_is_too_long() -> None:
    assert largest_growth(1.3) > 1.2


def test_shown_paths_contract() -> None:
    start = np.array([[-4.6, -1.0], [-4.2, 1.0]])
    apart = np.linalg.norm(np.diff(chapters.gradient_flow(start, 70), axis=1), axis=-1)
    assert apart[-1] < 0.05 * apart[0]


def test_coupling_is_undone_exactly() -> None:
    points = np.random.default_rng(0).uniform(-1, 1, (5, 7, 2))
    there = chapters.coupling(points)
    assert np.abs(there - points).max() > 0.1
    assert_allclose(chapters.coupling_inverse(there), points, rtol=0, atol=1e-15)
    # The layers do not commute: the inverse in the wrong order, or with the wrong sign, is none.
    assert np.abs(chapters.coupling(there) - points).max() > 0.1
    assert np.abs(chapters.coupling(there[..., ::-1])[..., ::-1] - points).max() > 0.1


def test_steps_along_great_circles_stay_on_the_sphere_and_rise_to_the_pole() -> None:
    start = np.array([[1.0, 0.0, 0.0], [0.0, 0.6, -0.8], [0.0, 0.0, 1.0]])
    paths = chapters.sphere_flow(start, 100, 0.3)
    assert_allclose(np.linalg.norm(paths, axis=-1), 1, rtol=0, atol=1e-13)
    assert (np.diff(paths[:, :2, 2], axis=0) > 0).all()
    assert_allclose(paths[-1], [[0, 0, 1]] * 3, atol=0.05)
    assert_allclose(paths[:, 2], [[0, 0, 1]] * 101)


def test_euler_steps_leave_the_sphere() -> None:
    start = np.array([[1.0, 0.0, 0.0]])
    paths = chapters.sphere_flow(start, 14, 0.3, retract=False)
    assert (np.linalg.norm(paths[1:], axis=-1) > 1.04).all()
    assert np.linalg.norm(paths, axis=-1).max() > 1.3


def test_great_circle_steps_are_as_long_as_their_field() -> None:
    start = np.array([[0.6, 0.0, 0.8]])
    here, there = chapters.sphere_flow(start, 1, 0.3)
    _, euler = chapters.sphere_flow(start, 1, 0.3, retract=False)
    assert math.acos(float((here * there).sum())) == pytest.approx(np.linalg.norm(euler - here))


def test_only_what_the_sphere_hides_is_missing() -> None:
    in_front = np.array([[0.0, 0.0, 1.0], [0.1, 0.0, 1.0]])
    behind, beside = in_front * [1, 1, -1], in_front * [1, 1, -1] + [2, 0, 0]
    assert len(chapters._visible(np.stack([in_front, behind, beside]))) == 2
    through = np.array([[[-1.5, 0.0, -0.5], [-1.2, 0.0, -0.5], [0.0, 0.0, -0.5], [1.2, 0.0, -0.5], [1.5, 0.0, -0.5]]])
    assert [len(piece) for piece in chapters._visible(through)] == [2, 2]
