"""The projector against the Radon transform in closed form, the laws of symmetry and of mass, and its memory."""

import math
import threading
import warnings

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from structviz import data
from structviz.data import Ellipse
from structviz.errors import ConfigError
from structviz.tomography import ParallelBeam, RayTransform, ellipse_sinogram, folded
from structviz.tomography.cache import MatrixCache
from structviz.tomography.matrix import MEMORY_LIMIT, Matrices, build, estimated_bytes
from structviz.tomography.octants import fold, turn, turn_back
from structviz.ui.server.tidying import give_back_memory
from tests.tolerances import MASS, RAY_LAWS

OBLIQUE = (Ellipse(0.3, 0.2, 0.5, 0.2, 0.6, 1.0), Ellipse(-0.3, -0.1, 0.1, 0.4, 0.2, -0.4))
PHANTOMS = {"Shepp-Logan": data.SHEPP_LOGAN, "oblique": OBLIQUE}
BOTH = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)


def relative(found: torch.Tensor, expected: torch.Tensor) -> float:
    return float((found.double() - expected).norm() / expected.norm())


@pytest.mark.parametrize("phantom", PHANTOMS)
@pytest.mark.parametrize(
    "change",
    [{}, {"first_angle": 0.3, "angular_range": 2.0}, {"detector_spacing": 0.17}, {"n_detectors": 61}],
    ids=str,
)
def test_converges_to_the_closed_form(phantom: str, change: dict) -> None:
    shapes, sizes = PHANTOMS[phantom], [32, 64, 128, 256]
    errors = []
    for size in sizes:
        # The same rays through the same square: only its pixels get smaller.
        geometry = ParallelBeam(32, 12, **change).refined(size // 32)
        y = RayTransform(geometry, dtype=torch.float64)(data.draw(shapes, size).double())
        errors.append(relative(y, ellipse_sinogram(shapes, geometry, binned=True)))
    order = -np.polyfit(np.log(sizes), np.log(errors), 1)[0]
    assert order > 1.2
    assert errors[-1] < 5e-3


@pytest.mark.parametrize("phantom", PHANTOMS)
def test_lines_through_the_middle_of_bins_are_approached_too(phantom: str) -> None:
    shapes, errors = PHANTOMS[phantom], []
    for size in (65, 129, 257):
        geometry = ParallelBeam(size, 30)
        errors.append(relative(RayTransform(geometry)(data.draw(shapes, size)), ellipse_sinogram(shapes, geometry)))
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.016


@pytest.mark.parametrize("phantom", PHANTOMS)
@pytest.mark.parametrize("size", [33, 65, 129])
def test_is_no_less_accurate_than_scikit_image(phantom: str, size: int) -> None:
    from skimage.transform import radon

    # At odd sizes its axis of rotation is the centre of the image; at even ones it lies half a pixel off.
    n_views, shapes = 45, PHANTOMS[phantom]
    image = data.draw(shapes, size)
    peer = torch.from_numpy(radon(image[0, 0].double().numpy(), np.arange(n_views) * 180 / n_views, circle=False)).T
    columns = peer.shape[1]
    geometry = ParallelBeam(size, n_views, n_detectors=2 * (columns // 2) + 1, pixel_size=1.0)
    exact = ellipse_sinogram(shapes, geometry)[..., :columns]
    ours = relative(RayTransform(geometry)(image)[..., :columns], exact)
    theirs = relative(peer[None, None], exact)
    # Their convention is ours: otherwise this would compare with nothing.
    assert theirs < 0.12
    assert ours <= theirs


@BOTH
@pytest.mark.parametrize("size", [9, 16])
@pytest.mark.parametrize("n_views", [2, 6, 8, 30])
def test_a_quarter_turn_permutes_and_flips_views(
    size: int, n_views: int, dtype: torch.dtype, generator: torch.Generator
) -> None:
    A = RayTransform(ParallelBeam(size, n_views), dtype=dtype)
    x = torch.rand(2, 1, size, size, generator=generator, dtype=dtype)
    y, turned = A(x), A(torch.rot90(x, 1, (-2, -1)))
    half = n_views // 2
    expected = torch.cat([y[..., half:, :].flip(-1), y[..., :half, :]], dim=-2)
    assert_close(turned, expected, rtol=0, atol=RAY_LAWS[dtype] * float(y.max()))
    # The law of the transpose follows, and would catch a mistake that both halves share.
    assert_close(
        A.adjoint(expected),
        torch.rot90(A.adjoint(y), 1, (-2, -1)),
        rtol=0,
        atol=n_views * RAY_LAWS[dtype] * float(y.max()),
    )
    assert (turned - expected.flip(-1)).abs().max() > 0.01 * y.max()


@BOTH
@pytest.mark.parametrize("size", [9, 16])
@pytest.mark.parametrize("n_views", [1, 5, 6])
def test_a_mirror_reverses_the_order_of_views(
    size: int, n_views: int, dtype: torch.dtype, generator: torch.Generator
) -> None:
    A = RayTransform(ParallelBeam(size, n_views), dtype=dtype)
    x = torch.rand(2, 1, size, size, generator=generator, dtype=dtype)
    y, mirrored = A(x), A(x.flip(-1))
    # The view at π - θ sees what the view at θ saw; that at 0 sees it reversed.
    expected = torch.cat([y[..., :1, :].flip(-1), y[..., 1:, :].flip(-2)], dim=-2)
    assert_close(mirrored, expected, rtol=0, atol=RAY_LAWS[dtype] * float(y.max()))


def test_half_a_turn_later_the_detector_is_reversed(generator: torch.Generator) -> None:
    x = torch.rand(1, 1, 11, 11, generator=generator, dtype=torch.float64)
    here, there = (
        RayTransform(ParallelBeam(11, 7, first_angle=first), dtype=torch.float64)(x) for first in (0.3, 0.3 + math.pi)
    )
    assert_close(there, here.flip(-1), rtol=0, atol=RAY_LAWS[torch.float64])


@BOTH
@pytest.mark.parametrize("change", [{}, {"angular_range": 1.7, "first_angle": 0.2}, {"detector_spacing": 0.034}])
def test_every_view_keeps_the_mass(change: dict, dtype: torch.dtype, generator: torch.Generator) -> None:
    geometry = ParallelBeam(31, 14, **change)
    x = torch.rand(3, 1, 31, 31, generator=generator, dtype=dtype)
    mass = x.sum(dim=(2, 3)) * geometry.pixel_size**2
    views = RayTransform(geometry, dtype=dtype)(x).sum(-1) * geometry.spacing
    assert_close(views, mass[..., None].expand_as(views), rtol=100 * MASS[dtype], atol=0)


def test_upright_rays_sum_columns_and_level_rays_sum_rows(generator: torch.Generator) -> None:
    x = torch.rand(1, 1, 6, 6, generator=generator, dtype=torch.float64)
    A = RayTransform(ParallelBeam(6, 2, n_detectors=6, pixel_size=0.5), dtype=torch.float64)
    across, up = A(x)[0, 0]
    assert_close(across, 0.5 * x[0, 0].sum(0))
    # At π/2 the detector runs upwards, rows downwards.
    assert_close(up, 0.5 * x[0, 0].sum(1).flip(0))


def test_an_image_of_one_detector_and_one_view() -> None:
    A = RayTransform(ParallelBeam(2, 1, n_detectors=1, detector_spacing=100.0))
    assert A(torch.ones(1, 1, 2, 2)).item() == pytest.approx(4 * 0.1**2 / 100)


def test_building_warns_of_nothing() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        RayTransform(ParallelBeam(13, 3))(torch.ones(1, 1, 13, 13))
    assert caught == []


def test_only_float_types_are_taken() -> None:
    with pytest.raises(ConfigError, match=r"float32 or torch\.float64, got torch\.float16"):
        RayTransform(ParallelBeam(8, 3), dtype=torch.float16)


def test_what_would_fill_the_memory_is_refused_before_it_does() -> None:
    with pytest.raises(ConfigError, match=r"may take 4 GB, but 3000 views of 2048 x 2048 pixels would take \d+\.\d GB"):
        RayTransform(ParallelBeam(2048, 3000))


@pytest.mark.parametrize("change", [{}, {"angular_range": 2.0}, {"detector_spacing": 0.27}])
def test_the_memory_is_known_beforehand(change: dict) -> None:
    geometry = ParallelBeam(64, 30, **change)
    angles = fold(geometry.angles.tolist()).angles
    share = build(geometry, angles, "cpu", torch.float32).n_bytes / estimated_bytes(geometry, angles, torch.float32)
    # Upright views, whose boxes fit the bins, need less than a view on average.
    assert 0.92 < share < 1.01


def test_half_a_turn_of_512_pixels_and_180_views_fits_easily() -> None:
    geometry = ParallelBeam(512, 180)
    angles = fold(geometry.angles.tolist()).angles
    assert len(angles) == 46
    assert estimated_bytes(geometry, angles, torch.float64) < MEMORY_LIMIT / 5
    # Without any symmetry too.
    limited = ParallelBeam(512, 180, angular_range=2.0)
    assert estimated_bytes(limited, fold(limited.angles.tolist()).angles, torch.float64) < MEMORY_LIMIT


def test_angles_fold_into_the_first_octant() -> None:
    angles = [k * math.pi / 12 + 0.01 for k in range(-24, 24)]
    folding = fold(angles)
    assert len(folding.angles) == 6
    for angle, base, octant in zip(angles, folding.base, folding.octant, strict=True):
        theta = folding.angles[base]
        back = (octant + 1) * math.pi / 4 - theta if octant % 2 else octant * math.pi / 4 + theta
        assert math.cos(back - angle) == pytest.approx(1, abs=1e-15)
        assert 0 <= theta <= math.pi / 4


def test_equal_views_are_found_in_spite_of_rounding() -> None:
    for n_views in (4, 12, 60, 180, 512):
        assert len(fold(ParallelBeam(8, n_views).angles.tolist()).angles) == n_views // 4 + 1


@pytest.mark.parametrize("octant", range(8))
def test_turns_of_octants_are_undone(octant: int, generator: torch.Generator) -> None:
    x = torch.rand(2, 5, 5, generator=generator)
    assert torch.equal(turn_back(turn(x, octant), octant), x)
    others = [turn(x, other) for other in range(8) if other != octant]
    assert not any(torch.equal(turn(x, octant), other) for other in others)


LARGE = 10**8
"""Bytes of the matrices of a large scanner."""


def small(n_views: int) -> Matrices:
    geometry = ParallelBeam(8, n_views)
    return build(geometry, fold(geometry.angles.tolist()).angles, "cpu", torch.float32)


def test_the_cache_forgets_what_was_not_used_for_longest() -> None:
    one = small(4)
    cache = MatrixCache(limit=2 * one.n_bytes)
    del one
    made: list[str] = []

    def ask(name: str) -> Matrices:
        return cache.get(name, lambda: made.append(name) or small(4))

    for name in ("a", "b", "a", "c", "a"):
        ask(name)
    assert made == ["a", "b", "c"]
    assert cache.n_bytes <= cache.limit
    ask("b")
    assert made == ["a", "b", "c", "b"]


def test_the_cache_finds_what_somebody_still_uses() -> None:
    cache = MatrixCache(limit=0)
    used = cache.get("a", lambda: small(4))
    other = cache.get("b", lambda: small(4))
    assert cache.get("a", lambda: small(4)) is used
    # The latest stays, however small the limit.
    assert cache.n_bytes == used.n_bytes
    assert other is not used


def test_nobody_waits_for_the_matrices_of_another_scanner() -> None:
    cache, begun, go = MatrixCache(limit=10**9), threading.Event(), threading.Event()

    def make_slowly() -> Matrices:
        begun.set()
        assert go.wait(10)
        return small(4)

    slow = threading.Thread(target=lambda: cache.get("large", make_slowly))
    slow.start()
    assert begun.wait(10)
    quick = threading.Thread(target=lambda: cache.get("small", lambda: small(4)), daemon=True)
    quick.start()
    quick.join(10)
    has_waited = quick.is_alive()
    go.set()
    slow.join()
    assert not has_waited


def test_matrices_that_could_not_be_made_are_tried_again() -> None:
    cache = MatrixCache(limit=10**9)
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: small(1 // 0))
    assert cache.get("a", lambda: small(4)).n_bytes == small(4).n_bytes


def test_the_cache_forgets_what_nobody_asked_for_lately_but_for_what_may_stay() -> None:
    one, now = small(4).n_bytes, [0.0]
    cache = MatrixCache(limit=10 * one, clock=lambda: now[0])
    for second, name in enumerate("abcd"):
        now[0] = second
        cache.get(name, lambda: small(4))
    assert cache.forget_unused(seconds=2, keep=0) == 2  # a and b; c was asked for one second ago
    assert cache.n_bytes == 2 * one
    now[0] = 100
    assert cache.forget_unused(seconds=2, keep=one) == 1
    cache.get("d", lambda: pytest.fail("The youngest is the one that may stay."))


def test_the_server_keeps_the_usual_scanner_and_forgets_large_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    cache = MatrixCache(limit=10**9, clock=lambda: now[0])
    monkeypatch.setattr(folded, "_CACHE", cache)
    cache.get("large", lambda: Large(torch.empty(0), torch.empty(0)))
    cache.get("usual", lambda: small(4))
    now[0] = 59
    give_back_memory()
    assert cache.n_bytes == LARGE + small(4).n_bytes
    now[0] = 61
    give_back_memory()
    assert cache.n_bytes == small(4).n_bytes


class Large(Matrices):
    """Stands for the matrices of a large scanner."""

    @property
    def n_bytes(self) -> int:
        return LARGE


def test_threads_share_one_matrix() -> None:
    cache, made, found = MatrixCache(limit=10**9), [], []

    def make() -> Matrices:
        made.append(1)
        return small(16)

    threads = [threading.Thread(target=lambda: found.append(cache.get("a", make))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert len(found) == 8
    assert all(one is found[0] for one in found)
