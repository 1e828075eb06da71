"""The gradient flow: non-expansive up to the longest step and not beyond, and downhill."""

import pytest
import torch
from torch import Tensor

from structviz.studies.stability import gradient_flow

A = torch.tensor([[0.6, 0.1], [-0.1, 0.8], [0.3, -0.4]], dtype=torch.float64)


def largest_growth(x: Tensor, share: float) -> float:
    """How much further from each other neighbours are after a step, at worst."""
    states = gradient_flow(x, A, share, 40)
    apart = (states[:, 1:] - states[:, :-1]).norm(dim=-1)
    return float((apart[1:] / apart[:-1].clamp(min=1e-9)).max())


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_no_step_expands_up_to_the_longest(share: float, generator: torch.Generator) -> None:
    points = 4 * torch.rand(80, 2, generator=generator, dtype=torch.float64) - 2
    assert largest_growth(points, share) <= 1 + 1e-12


def test_a_longer_step_expands_as_the_linearisation_says() -> None:
    # Along the largest singular vector, points near 0 are multiplied by 1 - h ‖A‖² = 1 - 2 share.
    direction = torch.linalg.svd(A)[2][:1]
    points = torch.cat([1e-6 * direction, -1e-6 * direction])
    states = gradient_flow(points, A, 1.3, 1)
    torch.testing.assert_close(states[1], (1 - 2 * 1.3) * points, rtol=1e-9, atol=0)


def test_points_go_downhill_along_the_gradient(generator: torch.Generator) -> None:
    points = torch.randn(30, 2, generator=generator, dtype=torch.float64)
    states = gradient_flow(points, A, 0.5, 10)
    energies = torch.log(torch.cosh(states @ A.T)).sum(-1)
    assert (energies.diff(dim=0) < 0).all()
    x = points.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(torch.log(torch.cosh(x @ A.T)).sum(), x)
    torch.testing.assert_close(states[1], points - gradient / torch.linalg.matrix_norm(A, 2) ** 2)
