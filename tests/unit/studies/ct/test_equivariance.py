"""Which methods turn with the object, and what interpolation alone costs."""

import math

import torch

from structviz.studies.ct import acquire, equivariance_by_angle, interpolation_by_angle, reconstruct
from structviz.transforms import disc_mask, rotate
from tests.tolerances import EQUIVARIANCE
from tests.unit.studies.ct.parts import GEOMETRY, N, X, backprojected, net


def test_an_equivariant_method_turns_with_the_object_and_another_does_not() -> None:
    upright, turned = (acquire(X, GEOMETRY, math.inf, angle=k * math.pi / 2) for k in (0, 1))

    def error(method: object) -> float:
        expected = torch.rot90(method(upright.sinogram)[-1], 1, (-2, -1))  # pyright: ignore[reportCallIssue]
        return float((method(turned.sinogram)[-1] - expected).norm() / expected.norm())  # pyright: ignore[reportCallIssue]

    assert error(backprojected) < EQUIVARIANCE[torch.float32]
    assert error(net().iterates) > 1e-3


def test_errors_by_angle_are_small_at_quarter_turns_for_an_equivariant_method_only() -> None:
    equivariant, ordinary = (equivariance_by_angle(m, X, GEOMETRY, 8) for m in (backprojected, net().iterates))
    quarters, between = [2, 4, 6], [1, 3, 5, 7]
    assert equivariant[0] == ordinary[0] == 0
    assert equivariant[quarters].max() < EQUIVARIANCE[torch.float32]
    assert equivariant[between].min() > 1e-3, "on a grid nothing is exact between quarter turns"
    assert ordinary[quarters].min() > 1e-3


def test_an_error_by_angle_is_the_relative_distance_of_two_ways() -> None:
    found = equivariance_by_angle(backprojected, X, GEOMETRY, 8)[1].item()
    angle = math.pi / 4
    turned_first, turned_last = (
        reconstruct(backprojected, acquire(X, GEOMETRY, math.inf, angle=a)).iterates[-1] for a in (angle, 0)
    )
    turned_last = rotate(turned_last[None, None], angle, "zeros")[0, 0]
    inside = disc_mask(N, N, N / 8)
    expected = ((turned_first - turned_last)[inside].norm() / turned_last[inside].norm()).item()
    assert math.isclose(found, expected, rel_tol=1e-4)


def test_interpolation_costs_nothing_at_quarter_turns() -> None:
    errors = interpolation_by_angle(X, 8)
    assert errors[::2].max() < EQUIVARIANCE[torch.float32]
    assert errors[1::2].min() > 1e-3
