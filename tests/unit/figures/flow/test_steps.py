"""The figure of the time steps shows distances, slopes and what blew up."""

import dataclasses
import math

import numpy as np
import pytest

from structviz.errors import ConfigError
from structviz.figures import INTEGRATOR_COLOURS
from structviz.figures.flow.steps import step_plot
from structviz.studies.flow import StepStudy
from tests.unit.figures.flow.figures import check_size, drawn, layout, note


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


def test_the_figure_is_small() -> None:
    check_size(step_plot(study(), 0.1))
