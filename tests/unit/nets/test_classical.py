"""Denoisers that learn nothing: what they are told, and what they make of it."""

import pytest
import torch
from torch import Tensor

from structviz.metrics import psnr
from structviz.nets.classical import CLASSICAL, ClassicalDenoiser


def half_planes(sigma: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Noisy and clean: dark on the left, bright on the right."""
    x = (torch.arange(32) >= 16).float().expand(2, 1, 32, 32).clone()
    return x + sigma * torch.randn(x.shape, generator=generator), x


@pytest.mark.parametrize("name", CLASSICAL)
def test_an_edge_stays_and_noise_goes(name: str, generator: torch.Generator) -> None:
    y, x = half_planes(0.15, generator)
    found = ClassicalDenoiser(name, 0.15, CLASSICAL[name].strengths[2])(y)
    assert (psnr(found, x) - psnr(y, x)).min() > 6
    assert found.dtype == y.dtype


@pytest.mark.parametrize("name", CLASSICAL)
def test_the_noise_level_that_it_is_told_counts(name: str, generator: torch.Generator) -> None:
    y, x = half_planes(0.15, generator)
    strength = CLASSICAL[name].strengths[2]
    told, deceived = (ClassicalDenoiser(name, sigma, strength)(y) for sigma in (0.15, 0.02))
    assert (psnr(told, x) - psnr(deceived, x)).min() > 3
    torch.testing.assert_close(told, CLASSICAL[name].denoise(y, 0.15, strength), rtol=0, atol=0)


@pytest.mark.parametrize("name", CLASSICAL)
def test_without_noise_there_is_nothing_to_do(name: str, generator: torch.Generator) -> None:
    y, _ = half_planes(0.15, generator)
    assert torch.equal(ClassicalDenoiser(name, 0.0, 0.9)(y), y)
