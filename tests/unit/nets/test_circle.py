"""Functions on the circle with few waves, given by samples."""

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from structviz.errors import ConfigError
from structviz.nets.circle import sampling
from structviz.nets.groups import Element, group
from tests.tolerances import PRECISIONS

EXACT = PRECISIONS[torch.float64]


def turned(coefficients: Tensor, alpha: float) -> Tensor:
    """Coefficients of f(θ − α), by the addition theorems."""
    found = coefficients.clone()
    for k in range(1, (len(coefficients) + 1) // 2):
        a, b = coefficients[2 * k - 1], coefficients[2 * k]
        found[2 * k - 1] = a * math.cos(k * alpha) - b * math.sin(k * alpha)
        found[2 * k] = a * math.sin(k * alpha) + b * math.cos(k * alpha)
    return found


def error(band: int, n: int, alpha: float, generator: torch.Generator, square: bool) -> float:
    """How far a nonlinearity on n samples is from commuting with a rotation of the function."""
    matrix = sampling(band, n)
    c = torch.randn(2 * band + 1, generator=generator, dtype=torch.float64)

    def nonlinear(c: Tensor) -> Tensor:
        f = math.sqrt(n) * matrix @ c
        return matrix.T @ (f.square() if square else functional.silu(f)) / math.sqrt(n)

    return float((nonlinear(turned(c, alpha)) - turned(nonlinear(c), alpha)).norm() / nonlinear(c).norm())


@pytest.mark.parametrize(("band", "n"), [(0, 4), (2, 8), (5, 16), (3, 8)])
def test_samples_are_those_of_the_function(band: int, n: int, generator: torch.Generator) -> None:
    c = torch.randn(2 * band + 1, generator=generator, dtype=torch.float64)
    for i, sample in enumerate(math.sqrt(n) * sampling(band, n) @ c):
        theta = 2 * math.pi * i / n
        waves = [math.sqrt(2) * math.cos(k * theta - s) for k in range(1, band + 1) for s in (0, math.pi / 2)]
        assert float(sample) == pytest.approx(
            float(c[0]) + sum(w * float(x) for w, x in zip(waves, c[1:], strict=True))
        )
    torch.testing.assert_close(
        sampling(band, n).T @ sampling(band, n), torch.eye(2 * band + 1, dtype=torch.float64), atol=EXACT, rtol=0
    )


@pytest.mark.parametrize(("name", "band"), [("C8", 2), ("C16", 5)])
def test_a_step_of_the_group_permutes_the_samples(name: str, band: int, generator: torch.Generator) -> None:
    cyclic, step = group(name), Element(False, 1)
    matrix = sampling(band, cyclic.order)
    c = torch.randn(2 * band + 1, generator=generator, dtype=torch.float64)
    shifted = matrix @ turned(c, cyclic.angle(step))
    torch.testing.assert_close(shifted, (matrix @ c)[cyclic.permutation(step)], atol=EXACT, rtol=0)


@pytest.mark.parametrize("alpha", [0.3, 1.234, 2.0])
def test_a_nonlinearity_commutes_with_all_rotations_the_better_the_more_samples(
    alpha: float, generator: torch.Generator
) -> None:
    few, more, many = (error(3, n, alpha, torch.Generator().manual_seed(1), square=False) for n in (8, 16, 256))
    assert many < 1e-10
    assert many < more < few


def test_squares_commute_exactly_from_three_samples_a_wave_on(generator: torch.Generator) -> None:
    assert error(5, 16, 0.3, generator, square=True) < EXACT
    assert error(2, 7, 0.3, generator, square=True) < EXACT
    assert error(5, 15, 0.3, generator, square=True) > 1e-3


def test_waves_need_samples() -> None:
    with pytest.raises(ConfigError, match=r"need 2L \+ 2 samples or more; got L = 3, 7 samples"):
        sampling(3, 7)
    with pytest.raises(ConfigError, match="got L = -1"):
        sampling(-1, 8)
