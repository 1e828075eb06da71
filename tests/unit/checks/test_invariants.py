"""Inverses, volumes and conserved quantities: closed forms hold, and a planted defect shows at its size."""

import pytest
import torch
from torch import Tensor

from structviz.checks import (
    inverse_error,
    log_det_error,
    mass_error,
    norm_error,
    orthogonality_error,
    reversal_error,
    symplecticity_error,
)
from structviz.errors import ShapeError


class Shear:
    """x₂ ← x₂ + s x₁², and then x₁ ← e x₁: everything about it is known."""

    def __init__(self, inverse_sign: float = -1.0, stretch: float = 2.0) -> None:
        self.inverse_sign, self.stretch = inverse_sign, stretch

    def __call__(self, x: Tensor) -> Tensor:
        return torch.stack([self.stretch * x[:, 0], x[:, 1] + x[:, 0].square()], 1)

    def inverse(self, z: Tensor) -> Tensor:
        x1 = z[:, 0] / self.stretch
        return torch.stack([x1, z[:, 1] + self.inverse_sign * x1.square()], 1)

    def log_det(self, x: Tensor) -> Tensor:
        return -self.inverse_sign * x.new_full((len(x),), self.stretch).log()


@pytest.fixture
def points(generator: torch.Generator) -> Tensor:
    return torch.randn(7, 2, generator=generator, dtype=torch.float64)


def test_the_inverse_of_a_shear(points: Tensor) -> None:
    assert inverse_error(Shear(), points) < 1e-15
    assert inverse_error(Shear(inverse_sign=1.0), points) > 0.1


def test_both_orders_are_looked_at(points: Tensor) -> None:
    class Exponential:
        """Its inverse undoes codes that come from data, which are positive, and no others."""

        def __call__(self, x: Tensor) -> Tensor:
            return x.exp()

        def inverse(self, z: Tensor) -> Tensor:
            return z.abs().log()

    assert inverse_error(Exponential(), points.abs()) < 1e-14
    assert points.min() < 0
    assert inverse_error(Exponential(), points) > 0.1


def test_the_log_det_of_a_shear(points: Tensor) -> None:
    assert log_det_error(Shear(), points) < 1e-15
    wrong = log_det_error(Shear(inverse_sign=1.0), points)  # the sign of the log-det
    assert wrong == pytest.approx(2 * torch.tensor(2.0).log().item())


def test_a_singular_map_has_no_finite_error(points: Tensor) -> None:
    class Flat(Shear):
        def __call__(self, x: Tensor) -> Tensor:
            return 0 * x

    assert log_det_error(Flat(), points) == float("inf")


def test_one_log_det_for_each_input(points: Tensor) -> None:
    class Sum(Shear):
        def log_det(self, x: Tensor) -> Tensor:
            return super().log_det(x).sum(0, keepdim=True)

    with pytest.raises(ShapeError, match="one number for each"):
        log_det_error(Sum(), points)


def test_turns_of_phase_space_are_symplectic_and_stretches_are_not(points: Tensor) -> None:
    phase = torch.cat([points, points.flip(0)], 1)  # two positions, two momenta
    assert symplecticity_error(lambda z: torch.cat([z[:, 2:], -z[:, :2]], 1), phase) == 0
    assert symplecticity_error(lambda z: 1.1 * z, phase) == pytest.approx(0.21)
    assert symplecticity_error(lambda z: 1.1 * z, phase, factor=1.21) < 1e-15
    # Exchanging positions and momenta without the sign reverses the form.
    assert symplecticity_error(lambda z: torch.cat([z[:, 2:], z[:, :2]], 1), phase) == pytest.approx(2)
    with pytest.raises(ShapeError, match="even number"):
        symplecticity_error(lambda z: z, phase[:, :3])


def test_a_way_there_and_back_in_time(points: Tensor) -> None:
    class Turn:
        def __init__(self, back: float) -> None:
            self.back = back

        def __call__(self, x: Tensor) -> Tensor:
            return 2 * x

        def backward_in_time(self, z: Tensor) -> Tensor:
            return self.back * z

    assert reversal_error(Turn(0.5), points) == 0
    assert reversal_error(Turn(0.505), points) == pytest.approx(0.01)


def test_lengths_masses_and_orthogonality(points: Tensor) -> None:
    assert norm_error(lambda x: x.flip(1), points) < 1e-15
    assert norm_error(lambda x: 1.01 * x, points) == pytest.approx(0.01)
    assert mass_error(lambda x: x.flip(1), points) < 1e-15
    assert mass_error(lambda x: x + points.new_tensor([0.01, -0.01]), points) < 1e-14
    assert mass_error(lambda x: 1.01 * x, points.abs()) == pytest.approx(0.01)
    turn = torch.linalg.qr(torch.randn(4, 3, 3, generator=torch.Generator().manual_seed(1)).double()).Q
    assert orthogonality_error(turn) < 1e-14
    assert orthogonality_error(turn[:, :, :2]) < 1e-14
    assert orthogonality_error(turn[:, :2]) < 1e-14
    assert orthogonality_error(1.01 * turn) == pytest.approx(0.0201)


def test_a_turn_keeps_lengths_though_its_entries_change() -> None:
    half = 0.5**0.5
    turn = torch.tensor([[half, -half], [half, half]], dtype=torch.float64)
    points = torch.tensor([[1.0, 0.0], [0.3, -2.0]], dtype=torch.float64)
    assert norm_error(lambda x: x @ turn.T, points) < 1e-15
    assert norm_error(lambda x: x.abs().amax(1, keepdim=True).expand(2, 2), points) > 0.3
