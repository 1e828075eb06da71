"""Least squares: against a dense solver, and what each method promises to bring down in every step."""

import pytest
import torch
from torch import Generator, Tensor
from torch.testing import assert_close

from structviz import data
from structviz.errors import ConfigError, ShapeError
from structviz.tomography import ParallelBeam, RayTransform, SolverTrace, conjugate_gradients, sirt
from tests.tolerances import PRECISIONS

METHODS = {"conjugate gradients": conjugate_gradients, "SIRT": sirt}
ALL = pytest.mark.parametrize("method", METHODS)


def small(generator: Generator, n_views: int = 10) -> tuple[RayTransform, Tensor]:
    """A projector of full column rank if it has many views, and data that no image explains."""
    A = RayTransform(ParallelBeam(7, n_views), dtype=torch.float64)
    return A, torch.randn(2, 1, *A.geometry.sinogram_shape, generator=generator, dtype=torch.float64)


def matrix(A: RayTransform) -> Tensor:
    n = A.geometry.image_size
    return A(torch.eye(n * n, dtype=A.dtype).view(-1, 1, n, n)).flatten(1).T


def scan(noise: float, generator: Generator) -> tuple[RayTransform, Tensor, Tensor]:
    """A projector whose rays all cross the head, the head, and a noisy scan."""
    A = RayTransform(ParallelBeam(48, 40, n_detectors=48), dtype=torch.float64)
    x = data.shepp_logan(48).double()
    y = A(x)
    return A, x, y + noise * torch.randn(y.shape, generator=generator, dtype=y.dtype)


@pytest.mark.parametrize("n_views", [4, 10])
def test_conjugate_gradients_reach_the_least_squares_solution_of_least_norm(n_views: int, generator: Generator) -> None:
    A, y = small(generator, n_views)
    x = conjugate_gradients(A, y, 300).image
    expected = torch.linalg.pinv(matrix(A)) @ y.flatten(1).T
    assert_close(x.flatten(1).T, expected, rtol=0, atol=1e-6 * float(expected.abs().max()))


def test_sirt_reaches_the_least_weighted_residual(generator: Generator) -> None:
    A = RayTransform(ParallelBeam(4, 8, n_detectors=4), dtype=torch.float64)
    x, noise = (torch.randn(1, 1, *shape, generator=generator, dtype=torch.float64) for shape in ((4, 4), (8, 4)))
    y = A(x) + 0.1 * noise
    M = matrix(A)
    weights = M.sum(1).rsqrt()

    def weighted(x: Tensor) -> float:
        return float((weights * (M @ x.flatten() - y.flatten())).norm())

    best = weighted(torch.linalg.lstsq(weights[:, None] * M, weights * y.flatten()).solution)
    run = sirt(A, y, 1000, keep_every=1000)
    assert weighted(run.iterates[0]) > 1.2 * best
    assert best <= weighted(run.image) < best * (1 + 0.02)


def test_steps_of_sirt_weigh_pixels_and_rays_by_their_sums(generator: Generator) -> None:
    """x ← x + C Aᵀ R (y − Ax), with the inverse sums of columns and rows in C and R."""
    A, y = small(generator)
    M, measured = matrix(A), y.flatten(1).T
    C, R = (torch.where(sums > 0, 1 / sums, 0.0)[:, None] for sums in (M.sum(0), M.sum(1)))
    x = torch.zeros(M.shape[1], 2, dtype=torch.float64)
    for iterate in sirt(A, y, 3).iterates:
        assert_close(iterate.flatten(1).T, x, rtol=0, atol=PRECISIONS[torch.float64])
        x = x + C * (M.T @ (R * (measured - M @ x)))


@ALL
def test_runs_start_at_zero_and_record_their_residuals(method: str, generator: Generator) -> None:
    A, y = small(generator)
    run = METHODS[method](A, y, 7)
    assert run.kept == tuple(range(8))
    assert run.iterates.shape == (8, 2, 1, 7, 7)
    assert not run.iterates[0].any()
    assert torch.equal(run.image, run.iterates[-1])
    for x, residuals in zip(run.iterates, run.residuals, strict=True):
        assert_close(residuals, (A(x) - y).flatten(1).norm(dim=1))


@ALL
def test_what_is_kept_does_not_change_where_it_ends(method: str, generator: Generator) -> None:
    A, y = small(generator)
    run, sparse = METHODS[method](A, y, 10), METHODS[method](A, y, 10, keep_every=4)
    assert sparse.kept == (0, 4, 8, 10)
    assert torch.equal(sparse.iterates, run.iterates[[0, 4, 8, 10]])
    assert torch.equal(sparse.residuals, run.residuals[[0, 4, 8, 10]])


def test_residuals_of_conjugate_gradients_never_grow(generator: Generator) -> None:
    A, _, y = scan(0.05, generator)
    residuals = conjugate_gradients(A, y, 60).residuals
    assert (residuals.diff(dim=0) <= 1e-12 * residuals[0]).all()
    assert (residuals[-1] < 0.05 * residuals[0]).all()


@pytest.mark.parametrize("nonnegative", [False, True])
def test_weighted_residuals_of_sirt_never_grow(nonnegative: bool, generator: Generator) -> None:
    A, _, y = scan(0.05, generator)
    run = sirt(A, y, 60, nonnegative)
    lengths = A(torch.ones(1, 1, 48, 48, dtype=torch.float64))
    weighted = torch.stack([(((A(x) - y) ** 2) / lengths).sum() for x in run.iterates])
    assert (weighted.diff() <= 1e-12 * weighted[0]).all()
    assert weighted[-1] < 0.05 * weighted[0]
    assert (run.image.min() >= 0) == nonnegative


def test_no_method_in_the_krylov_space_is_faster_than_conjugate_gradients(generator: Generator) -> None:
    A, y = small(generator)
    run = conjugate_gradients(A, y[:1], 4)
    basis = [A.adjoint(y[:1]).flatten()]
    for _ in range(3):
        basis.append(A.adjoint(A(basis[-1].view(1, 1, 7, 7))).flatten())
    K = torch.linalg.qr(torch.stack(basis, 1)).Q
    best = K @ torch.linalg.pinv(matrix(A) @ K) @ y[0].flatten()
    assert_close(run.image.flatten(), best, rtol=0, atol=1e-8)


@ALL
def test_the_noise_comes_last(method: str, generator: Generator) -> None:
    A, x, y = scan(0.1, generator)
    run = METHODS[method](A, y, 300)
    errors = [float((iterate - x).norm()) for iterate in run.iterates]
    best = errors.index(min(errors))
    assert 3 < best < 250
    assert errors[best] < 0.5 * errors[0]
    assert errors[-1] > 1.02 * errors[best]


@ALL
def test_images_of_a_batch_are_solved_by_themselves(method: str, generator: Generator) -> None:
    A, y = small(generator)
    together = METHODS[method](A, y * torch.tensor([1.0, 1e-3])[:, None, None, None], 5)
    for k, scale in enumerate((1.0, 1e-3)):
        alone = METHODS[method](A, y[k : k + 1], 5)
        assert_close(together.image[k], alone.image[0] * scale)


@ALL
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_zero_data_and_convergence_are_no_trouble(method: str, dtype: torch.dtype) -> None:
    A = RayTransform(ParallelBeam(5, 6), dtype=dtype)
    y = torch.zeros(1, 1, *A.geometry.sinogram_shape, dtype=dtype)
    assert not METHODS[method](A, y, 3).image.any()
    x = torch.rand(1, 1, 5, 5, generator=Generator().manual_seed(0), dtype=dtype)
    run: SolverTrace = METHODS[method](A, A(x), 200)
    assert torch.isfinite(run.residuals).all()
    assert run.residuals[-1] < (1e-2 if method == "SIRT" else 100 * PRECISIONS[dtype])


@ALL
def test_pixels_and_rays_that_do_not_meet_stay_zero(method: str, generator: Generator) -> None:
    A = RayTransform(ParallelBeam(6, 1, n_detectors=2), dtype=torch.float64)
    y = torch.randn(1, 1, 1, 2, generator=generator, dtype=torch.float64)
    image = METHODS[method](A, y, 20).image
    assert torch.isfinite(image).all()
    assert not image[..., [0, 1, 4, 5]].any()
    assert_close(A(image), y)
    beyond = RayTransform(ParallelBeam(6, 1, n_detectors=20), dtype=torch.float64)
    assert torch.isfinite(METHODS[method](beyond, torch.ones(1, 1, 1, 20, dtype=torch.float64), 20).image).all()


@ALL
def test_nothing_is_changed_and_no_gradient_kept(method: str, generator: Generator) -> None:
    A, y = small(generator)
    before = y.clone()
    image = METHODS[method](A, y.requires_grad_(), 3).image
    assert torch.equal(y, before)
    assert not image.requires_grad


@ALL
@pytest.mark.usefixtures("without_shape_checks")
def test_bad_arguments_are_named(method: str, generator: Generator) -> None:
    A, y = small(generator)
    for wrong in (0, -1, 2.5):
        with pytest.raises(ConfigError, match="n_iterations must be an integer from 1"):
            METHODS[method](A, y, wrong)
        with pytest.raises(ConfigError, match="keep_every must be an integer from 1"):
            METHODS[method](A, y, 5, keep_every=wrong)
    with pytest.raises(ShapeError, match="sinograms of this geometry"):
        METHODS[method](A, y[..., 1:], 5)
