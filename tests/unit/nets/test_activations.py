"""Nonlinearities and their slopes, against automatic differentiation."""

import dataclasses

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from structviz.errors import ConfigError
from structviz.nets import ACTIVATIONS, PIXELWISE, Activation, activation, pixelwise

ALL = pytest.mark.parametrize("sigma", ACTIVATIONS.values(), ids=lambda a: a.name)
FORMULAS = {
    "tanh": lambda u: (u.exp() - (-u).exp()) / (u.exp() + (-u).exp()),
    "relu": lambda u: u * (u > 0),
    "softplus": lambda u: u.clamp(min=0) + (-u.abs()).exp().log1p(),
    "leaky-relu": lambda u: torch.where(u > 0, u, u / 100),
}
PLACES = torch.linspace(-45, 45, 721, dtype=torch.float64)
"""In steps of 1/8, zero among them, and beyond all places where torch changes its formula."""


def slopes(sigma: Activation, u: Tensor) -> Tensor:
    """By automatic differentiation."""
    u = u.clone().requires_grad_()
    return torch.autograd.grad(sigma(u).sum(), u)[0]


@ALL
def test_values_are_those_of_the_formula(sigma: Activation) -> None:
    assert_close(sigma(PLACES), FORMULAS[sigma.name](PLACES), rtol=1e-13, atol=1e-15)


@ALL
@pytest.mark.parametrize(("dtype", "rtol"), [(torch.float64, 1e-14), (torch.float32, 1e-6)], ids=str)
def test_slopes_can_be_had_from_outputs(sigma: Activation, dtype: torch.dtype, rtol: float) -> None:
    u = PLACES.to(dtype)
    outputs = sigma(u)
    before = outputs.clone()
    found = sigma.slope(outputs)
    assert found.dtype == dtype
    assert torch.equal(outputs, before)
    # Where tanh is nearly ±1, both lose the digits of its slope.
    assert_close(found, slopes(sigma, u), rtol=rtol, atol=4 * torch.finfo(dtype).eps * (sigma.name == "tanh"))


@ALL
def test_a_slope_that_is_one_percent_off_would_be_seen(sigma: Activation) -> None:
    wrong = dataclasses.replace(sigma, slope=lambda s: 1.01 * sigma.slope(s))
    assert not torch.allclose(wrong.slope(sigma(PLACES)), slopes(sigma, PLACES), rtol=1e-3, atol=0)


@ALL
def test_the_lipschitz_constant_is_the_largest_slope(sigma: Activation) -> None:
    values = sigma(PLACES)
    quotients = (values.diff() / PLACES.diff()).abs()
    assert quotients.max() <= sigma.lipschitz + 1e-14
    assert quotients.max() > 0.99 * sigma.lipschitz
    assert slopes(sigma, PLACES).max() == pytest.approx(sigma.lipschitz)


@ALL
def test_smooth_ones_have_no_corner_at_zero(sigma: Activation) -> None:
    left, right = slopes(sigma, torch.tensor([-1e-9, 1e-9], dtype=torch.float64))
    assert ((right - left).abs() < 1e-8) == sigma.smooth


def test_names() -> None:
    assert [activation(name).name for name in ACTIVATIONS] == list(ACTIVATIONS)
    assert set(ACTIVATIONS) == set(FORMULAS)
    with pytest.raises(ConfigError, match="one of tanh, relu, softplus, leaky-relu; got 'sine'"):
        activation("sine")


def test_the_nonlinearities_of_the_denoisers() -> None:
    formulas = {"relu": lambda u: u.clamp(min=0), "silu": lambda u: u / (1 + (-u).exp())}
    assert list(PIXELWISE) == list(formulas)
    for name, formula in formulas.items():
        assert pixelwise(name).name == name
        assert_close(pixelwise(name)(PLACES), formula(PLACES), rtol=1e-13, atol=1e-15)
    with pytest.raises(ConfigError, match="one of relu, silu; got 'sine'"):
        pixelwise("sine")
