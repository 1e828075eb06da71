"""Reconstructions and their errors against the library's own metrics."""

import csv
import io
import math

import pytest
import torch

from structviz.data import MU_RANGE
from structviz.errors import ConfigError
from structviz.metrics import psnr, ssim
from structviz.studies.ct import (
    Reconstruction,
    acquire,
    acquire_strip,
    classical_method,
    figures_csv,
    learned_method,
    reconstruct,
    strip_frames,
)
from structviz.tomography import ParallelBeam, RayTransform, fbp, total_variation
from structviz.transforms import disc_mask
from tests.unit.studies.ct.parts import GEOMETRY, N, X, net


def test_every_iterate_has_the_figures_of_the_metrics() -> None:
    acquired = acquire(X, GEOMETRY, 1e4, angle=0.3)
    found = reconstruct(net().iterates, acquired)
    images = net().iterates(acquired.sinogram)
    assert found.iterates.shape == (4, N, N)
    for k, image in enumerate(images):
        assert torch.equal(found.iterates[k], image[0, 0])
        expected = psnr(image, acquired.truth, MU_RANGE, disc_mask(N, N)).item()
        assert found.psnr[k] == pytest.approx(expected, abs=1e-4)
        assert found.ssim[k] == pytest.approx(ssim(image, acquired.truth, MU_RANGE, disc_mask(N, N)).item(), abs=1e-5)
    assert len({round(value, 3) for value in found.psnr}) == 4
    error = ((images[-1] - acquired.truth)[0, 0][acquired.mask].double() ** 2).mean()
    assert found.psnr[-1] == pytest.approx(10 * math.log10(MU_RANGE**2 / error), abs=1e-3)


def test_a_perfect_reconstruction_is_infinitely_good() -> None:
    acquired = acquire(X, GEOMETRY, 1e4)
    found = reconstruct(lambda y: acquired.truth.expand(len(y), -1, -1, -1)[None], acquired)
    assert found.psnr == (math.inf,)
    assert found.ssim == pytest.approx((1.0,), abs=1e-6)


def test_each_frame_of_a_strip_is_the_scan_at_its_angle() -> None:
    strip = acquire_strip(X, GEOMETRY, 1e4, seed=2, n_angles=12)
    method = net().iterates
    frames = strip_frames(method, strip)
    assert frames.images.shape == (12, 1, N, N)
    for k in (0, 1, 3, 5, 11):
        single = acquire(X, GEOMETRY, 1e4, 2, strip.angles[k].item())
        assert torch.equal(strip.truth[k : k + 1], single.truth)
        assert torch.equal(strip.sinograms[k : k + 1], single.sinogram)
        found = reconstruct(method, single)
        torch.testing.assert_close(frames.images[k, 0] * MU_RANGE, found.iterates[-1], atol=1e-6, rtol=1e-4)
        assert frames.psnr[k].item() == pytest.approx(found.psnr[-1], abs=1e-3)
        assert frames.ssim[k].item() == pytest.approx(found.ssim[-1], abs=1e-4)


def test_the_table_has_a_line_for_each_iterate() -> None:
    blank = torch.zeros(2, 4, 4)
    text = figures_csv(
        {
            "tv": Reconstruction(blank, (20.12345, 30.0), (0.5, 0.98765)),
            "fbp": Reconstruction(blank[:1], (math.inf,), (1.0,)),
        }
    )
    assert list(csv.reader(io.StringIO(text))) == [
        ["method", "iterate", "psnr_db", "ssim"],
        ["tv", "0", "20.123", "0.5000"],
        ["tv", "1", "30.000", "0.9877"],
        ["fbp", "0", "inf", "1.0000"],
    ]


def test_classical_methods_are_those_of_the_library() -> None:
    y, A = acquire(X, GEOMETRY, 1e4).sinogram, RayTransform(GEOMETRY)
    assert torch.equal(classical_method("fbp", GEOMETRY, filter="ramp")(y)[-1], fbp(A, y, "ramp"))
    iterates = classical_method("tv", GEOMETRY, weight=0.3)(y)
    assert len(iterates) == 7
    torch.testing.assert_close(iterates[-1], total_variation(A, y, 0.3, 300))


def test_unknown_methods_are_refused() -> None:
    with pytest.raises(ConfigError, match="fbp, tv; got 'magic'"):
        classical_method("magic", GEOMETRY)
    with pytest.raises(ConfigError, match="recipe ct; got a ReLU"):
        learned_method(torch.nn.ReLU(), GEOMETRY)


def test_a_network_serves_another_geometry() -> None:
    fewer = ParallelBeam(N, 8, pixel_size=44 / N)
    found = reconstruct(learned_method(net(), fewer), acquire(X, fewer, 1e4))
    assert found.iterates.shape == (4, N, N)
