"""Equivariance errors of a whole turn: those of the checks, angle by angle."""

import pytest
import torch
from torch import nn

from structviz import data
from structviz.checks import equivariance_error, interpolation_error
from structviz.errors import ShapeError
from structviz.nets import ConvDenoiser
from structviz.studies.equivariance_curves import equivariance_curves
from structviz.studies.rotation import compare, film_strip
from structviz.transforms import add_gaussian


@pytest.fixture
def net() -> nn.Module:
    torch.manual_seed(2)
    return ConvDenoiser(4, (1, 2, 1), residual=True).eval().requires_grad_(False)


def test_curves_are_the_checks_at_every_angle(net: nn.Module) -> None:
    image = data.image("coins", 40)
    curves = equivariance_curves({"ordinary": net}, film_strip({}, image, 24, level=0.2, seed=3))
    noisy = add_gaussian(image, 0.2, torch.Generator().manual_seed(3))
    for k, angle in enumerate(curves.angles.tolist()):
        expected = equivariance_error(net, noisy, angle, margin=5)
        assert curves.arms["ordinary"][k] == pytest.approx(expected, rel=1e-4, abs=2e-6)
        assert curves.interpolation[k] == pytest.approx(interpolation_error(image, angle, margin=5), rel=1e-4)


def test_curves_are_those_of_the_comparison(net: nn.Module) -> None:
    image = data.image("moon", 48)
    curves = equivariance_curves({"ordinary": net}, film_strip({}, image, 12, "poisson", 0.2, seed=1))
    single = compare({"ordinary": net}, image, curves.angles[4].item(), "poisson", 0.2, seed=1)
    assert curves.arms["ordinary"][4] == pytest.approx(single.equivariance_errors["ordinary"], rel=1e-4)


def test_a_map_that_commutes_with_quarter_turns_only_is_exact_there() -> None:
    strip = film_strip({}, data.image("coins", 40), 8)
    curves = equivariance_curves({"edges": lambda y: y - y.roll(1, -1)}, strip)
    assert curves.interpolation[0::2] == (0, 0, 0, 0)
    assert min(curves.interpolation[1::2]) > 0
    assert curves.arms["edges"][0] == 0
    assert min(curves.arms["edges"][1:]) > 0.1, "a shift to the right does not turn"
    pointwise = equivariance_curves({"relu": torch.relu}, strip).arms["relu"]
    assert pointwise[0::2] == (0, 0, 0, 0)


def test_curves_of_what_vanishes_are_infinite_or_nothing() -> None:
    curves = equivariance_curves({"black": torch.zeros_like}, film_strip({}, data.image("coins", 40), 4))
    assert curves.arms["black"] == (0, 0, 0, 0)


@pytest.mark.usefixtures("without_shape_checks")
def test_curves_refuse_a_network_that_changes_the_size() -> None:
    with pytest.raises(ShapeError, match=r"keeps the 40×40 pixels.*38×38"):
        equivariance_curves({"crop": lambda y: y[..., 1:-1, 1:-1]}, film_strip({}, data.image("coins", 40), 4))
