"""The recipe of densities: what it learns from, what it is tested on, and that training does what it says."""

import math

import pytest
import torch

from structviz.config import CouplingShape, ImageFlowShape, PointShape, ResidualFlowShape, TrainConfig
from structviz.data import toy, toy_log_density
from structviz.errors import ConfigError
from structviz.nets import CouplingFlow, InvertibleMap, WaveletFlow
from structviz.training import DENSITY_SETS, INVERTIBILITY, train
from structviz.training.invertibility import relative_density
from structviz.training.photograph_flow import PHOTOGRAPHS, bits_per_pixel, in_levels, unequal_pixels
from structviz.training.recipes import complete


@pytest.mark.parametrize("shape", [CouplingShape(8, 4), ResidualFlowShape(8, 4)], ids=lambda shape: shape.kind)
def test_a_short_training_beats_the_standard_normal_density(shape: CouplingShape | ResidualFlowShape) -> None:
    config = TrainConfig("invertibility", dataset="xor", n_train=500, steps=60, net=shape)
    result = train(config, "cpu")
    points, _ = toy("xor", 5000, torch.Generator().manual_seed(1))  # those that seed 0 tests on
    normal = torch.distributions.Normal(0.0, 1.0).log_prob(points).sum(1).mean().item()
    assert isinstance(result.net, InvertibleMap)
    assert result.metrics["log_likelihood_test"] == pytest.approx(result.net.log_prob(points).mean().item())
    assert result.metrics["log_likelihood_test"] > normal + 0.2
    assert result.metrics["mass"] == pytest.approx(1, abs=0.01)
    assert result.metrics["inverse_error"] < 1e-4


def test_held_out_points_are_never_drawn() -> None:
    config = complete(TrainConfig("invertibility", n_train=50, batch_size=40, dataset="spiral2d"), INVERTIBILITY)
    held_out, _ = toy("spiral2d", 5000, torch.Generator().manual_seed(1))
    batches = INVERTIBILITY.batches(config, torch.Generator())
    seen = torch.cat([next(batches)[0] for _ in range(20)])
    assert torch.cdist(seen, held_out).min() > 0
    assert len(seen.unique(dim=0)) == 50


def test_the_loss_is_the_negative_log_likelihood_of_points() -> None:
    config = complete(TrainConfig("invertibility", net=CouplingShape(4, 2)), INVERTIBILITY)
    net, x = INVERTIBILITY.build(config), torch.randn(5, 2)
    flow = INVERTIBILITY.export(net)
    assert isinstance(flow, CouplingFlow)
    torch.testing.assert_close(INVERTIBILITY.loss(net(x), x), -flow.log_prob(x))


@pytest.mark.parametrize("name", DENSITY_SETS)
def test_the_true_density_integrates_to_one_and_lies_where_the_points_are(name: str) -> None:
    axis = (torch.arange(100) + 0.5) / 25 - 2
    p = toy_log_density(name, torch.cartesian_prod(axis, axis), 4000).exp()
    assert p.sum().item() / 25**2 == pytest.approx(1, abs=0.01)
    points, _ = toy(name, 2000, torch.Generator().manual_seed(5))
    shifted = points + torch.tensor([0.8, 0.3])
    assert toy_log_density(name, points).mean() > toy_log_density(name, shifted).mean() + 0.3


def test_two_clouds_have_the_density_of_a_mixture() -> None:
    x = torch.tensor([[0.5, 0.5], [0.0, 0.0], [0.7, 0.2]])
    terms = [-((x.double() - m).square().sum(1)) / (2 * 0.25**2) for m in (0.5, -0.5)]
    expected = torch.logaddexp(*terms) - math.log(2 * 2 * math.pi * 0.25**2)
    torch.testing.assert_close(toy_log_density("gaussians", x), expected)


def test_a_set_on_a_line_has_no_density() -> None:
    with pytest.raises(ConfigError, match="lies on a line"):
        toy_log_density("donut1d", torch.zeros(1, 2))
    assert "donut1d" not in DENSITY_SETS


def test_roots_of_densities() -> None:
    found = relative_density(torch.tensor([0.0, math.log(4), -math.inf, math.nan]), math.log(4))
    torch.testing.assert_close(found, torch.tensor([0.5, 1.0, 0.0, 0.0]))


def test_even_grey_values_take_eight_bits_and_a_known_one_none() -> None:
    n = 64
    found = bits_per_pixel(torch.tensor([0.0, n * math.log(256)]), n)
    torch.testing.assert_close(found, torch.tensor([8.0, 0.0]))


def test_a_code_that_is_changed_changes_grey_values() -> None:
    torch.manual_seed(0)
    net = WaveletFlow(4, 2).requires_grad_(False)
    x = torch.rand(1, 1, 8, 8)
    assert unequal_pixels(net, x) == 0
    assert (in_levels(x) * 256 == (in_levels(x) * 256).round()).all()

    class Forgetful(WaveletFlow):
        def inverse(self, z: torch.Tensor) -> torch.Tensor:
            return super().inverse(z) + 2 / 256

    assert unequal_pixels(Forgetful(4, 2).requires_grad_(False), x) == 64


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"net": PointShape()}, "kind coupling or residual-flow on halfmoon2d; got 'points'"),
        ({"net": ImageFlowShape(), "dataset": "xor"}, "got 'image-flow'"),
        ({"net": CouplingShape(), "dataset": PHOTOGRAPHS}, "kind image-flow on photographs"),
        ({"dataset": "donut1d"}, "A data set of invertibility is one of"),
    ],
)
def test_networks_that_do_not_fit_are_refused(values: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        complete(TrainConfig("invertibility", **values), INVERTIBILITY)
