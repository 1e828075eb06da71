"""Total variation: against independent solvers and closed forms, and a gap that never lies."""

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Generator, Tensor
from torch.testing import assert_close

from structviz import data
from structviz.errors import ConfigError, ShapeError
from structviz.tomography import (
    ParallelBeam,
    RayTransform,
    conjugate_gradients,
    fbp,
    measure,
    total_variation,
    total_variation_run,
    tv_energy,
    variational,
)
from structviz.tomography.duality import dot, feasible, gradient, gradient_adjoint, lengths, lower_bound, solve_poisson

SIGN = pytest.mark.parametrize("nonnegative", [False, True])
WEIGHED = pytest.mark.parametrize("weighed", [False, True])


def scan(n_photons: float = 1e4, size: int = 32, n_views: int = 20) -> tuple[RayTransform, Tensor, Tensor]:
    """A noisy scan of a head 20 cm wide, and the head."""
    geometry = ParallelBeam(size, n_views, pixel_size=20 / size)
    fine = 0.25 * data.shepp_logan(2 * size).double()
    y = measure(fine, geometry, n_photons, Generator().manual_seed(1))
    return RayTransform(geometry, dtype=torch.float64), y, torch.nn.functional.avg_pool2d(fine, 2)


def tiny(generator: Generator) -> tuple[RayTransform, Tensor]:
    A = RayTransform(ParallelBeam(4, 4, pixel_size=1.0), dtype=torch.float64)
    x = torch.rand(1, 1, 4, 4, generator=generator, dtype=torch.float64) - 0.2
    return A, A(x)


def uneven(y: Tensor) -> Tensor:
    """Weights of rays from 0.05 to 5."""
    return 0.05 * 100 ** torch.rand(y.shape, generator=Generator().manual_seed(3), dtype=y.dtype)


def least_energy(
    A: RayTransform, y: Tensor, weight: float, nonnegative: bool, ray_weights: Tensor | None = None
) -> float:
    """By a quasi-Newton method on a smoothed energy, ever less smoothed: an upper bound of the least energy."""
    from scipy.optimize import minimize

    n = A.geometry.image_size
    best, start = math.inf, np.full(n * n, 0.3)
    for width in 10.0 ** -np.arange(1, 7):

        def smoothed(values: np.ndarray, width: float = width) -> tuple[float, np.ndarray]:
            x = torch.from_numpy(values).view(1, 1, n, n).requires_grad_()
            lengths = torch.sqrt((gradient(x) ** 2).sum(1) + width**2)
            w = 1 if ray_weights is None else ray_weights
            energy = (w * (A(x) - y) ** 2).sum() / 2 + weight * lengths.sum()
            (slope,) = torch.autograd.grad(energy, x)
            return energy.item(), slope.flatten().numpy()

        bounds = [(0, None)] * (n * n) if nonnegative else None
        options = {"maxiter": 1000, "maxfun": 2000, "ftol": 1e-15, "gtol": 1e-12}
        found = minimize(smoothed, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
        start = found.x
        best = min(best, tv_energy(A, torch.from_numpy(start).view(1, 1, n, n), y, weight, ray_weights).item())
    return best


@SIGN
@WEIGHED
@pytest.mark.parametrize("weight", [0.02, 0.3])
def test_agrees_with_an_independent_solver(
    weight: float, weighed: bool, nonnegative: bool, generator: Generator
) -> None:
    A, y = tiny(generator)
    ray_weights = uneven(y) if weighed else None
    run = total_variation_run(A, y, weight, 3000 if weighed else 800, nonnegative, 3000, ray_weights)
    reference = least_energy(A, y, weight, nonnegative, ray_weights)
    energy, gap = run.energies[-1].item(), run.gaps[-1].item()
    assert abs(gap) < 1e-6 * energy
    assert reference >= energy - gap - 1e-12 * energy
    # The other solver is the less exact one.
    assert reference <= energy * (1 + 1e-4)


@SIGN
def test_heavy_weights_give_the_constant_that_fits_best(nonnegative: bool, generator: Generator) -> None:
    A, y = tiny(generator)
    shadow = A(torch.ones(1, 1, 4, 4, dtype=torch.float64))
    constant = float((shadow * y).sum() / (shadow * shadow).sum())
    image, below = total_variation(A, torch.cat([y, -y]), 10.0, 1500, nonnegative)
    assert_close(image, torch.full_like(image, constant), rtol=0, atol=1e-4)
    # Upside down the best constant is negative, or zero if it must not be.
    assert_close(below, torch.full_like(below, 0.0 if nonnegative else -constant), rtol=0, atol=1e-4)


@SIGN
def test_with_heavy_smoothing_rays_count_by_their_weights(nonnegative: bool, generator: Generator) -> None:
    A, y = tiny(generator)
    y = y + torch.randn(y.shape, generator=generator, dtype=y.dtype) / 10
    w, shadow = uneven(y), A(torch.ones(1, 1, 4, 4, dtype=torch.float64))
    constant = float((w * shadow * y).sum() / (w * shadow * shadow).sum())
    image = total_variation(A, y, 10.0, 3000, nonnegative, w)
    assert_close(image, torch.full_like(image, constant), rtol=0, atol=1e-4)
    assert abs(constant - float((shadow * y).sum() / (shadow * shadow).sum())) > 1e-2


def test_rays_of_equal_weight_are_as_rays_without_at_that_share_of_smoothing() -> None:
    A, y, _ = scan()
    weighed = total_variation(A, y, 0.002, 60, ray_weights=torch.full_like(y, 0.1))
    assert_close(weighed, total_variation(A, y, 0.02, 60), rtol=1e-6, atol=1e-9)


@SIGN
@WEIGHED
@pytest.mark.parametrize("weight", [0.01, 0.1])
def test_the_gap_is_never_negative_bounds_the_excess_and_closes(
    weight: float, weighed: bool, nonnegative: bool
) -> None:
    A, y, truth = scan()
    w = uneven(y) if weighed else None
    run = total_variation_run(A, y, weight, 1600 if weighed else 800, nonnegative, 25, w)
    bounds = (run.energies - run.gaps)[:, 0]
    assert (run.gaps >= 0).all()
    assert run.gaps[-1] < 1e-3 * run.energies[-1]
    # The least energy that any run or any other method finds lies above every bound on the way.
    rivals = [truth, fbp(A, y), conjugate_gradients(A, y, 15).image, *run.iterates]
    least = min(tv_energy(A, x.clamp(min=0) if nonnegative else x, y, weight, w).item() for x in rivals)
    assert (bounds <= least).all()
    assert (run.energies[:, 0] - least <= run.gaps[:, 0] + 1e-12).all()


@SIGN
@WEIGHED
def test_every_step_comes_closer_to_the_saddle_point(weighed: bool, nonnegative: bool, generator: Generator) -> None:
    """In the norm of the algorithm: |x|² / step + |q|² / step_q + |p|² / step_p - 2 (⟨Ax, q⟩ + ⟨∇x, p⟩)."""
    A, y = tiny(generator)
    problem = variational._Problem(A, y, 0.3, nonnegative, uneven(y) if weighed else None)
    states = list(itertools.islice(variational._primal_dual(problem), 600))
    step = variational._STEP
    step_q, step_p = (variational._SAFETY / (2 * step * square) for square in (1, 8))
    distances = []
    for state in states[:60]:
        x, q, p = state.x - states[-1].x, state.q - states[-1].q, state.p - states[-1].p
        squares = dot(x, x) / step + dot(q, q) / step_q + dot(p, p) / step_p
        distances.append(float(squares - 2 * dot(problem.forward(x), q) - 2 * dot(gradient(x), p)))
    assert all(after <= before * (1 + 1e-9) for before, after in itertools.pairwise(distances))
    assert 0 <= distances[-1] < (0.5 if weighed else 1e-2) * distances[0]


@SIGN
@pytest.mark.parametrize("scale", [1e-3, 1e-1, 10.0])
@pytest.mark.parametrize("beside", [0.0, 10.0])
def test_any_dual_pair_becomes_one_that_meets_all_conditions(
    beside: float, scale: float, nonnegative: bool, generator: Generator
) -> None:
    A, y, _ = scan()
    # Against the data, so that not all of it shrinks to nothing; rays beside the head decide about the sum of v.
    noise = torch.randn(y.shape, generator=generator, dtype=y.dtype)
    q = scale * (beside * (y < 0.05) - y / y.max() + noise / 10)
    p = scale * torch.randn(1, 2, 32, 32, generator=generator, dtype=y.dtype)
    moved_q, moved_p = feasible(A.adjoint, y, 0.05, q, p, nonnegative)
    v = A.adjoint(moved_q) + gradient_adjoint(moved_p)
    rounding = 1e-12 * max(scale, 1.0)
    assert float(v.min() if nonnegative else -v.abs().max()) >= -rounding
    assert float(lengths(moved_p).max()) <= 0.05 * (1 + 1e-12)
    assert moved_q.any()
    bound = lower_bound(A.adjoint, y, 0.05, q, p, nonnegative)
    assert_close(bound, -dot(moved_q, moved_q) / 2 - dot(moved_q, y))
    assert bound >= 0


@SIGN
def test_a_pair_that_meets_all_conditions_is_left_alone(nonnegative: bool, generator: Generator) -> None:
    A, y = tiny(generator)
    problem = variational._Problem(A, y, 0.3, nonnegative)
    last = list(itertools.islice(variational._primal_dual(problem), 1000))[-1]
    q, p = feasible(problem.adjoint, problem.y, problem.weight, last.q, last.p, nonnegative)
    assert_close(q, last.q, rtol=0, atol=1e-6 * float(last.q.norm()))
    assert_close(p, last.p, rtol=0, atol=1e-6 * float(last.p.norm()))
    assert last.q.norm() > 1e-3 * problem.y.norm()


def test_runs_report_energies_and_start_at_zero() -> None:
    A, y, _ = scan()
    run = total_variation_run(A, y, 0.02, 25, keep_every=10)
    assert run.kept == (0, 10, 20, 25)
    assert not run.iterates[0].any()
    assert_close(run.energies[0], (y**2).sum(dim=(1, 2, 3)) / 2)
    for x, energy in zip(run.iterates, run.energies, strict=True):
        assert_close(energy, tv_energy(A, x, y, 0.02))
    assert torch.equal(run.image, run.iterates[-1])
    assert torch.equal(total_variation(A, y, 0.02, 25), run.image)


def test_beats_filtered_backprojection_of_few_noisy_views_by_far() -> None:
    A, y, truth = scan(1e4, 64, 30)

    def decibels(x: Tensor) -> float:
        return float(-10 * torch.log10(((x - truth) ** 2).mean() / 0.25**2))

    image = total_variation(A, y, 0.01)
    assert image.min() >= 0
    assert decibels(image) > 29
    assert decibels(image) > max(decibels(fbp(A, y, filter)) for filter in ("ramp", "shepp-logan", "hann")) + 5


def test_without_the_constraint_images_may_be_negative() -> None:
    A, y, _ = scan()
    assert total_variation(A, y, 0.01, 100, nonnegative=False).min() < -1e-4
    assert total_variation(A, y, 0.01, 100, nonnegative=True).min() == 0


def test_units_of_length_cancel() -> None:
    """Twice the lengths at half the attenuation, with the weight in cm: the same problem."""
    A, y, _ = scan()
    large = RayTransform(ParallelBeam(32, 20, pixel_size=2 * A.geometry.pixel_size), dtype=torch.float64)
    assert_close(total_variation(large, y, 0.04, 60), total_variation(A, y, 0.02, 60) / 2, rtol=1e-6, atol=1e-9)


def test_images_of_a_batch_are_solved_by_themselves() -> None:
    A, y, _ = scan()
    w = torch.cat([uneven(y), 10 * uneven(y).flip(-1)])
    both = total_variation_run(A, torch.cat([y, 2 * y.flip(-1)]), 0.02, 30, ray_weights=w)
    for k, one in enumerate((y, 2 * y.flip(-1))):
        alone = total_variation_run(A, one, 0.02, 30, ray_weights=w[k : k + 1])
        assert_close(both.image[k], alone.image[0])
        assert_close(both.gaps[:, k], alone.gaps[:, 0])


def test_single_precision_reaches_the_same() -> None:
    A, y, _ = scan()
    single = RayTransform(A.geometry)
    run, double = total_variation_run(single, y.float(), 0.02, 300), total_variation_run(A, y, 0.02, 300)
    assert_close(run.image.double(), double.image, rtol=0, atol=1e-4)
    assert_close(run.energies[-1].double(), double.energies[-1], rtol=1e-4, atol=0)
    assert (run.gaps >= -1e-5 * run.energies[0]).all()


@pytest.mark.parametrize("n_detectors", [None, 11])
def test_zero_data_give_the_zero_image(n_detectors: int | None) -> None:
    A = RayTransform(ParallelBeam(16, 5, n_detectors), dtype=torch.float64)
    run = total_variation_run(A, torch.zeros(1, 1, *A.geometry.sinogram_shape, dtype=torch.float64), 0.1, 20)
    assert not run.iterates.any()
    assert not run.gaps.any()


def test_pixels_that_no_ray_sees_do_not_break_the_gap(generator: Generator) -> None:
    A = RayTransform(ParallelBeam(12, 4, n_detectors=7, angular_range=1.0, pixel_size=1.0), dtype=torch.float64)
    assert (A.adjoint(torch.ones(1, 1, 4, 7, dtype=torch.float64)) == 0).any()
    y = A(torch.rand(1, 1, 12, 12, generator=generator, dtype=torch.float64))
    run = total_variation_run(A, y, 0.1, 800, keep_every=100)
    assert (run.gaps >= 0).all()
    assert run.gaps[-1] < 1e-3 * run.energies[-1]


@pytest.mark.parametrize("size", [2, 5, 8])
def test_differences_and_their_transpose(size: int, generator: Generator) -> None:
    x = torch.randn(2, 1, size, size, generator=generator, dtype=torch.float64)
    p = torch.randn(2, 2, size, size, generator=generator, dtype=torch.float64)
    assert_close((gradient(x) * p).sum(), (x * gradient_adjoint(p)).sum())
    assert_close(gradient(x)[:, 0, 0, 1], x[:, 0, 1, 1] - x[:, 0, 0, 1])
    assert_close(gradient(x)[:, 1, 1, 0], x[:, 0, 1, 1] - x[:, 0, 1, 0])
    assert not gradient(x)[:, 0, -1].any()
    assert not gradient(x)[:, 1, :, -1].any()
    unit = torch.eye(size**2, dtype=torch.float64).view(-1, 1, size, size)
    assert torch.linalg.matrix_norm(gradient(unit).flatten(1), 2) ** 2 < 8


@pytest.mark.parametrize("size", [2, 5, 8])
def test_poisson_is_solved(size: int, generator: Generator) -> None:
    r = torch.randn(2, 1, size, size, generator=generator, dtype=torch.float64)
    u = solve_poisson(r)
    assert_close(gradient_adjoint(gradient(u)), r - r.mean(dim=(2, 3), keepdim=True))
    assert_close(u.mean(dim=(2, 3)), torch.zeros(2, 1, dtype=torch.float64), rtol=0, atol=1e-12)


def test_nothing_is_changed_and_no_gradient_kept() -> None:
    A, y, _ = scan()
    before = y.clone()
    assert not total_variation(A, y.requires_grad_(), 0.02, 3).requires_grad
    assert torch.equal(y, before)


BAD: list[tuple[dict, str]] = [
    *(({"weight": weight}, "weight must be a positive number of cm") for weight in (0, -1.0, math.nan, math.inf, "1")),
    *(({"n_iterations": n}, "n_iterations must be an integer from 1") for n in (0, 2.5)),
    ({"keep_every": 0}, "keep_every must be an integer from 1"),
]


@pytest.mark.parametrize(("change", "named"), BAD)
@pytest.mark.usefixtures("without_shape_checks")
def test_bad_numbers_are_named(change: dict, named: str) -> None:
    A, y, _ = scan()
    run: Callable[..., object] = total_variation_run
    with pytest.raises(ConfigError, match=named):
        run(A, y, **{"weight": 0.1, "n_iterations": 5, **change})


@pytest.mark.parametrize("least", [0.0, -1.0, math.nan, math.inf])
def test_weights_of_rays_are_positive_numbers(least: float) -> None:
    A, y, _ = scan()
    ray_weights = torch.ones_like(y)
    ray_weights[0, 0, 3, 4] = least
    with pytest.raises(ConfigError, match=r"positive and finite.*count_weights"):
        total_variation(A, y, 0.1, 5, ray_weights=ray_weights)


@pytest.mark.usefixtures("without_shape_checks")
def test_each_sinogram_has_weights_of_its_own() -> None:
    A, y, _ = scan()
    with pytest.raises(ShapeError, match="give each sinogram its own"):
        total_variation(A, torch.cat([y, y]), 0.1, 5, ray_weights=torch.ones_like(y))


@pytest.mark.usefixtures("without_shape_checks")
def test_data_of_another_geometry_are_refused() -> None:
    A, y, _ = scan()
    with pytest.raises(ShapeError, match="sinograms of this geometry"):
        total_variation(A, y[..., 1:], 0.1, 5)
