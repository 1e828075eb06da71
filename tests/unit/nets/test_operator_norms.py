"""Norms of convolutions: never below the dense matrix with its zero padding, and hardly above the largest ones."""

import math

import pytest
import torch
from torch import Tensor
from torch.nn.functional import conv2d, conv_transpose2d

from structviz.nets import CONVOLUTION_EXCESS, convolution_norm, power_iteration


def dense(kernel: Tensor, rows: int, columns: int, stride: int = 1) -> Tensor:
    """The matrix of a convolution with zero padding, column by column."""
    side, channels = kernel.shape[-1], kernel.shape[1]
    basis = torch.eye(channels * rows * columns, dtype=kernel.dtype).reshape(-1, channels, rows, columns)
    return conv2d(basis, kernel, padding=side // 2, stride=stride).flatten(1).T


def draw(out: int, into: int, side: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(out, into, side, side, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize(("out", "into", "side"), [(1, 1, 3), (4, 1, 5), (3, 2, 3), (2, 3, 3)])
@pytest.mark.parametrize("stride", [1, 2])
def test_from_above_and_close(out: int, into: int, side: int, stride: int) -> None:
    kernel = draw(out, into, side)
    bound = convolution_norm(kernel).item()
    norms = [torch.linalg.matrix_norm(dense(kernel, n, n + 1, stride), 2).item() for n in (3, 6, 12)]
    assert norms == sorted(norms)
    assert norms[-1] <= bound
    if stride == 1:
        assert norms[-1] > 0.85 * bound


def test_the_peak_between_frequencies_is_covered() -> None:
    # |a + 2b cos θ + 2ic sin θ| is largest at cos θ = ab / 2(c² − b²): half way between two of 48 samples.
    b, c = 0.5, 1.0
    a = 2 * math.cos(2 * math.pi * 10.5 / 48) * (c**2 - b**2) / b
    kernel = torch.zeros(1, 1, 3, 3, dtype=torch.float64)
    kernel[0, 0, 1] = torch.tensor([b - c, a, b + c])
    spectrum = torch.fft.fft2(kernel, s=(960, 960)).abs()
    fine, sampled = spectrum.max().item(), spectrum[..., ::20, ::20].max().item()
    assert sampled < 0.999 * fine
    bound = convolution_norm(kernel).item()
    assert fine <= bound <= CONVOLUTION_EXCESS * fine * (1 + 1e-12)


def test_a_mean_has_the_norm_one_up_to_the_stated_excess() -> None:
    bound = convolution_norm(torch.full((1, 1, 5, 5), 1 / 25, dtype=torch.float64)).item()
    assert 1 <= bound <= CONVOLUTION_EXCESS < 1.01


def test_the_power_iteration_comes_from_below(generator: torch.Generator) -> None:
    kernel = draw(4, 2, 3)
    x = torch.randn(1, 2, 6, 7, generator=generator, dtype=torch.float64)
    exact = torch.linalg.matrix_norm(dense(kernel, 6, 7), 2).item()
    found = [
        power_iteration(lambda u: conv2d(u, kernel, padding=1), lambda u: conv_transpose2d(u, kernel, padding=1), x, n)
        for n in (3, 10, 300)
    ]
    assert found == sorted(found)
    assert exact * (1 - 1e-3) <= found[-1] <= exact * (1 + 1e-12)


def test_the_bound_has_a_gradient() -> None:
    kernel = draw(3, 2, 3).requires_grad_()
    assert torch.autograd.gradcheck(convolution_norm, kernel)
