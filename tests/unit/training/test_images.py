"""The recipe of photographs: validation apart from training and test, scores of single photographs."""

import pytest
import torch
from torch import Tensor, nn

from structviz.data import IMAGES, TRAINING_IMAGES, patches
from structviz.metrics import psnr
from structviz.training import IMAGES_RECIPE, TrainConfig
from structviz.training.baselines import tune
from structviz.training.images import N_VALIDATION, PATCH, ROTATED, TEST_SIZE, held_out, score, validation_patches
from structviz.training.recipes import complete
from structviz.transforms import disc_mask


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
    scores = score(lambda y: y)
    assert [(one.orientation, one.image) for one in scores] == [
        (orientation, image) for orientation in ("upright", "rotated") for image in range(len(IMAGES))
    ]
    for angle, found in ((0, scores[: len(IMAGES)]), (ROTATED, scores[len(IMAGES) :])):
        noisy, clean = held_out(angle)
        assert [one.psnr for one in found] == pytest.approx(psnr(noisy, clean, mask=disc).tolist())
    assert ROTATED % 90


def test_yardsticks_are_tuned_on_validation_patches() -> None:
    noisy, clean = (images[:24] for images in validation_patches())
    asked: list[Tensor] = []

    class Toy:
        strengths = (0.3, 0.1, 0.2)

        def __hash__(self) -> int:
            return 0

        def denoise(self, y: Tensor, sigma: float, strength: float) -> Tensor:
            del sigma
            asked.append(y)
            return clean + strength

    assert tune(Toy()) == 0.1  # pyright: ignore[reportArgumentType]
    assert len(asked) == 3
    assert all(torch.equal(y, noisy) for y in asked)
