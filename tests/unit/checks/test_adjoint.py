"""The adjoint checker: silent for transposes, loud for each way in which a projector's transpose goes wrong."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Generator, Tensor

from structviz.checks import adjoint_error
from structviz.errors import ShapeError
from structviz.tomography import ParallelBeam, RayTransform
from tests.tolerances import ADJOINT

GEOMETRY = ParallelBeam(image_size=64, n_views=30)


def projector(dtype: torch.dtype) -> RayTransform:
    return RayTransform(GEOMETRY, dtype=dtype)


def one_view_shifted(y: Tensor) -> Tensor:
    moved = y.clone()
    moved[..., 7, :] = y[..., 7, :].roll(1, -1)
    return moved


def one_view_weaker(y: Tensor) -> Tensor:
    scaled = y.clone()
    scaled[..., 7, :] *= 0.99
    return scaled


DEFECTS: dict[str, Callable[[RayTransform], Callable[[Tensor], Tensor]]] = {
    "one per cent too large": lambda A: lambda y: 1.01 * A.adjoint(y),
    "wrong sign": lambda A: lambda y: -A.adjoint(y),
    "one view shifted by a bin": lambda A: lambda y: A.adjoint(one_view_shifted(y)),
    "one view one per cent too small": lambda A: lambda y: A.adjoint(one_view_weaker(y)),
    "detector reversed": lambda A: lambda y: A.adjoint(y.flip(-1)),
    "image transposed": lambda A: lambda y: A.adjoint(y).mT,
    "image mirrored": lambda A: lambda y: A.adjoint(y).flip(-1),
    "clipped": lambda A: lambda y: A.adjoint(y).clamp(min=0),
}


@pytest.mark.parametrize("dtype", ADJOINT, ids=str)
@pytest.mark.parametrize("defect", DEFECTS)
def test_every_defect_is_seen(defect: str, dtype: torch.dtype, generator: Generator) -> None:
    A = projector(dtype)
    x = torch.rand(2, 1, 64, 64, generator=generator, dtype=dtype)
    assert adjoint_error(A, A.adjoint, x, generator) <= ADJOINT[dtype] / 10
    assert adjoint_error(A, DEFECTS[defect](A), x, generator) > 10 * ADJOINT[dtype]


@pytest.mark.parametrize("noise", [torch.rand, torch.randn])
@pytest.mark.parametrize("factor", [0.99, 1.01])
def test_one_per_cent_shows_as_one_per_cent(noise: Callable[..., Tensor], factor: float, generator: Generator) -> None:
    A = projector(torch.float32)
    x = noise(1, 1, 64, 64, generator=generator)
    error = adjoint_error(A, lambda y: factor * A.adjoint(y), x, generator)
    assert error == pytest.approx(0.01, rel=0.2)


def test_a_dual_vector_of_noise_alone_would_hide_it(generator: Generator) -> None:
    """Why the check does as it does."""
    A = projector(torch.float64)
    x = torch.randn(1, 1, 64, 64, generator=generator, dtype=torch.float64)
    y = torch.randn(1, 1, *GEOMETRY.sinogram_shape, generator=generator, dtype=torch.float64)
    Ax = A(x)
    hidden = abs(float((Ax * y).sum() - (x * 1.01 * A.adjoint(y)).sum()) / float(Ax.norm() * y.norm()))
    assert hidden < 5e-4
    assert adjoint_error(A, lambda y: 1.01 * A.adjoint(y), x, generator) > 5e-3


def test_maps_between_any_shapes(generator: Generator) -> None:
    M = torch.randn(5, 12, generator=generator, dtype=torch.float64)
    x = torch.randn(3, 4, generator=generator, dtype=torch.float64)
    assert adjoint_error(lambda x: M @ x.flatten(), lambda y: (M.T @ y).view(3, 4), x) < 1e-15
    assert adjoint_error(lambda x: M @ x.flatten(), lambda y: (M.T @ y).view(4, 3).T, x) > 1e-2


def test_the_same_call_gives_the_same_number_and_keeps_no_gradient(generator: Generator) -> None:
    A = projector(torch.float32)
    x = torch.rand(1, 1, 64, 64, generator=generator).requires_grad_()
    before = x.detach().clone()
    assert adjoint_error(A, A.adjoint, x) == adjoint_error(A, A.adjoint, x)
    assert torch.equal(x, before)
    assert x.grad is None


def test_zero_and_nan() -> None:
    x = torch.ones(3)
    assert adjoint_error(lambda x: 0 * x, lambda y: 0 * y, x) == 0
    assert adjoint_error(lambda x: 0 * x, lambda y: y + 1, x) == math.inf
    assert math.isnan(adjoint_error(lambda x: x, lambda y: y * math.nan, x))
    # Also if only some of the vectors meet it: the logarithm of what is negative.
    assert math.isnan(adjoint_error(lambda x: x, lambda y: y.log().exp(), torch.ones(50)))


def test_an_adjoint_to_another_space_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"\(3,\), got \(2,\)"):
        adjoint_error(lambda x: x, lambda y: y[:2], torch.ones(3))
