"""Phantoms against what is known of ellipses in closed form."""

from dataclasses import replace
from math import pi

import pytest
import torch
from torch.testing import assert_close

from structviz import data
from structviz.data import Ellipse
from structviz.errors import ConfigError

TILTED = Ellipse(0.2, -0.3, 0.5, 0.2, 0.7, 1.5)


def _coordinates(size: int) -> tuple[torch.Tensor, torch.Tensor]:
    axis = (2 * torch.arange(size) + 1) / size - 1
    y, x = torch.meshgrid(-axis, axis, indexing="ij")
    return x, y


@pytest.mark.parametrize("size", [63, 128])
def test_the_integral_is_value_times_area(size: int) -> None:
    integral = float(data.draw([TILTED], size).double().sum()) * (2 / size) ** 2
    assert integral == pytest.approx(1.5 * pi * 0.5 * 0.2, rel=2e-3)


def test_centre_and_second_moments_fix_axes_and_turn() -> None:
    image = data.draw([TILTED], 128)[0, 0]
    x, y = _coordinates(128)
    mass = image / image.sum()
    assert float((mass * x).sum()) == pytest.approx(0.2, abs=1e-3)
    assert float((mass * y).sum()) == pytest.approx(-0.3, abs=1e-3)
    u, v = x - 0.2, y + 0.3
    turn = torch.tensor(
        [
            [torch.tensor(0.7).cos(), -torch.tensor(0.7).sin()],
            [torch.tensor(0.7).sin(), torch.tensor(0.7).cos()],
        ]
    )
    expected = turn @ torch.diag(torch.tensor([0.5**2, 0.2**2]) / 4) @ turn.T
    moments = torch.stack([(mass * u * u).sum(), (mass * u * v).sum(), (mass * u * v).sum(), (mass * v * v).sum()])
    assert_close(moments.reshape(2, 2), expected, rtol=0, atol=5e-4)
    assert float(moments[1]) > 0.01  # y is up and the turn counter-clockwise: the long axis rises to the right


@pytest.mark.parametrize("size", [31, 32])
def test_a_quarter_turn_of_the_ellipses_is_one_of_the_image(size: int) -> None:
    turned = replace(TILTED, x=-TILTED.y, y=TILTED.x, angle=TILTED.angle + pi / 2)
    image = data.draw([TILTED], size)
    assert_close(data.draw([turned], size), torch.rot90(image, 1, (-2, -1)), rtol=0, atol=1e-6)
    assert not torch.allclose(data.draw([turned], size), torch.rot90(image, -1, (-2, -1)))


def test_edges_are_smoothed_and_values_add() -> None:
    both = data.draw([TILTED, TILTED], 40)
    assert_close(both, 2 * data.draw([TILTED], 40))
    steps = both.unique() / 3 * 16
    assert len(steps) > 8
    assert_close(steps, steps.round(), rtol=0, atol=1e-4)


def test_ellipses_may_leave_the_square() -> None:
    assert data.draw([Ellipse(3.0, 0.0, 0.5, 0.5, 0.0, 1.0)], 16).count_nonzero() == 0
    assert data.draw([Ellipse(0.0, -3.0, 0.5, 0.5, 0.0, 1.0)], 16).count_nonzero() == 0
    half = data.draw([Ellipse(1.0, 0.0, 0.5, 0.5, 0.0, 1.0)], 128)
    assert float(half.sum()) * (2 / 128) ** 2 == pytest.approx(pi / 8, rel=5e-3)
    assert_close(data.draw([Ellipse(0.0, 0.0, 9.0, 9.0, 0.0, 1.0)], 5), torch.ones(1, 1, 5, 5))


def test_nothing_to_draw_is_black() -> None:
    assert_close(data.draw([], 4), torch.zeros(1, 1, 4, 4))


def test_shepp_logan_has_its_values_and_its_integral() -> None:
    image = data.shepp_logan(256)
    assert image.shape == (1, 1, 256, 256)
    assert image.dtype == torch.float32
    assert image.min() == 0
    assert image.max() == 1
    exact = sum(e.value * pi * e.a * e.b for e in data.SHEPP_LOGAN)
    assert float(image.double().sum()) * (2 / 256) ** 2 == pytest.approx(exact, rel=2e-3)
    rows = {"skull": 12, "brain": 128, "top": 83}  # y = 0.902, -0.004, 0.348
    assert image[0, 0, rows["skull"], 128] == 1
    assert float(image[0, 0, rows["brain"], 128]) == pytest.approx(0.2, abs=1e-6)
    assert float(image[0, 0, rows["top"], 128]) == pytest.approx(0.3, abs=1e-6)
    assert image[0, 0, 0, 0] == 0


def test_the_large_ventricle_is_on_the_left() -> None:
    image = data.shepp_logan(256)[0, 0]
    dark = (image < 0.05) & (torch.tensor([abs(r - 128) < 100 for r in range(256)])[:, None])
    left, right = dark[:, 56:128].sum(), dark[:, 128:200].sum()
    assert float(left / right) == pytest.approx(0.16 * 0.41 / (0.11 * 0.31), rel=0.15)


def test_random_phantoms_stay_inside_disc_and_range(generator: torch.Generator) -> None:
    images = data.ellipses(30, 48, generator)
    assert images.shape == (30, 1, 48, 48)
    assert images.dtype == torch.float32
    assert images.min() >= 0
    assert images.max() <= 1
    x, y = _coordinates(48)
    outside = (x**2 + y**2).sqrt() > 1 + 2**0.5 / 48
    assert images[..., outside].count_nonzero() == 0
    assert (images.std((1, 2, 3)) > 0.05).all()


def test_random_phantoms_repeat_and_are_nested() -> None:
    def draw(n: int, seed: int) -> torch.Tensor:
        return data.ellipses(n, 20, torch.Generator().manual_seed(seed))

    assert_close(draw(3, 0), draw(9, 0)[:3], rtol=0, atol=0)
    assert not torch.equal(draw(3, 0), draw(3, 1))
    assert not torch.equal(draw(2, 0)[0], draw(2, 0)[1])


@pytest.mark.parametrize("changes", [{"a": 0.0}, {"b": -1.0}, {"x": float("nan")}, {"value": float("inf")}])
def test_ellipses_that_cannot_be_drawn_are_refused(changes: dict) -> None:
    with pytest.raises(ConfigError, match=r"positive|finite"):
        replace(TILTED, **changes)


@pytest.mark.parametrize("size", [0, 10**5])
def test_sizes_are_bounded(size: int, generator: torch.Generator) -> None:
    for draw in (lambda: data.shepp_logan(size), lambda: data.ellipses(1, size, generator)):
        with pytest.raises(ConfigError, match="size must be"):
            draw()
