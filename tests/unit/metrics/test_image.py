"""Image metrics: closed forms, then scikit-image as an independent implementation."""

import math
from typing import Any

import pytest
import torch
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from torch import Generator, Tensor

from structviz.errors import ConfigError, ShapeError
from structviz.metrics import psnr, ssim
from structviz.transforms import disc_mask
from tests.tolerances import METRIC

SHAPES = [(3, 1, 21, 34), (2, 3, 15, 8), (1, 2, 7, 7)]


def pair(shape: tuple[int, ...], generator: Generator) -> tuple[Tensor, Tensor]:
    reference = torch.rand(shape, generator=generator)
    return reference + 0.1 * torch.randn(shape, generator=generator), reference


def scikit_image_ssim(x: Tensor, reference: Tensor, data_range: float) -> float:
    value: Any = structural_similarity(
        x.double().numpy(), reference.double().numpy(), data_range=data_range, channel_axis=0
    )
    return float(value)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("data_range", [1.0, 2.5])
def test_psnr_is_that_of_scikit_image(shape: tuple[int, ...], data_range: float, generator: Generator) -> None:
    x, reference = pair(shape, generator)
    expected = [
        peak_signal_noise_ratio(r, a, data_range=data_range)
        for a, r in zip(x.double().numpy(), reference.double().numpy(), strict=True)
    ]
    torch.testing.assert_close(psnr(x, reference, data_range), torch.tensor(expected).float(), rtol=METRIC, atol=0)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("data_range", [1.0, 2.5])
def test_ssim_is_that_of_scikit_image(shape: tuple[int, ...], data_range: float, generator: Generator) -> None:
    x, reference = pair(shape, generator)
    expected = [scikit_image_ssim(a, r, data_range) for a, r in zip(x, reference, strict=True)]
    torch.testing.assert_close(ssim(x, reference, data_range), torch.tensor(expected).float(), atol=METRIC, rtol=0)


def test_masks_select_from_the_same_maps(generator: Generator) -> None:
    x, reference = pair((3, 2, 19, 26), generator)
    mask = disc_mask(19, 26)
    cropped = mask.clone()
    cropped[:3] = cropped[-3:] = cropped[:, :3] = cropped[:, -3:] = False
    assert cropped.sum() < mask.sum()
    for k, (a, r) in enumerate(zip(x.double().numpy(), reference.double().numpy(), strict=True)):
        full: Any = structural_similarity(a, r, data_range=1.0, channel_axis=0, full=True)[1]
        assert ssim(x, reference, mask=mask)[k].item() == pytest.approx(full[:, cropped].mean(), abs=METRIC)
        expected = -10 * math.log10(((a - r) ** 2)[:, mask].mean())
        assert psnr(x, reference, mask=mask)[k].item() == pytest.approx(expected, rel=METRIC)


def test_a_full_mask_is_no_mask(generator: Generator) -> None:
    x, reference = pair((2, 1, 9, 13), generator)
    mask = torch.ones(9, 13, dtype=torch.bool)
    torch.testing.assert_close(ssim(x, reference, mask=mask), ssim(x, reference))
    torch.testing.assert_close(psnr(x, reference, mask=mask), psnr(x, reference))


def test_what_lies_outside_the_mask_does_not_count(generator: Generator) -> None:
    x, reference = pair((2, 1, 9, 13), generator)
    mask = disc_mask(9, 13)
    spoiled = torch.where(mask, x, 100.0)
    assert torch.equal(psnr(spoiled, reference, mask=mask), psnr(x, reference, mask=mask))


def test_closed_forms() -> None:
    black = torch.zeros(2, 1, 8, 9, dtype=torch.float64)
    offset = torch.tensor([0.1, 0.01], dtype=torch.float64).reshape(2, 1, 1, 1)
    torch.testing.assert_close(psnr(black + offset, black), torch.tensor([20.0, 40.0], dtype=torch.float64))
    # Constant images agree in contrast; only the luminance term is left.
    c1 = 0.01**2
    expected = c1 / (offset.flatten() ** 2 + c1)
    torch.testing.assert_close(ssim(black + offset, black), expected)


def test_equal_images(generator: Generator) -> None:
    x = torch.rand(2, 1, 8, 11, generator=generator)
    assert psnr(x, x).tolist() == [math.inf, math.inf]
    torch.testing.assert_close(ssim(x, x), torch.ones(2))


def test_negated_patterns_are_dissimilar(generator: Generator) -> None:
    pattern = torch.rand(1, 1, 12, 15, generator=generator)
    assert ssim(1 - pattern, pattern).item() < -0.5


def test_bright_flat_images_do_not_cancel(generator: Generator) -> None:
    # In float32 the rounding of E[x^2] would be 60 times the variance.
    x, reference = (100 + 1e-2 * torch.rand(1, 1, 9, 10, generator=generator) for _ in range(2))
    expected = scikit_image_ssim(x[0], reference[0], 1e-2)
    assert ssim(x, reference, 1e-2).item() == pytest.approx(expected, abs=METRIC)


def test_gradients(generator: Generator) -> None:
    x, reference = (t.double().requires_grad_() for t in pair((2, 1, 8, 9), generator))
    assert torch.autograd.gradcheck(psnr, (x, reference))
    assert torch.autograd.gradcheck(ssim, (x, reference))


X = torch.zeros(2, 1, 8, 9)
MASK = torch.ones(8, 9, dtype=torch.bool)
BORDER = MASK.clone()
BORDER[3:-3, 3:-3] = False


@pytest.mark.usefixtures("without_shape_checks")
@pytest.mark.parametrize("metric", [psnr, ssim])
@pytest.mark.parametrize(
    ("x", "reference", "data_range", "mask", "error", "message"),
    [
        (X, X[:1], 1.0, None, ShapeError, r"got \(2, 1, 8, 9\) and \(1, 1, 8, 9\)"),
        (X[0], X[0], 1.0, None, ShapeError, r"x must have the shape"),
        (X, X.long(), 1.0, None, ShapeError, r"reference must be float"),
        (X, X, 0.0, None, ConfigError, r"above 0, got 0"),
        (X, X, math.nan, None, ConfigError, r"got nan"),
        (X, X, 1.0, MASK[:-1], ShapeError, r"disc_mask\(8, 9\)"),
        (X, X, 1.0, MASK.float(), ShapeError, r"must be bool"),
        (X, X, 1.0, ~MASK, ShapeError, r"none of 8 x 9"),
    ],
)
def test_bad_input_is_refused(
    metric: object,
    x: Tensor,
    reference: Tensor,
    data_range: float,
    mask: Tensor | None,
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        metric(x, reference, data_range, mask)  # pyright: ignore[reportCallIssue]


def test_ssim_needs_room_for_its_window() -> None:
    with pytest.raises(ShapeError, match="7 x 7 pixels, got 6 x 9"):
        ssim(X[:, :, :6], X[:, :, :6])
    with pytest.raises(ShapeError, match="leave pixels"):
        ssim(X, X, mask=BORDER)
