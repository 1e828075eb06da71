"""The equivariance checker: silent where it must be, loud on negative controls and planted defects."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Generator, Tensor, nn
from torch.nn.functional import conv2d

from structviz.checks import equivariance_error, interpolation_error
from structviz.errors import ShapeError
from structviz.transforms import rotate
from tests.tolerances import EQUIVARIANCE

ANGLES = [math.pi / 2, math.pi, -math.pi / 2, 0.4, 2.2]
QUARTERS = ANGLES[:3]


def smooth(shape: tuple[int, int, int, int], generator: Generator, width: float = 2.0) -> Tensor:
    images = torch.rand(shape, dtype=torch.float64, generator=generator)
    return filtered(radial(width, 13))(images)


def radial(width: float, size: int) -> Tensor:
    r = torch.arange(size, dtype=torch.float64) - size // 2
    kernel = torch.exp(-(r[:, None] ** 2 + r**2) / (2 * width**2))
    return kernel / kernel.sum()


def filtered(kernel: Tensor) -> Callable[[Tensor], Tensor]:
    weight = kernel[None, None].double()
    return lambda x: conv2d(x, weight.to(x.dtype), padding=kernel.shape[0] // 2)


SYMMETRIC = radial(1.0, 5)
DERIVATIVE = torch.tensor([[0.0, 0.0, 0.0], [-0.5, 0.0, 0.5], [0.0, 0.0, 0.0]])


@pytest.mark.parametrize("angle", ANGLES)
def test_identity_has_no_error(angle: float, generator: Generator) -> None:
    assert equivariance_error(lambda x: x, torch.rand(2, 1, 11, 14, generator=generator), angle) == 0


@pytest.mark.parametrize("angle", QUARTERS)
def test_pointwise_maps_have_no_error_at_quarter_turns(angle: float, generator: Generator) -> None:
    assert equivariance_error(torch.tanh, torch.rand(2, 3, 11, 14, generator=generator), angle) == 0


@pytest.mark.parametrize("angle", QUARTERS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_symmetric_kernels_have_rounding_error_at_quarter_turns(
    angle: float, dtype: torch.dtype, generator: Generator
) -> None:
    images = torch.rand(2, 1, 11, 14, dtype=dtype, generator=generator)
    assert equivariance_error(filtered(SYMMETRIC), images, angle) < EQUIVARIANCE[dtype]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_one_weight_one_percent_wrong_is_seen(dtype: torch.dtype, generator: Generator) -> None:
    kernel = SYMMETRIC.clone()
    kernel[2, 3] *= 1.01
    images = torch.rand(2, 1, 11, 14, dtype=dtype, generator=generator)
    assert equivariance_error(filtered(kernel), images, math.pi / 2) > 20 * EQUIVARIANCE[dtype]


@pytest.mark.parametrize("angle", [0.4, 2.2])
def test_radial_kernels_cost_no_more_than_interpolation(angle: float, generator: Generator) -> None:
    images = smooth((2, 1, 45, 52), generator)
    margin = 4.0 + 2
    baseline = interpolation_error(images, angle, margin)
    assert 0 < baseline < 1e-3
    assert equivariance_error(filtered(SYMMETRIC), images, angle, margin) < 2 * baseline


@pytest.mark.parametrize("angle", ANGLES)
def test_a_derivative_along_the_rows_is_far_from_equivariant(angle: float, generator: Generator) -> None:
    assert equivariance_error(filtered(DERIVATIVE), smooth((2, 1, 31, 38), generator), angle) > 0.3


def test_turning_the_wrong_way_is_seen(generator: Generator) -> None:
    images = torch.rand(2, 1, 9, 9, generator=generator)
    transposed: Callable[[Tensor], Tensor] = lambda x: x.mT  # noqa: E731
    assert equivariance_error(transposed, images, math.pi / 2) > 0.3


def test_the_error_is_relative_to_the_turned_output() -> None:
    """The output is 1 if the first pixel is the largest, else 3: R net(x) = 1, net(R x) = 3, and 2 / 1 is not 2 / 3."""
    x = torch.zeros(1, 1, 4, 4)
    x[..., 0, 0] = 1

    def net(images: Tensor) -> Tensor:
        first = images[..., :1, :1] == images.amax((-2, -1), keepdim=True)
        return torch.where(first, 1.0, 3.0).expand_as(images)

    assert equivariance_error(net, x, math.pi / 2) == 2


def test_the_border_counts_at_quarter_turns_and_only_there() -> None:
    images = torch.ones(1, 1, 21, 21)

    def spoils_a_corner(x: Tensor) -> Tensor:
        return torch.cat((torch.cat((2 * x[..., :1, :1], x[..., :1, 1:]), -1), x[..., 1:, :]), -2)

    assert equivariance_error(spoils_a_corner, images, math.pi / 2) > 0.05
    assert equivariance_error(spoils_a_corner, images, 0.0) == 0
    assert equivariance_error(spoils_a_corner, images, 0.5) < 2e-3


def test_interpolation_error_is_zero_at_quarter_turns_and_grows_with_detail(generator: Generator) -> None:
    rough = torch.rand(2, 1, 45, 52, dtype=torch.float64, generator=generator)
    assert interpolation_error(rough, -math.pi / 2) == 0
    fine, coarse = smooth((2, 1, 45, 52), generator, 1.0), smooth((2, 1, 45, 52), generator, 2.0)
    errors = [interpolation_error(images, 0.5) for images in (rough, fine, coarse)]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] > 10 * errors[2]


def test_networks_may_change_the_number_of_channels(generator: Generator) -> None:
    images = torch.rand(2, 1, 9, 12, generator=generator)
    assert equivariance_error(lambda x: torch.cat((x, x**2), 1), images, math.pi / 2) == 0


def test_a_vanishing_output() -> None:
    images = torch.ones(1, 1, 7, 8)
    assert equivariance_error(lambda x: 0 * x, images, math.pi / 2) == 0

    def only_wide(x: Tensor) -> Tensor:
        return x if x.shape[-2] > x.shape[-1] else 0 * x

    assert equivariance_error(only_wide, images, math.pi / 2) == math.inf
    assert math.isnan(equivariance_error(lambda x: math.nan * x, images, math.pi / 2))


def test_the_network_is_left_as_it_was_and_no_gradient_is_kept(generator: Generator) -> None:
    net = nn.Sequential(nn.Conv2d(1, 1, 3, padding=1), nn.Dropout(0.5)).train()
    seen: list[bool] = []
    net.register_forward_hook(lambda *_: seen.append(torch.is_grad_enabled()))
    images = torch.rand(2, 1, 9, 12, generator=generator)
    before = images.clone()
    equivariance_error(net, images, 0.3, margin=1)
    assert net.training
    assert seen == [False, False]
    assert torch.equal(images, before)
    assert torch.is_grad_enabled()


def test_bad_input_is_refused(generator: Generator) -> None:
    images = torch.rand(1, 1, 7, 8, generator=generator)
    with pytest.raises(ShapeError, match=r"same shape, got \(1, 1, 8, 5\) and \(1, 1, 5, 7\)"):
        equivariance_error(lambda x: x[..., :5], images, math.pi / 2)
    with pytest.raises(ShapeError, match="smaller margin"):
        equivariance_error(lambda x: x, images, 0.3, margin=4)


@pytest.mark.usefixtures("without_shape_checks")
def test_outputs_that_are_not_images_are_refused() -> None:
    with pytest.raises(ShapeError, match="missing axes"):
        equivariance_error(lambda x: x.flatten(1), torch.ones(1, 1, 7, 8), math.pi)


def test_rotate_is_equivariant_to_itself(generator: Generator) -> None:
    images = torch.rand(2, 1, 9, 9, dtype=torch.float64, generator=generator)
    assert equivariance_error(lambda x: rotate(x, 0.3), images, math.pi / 2) < EQUIVARIANCE[torch.float64]
