"""The recipe of photographs: its pairs, validation apart from training and test, scores of single photographs."""

import dataclasses
import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from structviz.config import DenoiserShape
from structviz.data import IMAGES, TRAINING_IMAGES, patches
from structviz.metrics import psnr
from structviz.nets.classical import Classical
from structviz.training import IMAGES_RECIPE, TrainConfig, images
from structviz.training.baselines import tune
from structviz.training.images import (
    DILATED,
    N_VALIDATION,
    PATCH,
    ROTATED,
    TEST_SIZE,
    TURNING,
    held_out,
    score,
    validation_patches,
)
from structviz.training.recipes import complete
from structviz.transforms import disc_mask
from tests.unit.training.turned import angles_of_ramps, distance_from_uniform, most_distance, ramp


def test_validation_patches_are_those_that_are_kept_back() -> None:
    _, clean = validation_patches()
    assert clean.shape == (N_VALIDATION, 1, PATCH, PATCH)
    kept_back = patches(N_VALIDATION, PATCH, torch.Generator().manual_seed(1_618_033_988), part="validation")
    assert torch.equal(clean, kept_back)
    trained = next(IMAGES_RECIPE.batches(complete(TrainConfig("images", batch_size=200), IMAGES_RECIPE), _seeded()))[1]
    distances = (clean[:, None] - trained).flatten(2).norm(dim=2) / trained.flatten(1).norm(dim=1)
    assert distances.min() > 1e-3
    assert not set(IMAGES) & set(TRAINING_IMAGES)


def _seeded() -> torch.Generator:
    return torch.Generator().manual_seed(0)


class Fixed(nn.Module):
    """Gives one answer, and notes what it was asked."""

    def __init__(self, answer: Tensor) -> None:
        super().__init__()
        self.answer, self.seen = answer, torch.empty(0)

    def forward(self, y: Tensor) -> Tensor:
        self.seen = y
        return self.answer


def test_validation_is_the_mean_psnr_of_its_patches() -> None:
    noisy, clean = validation_patches()
    assert IMAGES_RECIPE.validate is not None
    net, config = Fixed(clean + 0.1), TrainConfig("images")
    assert IMAGES_RECIPE.validate(net, config) == pytest.approx(20, abs=1e-4)
    assert torch.equal(net.seen, noisy)
    halves = torch.ones(N_VALIDATION, 1, 1, 1)
    halves[::2] = 0.1  # mean of decibels, not decibels of a mean
    assert IMAGES_RECIPE.validate(Fixed(clean + halves), config) == pytest.approx(10, abs=1e-4)


def test_scores_are_those_of_each_photograph_upright_and_rotated() -> None:
    disc = disc_mask(TEST_SIZE, TEST_SIZE)

    def blurred(y: Tensor) -> Tensor:  # noise alone would be the same at all angles
        return avg_pool2d(y, 3, 1, 1)

    scores = score(blurred)
    assert [(one.orientation, one.image) for one in scores] == [
        (orientation, image) for orientation in ("upright", "rotated") for image in range(len(IMAGES))
    ]
    for angle, found in ((0, scores[: len(IMAGES)]), (ROTATED, scores[len(IMAGES) :])):
        noisy, clean = held_out(angle)
        assert [one.psnr for one in found] == pytest.approx(psnr(blurred(noisy), clean, mask=disc).tolist())
    assert ROTATED % 90


def test_yardsticks_are_tuned_on_validation_patches() -> None:
    noisy, clean = (part[:24] for part in validation_patches())
    asked: list[Tensor] = []

    def denoise(y: Tensor, _sigma: float, strength: float) -> Tensor:
        asked.append(y)
        return clean + strength

    assert tune(Classical("Shifted", denoise, (0.3, 0.1, 0.2))) == 0.1
    assert len(asked) == 3
    assert all(torch.equal(y, noisy) for y in asked)


N = 400
"""Pairs in a batch."""


def batch(arm: str, seed: int = 1, n_train: int = 1, batch_size: int = N) -> tuple[Tensor, Tensor]:
    config = TrainConfig("images", arm, n_train=n_train, batch_size=batch_size, net=DenoiserShape(width=8))
    batches = IMAGES_RECIPE.batches(complete(config, IMAGES_RECIPE), torch.Generator().manual_seed(seed))
    y, x = next(batches)
    return y, x


def test_augmented_photographs_are_turned_by_any_angle_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "patches", lambda *_: ramp(images.PATCH))
    _, x = batch("augmented")
    angles = angles_of_ramps(x)
    assert distance_from_uniform(angles, 2 * math.pi) < most_distance(N)
    assert distance_from_uniform(angles, math.pi) > most_distance(N)  # a half of the circle would be seen


@pytest.mark.parametrize("arm", ["ordinary", "augmented", "equivariant"])
def test_what_is_asked_for_lies_as_what_is_given(arm: str) -> None:
    """All that y and x differ by is noise: σ uniform from 0 on, another draw for each image, no trace of the image."""
    y, x = batch(arm)
    noise = (y - x).flatten(1).double()
    assert distance_from_uniform(noise.std(1), images.SIGMA_MAX) < most_distance(N)
    pixels = noise.shape[1]
    shapes = (noise - noise.mean(1, keepdim=True)) / noise.std(1, keepdim=True)
    assert (shapes[:20] @ shapes[:20].T / pixels - torch.eye(20)).abs().max() < 5 / math.sqrt(pixels)
    clean = x.flatten(1).double()
    clean = (clean - clean.mean(1, keepdim=True)) / clean.std(1, keepdim=True)
    assert ((shapes * clean).mean(1)).abs().max() < 5 / math.sqrt(pixels)


def test_the_seed_decides_the_patches() -> None:
    def first(seed: int) -> Tensor:
        return batch("ordinary", seed, n_train=1, batch_size=1)[1]

    assert torch.equal(first(1), first(1))
    assert not torch.equal(first(1), first(2))


def test_what_lies_outside_of_the_disc_does_not_count() -> None:
    outside = ~disc_mask(images.TEST_SIZE, images.TEST_SIZE)
    figures = images.evaluate_denoiser(nn.Identity())
    spoilt = images.evaluate_denoiser(lambda y: torch.where(outside, 5.0, y))
    inside = images.evaluate_denoiser(lambda y: torch.where(outside, y, 5.0))
    for angle in images.ANGLES:  # the windows of the SSIM reach from the disc into the corners
        assert spoilt[f"psnr_{angle}"] == figures[f"psnr_{angle}"] > inside[f"psnr_{angle}"]


@pytest.mark.parametrize(
    ("group", "shape"), [(None, DILATED), ("C4", DILATED), ("D4", DILATED), ("C8", TURNING), ("D8", TURNING)]
)
def test_kernels_are_dilated_where_no_turn_lies_between_quarter_turns(group: str | None, shape: DenoiserShape) -> None:
    config = TrainConfig("images", "equivariant" if group else "ordinary", group)
    assert complete(config, IMAGES_RECIPE).net == shape
    own = DenoiserShape(width=16)
    assert complete(dataclasses.replace(config, net=own), IMAGES_RECIPE).net == own


def test_both_shapes_see_equally_far() -> None:
    assert {sum(shape.dilations) * (shape.kernel_size // 2) for shape in (DILATED, TURNING)} == {12}
    assert set(TURNING.dilations) == {1}
