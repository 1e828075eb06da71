"""Wide stripes: what each arm is shown, and that their figures are those of the angles they name."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from structviz.arms import ROTATION_ARMS
from structviz.config import DenoiserShape, TrainConfig
from structviz.data.gratings import PERIOD
from structviz.metrics import psnr, ssim
from structviz.training import STRIPES, Outcome, train
from structviz.training.recipes import complete
from structviz.training.wide_stripes import (
    ANGLES,
    SECTOR,
    SIDE,
    SIGMA,
    WIDE,
    evaluate_wide,
    held_out,
    score_wide,
    validate_wide,
)
from structviz.transforms import disc_mask, rotate
from tests.unit.training.turned import distance_from_uniform, most_distance

SHAPE = DenoiserShape(width=8, dilations=(1, 1), kernel_size=5, activation="silu")
RESOLUTION = math.degrees(PERIOD / SIDE)
"""Of an angle that is read off the spectrum, in degrees: a step of the spectrum, seen from its middle."""


def settings(arm: str = "ordinary", **values: object) -> TrainConfig:
    config = TrainConfig("stripes", arm, dataset=WIDE, **{"n_train": 200, "batch_size": 50, "net": SHAPE, **values})
    return complete(config, STRIPES)


def batches(config: TrainConfig, n: int, seed: int = 0) -> list[tuple[Tensor, Tensor]]:
    found = STRIPES.batches(config, torch.Generator().manual_seed(seed))
    return [next(found) for _ in range(n)]


def lying(images: Tensor) -> Tensor:
    """How stripes lie, in degrees from −90 to 90, counter-clockwise from the horizontal: where their spectrum is."""
    window = torch.hann_window(SIDE, periodic=False)
    spectrum = torch.fft.fft2((images[:, 0] - 0.5) * window * window[:, None]).abs().flatten(1)
    frequency = torch.fft.fftfreq(SIDE)
    peak = spectrum.argmax(1)
    up, right = -frequency[peak // SIDE], frequency[peak % SIDE]
    # The wave runs across the stripes, up or down: a quarter turn back it runs along them.
    return torch.rad2deg(torch.atan(-right / up.where(up != 0, 1e-9)))


def test_the_angle_is_read_off_the_spectrum() -> None:
    for angle in (-60.0, -20.0, 0.0, 12.0, 80.0):
        assert lying(held_out(angle, 3)[1]) == pytest.approx([angle] * 3, abs=RESOLUTION)


@pytest.mark.parametrize("arm", ROTATION_ARMS)
def test_training_stripes_lie_in_the_sector_and_augmented_arms_see_all_angles(arm: str) -> None:
    found = lying(torch.cat([x for _, x in batches(settings(arm), 4)]))
    widest = 90 if "augmented" in arm else math.degrees(SECTOR)
    # 200 even draws leave more than a tenth of a half free at an end with a probability below a millionth.
    for side in (found, -found):
        assert 0.9 * widest - RESOLUTION < side.max() < widest + RESOLUTION
    assert found.abs().median() == pytest.approx(widest / 2, abs=0.2 * widest)


def test_augmented_stripes_lie_at_all_angles_alike() -> None:
    found = lying(torch.cat([x for _, x in batches(settings("augmented"), 24)])) + 90
    assert distance_from_uniform(found, 180) < most_distance(len(found)) + RESOLUTION / 180


def test_an_augmented_image_is_turned_anew_each_time_and_keeps_its_phase() -> None:
    (_, a), (_, b) = batches(settings("augmented", n_train=1, batch_size=1), 2)
    (_, upright), *_ = batches(settings(n_train=1, batch_size=1), 1)
    inner = disc_mask(SIDE, SIDE, 6.0)
    for turned in (a, b):
        about = round((lying(turned) - lying(upright)).item())
        tried = [about + half + k for half in (0, 180) for k in range(-8, 9)]
        distances = [(rotate(upright, math.radians(d)) - turned)[..., inner].square().mean() for d in tried]
        # Whole degrees are at most half a degree off; another phase would cost 0.2 and more.
        assert min(distances) < 0.01
    assert not torch.allclose(a, b, atol=0.1)


def test_noise_is_drawn_anew_and_the_training_set_is_that_of_the_seed() -> None:
    config = settings(n_train=1, batch_size=2)
    (y, x), (z, _) = batches(config, 2)
    assert torch.equal(x[0], x[1])
    noises = torch.stack([y[0] - x[0], y[1] - x[0], z[0] - x[0]]).flatten(1)
    assert noises.std().item() == pytest.approx(SIGMA, rel=0.02)
    assert torch.corrcoef(noises).triu(1).abs().max() < 0.1
    assert torch.equal(batches(config, 1)[0][1], x)
    assert not torch.allclose(batches(config, 1, seed=1)[0][1], x, atol=0.1)


@pytest.mark.parametrize("angle", [0.0, 33.75])
def test_test_stripes_turn_with_their_noise_by_quarter_turns(angle: float) -> None:
    before, after = held_out(angle, 4), held_out(angle + 90, 4)
    for image, turned in zip(before, after, strict=True):
        assert torch.equal(torch.rot90(image, 1, (-2, -1)), turned)
    y, x = held_out(angle)
    assert len(x) == 64
    assert (y - x).std().item() == pytest.approx(SIGMA, rel=0.01)


class Recorder(nn.Module):
    """Answers with what is right near some angle and with grey elsewhere, and notes how often it is asked."""

    def __init__(self, answer: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.answer, self.seen = answer, []

    def forward(self, y: Tensor) -> Tensor:
        self.seen.append(y)
        return self.answer(y)


def test_figures_are_those_of_their_angles() -> None:
    """The network knows horizontal stripes alone, which it smooths along the rows."""
    net = Recorder(lambda y: y.mean(-1, keepdim=True).expand_as(y))
    figures = evaluate_wide(net)
    disc = disc_mask(SIDE, SIDE, 8)
    for angle in ANGLES:
        y, x = held_out(angle)
        name = "upright" if angle == 0 else "turned" if angle == 90 else f"{angle:g}"
        assert figures[f"psnr_{name}"] == pytest.approx(psnr(net(y), x, mask=disc).mean().item(), abs=1e-4)
    assert figures["psnr_best"] == figures["psnr_upright"] > 25
    assert figures["psnr_worst"] == min(figures[f"psnr_{angle:g}"] for angle in ANGLES if angle not in (0, 90)) < 7
    assert figures["psnr_upright_noisy"] == pytest.approx(-20 * math.log10(SIGMA), abs=0.05)
    assert figures["equivariance_error_90"] > 0.5
    assert set(figures) <= set(STRIPES.metrics)


def test_rows_of_a_table_are_the_figures_of_the_card_angle_by_angle() -> None:
    net = nn.AvgPool2d((1, 5), 1, (0, 2))
    scores, figures = score_wide(net), evaluate_wide(net)
    assert [score.orientation for score in scores] == [f"{angle:g}°" for angle in ANGLES]
    found = {score.orientation: score.psnr for score in scores}
    assert (found["0°"], found["90°"]) == pytest.approx((figures["psnr_upright"], figures["psnr_turned"]), abs=1e-4)
    assert found["33.75°"] == pytest.approx(figures["psnr_33.75"], abs=1e-4)
    assert (max(found.values()), min(found.values())) == pytest.approx(
        (figures["psnr_best"], figures["psnr_worst"]), abs=1e-4
    )
    y, x = held_out(45)
    assert scores[4].ssim == pytest.approx(ssim(net(y), x, mask=disc_mask(SIDE, SIDE, 8)).mean().item(), abs=1e-4)


def test_a_network_that_smooths_alike_in_all_directions_is_equivariant() -> None:
    figures = evaluate_wide(nn.AvgPool2d(3, 1, 1))
    assert figures["psnr_upright"] == pytest.approx(figures["psnr_turned"], abs=1e-4)
    assert figures["equivariance_error_90"] < 1e-6 < figures["equivariance_error_45"] < 0.1


@pytest.mark.parametrize(
    ("arm", "angles"),
    [("ordinary", (0, 11.25, 22.5, 157.5, 168.75)), ("augmented", ANGLES), ("equivariant", ANGLES)],
)
def test_lengths_are_chosen_at_the_angles_that_an_arm_should_master(arm: str, angles: tuple[float, ...]) -> None:
    net = Recorder(lambda y: y)
    assert validate_wide(net, settings(arm)) == pytest.approx(-20 * math.log10(SIGMA), abs=0.1)
    found = [lying(y - (y - 0.5).mean()).median().item() % 180 for y in net.seen]
    assert found == pytest.approx(angles, abs=RESOLUTION)
    for angle, y in zip(angles, net.seen, strict=True):
        assert not torch.equal(y, held_out(angle, len(y))[0]), "test stripes are not for choosing"


@pytest.mark.parametrize("arm", ["ordinary", "equivariant"])
def test_every_kind_of_network_learns_and_is_exported(arm: str) -> None:
    config = TrainConfig(
        "stripes", arm, "C8" if arm == "equivariant" else None, n_train=20, steps=60, dataset=WIDE, net=SHAPE
    )
    result = train(config, device="cpu")
    assert result.outcome is Outcome.FINISHED
    assert result.metrics["psnr_upright"] > result.metrics["psnr_upright_noisy"]
    assert (result.metrics["equivariance_error_90"] < 1e-5) == (arm == "equivariant")


def test_the_card_says_which_stripes_were_learnt() -> None:
    assert "within ±22.5° of horizontal" in STRIPES.data_of(settings())
    assert "Horizontal stripes of period 2 px" in STRIPES.data_of(TrainConfig("stripes"))
    assert complete(TrainConfig("stripes"), STRIPES).dataset == "lecture"


def test_previews_show_wide_stripes() -> None:
    config = settings()
    preview, examples = STRIPES.preview(nn.Identity(), config), STRIPES.examples(config)
    assert preview.pictures["upright"].shape == (SIDE, SIDE)
    assert_close(torch.rot90(examples["upright"].truth), examples["turned"].truth)
    assert lying(examples["upright"].truth[None, None]) == pytest.approx([0.0], abs=RESOLUTION)
