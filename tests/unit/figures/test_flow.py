"""The still figures of a flow show the numbers they are given, on the right side of the right line."""

import dataclasses
import json
import math
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import numpy as np
import plotly.graph_objects as go
import pytest
import torch
from torch import Tensor

import structviz
from structviz.errors import ConfigError, ShapeError
from structviz.figures import CLASS_COLOURS, CLASS_SYMBOLS, INTEGRATOR_COLOURS
from structviz.figures.flow import panels
from structviz.figures.flow_maps import decision_map, fold_map
from structviz.figures.flow_steps import step_plot
from structviz.studies.flow import Film, StepStudy

MEGABYTE = 1_000_000


def spiral(dim: int = 2, n_points: int = 300, n_layers: int = 40, pixels: int = 16) -> Film:
    """Two half moons that turn and shrink, ż = A z, in Euler steps; a third coordinate grows with the first."""
    angle = torch.linspace(0, math.pi, n_points)
    labels = torch.arange(n_points) % 2
    moons = torch.stack([angle.sin() - 0.25, 0.5 - angle.cos()], 1) * (2 * labels - 1)[:, None]
    A = torch.zeros(dim, dim)
    A[:2, :2] = torch.tensor([[-0.3, -1.2], [1.2, -0.3]])
    A[2:, 0] = 0.8
    dt = 2.5 / n_layers

    def carried(start: Tensor) -> Tensor:
        states = [torch.cat([start, start.new_zeros(*start.shape[:-1], dim - 2)], -1)]
        for _ in range(n_layers):
            states.append(states[-1] + dt * states[-1] @ A.T)
        return torch.stack(states)

    ticks = torch.linspace(-1.8, 1.8, 9)
    mesh = carried(torch.stack(torch.meshgrid(ticks, ticks, indexing="xy"), -1))
    normal, offset, half_width = torch.tensor([1.0, -0.5, 2.0])[:dim], 0.4, 2.0
    centres = half_width * ((2 * torch.arange(pixels) + 1) / pixels - 1)
    window = torch.stack(torch.meshgrid(centres, centres.flip(0), indexing="xy"), -1)
    empty, planar = torch.zeros(n_layers + 1, 0, 0), dim == 2
    return Film(
        times=torch.linspace(0, 2.5, n_layers + 1),
        positions=carried(moons),
        labels=labels,
        anchors=torch.zeros(0, 2),
        arrows=torch.zeros(n_layers + 1, 0, 2),
        mesh=mesh,
        folded=torch.zeros(n_layers + 1, 8, 8, dtype=torch.bool) if planar else empty.bool(),
        decisions=torch.sigmoid(carried(window).flip(0) @ normal + offset) if planar else empty,
        normal=normal,
        offset=offset,
        half_width=half_width,
    )


def drawn(figure: go.Figure) -> list[Any]:
    """All traces; Plotly's types do not tell what they have."""
    return list(cast("Any", figure).data)


def layout(figure: go.Figure) -> Any:
    return cast("Any", figure).layout


def traces(figure: go.Figure, name: str) -> list[Any]:
    return [trace for trace in drawn(figure) if trace.name == name]


def tints(figure: go.Figure, label: int) -> list[np.ndarray]:
    """The polygons in the colour of a class."""
    colour = "rgba({},{},{},".format(*(int(CLASS_COLOURS[label][i : i + 2], 16) for i in (1, 3, 5)))
    return [np.stack([t.x, t.y], 1) for t in drawn(figure) if str(t.fillcolor).startswith(colour)]


def area(corners: np.ndarray) -> float:
    x, y = corners.T
    return abs(float(x @ np.roll(y, 1) - y @ np.roll(x, 1))) / 2 if len(corners) else 0.0


def headings(figure: go.Figure) -> list[str]:
    return [a.text for a in layout(figure).annotations if "domain" in str(a.xref)]


def note(figure: go.Figure) -> str:
    return " ".join(a.text.replace("<br>", " ") for a in layout(figure).annotations if a.xref == "paper")


# Panels


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


# Steps


def study() -> StepStudy:
    steps = (1.0, 0.5, 0.25, 0.125, 0.0625)
    return StepStudy(
        steps,
        {
            "euler": (math.inf, 0.9, 0.5, 0.25, 0.125),
            "rk4": (0.1, 3 * 0.5**4, 3 * 0.25**4, 3 * 0.125**4, 0.0),
            "own": (math.nan, 0.3, 0.2, 0.1, 0.05),
        },
        {
            "euler": (False, False, True, True, True),
            "rk4": (False, True, True, True, False),
            "own": (False, False, False, True, True),
        },
        {"euler": 1.018, "rk4": 4.0, "own": math.nan},
    )


def test_slopes_stand_in_the_legend() -> None:
    figure = step_plot(study())
    named = [t.name for t in drawn(figure) if t.showlegend]
    assert named == ["Euler: slope 1.02", "RK4: slope 4.00", "Own: no slope"]


def test_full_symbols_count_and_hollow_ones_do_not() -> None:
    figure = step_plot(study())
    shown = {
        (t.legendgroup, t.marker.symbol.endswith("-open")): np.stack([t.x, t.y], 1)
        for t in drawn(figure)
        if t.mode == "markers"
    }
    np.testing.assert_allclose(shown["Euler", False], [[0.25, 0.5], [0.125, 0.25], [0.0625, 0.125]])
    np.testing.assert_allclose(shown["Euler", True], [[0.5, 0.9]])
    np.testing.assert_allclose(shown["RK4", False][:, 0], [0.5, 0.25, 0.125])
    np.testing.assert_allclose(shown["RK4", True], [[1.0, 0.1]])  # 0 has no logarithm
    assert ("Own", False) not in shown  # nothing is fitted where there is no slope
    assert len(shown["Own", True]) == 4
    colours = {t.legendgroup: t.marker.color for t in drawn(figure) if t.mode == "markers"}
    assert colours["Euler"] == INTEGRATOR_COLOURS["euler"]
    assert colours["RK4"] == INTEGRATOR_COLOURS["rk4"]


def test_lines_have_the_slope_and_go_as_far_as_the_points_that_count() -> None:
    figure = step_plot(study())
    assert {t.legendgroup for t in drawn(figure) if t.mode == "lines"} == {"Euler", "RK4"}
    (line,) = (t for t in drawn(figure) if t.mode == "lines" and t.legendgroup == "RK4")
    np.testing.assert_allclose(sorted(line.x), [0.125, 0.5])
    np.testing.assert_allclose(line.y, 3 * line.x.astype(float) ** 4, rtol=1e-5)
    (line,) = (t for t in drawn(figure) if t.mode == "lines" and t.legendgroup == "Euler")
    rise = math.log(line.y[1] / line.y[0]) / math.log(line.x[1] / line.x[0])
    assert rise == pytest.approx(1.018, abs=1e-4)
    # As much above the points as below.
    level = math.log(line.y[0]) - 1.018 * math.log(line.x[0])
    errors = [math.log(2 * step) - level - 1.018 * math.log(step) for step in (0.25, 0.125, 0.0625)]
    assert sum(errors) == pytest.approx(0, abs=1e-4)


def test_what_blew_up_is_named() -> None:
    assert note(step_plot(study())).endswith("blew up: Euler at Δt = 1; Own at Δt = 1.")
    fine = dataclasses.replace(study(), distances={"euler": (0.9, 0.7, 0.5, 0.25, 0.1)})
    assert note(step_plot(fine)) == ""
    nothing = dataclasses.replace(study(), distances={"euler": (math.inf,) * 5})
    assert not drawn(step_plot(nothing))


@pytest.mark.parametrize("chosen", [0.05, 0.1, 1.0, 3.0])
def test_the_chosen_step_is_marked(chosen: float) -> None:
    figure = step_plot(study(), chosen)
    (line,) = layout(figure).shapes
    assert line.x0 == line.x1 == chosen
    (words,) = (a for a in layout(figure).annotations if a.text.startswith("Δt"))
    assert 10**words.x == pytest.approx(chosen)
    assert float(words.text.removeprefix("Δt = ")) == chosen
    low, high = layout(figure).xaxis.range
    assert low < math.log10(chosen) < high
    assert not layout(step_plot(study())).shapes


def test_axes_are_logarithmic_and_hold_every_distance() -> None:
    figure = step_plot(study())
    assert layout(figure).xaxis.type == layout(figure).yaxis.type == "log"
    low, high = layout(figure).yaxis.range
    assert low < math.log10(3 * 0.125**4)
    assert high > math.log10(0.9)


@pytest.mark.parametrize("chosen", [0.0, -0.1, math.nan])
def test_a_step_is_positive(chosen: float) -> None:
    with pytest.raises(ConfigError, match="positive"):
        step_plot(study(), chosen)


# Maps


def test_a_decision_map_has_its_first_row_on_top_and_class_one_in_its_colour() -> None:
    rising = torch.linspace(0.9, 0.1, 8)[:, None].expand(8, 5)  # more certain of class 1 upwards
    points, labels = torch.tensor([[0.5, 1.0], [-0.5, -1.0], [9.0, 0.0]]), torch.tensor([1, 0, 1])
    figure = decision_map(rising, 2.0, points, labels)
    (ground,) = (t for t in drawn(figure) if t.type == "contour")
    np.testing.assert_array_equal(ground.z[1:-1, 1:-1], rising.numpy())
    assert (np.diff(ground.y) < 0).all()
    assert (np.diff(ground.x) > 0).all()
    np.testing.assert_allclose(ground.y[[0, 1, -1]], [2.0, 1.75, -2.0])
    np.testing.assert_allclose(ground.x[[0, 1, -1]], [-2.0, -1.6, 2.0])
    assert (ground.zmin, ground.zmax) == (0, 1)
    assert ground.contours.start == ground.contours.end == 0.5
    for stop, label in ((0, 0), (-1, 1)):
        levels = [int(level) for level in re.findall(r"\d+", ground.colorscale[stop][1])[:3]]
        assert levels == [int(CLASS_COLOURS[label][i : i + 2], 16) for i in (1, 3, 5)]
    np.testing.assert_array_equal(traces(figure, "class 1")[0].x, [0.5])
    np.testing.assert_array_equal(traces(figure, "class 0")[0].y, [-1.0])


def test_wrong_points_have_rings() -> None:
    points, labels = torch.tensor([[0.5, 1.0], [-0.5, -1.0], [9.0, 0.0]]), torch.tensor([1, 0, 1])
    wrong = torch.tensor([False, True, True])
    rings = traces(decision_map(torch.rand(4, 4), 2.0, points, labels, wrong), "wrongly classified")
    assert [r.showlegend for r in rings] == [False, False, True]
    for ring in rings[:2]:
        assert ring.marker.symbol == "circle-open"
        np.testing.assert_array_equal(np.stack([ring.x, ring.y], 1), [[-0.5, -1.0]])
    assert not traces(decision_map(torch.rand(4, 4), 2.0, points, labels, wrong & False), "wrongly classified")
    assert not traces(decision_map(torch.rand(4, 4), 2.0, points, labels), "wrongly classified")


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64, torch.int8])
def test_folds_are_hatched_where_the_sign_is_negative(dtype: torch.dtype) -> None:
    signs = torch.ones(20, 30)
    signs[:5, 20:] = -1  # top right
    signs[10, 10] = 0
    figure = fold_map(signs.to(dtype), torch.full((20, 30), 0.5), 2.0)
    (lines,) = traces(figure, "turned over")
    x, y = lines.x[~np.isnan(lines.x)], lines.y[~np.isnan(lines.y)]
    np.testing.assert_allclose([x.min(), x.max(), y.min(), y.max()], [2 / 3, 2.0, 1.0, 2.0], atol=1e-6)
    (outline,) = (t for t in drawn(figure) if t.type == "contour")
    np.testing.assert_array_equal(outline.z < 0, signs.numpy() < 0)
    np.testing.assert_allclose(outline.y[0], 1.9)
    assert outline.contours.start == outline.contours.end == 0
    assert lines.line.color == outline.line.color == "#E4003A"
    assert note(figure) == ""


def test_a_map_without_folds_says_so() -> None:
    figure = fold_map(torch.ones(4, 4), torch.ones(4, 4), 2.0)
    assert len(drawn(figure)) == 1
    assert "nothing is turned over" in note(figure)
    unknown = fold_map(torch.zeros(4, 4), torch.ones(4, 4), 2.0)
    assert len(drawn(unknown)) == 1
    assert note(unknown) == ""


def test_heat_is_the_logarithm_of_the_smallest_singular_value() -> None:
    smallest = torch.tensor([[1.0, 0.1], [0.0, math.nan], [1e-9, 0.02]])
    figure = fold_map(torch.ones(3, 2), smallest, 1.0)
    (heat,) = drawn(figure)
    np.testing.assert_allclose(heat.z, [[0, -1], [-4, math.nan], [-4, math.log10(0.02)]], atol=1e-6)
    assert (heat.zmin, heat.zmax) == (-4, 0)
    np.testing.assert_allclose(heat.y, [2 / 3, 0, -2 / 3], atol=1e-12)
    np.testing.assert_allclose(heat.x, [-0.5, 0.5])
    assert list(heat.colorbar.ticktext) == ["10<sup>-4</sup>", "0.001", "0.01", "0.1", "1"]


@pytest.mark.usefixtures("without_shape_checks")
def test_signs_and_values_belong_together() -> None:
    with pytest.raises(ShapeError, match=r"\(3, 4\) and \(4, 3\)"):
        fold_map(torch.ones(3, 4), torch.ones(4, 3), 1.0)


# All of them


def test_figures_are_small() -> None:
    film = spiral(pixels=128)
    noise = torch.rand(200, 200, generator=torch.Generator().manual_seed(0))
    shown = [
        panels(film, [0, 15, 30, 40]),
        panels(film, [0, 15, 30, 40], decisions=True),
        panels(spiral(3), [0, 15, 30, 40]),
        step_plot(study(), 0.1),
        decision_map(noise, 2.0, film.positions[0], film.labels, film.labels > 0),
        fold_map((noise - 0.5).sign(), noise, 2.0),
    ]
    for figure in shown:
        text = str(figure.to_json())
        assert len(text) < MEGABYTE
        json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
        assert layout(figure).paper_bgcolor == "rgba(0,0,0,0)"


def test_given_tensors_stay_as_they_are() -> None:
    film = spiral()
    before = {field.name: getattr(film, field.name) for field in dataclasses.fields(film)}
    copies = {name: value.clone() for name, value in before.items() if isinstance(value, Tensor)}
    panels(film, [0, 40], decisions=True)
    signs = -torch.ones(4, 4)
    fold_map(signs, torch.zeros(4, 4), 1.0)
    assert all(before[name].equal(copy) for name, copy in copies.items())
    assert (signs == -1).all()


def test_opening_the_package_does_not_load_plotly() -> None:
    code = "import sys, structviz.figures; print('plotly' in sys.modules)"
    root = Path(structviz.__file__).parents[1]
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert run.stdout.strip() == "False"
