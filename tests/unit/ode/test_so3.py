"""Rotations against matrix exponentials, dense solves and each other, near the identity and near half turns."""

import math

import pytest
import torch
from torch import Tensor

from structviz.errors import ConfigError, ShapeError
from structviz.ode import hat, nearest_rotation, so3_cayley, so3_cayley_inverse, so3_exp, so3_log, vee

IDENTITY = torch.eye(3, dtype=torch.float64)


def vectors(length: float | None = None, n: int = 50) -> Tensor:
    v = torch.randn(n, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    return v if length is None else length * v / v.norm(dim=1, keepdim=True)


def test_hat_is_the_cross_product_and_vee_undoes_it() -> None:
    v, w = vectors(), vectors().flip(0)
    torch.testing.assert_close((hat(v) @ w[..., None])[..., 0], torch.linalg.cross(v, w))
    torch.testing.assert_close(vee(hat(v)), v, rtol=0, atol=0)


@pytest.mark.parametrize("angle", [1e-12, 1e-4, 1.0, math.pi - 1e-9, math.pi, 6.0])
def test_rodrigues_is_the_matrix_exponential(angle: float) -> None:
    torch.testing.assert_close(so3_exp(vectors(angle)), torch.matrix_exp(hat(vectors(angle))), rtol=0, atol=1e-14)


@pytest.mark.parametrize("angle", [1e-12, 1e-8, 1e-4, 1.0, math.pi - 1e-4, math.pi - 1e-9, math.pi - 1e-14])
def test_the_logarithm_undoes_the_exponential_to_the_last_digits(angle: float) -> None:
    v = vectors(angle)
    torch.testing.assert_close(so3_log(so3_exp(v)), v, rtol=1e-14, atol=1e-15)


def test_of_a_half_turn_and_of_the_identity_there_is_a_logarithm() -> None:
    half_turns = 2 * vectors(1.0)[:, :, None] * vectors(1.0)[:, None] - IDENTITY
    torch.testing.assert_close(so3_exp(so3_log(half_turns)), half_turns, rtol=0, atol=1e-14)
    torch.testing.assert_close(so3_log(IDENTITY), torch.zeros(3, dtype=torch.float64), rtol=0, atol=0)


def test_exponentials_have_derivatives_also_at_zero() -> None:
    start = torch.cat([torch.zeros(1, 3, dtype=torch.float64), vectors(n=2)]).requires_grad_()
    assert torch.autograd.gradcheck(so3_exp, start)


def test_cayley_is_the_dense_transform_and_is_undone() -> None:
    v = vectors()
    dense = torch.linalg.solve(IDENTITY - hat(v) / 2, IDENTITY + hat(v) / 2)
    torch.testing.assert_close(so3_cayley(v), dense, rtol=0, atol=1e-14)
    torch.testing.assert_close(so3_cayley_inverse(dense), v, rtol=1e-13, atol=1e-13)


def test_a_half_turn_is_no_cayley_transform() -> None:
    with pytest.raises(ConfigError, match="half turn"):
        so3_cayley_inverse(torch.diag(torch.tensor([-1.0, -1.0, 1.0])))


@pytest.mark.parametrize("wrong", [torch.diag(torch.tensor([1.0, 1.0, -1.0])), 1.1 * torch.eye(3), torch.eye(3) / 0])
def test_of_other_matrices_there_is_no_logarithm(wrong: Tensor) -> None:
    with pytest.raises(ConfigError, match="nearest_rotation"):
        so3_log(wrong)


@pytest.mark.usefixtures("without_shape_checks")
def test_vectors_have_three_entries() -> None:
    with pytest.raises(ShapeError, match="three entries"):
        hat(torch.zeros(2))
    with pytest.raises(ShapeError, match="three rows"):
        vee(torch.zeros(2, 2))
    with pytest.raises(ShapeError, match="three rows"):
        so3_log(torch.zeros(3, 2))


def test_the_nearest_rotation_is_one_and_no_other_is_nearer() -> None:
    M = torch.randn(20, 3, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    assert (torch.linalg.det(M) < 0).any()
    R = nearest_rotation(M)
    torch.testing.assert_close(R.mT @ R, IDENTITY.expand(20, 3, 3), rtol=0, atol=1e-14)
    torch.testing.assert_close(torch.linalg.det(R), torch.ones(20, dtype=torch.float64))
    others = R[:, None] @ so3_exp(torch.cat([vectors(0.1), vectors(1.0), vectors(3.0)]))
    assert ((others - M[:, None]).flatten(2).norm(dim=2) > (R - M).flatten(1).norm(dim=1)[:, None]).all()
    torch.testing.assert_close(nearest_rotation(3 * R), R, rtol=0, atol=1e-14)


def test_only_a_matrix_with_entries_that_are_not_finite_loses_its_rotation() -> None:
    there = nearest_rotation(torch.stack([torch.full((3, 3), math.inf), torch.eye(3)]))
    assert there[0].isnan().all()
    torch.testing.assert_close(there[1], torch.eye(3))


def test_the_nearest_rotation_has_derivatives_also_at_rotations_and_mirrors() -> None:
    generic = torch.randn(4, 3, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    rotations, mirrors = (
        so3_exp(vectors(n=2)),
        so3_exp(vectors(n=2)) @ torch.diag(torch.tensor([1.0, 2.0, -0.5], dtype=torch.float64)),
    )
    turned = so3_exp(vectors(n=2)) @ (IDENTITY + hat(vectors(0.3, n=2)))  # a step of Euler: two equal singular values
    M = torch.cat([generic, rotations, mirrors, turned]).requires_grad_()
    assert torch.autograd.gradcheck(nearest_rotation, M)
    assert (nearest_rotation(M) == nearest_rotation(M.detach())).all()


@pytest.mark.usefixtures("without_shape_checks")
def test_a_matrix_of_the_plane_has_no_nearest_rotation_of_space() -> None:
    with pytest.raises(ShapeError, match="three rows and columns"):
        nearest_rotation(torch.eye(2))
