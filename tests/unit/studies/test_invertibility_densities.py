"""Densities beside each other, films of both ways, codes of photographs, and what a gradient costs."""

import math
from functools import partial

import pytest
import torch

from structviz.data import toy, toy_split
from structviz.errors import ConfigError
from structviz.nets import CouplingFlow, WaveletFlow
from structviz.studies.invertibility import (
    CODE_PARTS,
    code_mosaic,
    compare_densities,
    edited_code,
    known_densities,
    memory_of_backward,
    photograph_trip,
    random_network,
    round_trip,
    there_and_back,
    two_ways,
)
from structviz.studies.invertibility.likelihoods import gaussian_fit, kernel_estimate


def flow(n_layers: int = 4) -> CouplingFlow:
    torch.manual_seed(0)
    return CouplingFlow(2, 8, n_layers).requires_grad_(False)


@pytest.fixture(scope="module")
def pictures_net() -> WaveletFlow:
    torch.manual_seed(0)
    return WaveletFlow(4, 4).requires_grad_(False)


def test_the_true_density_is_the_likeliest_and_every_map_holds_its_mass() -> None:
    (train, _), (test, _) = toy_split("xor", 1000, 500, seed=0)
    known = known_densities("xor", train, test, half_width=2.0, side=60)
    found = compare_densities(flow(), known, test)
    torch.testing.assert_close(found.maps["flow"].axis, known.maps["exact"].axis)
    assert set(found.maps) == set(found.nats) == {"exact", "flow", "kernel", "gaussian"}
    assert found.nats["exact"] > found.nats["kernel"] > found.nats["gaussian"]
    assert all(found.maps[name].total == pytest.approx(1, abs=0.01) for name in ("exact", "kernel", "gaussian"))
    assert found.nats["flow"] == pytest.approx(flow().log_prob(test).mean().item())
    assert found.n_held_out == 500
    kernels, axis = known.maps["kernel"], known.maps["exact"].axis
    grid = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).reshape(-1, 2)
    torch.testing.assert_close(kernels.density.flatten(), kernel_estimate(train)[0](grid).exp(), rtol=1e-4, atol=1e-5)


def test_a_gaussian_fit_has_the_moments_of_the_points(generator: torch.Generator) -> None:
    train = torch.randn(4000, 2, generator=generator) * torch.tensor([2.0, 0.5]) + torch.tensor([1.0, -1.0])
    log_density = gaussian_fit(train)
    peak = log_density(torch.tensor([[1.0, -1.0]])).item()
    assert peak == pytest.approx(-math.log(2 * math.pi * 2 * 0.5), abs=0.1)
    assert peak - log_density(torch.tensor([[3.0, -1.0]])).item() == pytest.approx(0.5, abs=0.1)


def test_kernels_are_the_mean_of_normal_densities_about_the_points(generator: torch.Generator) -> None:
    train = torch.randn(50, 2, generator=generator)
    log_density, sigma = kernel_estimate(train)
    x = torch.randn(5, 2, generator=generator)
    squares = (x[:, None] - train).square().sum(2)
    expected = (squares / (-2 * sigma**2)).exp().mean(1) / (2 * math.pi * sigma**2)
    torch.testing.assert_close(log_density(x).exp(), expected)
    _, narrow = kernel_estimate(0.01 * train)
    assert narrow < sigma, "narrow points get narrow kernels"


def test_films_show_the_network_and_its_inverse(generator: torch.Generator) -> None:
    (points, labels), _ = toy_split("halfmoon2d", 40, 2, seed=0)
    net = flow()
    there, back = two_ways(net, points, labels, generator)
    torch.testing.assert_close(there.positions[0], points)
    torch.testing.assert_close(there.positions[-1], net(points))
    torch.testing.assert_close(net(back.positions[-1]), back.positions[0], atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(there.mesh[-1].flatten(0, 1), net(there.mesh[0].flatten(0, 1)))
    assert len(there.times) == len(back.times) == net.n_layers + 1
    assert torch.equal(back.labels, (back.positions[0, :, 0] > 0).long())


def test_a_photograph_comes_back_level_by_level(pictures_net: WaveletFlow) -> None:
    x = torch.rand(1, 1, 16, 20)
    found = photograph_trip(pictures_net, x)
    assert found.unequal == 0
    assert 0 < found.largest < 1e-4
    assert ((found.x - x).abs() <= 1 / 256).all()

    class Lossy(WaveletFlow):
        def inverse(self, z: torch.Tensor) -> torch.Tensor:
            return super().inverse((10 * z).round() / 10)

    lossy = Lossy(4, 4).requires_grad_(False)
    lossy.load_state_dict(pictures_net.state_dict())
    assert photograph_trip(lossy, x).unequal > 50


def test_an_edit_changes_its_part_alone(generator: torch.Generator) -> None:
    code, other = (torch.randn(1, 16, 3, 2, generator=generator) for _ in range(2))
    for part, (first, end) in CODE_PARTS.items():
        doubled, taken = edited_code(code, part, 2.0), edited_code(code, part, 0.5, other)
        torch.testing.assert_close(doubled[:, first:end], 2 * code[:, first:end])
        torch.testing.assert_close(taken[:, first:end], 0.5 * other[:, first:end])
        kept = [k for k in range(16) if not first <= k < end]
        assert torch.equal(doubled[:, kept], code[:, kept])
        assert torch.equal(taken[:, kept], code[:, kept])
    assert sorted(k for first, end in CODE_PARTS.values() for k in range(first, end)) == list(range(16))
    with pytest.raises(ConfigError, match="got 'loud'"):
        edited_code(code, "loud")


def test_parts_of_the_code_are_what_they_are_called(pictures_net: WaveletFlow) -> None:
    even = torch.full((1, 1, 8, 8), 0.5)
    checkers = even + 0.1 * (torch.arange(8)[:, None] + torch.arange(8)).remainder(2).sub(0.5)
    stripes = even + 0.1 * (torch.arange(8) // 2).remainder(2).sub(0.5)
    for picture, part in ((even, "coarse"), (checkers, "fine"), (stripes, "middle")):
        first, end = CODE_PARTS[part]
        change = pictures_net.enter(picture - (0 if part == "coarse" else 0.5)).square().sum((0, 2, 3))
        assert change[first:end].sum() == pytest.approx(change.sum().item())


def test_channels_lie_side_by_side() -> None:
    code = torch.arange(16.0)[None, :, None, None].expand(1, 16, 2, 3)
    mosaic = code_mosaic(code)
    assert mosaic.shape == (8, 12)
    assert mosaic[0, 0] == 0
    assert mosaic[0, 11] == 3
    assert mosaic[7, 0] == 12


def test_a_gradient_without_activations_costs_two_more_runs_of_each_layer() -> None:
    # One run forwards and a gradient of two, against one more to undo and one more to differentiate.
    assert memory_of_backward((2, 6), n_points=50, width=16).work == pytest.approx(5 / 3, abs=0.02)


def test_the_film_there_and_back_has_the_code_in_its_middle_and_ends_where_it_began() -> None:
    net = random_network("additive", n_layers=3)
    points, labels = toy("xor", 20)
    points = points.double()
    film = there_and_back(partial(round_trip, net), points, labels)
    assert len(film.times) == 7
    torch.testing.assert_close(film.positions[3], net(points).float())
    torch.testing.assert_close(film.positions[0], film.positions[6])
    torch.testing.assert_close(film.mesh[0], film.mesh[6])
    torch.testing.assert_close(film.positions[4], film.positions[2])
    assert (film.positions[3] - film.positions[0]).abs().max() > 0.1
