"""What the recipe for stripes trains on."""

import math

import pytest
import torch
from torch import Tensor

from structviz.config import DenoiserShape, TrainConfig
from structviz.data import stripes
from structviz.training import recipe
from structviz.training.recipes import complete
from structviz.training.stripes import SIGMA

N = 400


def batch(arm: str, n_train: int, seed: int = 1) -> tuple[Tensor, Tensor]:
    config = TrainConfig("stripes", arm, n_train=n_train, batch_size=N, net=DenoiserShape(width=8))
    batches = recipe("stripes").batches(complete(config, recipe("stripes")), torch.Generator().manual_seed(seed))
    y, x = next(batches)
    return y, x


def shares_of_turns(x: Tensor, upright: Tensor) -> list[float]:
    """How often each quarter turn of an image occurs; all four differ, as its first row is black or white alone."""
    return [(x == torch.rot90(upright, turns, (-2, -1))).flatten(1).all(1).float().mean().item() for turns in range(4)]


def test_augmented_stripes_are_turned_by_all_quarter_turns_alike() -> None:
    upright = batch("ordinary", 1)[1][:1]
    assert torch.equal(upright, batch("equivariant", 1)[1][:1])
    shares = shares_of_turns(batch("augmented", 1)[1], upright)
    assert sum(shares) == pytest.approx(1)
    assert shares == pytest.approx([0.25] * 4, abs=5 * math.sqrt(0.25 * 0.75 / N))


@pytest.mark.parametrize("arm", ["ordinary", "augmented", "equivariant"])
def test_what_is_asked_for_lies_as_what_is_given(arm: str) -> None:
    """All that y and x differ by is noise of the known σ, another draw for each image."""
    y, x = batch(arm, 4)
    noise = (y - x).flatten(1).double()
    pixels = noise.shape[1]
    assert (noise.std(1) - SIGMA).abs().max() < 5 * SIGMA / math.sqrt(2 * pixels)
    assert (noise[:20] @ noise[:20].T / (pixels * SIGMA**2) - torch.eye(20)).fill_diagonal_(0).abs().max() < 5 / 50


@pytest.mark.parametrize("arm", ["ordinary", "equivariant"])
def test_the_other_arms_see_both_phases_of_horizontal_stripes(arm: str) -> None:
    _, x = batch(arm, 8)
    both = stripes(2)
    found = (x[:, None] == both).flatten(2).all(2)
    assert found.any(1).all()
    assert found.any(0).all()


def test_the_seed_decides_the_phases() -> None:
    phases = {tuple(batch("ordinary", 1, seed)[1][0, 0, :, 0].tolist()) for seed in range(8)}
    assert len(phases) == 2


def test_scores_are_those_of_each_image_upright_and_turned_with_its_noise() -> None:
    task, config = recipe("stripes"), TrainConfig("stripes")
    assert task.scores is not None
    scores = task.scores(torch.nn.Identity(), config)
    upright, turned = (
        [one for one in scores if one.orientation == orientation] for orientation in ("upright", "turned")
    )
    assert [one.image for one in upright] == [one.image for one in turned] == list(range(16))
    assert len(scores) == 32
    assert [one.psnr for one in turned] == pytest.approx([one.psnr for one in upright], abs=1e-4)
    mean = task.evaluate(torch.nn.Identity(), config)["psnr_upright_noisy"]
    assert sum(one.psnr for one in upright) / 16 == pytest.approx(mean, abs=0.2)
    # A network that removes horizontal stripes alone tells the orientations apart.
    rows = torch.nn.AvgPool2d((1, 9), 1, (0, 4), count_include_pad=False)
    across = task.scores(rows, config)
    assert min(one.psnr for one in across[:16]) > max(one.psnr for one in across[16:])
