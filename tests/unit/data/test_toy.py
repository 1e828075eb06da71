"""Toy sets: closed forms without noise, statistics with it, and what the order of points promises."""

import math

import pytest
import torch
from torch import Generator, Tensor
from torch.testing import assert_close

from structviz import data
from structviz.data import TOY_SETS
from structviz.errors import ConfigError

N = 4000
N_SIGMA = 5.0
"""Standard errors: a correct sampler fails such a test once in two million seeds."""


def shapes(name: str, n: int = N) -> tuple[Tensor, Tensor]:
    """Points without noise of class 0 and of class 1."""
    points, labels = data.toy(name, n, noise=0)
    return points[labels == 0], points[labels == 1]


def exactly(actual: Tensor, expected: Tensor | float) -> None:
    """Equal up to the rounding of float32 coordinates of size 1."""
    assert_close(actual, torch.as_tensor(expected).expand_as(actual), rtol=0, atol=5e-7)


def assert_uniform(values: Tensor, low: float, high: float) -> None:
    """Kolmogorov's test: the largest gap between the two distribution functions."""
    u = ((values.double() - low) / (high - low)).sort().values
    assert u[0] >= -1e-6
    assert u[-1] <= 1 + 1e-6
    gap = (u - torch.linspace(0, 1, len(u), dtype=torch.float64)).abs().max().item()
    assert gap < 2.6 / math.sqrt(len(u))  # exceeded once in 370 000 seeds


def angle(points: Tensor) -> Tensor:
    """Angle in [0, 2π)."""
    return torch.atan2(points[:, 1], points[:, 0]) % (2 * math.pi)


def test_half_moons_are_half_circles_that_interlock() -> None:
    upper, lower = shapes("halfmoon2d")
    centre = torch.tensor([-0.5, -0.25])
    for moon in (upper, -lower):
        exactly((moon - centre).norm(dim=1), 1.0)
        assert moon[:, 1].min() >= centre[1] - 1e-6
        assert_uniform(angle(moon - centre), 0, math.pi)
    # The tip of each is inside the other, and they do not meet.
    assert torch.cdist(upper, lower).min() > 0.3
    assert (lower - centre).norm(dim=1).min() < 0.6
    assert upper[:, 0].max() > lower[:, 0].min() + 0.9


def test_donut_is_a_disc_in_a_ring() -> None:
    disc, ring = shapes("donut2d")
    exactly(ring.norm(dim=1), 0.5)
    for points in (disc, ring):
        assert_uniform(angle(points), 0, 2 * math.pi)
    # Evenly filled: the square of the radius is uniform.
    assert_uniform(disc.norm(dim=1) ** 2, 0, 0.05**2)


def test_spiral_has_two_arms_of_one_turn() -> None:
    first, second = shapes("spiral2d")
    for arm in (first, -second):
        radius = arm.norm(dim=1)
        assert_uniform(radius, 0.1, 1)
        # Counter-clockwise: 2π (r - 0.1) / 0.9, compared as points, since 0 and 2π are one angle.
        turn = 2 * math.pi * (radius - 0.1) / 0.9
        expected = torch.stack([turn.cos(), turn.sin()], 1) * radius[:, None]
        assert_close(arm, expected, rtol=0, atol=5e-6)
    assert first[first.norm(dim=1) < 0.2, 0].max() > 0
    assert torch.cdist(first, second).min() > 0.19


def test_squares_know_the_sign_of_the_product() -> None:
    points, labels = data.toy("squares2d", N, noise=0)
    assert torch.equal(points.prod(dim=1) > 0, labels == 1)
    for label in (0, 1):
        for coordinate in points[labels == label].T:
            assert_uniform(coordinate, -0.7, 0.7)
    # The coordinates do not know more of each other than their signs.
    sizes = points.abs().double().T
    assert abs(float(torch.corrcoef(sizes)[0, 1])) < N_SIGMA / math.sqrt(N)


def test_clouds_have_their_centres() -> None:
    for label, points in enumerate(shapes("xor")):
        corners = {tuple(point) for point in points.tolist()}
        assert corners == ({(0.5, -0.5), (-0.5, 0.5)} if label == 0 else {(0.5, 0.5), (-0.5, -0.5)})
        # Both clouds of a class are equally likely.
        assert abs(float(points[:, 0].mean())) < N_SIGMA * 0.5 / math.sqrt(len(points))
    left, right = shapes("gaussians")
    exactly(left, -0.5)
    exactly(right, 0.5)


def test_the_donut_on_a_line_is_an_interval_between_two() -> None:
    inner, outer = shapes("donut1d")
    assert_uniform(inner[:, 0], -0.25, 0.25)
    assert_uniform(outer[:, 0].abs(), 0.5, 1)
    assert abs(float(outer[:, 0].sign().mean())) < N_SIGMA / math.sqrt(len(outer))
    points, _ = data.toy("donut1d", N, noise=1.0)
    assert not points[:, 1].any()


@pytest.mark.parametrize("name", TOY_SETS)
@pytest.mark.parametrize("noise", [None, 0.3])
def test_noise_is_normal_with_the_given_standard_deviation(name: str, noise: float | None) -> None:
    n = 50_000
    clean, labels = data.toy(name, n, noise=0)
    noisy, again = data.toy(name, n, noise=noise)
    # The label is that of the shape, wherever the noise moves the point.
    assert torch.equal(labels, again)
    sigma = TOY_SETS[name].noise if noise is None else noise
    shifts = ((noisy.double() - clean.double()) / sigma)[:, : TOY_SETS[name].dimension]
    for label in (0, 1):
        z, places = shifts[labels == label], clean[labels == label].double()
        m = len(z)
        # Moments of a normal number, and the variances of their estimates.
        for power, moment, variance in ((1, 0, 1), (2, 1, 2), (4, 3, 96)):
            assert ((z**power).mean(0) - moment).abs().max() < N_SIGMA * math.sqrt(variance / m)
        if z.shape[1] == 2:
            assert abs(z.prod(dim=1).mean().item()) < N_SIGMA / math.sqrt(m)
        # Noise knows nothing of places: neither where it points to nor how large it is.
        known = standardised(z).T @ standardised(places) / m
        assert known.abs().max() < N_SIGMA / math.sqrt(m)


def standardised(values: Tensor) -> Tensor:
    """The values and their squares with mean 0 and variance 1; constant ones become 0."""
    both = torch.cat([values, values**2], dim=1)
    centred = both - both.mean(0)
    return centred / centred.std(0).clamp(min=1e-6)


def test_noise_hides_the_labels_of_squares() -> None:
    points, labels = data.toy("squares2d", N)
    wrong = ((points.prod(dim=1) > 0) != (labels == 1)).double().mean().item()
    # A coordinate changes its sign with probability E|noise| / 1.4, either of two does so but not both.
    p = 0.1 * math.sqrt(2 / math.pi) / 2 / 0.7
    expected = 2 * p * (1 - p)
    assert abs(wrong - expected) < N_SIGMA * math.sqrt(expected * (1 - expected) / N)


def test_one_circle_nearly_parts_the_donut_and_one_line_the_clouds() -> None:
    points, labels = data.toy("donut2d", 40_000)
    assert ((points.norm(dim=1) > 0.3) != (labels == 1)).double().mean() == pytest.approx(0.0154, abs=0.003)
    points, labels = data.toy("gaussians", 40_000)
    wrong = ((points.sum(dim=1) > 0) != (labels == 1)).double().mean().item()
    assert wrong == pytest.approx(0.5 * math.erfc(0.5**0.5 / 0.25 / 2**0.5), abs=0.002)


@pytest.mark.parametrize("name", TOY_SETS)
def test_shapes_and_types(name: str) -> None:
    for n in (2, 3, 16, 101):
        points, labels = data.toy(name, n)
        assert points.shape == (n, 2)
        assert points.dtype == torch.float32
        assert labels.shape == (n,)
        assert labels.dtype == torch.int64
        assert points.isfinite().all()
        assert points.abs().max() < 2.5


@pytest.mark.parametrize("name", TOY_SETS)
def test_every_leading_part_is_balanced_and_does_not_depend_on_the_rest(name: str) -> None:
    points, labels = data.toy(name, 300)
    balance = (2 * labels - 1).cumsum(0)
    assert balance.abs().max() <= 1
    for n in (2, 15, 17, 299):
        fewer, their_labels = data.toy(name, n)
        assert torch.equal(fewer, points[:n])
        assert torch.equal(their_labels, labels[:n])


@pytest.mark.parametrize("name", TOY_SETS)
def test_the_generator_decides(name: str, generator: Generator) -> None:
    state = generator.get_state()
    points, _ = data.toy(name, 50, generator)
    following, _ = data.toy(name, 50, generator)
    assert not torch.equal(points, following)
    generator.set_state(state)
    assert torch.equal(data.toy(name, 50, generator)[0], points)
    torch.manual_seed(5)
    untouched = torch.get_rng_state()
    default, _ = data.toy(name, 50)
    assert torch.equal(torch.get_rng_state(), untouched)
    assert torch.equal(default, data.toy(name, 50, Generator().manual_seed(0))[0])


@pytest.mark.parametrize("name", ["halfmoon2d", "squares2d", "donut1d"])
def test_noise_moves_points_along_straight_lines(name: str) -> None:
    still, some, more = (data.toy(name, 60, noise=noise)[0] for noise in (0, 0.25, 0.5))
    assert_close(more - still, 2 * (some - still), rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", TOY_SETS)
def test_train_and_test_points_are_drawn_apart(name: str) -> None:
    (train, train_labels), (test, test_labels) = data.toy_split(name, 300, 200, seed=4)
    assert (len(train), len(train_labels), len(test), len(test_labels)) == (300, 300, 200, 200)
    assert not torch.isin(train[:, 0], test[:, 0]).any()
    shifts = train[:200] - data.toy_split(name, 200, 2, seed=4, noise=0)[0][0]
    others = test - data.toy_split(name, 2, 200, seed=4, noise=0)[1][0]
    assert abs(float(torch.corrcoef(torch.stack([shifts[:, 0], others[:, 0]]))[0, 1])) < N_SIGMA / math.sqrt(200)


@pytest.mark.parametrize("name", TOY_SETS)
def test_held_out_points_are_those_of_the_test_at_any_noise(name: str) -> None:
    found = data.held_out(name, 50, seed=4)
    for noise in (0.0, 0.3):
        test, labels = data.toy_split(name, 2, 50, seed=4, noise=noise)[1]
        assert torch.equal(found.at(noise), test)
        assert torch.equal(found.labels, labels)


def test_the_seed_decides_a_split_and_sizes_do_not() -> None:
    first, second = data.toy_split("spiral2d", 30, 40, seed=7), data.toy_split("spiral2d", 50, 20, seed=7)
    assert torch.equal(first[0][0], second[0][0][:30])
    assert torch.equal(first[1][0][:20], second[1][0])
    # torch uses the lowest 32 bits of a seed.
    seen = [part[0] for seed in (*range(6), 2**31 - 1, 2**63 - 2) for part in data.toy_split("spiral2d", 4, 4, seed)]
    assert len({tuple(points.flatten().tolist()) for points in seen}) == len(seen)


def test_a_million_points() -> None:
    points, labels = data.toy("spiral2d", 1_000_000)
    assert points.isfinite().all()
    assert labels.sum() == 500_000


def test_registry_names_itself_and_has_the_order_of_a_menu() -> None:
    assert list(TOY_SETS) == ["halfmoon2d", "donut2d", "spiral2d", "squares2d", "xor", "gaussians", "donut1d"]
    assert list(TOY_SETS) == [toy_set.name for toy_set in TOY_SETS.values()]
    assert [toy_set.noise for toy_set in TOY_SETS.values()][:4] == [0.1, 0.1, 0.05, 0.1]
    assert all(s.title and s.sentence.endswith(".") and 0 < s.noise <= data.MAX_NOISE for s in TOY_SETS.values())


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("moons", 10), "halfmoon2d, donut2d, .*, donut1d, but it is 'moons'"),
        (("xor", 1), "n_points must be"),
        (("xor", 1_000_001), "n_points must be"),
        (("xor", 10.0), "n_points must be"),
        (("xor", 10, None, -0.1), "noise must be a number from 0 to 2, but it is -0.1"),
        (("xor", 10, None, 2.1), "noise must be"),
        (("xor", 10, None, math.nan), "noise must be .* nan"),
        (("xor", 10, None, math.inf), "noise must be .* inf"),
        (("xor", 10, None, "0.1"), "noise must be"),
    ],
)
@pytest.mark.usefixtures("without_shape_checks")
def test_bad_arguments_are_named(arguments: tuple, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        data.toy(*arguments)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("moons", 10, 10, 0), "halfmoon2d"),
        (("xor", 1, 10, 0), "n_train must be"),
        (("xor", 10, 1, 0), "n_test must be"),
        (("xor", 10, 10, -1), "seed must be"),
        (("xor", 10, 10, 2**63), "seed must be"),
        (("xor", 10, 10, 0, -1.0), "noise must be"),
    ],
)
@pytest.mark.usefixtures("without_shape_checks")
def test_bad_arguments_of_a_split_are_named(arguments: tuple, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        data.toy_split(*arguments)
