"""Rotations: exact quarter turns, splines against closed forms, and against an independent implementation."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import scipy.ndimage
import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from structviz.errors import ConfigError, ShapeError
from structviz.metrics import psnr
from structviz.transforms import disc_mask, is_quarter_turn, rotate
from structviz.transforms.rotation import Padding
from tests.tolerances import SPLINE, SPLINE_SMOOTH

QUARTER_TURNS = [
    (0, 0),
    (0.0, 0),
    (math.pi / 2, 1),
    (math.pi, 2),
    (3 * math.pi / 2, 3),
    (math.radians(270), 3),
    (-math.pi / 2, 3),
    (-5 * math.pi / 2, 3),
    (2 * math.pi, 0),
    (1001 * math.pi / 2, 1),
    (math.pi / 2 + 5e-8, 1),
]


def bumps(angle: float, rows: int, columns: int, width: float = 4.0) -> Tensor:
    """Two Gaussians, off centre and of different height, turned by `angle`: the closed form."""
    y = -(torch.arange(rows, dtype=torch.float64)[:, None] - (rows - 1) / 2)
    x = torch.arange(columns, dtype=torch.float64) - (columns - 1) / 2
    cos, sin = math.cos(angle), math.sin(angle)
    u, v = cos * x + sin * y, -sin * x + cos * y
    first = torch.exp(-((u - 1.5 * width) ** 2 + (v - 0.5 * width) ** 2) / (2 * width**2))
    second = 0.5 * torch.exp(-((u + width) ** 2 + (v + 1.5 * width) ** 2) / (2 * width**2))
    return (first + second)[None, None]


def bilinear(images: Tensor, angle: float) -> Tensor:
    cos, sin = math.cos(angle), math.sin(angle)
    matrix = torch.tensor([[[cos, -sin, 0.0], [sin, cos, 0.0]]], dtype=images.dtype)
    grid = affine_grid(matrix.expand(images.shape[0], 2, 3), list(images.shape), align_corners=True)
    return grid_sample(images, grid, mode="bilinear", padding_mode="reflection", align_corners=True)


@pytest.mark.parametrize(("angle", "quarters"), QUARTER_TURNS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_quarter_turns_are_those_of_numpy_bit_for_bit(
    angle: float, quarters: int, dtype: torch.dtype, generator: torch.Generator
) -> None:
    images = torch.rand(2, 3, 5, 8, dtype=dtype, generator=generator)
    before = images.clone()
    expected = np.rot90(images.numpy(), quarters, axes=(2, 3))
    turned = rotate(images, angle)
    assert turned.shape == expected.shape
    assert np.array_equal(turned.numpy(), expected)
    assert is_quarter_turn(angle)
    assert torch.equal(images, before)
    assert turned.data_ptr() != images.data_ptr()


def test_four_quarter_turns_are_none(generator: torch.Generator) -> None:
    images = torch.rand(2, 1, 7, 4, generator=generator)
    turned = images
    for _ in range(4):
        turned = rotate(turned, math.pi / 2)
    assert torch.equal(turned, images)


def test_float32_angles_once_round_are_exact(generator: torch.Generator) -> None:
    angles = torch.arange(9, dtype=torch.float32) * (math.pi / 2)
    images = torch.rand(9, 1, 7, 7, generator=generator)
    expected = torch.cat([torch.rot90(images[k : k + 1], k, (2, 3)) for k in range(9)])
    assert torch.equal(rotate(images, angles), expected)


def test_almost_a_quarter_turn_is_not_one() -> None:
    assert not is_quarter_turn(math.pi / 2 + 1e-5)


@pytest.mark.parametrize("angle", [0.3, -0.7, 1.0, 2.5, 4.0, -5.5])
@pytest.mark.parametrize("size", [(55, 55), (54, 65), (66, 51)])
def test_agrees_with_the_closed_form_and_not_with_the_wrong_sign(angle: float, size: tuple[int, int]) -> None:
    mask = disc_mask(*size, margin=2)
    turned = rotate(bumps(0.0, *size), angle)
    torch.testing.assert_close(turned[..., mask], bumps(angle, *size)[..., mask], atol=SPLINE_SMOOTH, rtol=0)
    assert (turned - bumps(-angle, *size))[..., mask].abs().max() > 100 * SPLINE_SMOOTH


def test_the_tolerance_of_the_closed_form_sees_an_angle_one_percent_wrong() -> None:
    assert (rotate(bumps(0.0, 55, 55), 0.303) - bumps(0.3, 55, 55)).abs().max() > 5 * SPLINE_SMOOTH


def test_converges_with_order_four() -> None:
    sizes = [33, 65, 129]
    errors = []
    for size in sizes:
        width = 3.0 * (size - 1) / 32
        mask = disc_mask(size, size, margin=size / 8)
        difference = rotate(bumps(0.0, size, size, width), 0.4) - bumps(0.4, size, size, width)
        errors.append(difference[..., mask].abs().max().item())
    slope = np.polyfit(np.log(np.array(sizes) - 1), np.log(errors), 1)[0]
    assert -slope == pytest.approx(4.0, abs=0.3)


@pytest.mark.parametrize("angle", [0.2, 1.1, 2.9])
def test_agrees_with_the_splines_of_scipy(angle: float, generator: torch.Generator) -> None:
    images = torch.rand(2, 3, 17, 24, dtype=torch.float64, generator=generator)
    expected = scipy.ndimage.rotate(
        images.numpy(), math.degrees(angle), axes=(3, 2), reshape=False, order=3, mode="mirror"
    )
    turned = rotate(images, angle)
    torch.testing.assert_close(turned, torch.from_numpy(expected), atol=1e-6, rtol=0)
    torch.testing.assert_close(rotate(images.float(), angle), turned.float(), atol=SPLINE[torch.float32], rtol=0)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_interpolates_the_pixels_as_the_angle_vanishes(dtype: torch.dtype, generator: torch.Generator) -> None:
    images = torch.rand(2, 1, 9, 14, dtype=dtype, generator=generator)
    # 1e-6 rad lies above the threshold of exactness: the spline is evaluated, at most 1e-5 pixels off.
    torch.testing.assert_close(rotate(images, 1e-6), images, atol=5e-5, rtol=0)


def test_commutes_with_quarter_turns(generator: torch.Generator) -> None:
    images = torch.rand(2, 1, 15, 15, dtype=torch.float64, generator=generator)
    quarter = math.pi / 2
    both = rotate(images, 0.4 + quarter)
    torch.testing.assert_close(rotate(rotate(images, quarter), 0.4), both, atol=SPLINE[torch.float64], rtol=0)
    torch.testing.assert_close(rotate(rotate(images, 0.4), quarter), both, atol=SPLINE[torch.float64], rtol=0)


@pytest.mark.parametrize("padding", ["reflect", "zeros"])
@pytest.mark.parametrize("size", [(11, 11), (9, 12)])
def test_a_batch_of_angles_equals_a_loop(padding: Padding, size: tuple[int, int], generator: torch.Generator) -> None:
    angles = torch.tensor([0.3, math.pi, -2.0, 0.0, 4.4, 1.2, 7.0], dtype=torch.float64)
    if size[0] == size[1]:
        angles[5] = -math.pi / 2
    images = torch.rand(7, 2, *size, dtype=torch.float64, generator=generator)
    together = rotate(images, angles, padding)
    for k in range(7):
        alone = rotate(images[k : k + 1], angles[k].item(), padding)
        torch.testing.assert_close(together[k : k + 1], alone, atol=SPLINE[torch.float64], rtol=0)
        if is_quarter_turn(angles[k].item()):
            assert torch.equal(together[k : k + 1], alone)


def test_batches_that_need_several_chunks(generator: torch.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    images = torch.rand(5, 2, 8, 8, dtype=torch.float64, generator=generator)
    angles = torch.linspace(0.1, 2.0, 5, dtype=torch.float64)
    whole, alike = rotate(images, angles), rotate(images, 0.5)
    monkeypatch.setattr("structviz.transforms.rotation._CHUNK", 256)
    torch.testing.assert_close(rotate(images, angles), whole, atol=SPLINE[torch.float64], rtol=0)
    torch.testing.assert_close(rotate(images, 0.5), alike, atol=SPLINE[torch.float64], rtol=0)


def test_one_angle_as_a_tensor_without_axes(generator: torch.Generator) -> None:
    images = torch.rand(3, 1, 5, 6, generator=generator)
    assert torch.equal(rotate(images, torch.tensor(0.5, dtype=torch.float64)), rotate(images, 0.5))


def test_an_empty_batch_stays_empty() -> None:
    assert rotate(torch.zeros(0, 1, 4, 4), torch.zeros(0)).shape == (0, 1, 4, 4)


@pytest.mark.parametrize("size", [(1, 1), (1, 6), (2, 3)])
def test_tiny_images_stay_finite_and_constant(size: tuple[int, int]) -> None:
    images = torch.full((2, 1, *size), 0.75, dtype=torch.float64)
    torch.testing.assert_close(rotate(images, 0.6), images, atol=SPLINE[torch.float64], rtol=0)


def test_zeros_stand_outside_and_nothing_else_changes(generator: torch.Generator) -> None:
    images = 1 + torch.rand(2, 1, 12, 21, generator=generator)
    reflected, zeros = rotate(images, 0.8), rotate(images, 0.8, padding="zeros")
    outside = zeros == 0
    assert outside[..., [0, 0, -1, -1], [0, -1, 0, -1]].all()
    assert not outside[..., disc_mask(12, 21)].any()
    assert torch.equal(zeros[~outside], reflected[~outside])


@pytest.mark.parametrize("padding", ["reflect", "zeros"])
def test_gradients(padding: Padding, generator: torch.Generator) -> None:
    images = torch.rand(2, 2, 4, 5, dtype=torch.float64, generator=generator, requires_grad=True)
    angles = torch.tensor([0.4, math.pi], dtype=torch.float64)
    turn: Callable[[Tensor], Tensor] = lambda x: rotate(x, angles, padding)  # noqa: E731
    assert torch.autograd.gradcheck(turn, images)
    assert torch.autograd.gradgradcheck(turn, images)


def test_a_first_call_in_inference_mode_does_not_spoil_later_gradients() -> None:
    with torch.inference_mode():
        rotate(torch.zeros(1, 1, 23, 29, dtype=torch.float64), 0.3)
    images = torch.zeros(1, 1, 23, 29, dtype=torch.float64, requires_grad=True)
    rotate(images, 0.3).sum().backward()
    assert images.grad is not None


@pytest.mark.parametrize("angle", [0.25, 0.7, 1.3])
def test_there_and_back_loses_far_less_than_bilinear(angle: float, generator: torch.Generator) -> None:
    # Noise smoothed over about two pixels: a spectrum as demanding as that of a photograph.
    images = torch.rand(3, 1, 65, 65, dtype=torch.float64, generator=generator)
    images = torch.from_numpy(scipy.ndimage.gaussian_filter(images.numpy(), 1.5, axes=(2, 3)))
    images = (images - images.min()) / (images.max() - images.min())
    mask = disc_mask(65, 65, margin=4)
    ours = psnr(rotate(rotate(images, angle), -angle), images, mask=mask)
    theirs = psnr(bilinear(bilinear(images, angle), -angle), images, mask=mask)
    assert (ours - theirs).min() > 12


@pytest.mark.parametrize("size", [(9, 9), (10, 10), (7, 12), (12, 7), (1, 5)])
def test_the_disc_is_symmetric_and_inscribed(size: tuple[int, int]) -> None:
    mask = disc_mask(*size)
    whole = mask[None, None].double()
    assert mask.dtype == torch.bool
    assert mask.any() or min(size) == 1
    for k in (1, 2, 3):
        square = disc_mask(min(size), min(size))[None, None].double()
        assert torch.equal(rotate(square, k * math.pi / 2), square)
    assert torch.equal(rotate(whole, math.pi), whole)
    assert torch.equal(whole.flip(-1), whole)


def test_small_discs_by_hand() -> None:
    assert disc_mask(3, 3).int().tolist() == [[0, 1, 0], [1, 1, 1], [0, 1, 0]]
    assert disc_mask(2, 2).sum() == 0
    assert disc_mask(4, 5).int().tolist() == [
        [0, 0, 1, 0, 0],
        [0, 1, 1, 1, 0],
        [0, 1, 1, 1, 0],
        [0, 0, 1, 0, 0],
    ]


def test_every_rotation_keeps_the_disc_inside() -> None:
    rows, columns = 12, 17
    mask = disc_mask(rows, columns)
    y, x = mask.nonzero().double().T
    y, x = y - (rows - 1) / 2, x - (columns - 1) / 2
    for angle in torch.linspace(0, math.pi, 50, dtype=torch.float64):
        assert (x.mul(angle.cos()) - y * angle.sin()).abs().max() <= (columns - 1) / 2 + 1e-9
        assert (x.mul(angle.sin()) + y * angle.cos()).abs().max() <= (rows - 1) / 2 + 1e-9


def test_a_margin_shrinks_the_disc() -> None:
    assert disc_mask(21, 31, 3).sum() < disc_mask(21, 31).sum()
    assert torch.equal(disc_mask(21, 21, 3)[3:-3, 3:-3], disc_mask(15, 15))
    assert not disc_mask(9, 9, 5).any()


@pytest.mark.parametrize("bad", [(0, 4, 0.0), (4, 4, -1.0), (4, 4, math.nan), (4, 4, math.inf)])
def test_bad_discs_are_refused(bad: tuple[int, int, float]) -> None:
    with pytest.raises(ConfigError, match="got"):
        disc_mask(*bad)


IMAGES = torch.zeros(2, 1, 4, 5)


@pytest.mark.usefixtures("without_shape_checks")
@pytest.mark.parametrize(
    ("images", "angle", "padding", "error", "message"),
    [
        (IMAGES[0], 0.1, "reflect", ShapeError, r"add the missing axes"),
        (IMAGES[..., :0], 0.1, "reflect", ShapeError, r"pixels in them"),
        (IMAGES.long(), 0.1, "reflect", ShapeError, r"int64: call \.float"),
        (IMAGES.half(), 0.1, "reflect", ShapeError, r"float16"),
        (IMAGES, math.nan, "reflect", ConfigError, r"finite.*got nan"),
        (IMAGES, torch.tensor([0.1, math.inf]), "reflect", ConfigError, r"finite.*got inf"),
        (IMAGES, torch.zeros(3), "reflect", ShapeError, r"each of the 2 images, got shape \(3,\)"),
        (IMAGES, torch.zeros(1, 2), "reflect", ShapeError, r"1-D tensor"),
        (IMAGES, torch.zeros(2).long(), "reflect", ConfigError, r"radians, got torch.int64"),
        (IMAGES, "left", "reflect", ConfigError, r"got 'left'"),
        (IMAGES, 0.1, "wrap", ConfigError, r"reflect.*got 'wrap'"),
        (IMAGES, torch.tensor([math.pi / 2, 0.0]), "reflect", ShapeError, r"4 x 5 pixels"),
        (IMAGES, torch.tensor([0.4, -math.pi / 2]), "reflect", ShapeError, r"separate calls"),
    ],
)
def test_bad_input_is_refused_with_the_rule_and_the_next_step(
    images: Tensor, angle: object, padding: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        rotate(images, angle, padding)  # pyright: ignore[reportArgumentType]
