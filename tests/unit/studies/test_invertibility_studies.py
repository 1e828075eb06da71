"""Round trips, densities, memory and second preimages: what the page of invertibility shows."""

import copy
import math

import pytest
import torch
from torch import Tensor

from structviz import data, zoo
from structviz.checks import jacobians
from structviz.errors import ConfigError
from structviz.nets import CouplingFlow, HamiltonianNet, InvertibleImageNet, InvertibleResNet, PointClassifier
from structviz.studies.flow import refined, shipped_network
from structviz.studies.invertibility import (
    KINDS,
    TWIN,
    banach_study,
    coarse_resnet,
    density_map,
    errors_against_depth,
    least_squares_inverse,
    maximise_likelihood,
    memory_of_backward,
    push_and_pull,
    random_network,
    returned,
    round_trip,
    rounding_bound,
    sample,
    stretched_cell,
    two_preimages,
)


def flow(n_layers: int = 4) -> CouplingFlow:
    torch.manual_seed(1)
    return CouplingFlow(2, 8, n_layers).double().requires_grad_(False)


def test_errors_add_up_on_the_way_back_and_single_precision_has_more_of_them(generator: torch.Generator) -> None:
    x = torch.randn(50, 2, generator=generator, dtype=torch.float64)
    double, single = round_trip(flow(16), x), round_trip(flow(16).float(), x.float())
    assert double.errors.shape == (17,)
    assert double.errors[-1] == 0
    assert 0 < double.errors[0] < 1e-12 < 1e-8 < single.errors[0] < 1e-4
    torch.testing.assert_close(double.there[-1], flow(16)(x))
    torch.testing.assert_close(double.log_dets[-1], flow(16).log_det(x))


def test_photographs_come_back(generator: torch.Generator) -> None:
    torch.manual_seed(0)
    net = InvertibleImageNet(4, 4).requires_grad_(False)
    trip = round_trip(net, data.image("coins", 32))
    assert trip.errors[0] < 1e-5
    torch.testing.assert_close(net.leave(trip.back[0]), data.image("coins", 32), rtol=0, atol=1e-5)


def test_the_fixed_point_iteration_stays_below_its_bound(generator: torch.Generator) -> None:
    torch.manual_seed(0)
    net = InvertibleResNet(2, 8, 3, 0.7).double().requires_grad_(False)
    errors, bounds = banach_study(net, 1, torch.randn(30, 2, generator=generator, dtype=torch.float64))
    assert (errors <= bounds + 1e-14).all()
    assert errors[0] > 0.1 > 1e-6 > errors[-1]
    twin = InvertibleResNet(2, 8, 3, 1.5).double().requires_grad_(False)
    assert banach_study(twin, 1, torch.ones(1, 2, dtype=torch.float64))[1].isposinf().all()


def test_densities_integrate_to_one_and_cells_stretch_by_the_determinant() -> None:
    net = flow()
    assert density_map(net, 10.0, 300).total == pytest.approx(1, abs=0.01)
    cell = stretched_cell(net, torch.tensor([0.3, -0.2], dtype=torch.float64))
    assert cell.areas[0] == pytest.approx(1e-6)
    assert cell.areas[1] == pytest.approx(cell.predicted, rel=1e-5)
    assert abs(cell.predicted / 1e-6 - 1) > 0.01, "this place is stretched"


def test_the_map_has_x_to_the_right_and_y_downwards_in_its_rows() -> None:
    net = flow()
    found = density_map(net, 2.0, 8)
    at = torch.stack([found.axis[6], found.axis[1]])[None]
    torch.testing.assert_close(found.density[1, 6], net.log_prob(at).exp()[0])


def test_samples_have_the_density(generator: torch.Generator) -> None:
    net = flow(2)
    points = sample(net, 4000, generator)
    inside = (points.abs() <= 1).all(1).double().mean().item()
    assert inside == pytest.approx(density_map(net, 1.0, 200).total, abs=0.03)


def test_the_likelihood_of_half_moons_grows_beyond_that_of_a_normal_density(generator: torch.Generator) -> None:
    points, _ = data.toy("halfmoon2d", 500, generator)
    centred = points - points.mean(0)
    covariance = centred.T @ centred / len(points)
    normal = -torch.linalg.slogdet(2 * math.pi * math.e * covariance).logabsdet.item() / 2
    torch.manual_seed(0)
    net = CouplingFlow(2, 16, 6)
    seen = list(maximise_likelihood(net, points, 150))
    assert len(seen) == 150
    with torch.no_grad():
        assert net.log_prob(points).mean().item() > normal + 0.1 > seen[0]
    assert density_map(net, 6.0, 300).total == pytest.approx(1, abs=0.01)


def test_memory_of_the_backward_pass() -> None:
    found = memory_of_backward((4, 16), n_points=100, width=8)
    assert found.stored[1] > 3.8 * found.stored[0]
    assert found.reversible[1] == found.reversible[0]


def test_maps_of_no_extent_are_refused() -> None:
    with pytest.raises(ConfigError, match="cells a side"):
        density_map(flow(), 1.0, 1)


def test_least_squares_finds_the_preimage_of_an_invertible_map(generator: torch.Generator) -> None:
    net = flow()
    x = torch.randn(20, 2, generator=generator, dtype=torch.float64)
    found, residuals = least_squares_inverse(net, net(x), torch.zeros_like(x))
    assert residuals.max() < 1e-9
    torch.testing.assert_close(found, x, rtol=0, atol=1e-7)


def test_a_fold_has_two_preimages_and_a_flow_none(generator: torch.Generator) -> None:
    x = torch.randn(50, 2, generator=generator, dtype=torch.float64)

    def fold(z: Tensor) -> Tensor:
        return torch.stack([z[:, 0].square() + z[:, 0] / 10, z[:, 1]], 1)

    pairs = two_preimages(fold, x)
    assert len(pairs.codes) > 10
    torch.testing.assert_close(fold(pairs.one), fold(pairs.other), rtol=0, atol=1e-8)
    # x² + x / 10 takes each value at two points whose sum is −1/10.
    torch.testing.assert_close(pairs.one[:, 0] + pairs.other[:, 0], torch.full((len(pairs.codes),), -0.1).double())
    assert len(two_preimages(flow(), x).codes) == 0


def test_the_coarse_spiral_network_folds_and_two_points_get_one_code() -> None:
    net = copy.deepcopy(shipped_network("resnet", "spiral2d").net).double()  # all share the shipped one
    motion = refined(net, "euler", 4)

    def coarse(z: Tensor) -> Tensor:
        for step in motion.steps:
            z = step(z)
        return z

    axis = torch.linspace(-1, 1, 24, dtype=torch.float64)
    pairs = two_preimages(coarse, torch.cartesian_prod(axis, axis))
    assert len(pairs.codes) > 0
    assert (pairs.one - pairs.other).norm(dim=1).max() > 0.05


def trained() -> PointClassifier:
    net = zoo.load("flow/resnet-spiral2d")
    assert isinstance(net, PointClassifier)
    return net


def twin(n_steps: int) -> PointClassifier:
    return coarse_resnet(trained(), n_steps)


def test_a_coarse_resnet_takes_the_mean_weights_and_a_fine_one_is_the_network() -> None:
    net, points = trained(), data.toy("spiral2d", 20)[0].double()
    torch.testing.assert_close(twin(40).last(points), copy.deepcopy(net).double().last(points), rtol=0, atol=1e-6)
    torch.testing.assert_close(twin(4).A[1], net.A[10:20].mean(0).double(), rtol=0, atol=1e-6)
    assert twin(4).dt == pytest.approx(10 * net.dt)


def test_small_steps_come_back_and_large_ones_do_not_where_two_points_have_one_code() -> None:
    points = data.toy("spiral2d", 100)[0]
    fine, coarse = (push_and_pull(random_network("additive"), twin(n), points) for n in (40, 4))
    for found in (fine, coarse):
        assert returned(found.trip).all()
        assert found.trip.errors[0] < 1e-13
    assert not fine.folded.any()
    assert returned(fine.twin).all()
    assert 0.1 < coarse.folded.double().mean() < 0.4
    assert 0.2 < (~returned(coarse.twin)).double().mean() < 0.8
    assert len(coarse.pairs.codes) > 5
    torch.testing.assert_close(coarse.twin.there[-1], twin(4).last(points.double()))
    expected = torch.linalg.slogdet(jacobians(twin(4).last, points.double())).logabsdet
    torch.testing.assert_close(coarse.twin.log_dets[-1], expected)


def test_iterations_are_those_that_were_asked_for() -> None:
    net, points = random_network("contractive", contraction=0.9), data.toy("xor", 50)[0]
    errors = [push_and_pull(net, twin(40), points, n).trip.errors[0].item() for n in (2, 10, None)]
    assert errors[0] > 1e-2 > errors[1] > 1e-8 > 1e-13 > errors[2]


@pytest.mark.parametrize("wrong", [{"kind": "none"}, {"n_layers": 33}, {"n_layers": 0}, {"contraction": 1.3}])
def test_random_networks_out_of_range_are_refused(wrong: dict) -> None:
    with pytest.raises(ConfigError):
        random_network(**{"kind": "contractive", **wrong})


def test_errors_stay_below_what_rounding_explains_at_every_depth_and_the_resnet_has_no_such_line() -> None:
    found = errors_against_depth(trained(), data.toy("spiral2d", 40)[0], depths=(4, 16))
    assert {kind for kind, _ in found.errors} == {*KINDS, TWIN}
    assert {kind for kind, _ in found.rounding} == {*KINDS}
    for name, bounds in found.rounding.items():
        pairs = zip(found.errors[name], bounds, strict=True)
        assert all(error <= 2 * bound for error, bound in pairs), name
        assert bounds[0] < (1e-13 if name[1] == "float64" else 1e-4)
    assert found.errors["affine", "float32"][0] > 1e5 * found.errors["affine", "float64"][0]
    assert found.errors[TWIN, "float64"][0] > 0.1


def test_the_rounding_bound_is_the_product_of_what_the_inverses_stretch() -> None:
    class Stretch(HamiltonianNet):
        def layer(self, k: int, z: Tensor) -> Tensor:
            del k
            return z * torch.tensor([0.5, 3.0], dtype=z.dtype)

    assert rounding_bound(Stretch(n_layers=3), torch.ones(3, 5, 2).double(), 1e-3) == pytest.approx(8e-3)
