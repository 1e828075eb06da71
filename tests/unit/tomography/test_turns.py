import math

import pytest
import torch

from structviz.errors import ConfigError
from structviz.tomography import ParallelBeam, RayTransform
from structviz.tomography.turns import mirror_sinogram, turn_sinogram
from tests.covering import every_pair
from tests.tolerances import RAY_LAWS

GEOMETRIES = [
    ParallelBeam(image_size=9, n_views=6),
    ParallelBeam(image_size=8, n_views=4, n_detectors=15, detector_spacing=0.07),
]


@every_pair(
    geometry=[*GEOMETRIES, ParallelBeam(image_size=7, n_views=10, first_angle=0.2)],
    quarter_turns=[-5, -1, 0, 1, 2, 3, 6],
    dtype=RAY_LAWS,
)
def test_turning_the_sinogram_is_turning_the_image(
    geometry: ParallelBeam, quarter_turns: int, dtype: torch.dtype, generator: torch.Generator
) -> None:
    A = RayTransform(geometry, dtype=dtype)
    x = torch.rand(2, 1, geometry.image_size, geometry.image_size, generator=generator, dtype=dtype)
    y = A(x)
    turned = turn_sinogram(y, geometry, quarter_turns)
    expected = A(torch.rot90(x, quarter_turns, (-2, -1)))
    assert (turned - expected).abs().max() <= RAY_LAWS[dtype] * y.max()
    if quarter_turns:  # not what happens to hold for every image
        assert (y - expected).abs().max() > 0.01 * y.max()


@pytest.mark.parametrize("geometry", [*GEOMETRIES, ParallelBeam(image_size=7, n_views=5)], ids=str)
def test_mirroring_the_sinogram_is_mirroring_the_image(geometry: ParallelBeam, generator: torch.Generator) -> None:
    A = RayTransform(geometry, dtype=torch.float64)
    x = torch.rand(2, 1, geometry.image_size, geometry.image_size, generator=generator, dtype=torch.float64)
    y = A(x)
    assert (mirror_sinogram(y, geometry) - A(x.flip(-1))).abs().max() <= RAY_LAWS[torch.float64] * y.max()


def test_four_turns_and_two_mirrors_change_nothing(generator: torch.Generator) -> None:
    geometry = GEOMETRIES[0]
    y = torch.rand(1, 1, *geometry.sinogram_shape, generator=generator)
    turned = y
    for _ in range(4):
        turned = turn_sinogram(turned, geometry, 1)
    assert torch.equal(turned, y)
    assert torch.equal(mirror_sinogram(mirror_sinogram(y, geometry), geometry), y)


def test_the_input_is_not_shared() -> None:
    geometry = GEOMETRIES[0]
    y = torch.zeros(1, 1, *geometry.sinogram_shape)
    turn_sinogram(y, geometry, 0).add_(1)
    assert not y.any()


@pytest.mark.parametrize(
    ("geometry", "message"),
    [
        (ParallelBeam(image_size=8, n_views=5), "even; got 5 views"),
        (ParallelBeam(image_size=8, n_views=6, angular_range=2.0), r"span π radians; got 2\.0"),
    ],
)
def test_geometries_without_the_symmetry_are_refused(geometry: ParallelBeam, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        turn_sinogram(torch.zeros(1, 1, *geometry.sinogram_shape), geometry, 1)


def test_mirrors_need_a_view_at_zero() -> None:
    geometry = ParallelBeam(image_size=8, n_views=6, first_angle=0.1)
    with pytest.raises(ConfigError, match=r"at the angle 0; got 0\.1"):
        mirror_sinogram(torch.zeros(1, 1, *geometry.sinogram_shape), geometry)
    with pytest.raises(ConfigError, match="span π"):
        mirror_sinogram(torch.zeros(1, 1, 6, 12), ParallelBeam(image_size=8, n_views=6, angular_range=math.pi / 2))
