"""Panels show the points after their layers, on the right side of the right line."""

import dataclasses
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

import structviz
from structviz.errors import ConfigError
from structviz.figures import CLASS_COLOURS, CLASS_SYMBOLS
from structviz.figures.flow.panels import panels
from tests.unit.figures.flow.figures import area, check_size, drawn, headings, layout, note, spiral, tints, traces


def test_panels_show_the_points_after_their_layers() -> None:
    film, layers = spiral(), (0, 15, 30, 40)
    figure = panels(film, layers)
    assert headings(figure) == ["input", "after 15 layers", "after 30 layers", "after 40 layers"]
    for label in (0, 1):
        shown = traces(figure, f"class {label}")
        assert [t.xaxis or "x" for t in shown] == ["x", "x2", "x3", "x4"]
        for trace, layer in zip(shown, layers, strict=True):
            wanted = film.positions[layer, film.labels == label].numpy()
            np.testing.assert_array_equal(np.stack([trace.x, trace.y], 1), wanted)
            assert trace.marker.color == CLASS_COLOURS[label]
            assert trace.marker.symbol == CLASS_SYMBOLS[label]
        assert [t.showlegend for t in shown] == [True, False, False, False]


@pytest.mark.parametrize("offset", [0.4, -1.3, 0.0])
@pytest.mark.parametrize("normal", [(1.0, -0.5), (0.0, 2.0), (-3.0, 0.0), (-0.02, -0.01)])
def test_the_line_is_where_the_classifier_is_zero_and_class_one_on_its_positive_side(
    normal: tuple[float, float], offset: float
) -> None:
    scale = math.hypot(*normal)
    film = dataclasses.replace(spiral(), normal=torch.tensor(normal), offset=offset * scale)
    figure = panels(film, [0, 40])
    lines = traces(figure, "classifier's line")
    assert len(lines) == 2
    for line in lines:
        ends = np.stack([line.x, line.y], 1).astype(float)
        np.testing.assert_allclose(ends @ normal + film.offset, 0, atol=1e-6 * scale)
        np.testing.assert_allclose(np.abs(ends).max(1), 2.0, rtol=1e-6)  # from edge to edge
        assert np.abs(ends[0] - ends[1]).max() > 0.5
    for zero, one in zip(tints(figure, 0), tints(figure, 1), strict=True):
        assert (zero @ normal + film.offset < 1e-6 * scale).all()
        assert (one @ normal + film.offset > -1e-6 * scale).all()
        assert area(zero) + area(one) == pytest.approx(16, rel=1e-5)


@pytest.mark.parametrize(("offset", "label"), [(9.0, 1), (-9.0, 0)])
def test_a_line_outside_the_window_is_not_drawn(offset: float, label: int) -> None:
    figure = panels(dataclasses.replace(spiral(), offset=offset), [40])
    assert not traces(figure, "classifier's line")
    assert area(tints(figure, label)[0]) == pytest.approx(16)
    assert area(tints(figure, 1 - label)[0]) == 0


@pytest.mark.parametrize("normal", [(0.0, 0.0), (math.nan, 1.0), (math.inf, 1.0)])
def test_a_classifier_that_is_none_has_no_line(normal: tuple[float, float]) -> None:
    assert not traces(panels(dataclasses.replace(spiral(), normal=torch.tensor(normal)), [40]), "classifier's line")


@pytest.mark.parametrize("dim", [3, 5])
def test_a_wide_network_is_seen_along_the_plane_of_its_classifier(dim: int) -> None:
    normal = torch.tensor([1.0, -0.5, 2.0, 0.3, -0.7])
    film = dataclasses.replace(spiral(3), normal=normal[:3])
    if dim == 5:
        wider = torch.nn.functional.pad(film.positions, (0, 2))
        wider[..., 3] = 0.3 * wider[..., 1]
        film = dataclasses.replace(film, positions=wider, normal=normal, mesh=torch.zeros(41, 9, 9, 5))
    figure = panels(film, [0, 20, 40])
    (y,) = {float(y) for line in traces(figure, "classifier's line") for y in line.y}
    assert tints(figure, 1)[0][:, 1].min() == pytest.approx(y)
    n_seen = 0
    for layer, position in ((0, 0), (20, 1), (40, 2)):
        for label in (0, 1):
            own = film.positions[layer, film.labels == label]
            shown = traces(figure, f"class {label}")[position]
            assert len(shown.x) == len(own)
            # The height above the line is the distance from the plane, with its sign.
            wanted = (own @ film.normal + film.offset) / film.normal.norm()
            np.testing.assert_allclose(shown.y - y, wanted.numpy(), atol=1e-5)
            n_seen += len(own)
    assert n_seen == 3 * 300
    assert f"Width {dim}" in note(figure)
    assert not note(panels(spiral(2), [0]))


def test_the_view_of_a_wide_network_keeps_lengths() -> None:
    film = spiral(3)
    figure = panels(film, [0])
    for label in (0, 1):
        (shown,) = traces(figure, f"class {label}")
        seen = np.stack([shown.x, shown.y], 1)
        lengths = film.positions[0, film.labels == label].norm(dim=1).numpy()
        assert (np.linalg.norm(seen, axis=1) < lengths + 1e-5).all()  # a projection
    assert layout(figure).xaxis.range[1] >= film.half_width


@pytest.mark.parametrize(("normal", "axis"), [((5.0, 0.0, 1.0), 1), ((0.0, 5.0, 1.0), 0), ((0.0, 0.0, 1.0), 0)])
def test_the_input_plane_is_not_seen_from_its_end(normal: tuple[float, ...], axis: int) -> None:
    film = dataclasses.replace(spiral(3), normal=torch.tensor(normal))
    (shown,) = traces(panels(film, [0]), "class 0")
    np.testing.assert_allclose(shown.x, film.positions[0, film.labels == 0, axis].numpy(), atol=1e-6)


def test_what_is_lost_is_left_out_and_counted() -> None:
    film = spiral()
    positions = film.positions.clone()
    positions[15, 0], positions[15, 1], positions[15, 3] = math.nan, math.inf, 1e30
    figure = panels(dataclasses.replace(film, positions=positions), [0, 15])
    assert headings(figure) == ["input", "after 15 layers (3 outside)"]
    assert [len(t.x) for t in traces(figure, "class 0")] == [150, 149]
    assert [len(t.x) for t in traces(figure, "class 1")] == [150, 148]


@pytest.mark.parametrize("dim", [2, 3])
def test_nothing_left_is_a_figure_too(dim: int) -> None:
    film = spiral(dim)
    figure = panels(dataclasses.replace(film, positions=torch.full_like(film.positions, math.nan)), [0, 40])
    assert headings(figure) == ["input (300 outside)", "after 40 layers (300 outside)"]


@pytest.mark.parametrize(("columns", "wanted"), [(4, 1), (2, 2), (1, 4), (9, 1)])
def test_panels_wrap(columns: int, wanted: int) -> None:
    figure = panels(spiral(), [0, 15, 30, 40], columns=columns, side=165)
    axes = [layout(figure)[f"yaxis{k}"] for k in ("", 2, 3, 4)]
    rows = {axis.domain for axis in axes}
    assert len(rows) == wanted
    assert wanted * 165 < layout(figure).height < wanted * 215 + 80
    assert all(axis.scaleanchor == f"x{k}" for axis, k in zip(axes, ("", 2, 3, 4), strict=True))
    assert {tuple(axis.range) for axis in axes} == {(-2.0, 2.0)}


def test_decisions_are_those_of_the_layers_to_come() -> None:
    film = spiral()
    figure = panels(film, [0, 40], decisions=True)
    grounds = [t for t in drawn(figure) if t.type == "contour"]
    for ground, layer in zip(grounds, (0, 40), strict=True):
        np.testing.assert_array_equal(ground.z[1:-1, 1:-1], film.decisions[layer].numpy())
    # After the last layer they are the classifier's own, at the places where they are drawn.
    x, y = np.meshgrid(grounds[1].x[1:-1], grounds[1].y[1:-1])
    logits = x * film.normal[0].item() + y * film.normal[1].item() + film.offset
    np.testing.assert_allclose(grounds[1].z[1:-1, 1:-1], 1 / (1 + np.exp(-logits)), atol=1e-5)
    assert not tints(figure, 1)
    assert tints(panels(spiral(3), [0, 40], decisions=True), 1)


def test_frames_are_told_by_their_times() -> None:
    film = spiral(n_layers=40)
    figure = panels(film, [0, 40, 81, 160], n_layers=160)
    assert headings(figure) == ["input", "after 40 layers", "after 80 layers", "after 160 layers"]
    np.testing.assert_array_equal(
        traces(figure, "class 0")[1].x, film.positions[10, film.labels == 0, 0].numpy().astype(np.float32)
    )
    assert headings(panels(film, [1])) == ["after 1 layer"]


@pytest.mark.parametrize(
    ("layers", "columns", "message"),
    [
        ([0, 41], 4, r"0 to 40 layers; got \[0, 41\]"),
        ([-1], 4, "0 to 40"),
        ([], 4, "one or more"),
        ([0], 0, "one column"),
    ],
)
def test_panels_that_are_none_are_refused(layers: list[int], columns: int, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        panels(spiral(), layers, columns)


def test_figures_are_small() -> None:
    for film, decisions in ((spiral(pixels=128), False), (spiral(pixels=128), True), (spiral(3), False)):
        check_size(panels(film, [0, 15, 30, 40], decisions=decisions))


def test_given_tensors_stay_as_they_are() -> None:
    film = spiral()
    before = {field.name: getattr(film, field.name) for field in dataclasses.fields(film)}
    copies = {name: value.clone() for name, value in before.items() if isinstance(value, Tensor)}
    panels(film, [0, 40], decisions=True)
    assert all(before[name].equal(copy) for name, copy in copies.items())


def test_opening_the_package_does_not_load_plotly() -> None:
    code = "import sys, structviz.figures, structviz.figures.flow; print('plotly' in sys.modules)"
    root = Path(structviz.__file__).parents[1]
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert run.stdout.strip() == "False"
