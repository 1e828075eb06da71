"""A sinogram's file is enough to reconstruct from, with this package or without it."""

import io
import json
import math

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image as PillowImage

from structviz import data
from structviz.errors import ConfigError, ShapeError
from structviz.tomography import (
    SINOGRAM_TYPES,
    ParallelBeam,
    RayTransform,
    StoredSinogram,
    fbp,
    read_sinogram,
    write_sinogram,
)

# Nothing is as it is by default.
GEOMETRY = ParallelBeam(32, 21, 41, angular_range=2.5, first_angle=0.3, pixel_size=0.7, detector_spacing=0.8)
TRUTH = data.as_attenuation(data.shepp_logan(32))
Y = RayTransform(GEOMETRY)(TRUTH)


@pytest.mark.parametrize("ending", SINOGRAM_TYPES)
@pytest.mark.parametrize("n_photons", [1e4, math.inf])
def test_the_file_alone_gives_the_same_reconstruction(ending: str, n_photons: float) -> None:
    content = write_sinogram(StoredSinogram(Y, GEOMETRY, n_photons), f"a{ending}")
    found = read_sinogram(content, f"a{ending}")
    assert found.geometry == GEOMETRY
    assert found.n_photons == n_photons
    assert torch.equal(found.sinogram, Y)
    again, before = fbp(RayTransform(found.geometry), found.sinogram), fbp(RayTransform(GEOMETRY), Y)
    assert torch.equal(again, before)


@pytest.mark.parametrize("ending", SINOGRAM_TYPES)
def test_every_number_stays_as_it_is(ending: str) -> None:
    y = Y.clone()
    y[0, 0, 0, :4] = torch.tensor([1e-30, 3e30, -0.0, 1 / 3])
    found = read_sinogram(write_sinogram(StoredSinogram(y, GEOMETRY), f"a{ending}"), f"a{ending}").sinogram
    assert found.dtype == torch.float32
    assert found.numpy().tobytes() == y.numpy().tobytes()


def test_other_programs_find_angles_places_and_photons() -> None:
    stored = StoredSinogram(Y, GEOMETRY, 3e4)
    with np.load(io.BytesIO(write_sinogram(stored, "a.npz"))) as arrays:
        by_numpy = {name: arrays[name].tolist() for name in arrays.files if name != "sinogram"}
        assert np.array_equal(arrays["sinogram"], Y[0, 0].numpy())
    picture = PillowImage.open(io.BytesIO(write_sinogram(stored, "a.tiff")))
    by_pillow = json.loads(picture.getexif()[0x010E])["sinogram"]
    assert np.array_equal(np.asarray(picture), Y[0, 0].numpy())
    table = write_sinogram(stored, "a.csv").decode()
    by_csv = json.loads(table.splitlines()[0].removeprefix("# sinogram: "))
    frame = pd.read_csv(io.StringIO(table), comment="#", header=None, dtype=np.float32)
    assert np.array_equal(frame.to_numpy(), Y[0, 0].numpy())
    for said in (by_numpy, by_pillow, by_csv):
        assert said["n_photons"] == 3e4
        assert said["width_cm"] == pytest.approx(32 * 0.7)
        assert said["angles_rad"] == GEOMETRY.angles.tolist()
        assert said["offsets_cm"] == GEOMETRY.offsets.tolist()
        fields = ("image_size", "n_views", "n_detectors", "angular_range", "first_angle", "pixel_size")
        assert ParallelBeam(**{name: said[name] for name in (*fields, "detector_spacing")}) == GEOMETRY


def test_a_sinogram_of_another_scan_is_refused() -> None:
    other = StoredSinogram(Y[..., 1:], GEOMETRY)
    with pytest.raises(ShapeError, match=r"of the shape \(1, 1, 21, 41\).*got \(1, 1, 21, 40\)"):
        write_sinogram(other, "a.npz")
    content = write_sinogram(StoredSinogram(Y, GEOMETRY), "a.csv")
    with pytest.raises(ShapeError, match=r"got \(1, 1, 20, 41\)"):
        read_sinogram(b"\n".join(content.splitlines()[:-1]), "a.csv")


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"1,2\n", "a.csv", "needs a file with its geometry"),
        (b"no zip", "a.npz", "needs a file with its geometry"),
        (b"", "a.npy", "ends in .npz, .tiff, .csv"),
        (b'# sinogram: {"image_size": -1}\n1\n', "a.csv", "needs a file with its geometry"),
    ],
)
def test_other_files_are_refused(content: bytes, name: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        read_sinogram(content, name)
