import copy
import math
import pickle

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from structviz.checks import adjoint_error
from structviz.errors import ShapeError
from structviz.tomography import ParallelBeam, RayTransform
from tests.conformance.operators import OPERATORS, OperatorCase
from tests.tolerances import ADJOINT, MATRIX, NORM, PRECISIONS

ALL = pytest.mark.parametrize("case", OPERATORS, ids=lambda case: case.name)
BOTH = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)


def images(A: RayTransform, generator: torch.Generator, batch: int = 3) -> Tensor:
    n = A.geometry.image_size
    return torch.randn(batch, 1, n, n, generator=generator, dtype=A.dtype)


def sinograms(A: RayTransform, generator: torch.Generator, batch: int = 3) -> Tensor:
    return torch.randn(batch, 1, *A.geometry.sinogram_shape, generator=generator, dtype=A.dtype)


def dense(A: RayTransform) -> Tensor:
    """The matrix, column by column, from A alone."""
    n = A.geometry.image_size
    return A(torch.eye(n * n, dtype=A.dtype).view(-1, 1, n, n)).flatten(1).T


def dense_by_definition(geometry: ParallelBeam) -> Tensor:
    """The matrix, entry by entry, without any symmetry: each pixel is a box, each bin gets its share."""
    n, p = geometry.image_size, geometry.pixel_size
    rows = []
    for angle in geometry.angles.tolist():
        cos, sin = math.cos(angle), math.sin(angle)
        half = p * max(abs(cos), abs(sin)) / 2
        for offset in geometry.offsets.tolist():
            left, right = offset - geometry.spacing / 2, offset + geometry.spacing / 2
            row = []
            for i in range(n):
                for j in range(n):
                    middle = ((j - (n - 1) / 2) * cos - (i - (n - 1) / 2) * sin) * p
                    covered = max(min(right, middle + half) - max(left, middle - half), 0.0)
                    row.append(covered / (2 * half) * p * p / geometry.spacing)
            rows.append(row)
    return torch.tensor(rows, dtype=torch.float64)


@ALL
@BOTH
def test_keeps_batch_and_dtype_and_leaves_its_input(
    case: OperatorCase, dtype: torch.dtype, generator: torch.Generator
) -> None:
    A = case(dtype)
    x = images(A, generator)
    before = x.clone()
    y = A(x)
    assert (y.shape, y.dtype, y.is_contiguous()) == ((3, 1, *case.geometry.sinogram_shape), dtype, True)
    kept = y.clone()
    back = A.adjoint(y)
    assert (back.shape, back.dtype, back.is_contiguous()) == (x.shape, dtype, True)
    assert torch.equal(x, before)
    assert torch.equal(y, kept)


@ALL
@BOTH
def test_the_adjoint_is_matched(case: OperatorCase, dtype: torch.dtype, generator: torch.Generator) -> None:
    A = case(dtype)
    assert adjoint_error(A, A.adjoint, images(A, generator), generator) <= ADJOINT[dtype]


@ALL
def test_the_adjoint_is_the_transpose_entry_by_entry(case: OperatorCase) -> None:
    A = case()
    views, detectors = case.geometry.sinogram_shape
    unit = torch.eye(views * detectors, dtype=A.dtype).view(-1, 1, views, detectors)
    assert_close(A.adjoint(unit).flatten(1), dense(A), rtol=0, atol=0)


@ALL
def test_the_matrix_is_what_its_definition_says(case: OperatorCase) -> None:
    expected = dense_by_definition(case.geometry)
    assert_close(dense(case()), expected, rtol=0, atol=MATRIX * case.geometry.pixel_size)
    assert expected.abs().max() > 0.05 * case.geometry.pixel_size


@ALL
@BOTH
def test_is_linear(case: OperatorCase, dtype: torch.dtype, generator: torch.Generator) -> None:
    A = case(dtype)
    for apply, draw in ((A, images), (A.adjoint, sinograms)):
        u, v = draw(A, generator), draw(A, generator)
        assert_close(apply(2 * u - 3 * v), 2 * apply(u) - 3 * apply(v), rtol=0, atol=20 * PRECISIONS[dtype])
        assert not apply(0 * u).any()


@ALL
@BOTH
def test_images_of_a_batch_do_not_mix(case: OperatorCase, dtype: torch.dtype, generator: torch.Generator) -> None:
    A = case(dtype)
    for apply, values in ((A, images(A, generator)), (A.adjoint, sinograms(A, generator))):
        alone = torch.cat([apply(one) for one in values.split(1)])
        assert_close(apply(values), alone, rtol=0, atol=PRECISIONS[dtype])
        assert apply(values[:0]).shape == (0, *alone.shape[1:])


@ALL
def test_both_precisions_agree(case: OperatorCase, generator: torch.Generator) -> None:
    single, double = case(torch.float32), case(torch.float64)
    x, y = images(double, generator), sinograms(double, generator)
    assert_close(single(x.float()).double(), double(x), rtol=0, atol=PRECISIONS[torch.float32])
    assert_close(single.adjoint(y.float()).double(), double.adjoint(y), rtol=0, atol=PRECISIONS[torch.float32])


@ALL
def test_has_derivatives_of_the_second_order(case: OperatorCase, generator: torch.Generator) -> None:
    A = case()
    x = images(A, generator, batch=2).requires_grad_()
    y = sinograms(A, generator, batch=2).requires_grad_()
    assert torch.autograd.gradcheck(A, x, fast_mode=True)
    assert torch.autograd.gradcheck(A.adjoint, y, fast_mode=True)
    # A linear map alone has no second derivative to get wrong.
    assert torch.autograd.gradgradcheck(lambda x: A(x) ** 3, x, fast_mode=True)
    assert torch.autograd.gradgradcheck(lambda y: A.adjoint(y) ** 3, y, fast_mode=True)


@ALL
@BOTH
def test_the_gradient_of_the_data_misfit_is_the_adjoint_of_the_residual(
    case: OperatorCase, dtype: torch.dtype, generator: torch.Generator
) -> None:
    A = case(dtype)
    x, y = images(A, generator).requires_grad_(), sinograms(A, generator)
    (gradient,) = torch.autograd.grad(((A(x) - y) ** 2).sum() / 2, x)
    assert torch.equal(gradient, A.adjoint(A(x.detach()) - y))


@ALL
@BOTH
def test_the_norm_is_the_largest_singular_value(case: OperatorCase, dtype: torch.dtype) -> None:
    A = case(dtype)
    largest = float(torch.linalg.matrix_norm(dense_by_definition(case.geometry), 2))
    assert A.norm() == pytest.approx(largest, rel=NORM[dtype])
    assert case(dtype).norm() == A.norm()


@ALL
def test_memory_order_does_not_matter(case: OperatorCase, generator: torch.Generator) -> None:
    A = case()
    x, y = images(A, generator), sinograms(A, generator)
    assert torch.equal(A(x.mT.contiguous().mT), A(x))
    assert torch.equal(A.adjoint(y.mT.contiguous().mT), A.adjoint(y))


@ALL
def test_copies_are_the_same_map_and_share_its_numbers(case: OperatorCase, generator: torch.Generator) -> None:
    A = case(torch.float32)
    x = images(A, generator)
    for other in (copy.deepcopy(A), pickle.loads(pickle.dumps(A)), case(torch.float32)):
        assert other.geometry == A.geometry
        assert torch.equal(other(x), A(x))
        assert other._matrix.matrices is A._matrix.matrices


@ALL
@pytest.mark.usefixtures("without_shape_checks")
def test_what_does_not_fit_is_refused(case: OperatorCase) -> None:
    A, n = case(torch.float32), case.geometry.image_size
    views, detectors = case.geometry.sinogram_shape
    for wrong in ((n, n), (1, n, n), (1, 2, n, n), (1, 1, n, n + 1), (1, 1, n + 1, n + 1), (1, 1, 1, n)):
        with pytest.raises(ShapeError, match=rf"must have the shape \(batch, 1, {n}, {n}\)"):
            A(torch.zeros(wrong))
    for wrong in ((views, detectors), (1, 1, views, detectors + 1), (1, 1, views + 1, detectors)):
        with pytest.raises(ShapeError, match=rf"must have the shape \(batch, 1, {views}, {detectors}\)"):
            A.adjoint(torch.zeros(wrong))
    with pytest.raises(ShapeError, match="float32 on cpu"):
        A(torch.zeros(1, 1, n, n, dtype=torch.float64))
    with pytest.raises(ShapeError, match="float32 on cpu"):
        A.adjoint(torch.zeros(1, 1, views, detectors, dtype=torch.int64))
