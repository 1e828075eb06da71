"""The slope of a line through points on two logarithmic axes."""

import math

import pytest
import torch
from torch import Generator

from structviz.checks import fitted_slope
from structviz.errors import ConfigError

STEPS = [0.4, 0.1, 0.2, 0.05, 0.17]


@pytest.mark.parametrize("p", [-1.0, 0.0, 0.5, 1.0, 2.0, 4.0])
@pytest.mark.parametrize("C", [1e-9, 1.0, 3e7])
def test_powers_have_their_exponent(p: float, C: float) -> None:
    assert fitted_slope(STEPS, [C * step**p for step in STEPS]) == pytest.approx(p, abs=1e-12)


def test_two_points_make_a_line() -> None:
    assert fitted_slope([1.0, 2.0], [5.0, 40.0]) == pytest.approx(3)


def test_it_is_the_line_of_least_squares(generator: Generator) -> None:
    steps, errors = torch.rand(2, 9, generator=generator, dtype=torch.float64).add(0.01).unbind()
    columns = torch.stack([steps.log(), torch.ones_like(steps)], dim=1)
    expected = torch.linalg.lstsq(columns, errors.log()[:, None]).solution[0].item()
    assert fitted_slope(steps.tolist(), errors.tolist()) == pytest.approx(expected, rel=1e-10)


def test_the_slope_of_another_power_is_another(generator: Generator) -> None:
    noise = torch.randn(len(STEPS), generator=generator).tolist()
    errors = [step**2 * math.exp(0.02 * e) for step, e in zip(STEPS, noise, strict=True)]
    assert fitted_slope(STEPS, errors) == pytest.approx(2, abs=0.1)
    assert fitted_slope(STEPS, [error * step for step, error in zip(STEPS, errors, strict=True)]) > 2.9


def test_it_leaves_the_lists_alone() -> None:
    steps, errors = [0.1, 0.2], [1.0, 2.0]
    fitted_slope(steps, errors)
    assert (steps, errors) == ([0.1, 0.2], [1.0, 2.0])


@pytest.mark.parametrize(
    ("steps", "errors", "message"),
    [
        ([], [], "two or more different steps; got 0 for \\[\\]"),
        ([0.1], [0.1], "got 1 for \\[0.1\\]"),
        ([0.1, 0.1], [0.1, 0.2], "different steps; got 2 for \\[0.1, 0.1\\]"),
        ([0.1, 0.2], [0.1], "an error for each of two or more"),
        ([0.1, 0.2], [0.1, 0.0], "positive and finite; got 0.0"),
        ([0.1, -0.2], [0.1, 0.2], "positive and finite; got -0.2"),
        ([0.1, 0.2], [math.inf, 0.2], "positive and finite; got inf"),
        ([0.1, 0.2], [math.nan, 0.2], "positive and finite; got nan"),
    ],
)
def test_what_has_no_slope_is_refused(steps: list[float], errors: list[float], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        fitted_slope(steps, errors)
