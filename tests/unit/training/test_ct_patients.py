"""Who is scanned: patients of training, of validation and held out, and what is measured on them."""

import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from structviz import zoo
from structviz.data import MU_RANGE, thorax
from structviz.errors import ConfigError
from structviz.metrics import psnr
from structviz.studies.ct import DEMONSTRATION_SEEDS, Scan
from structviz.tomography import (
    RayTransform,
)
from structviz.training import CT, patients
from structviz.training.patients import (
    DATA_RANGE,
    N_TEST,
    held_out,
    mean_figures,
    score,
    training_patients,
)
from structviz.training.recipes import Score, complete
from structviz.transforms import disc_mask, rotate
from tests.unit.training.small_ct import GEOMETRY, tiny


def test_training_patients_are_those_of_the_seed() -> None:
    config = complete(tiny(seed=7), CT)
    batches = CT.batches(config, torch.Generator().manual_seed(0))
    expected = avg_pool2d(thorax(3, 32, torch.Generator().manual_seed(7)), 2)
    drawn = torch.cat([next(batches)[1] for _ in range(20)])
    distances = (drawn[:, None] - expected).flatten(2).norm(dim=2)
    assert set(distances.argmin(1).tolist()) == {0, 1, 2}
    assert distances.min(1).values.max() == 0


@pytest.mark.parametrize("seed", [DEMONSTRATION_SEEDS[0], DEMONSTRATION_SEEDS[7], DEMONSTRATION_SEEDS[-1]])
def test_nobody_learns_from_the_chests_that_are_shown(seed: int) -> None:
    shown = Scan(patient=seed - DEMONSTRATION_SEEDS[0], image_size=16).image()
    torch.testing.assert_close(shown, thorax(1, 32, torch.Generator().manual_seed(seed)))
    learned = training_patients(3, 32, seed)
    distances = (learned - shown).flatten(1).norm(dim=1) / shown.norm()
    assert distances.min() > 0.05
    # The others of the stream remain, and seeds beside those of the chests lose nobody.
    torch.testing.assert_close(learned, thorax(4, 32, torch.Generator().manual_seed(seed))[1:])
    for beside in (DEMONSTRATION_SEEDS[0] - 1, DEMONSTRATION_SEEDS[-1] + 1):
        first = thorax(1, 32, torch.Generator().manual_seed(beside))
        torch.testing.assert_close(training_patients(1, 32, beside), first)


def test_seeds_of_shown_chests_are_neither_the_seed_of_the_held_out_nor_that_of_a_shipped_network() -> None:
    assert patients._SEED not in DEMONSTRATION_SEEDS
    cards = [zoo.card(name) for name in zoo.names() if name.startswith("ct/")]
    assert cards
    assert not {card.config.seed for card in cards} & {*DEMONSTRATION_SEEDS}


def test_held_out_patients_are_nobody_in_training() -> None:
    """Not even with their own seed, at which a missing step of the generator would show."""
    tested = held_out(GEOMETRY, "upright").x
    trained = avg_pool2d(thorax(2 * N_TEST, 32, torch.Generator().manual_seed(patients._SEED)), 2)
    distances = (tested[:, None] - trained).flatten(2).norm(dim=2) / tested.flatten(1).norm(dim=1)[:, None]
    assert distances.min() > 0.05
    same = (tested[:, None] - tested).flatten(2).norm(dim=2)
    assert (same + torch.eye(N_TEST)).min() > 0.05  # twenty different people


def test_patients_for_validation_are_neither_from_training_nor_held_out() -> None:
    """Seed by seed: each patient is drawn from a number of one stream."""
    seeds: dict[str, list[int]] = {}
    generator = torch.Generator().manual_seed(patients._SEED)
    stream = torch.randint(2**62, (102_000,), generator=generator).tolist()
    seeds["training"], seeds["held out"] = stream[:100_000], stream[100_000 : 100_000 + N_TEST]

    validated = patients.validation_patients(GEOMETRY)
    place = 100_000 + patients._MOST_HELD_OUT
    assert N_TEST <= patients._MOST_HELD_OUT
    generator = torch.Generator().manual_seed(patients._SEED)
    torch.randint(2**62, (place,), generator=generator)
    torch.testing.assert_close(validated.x, avg_pool2d(thorax(patients.N_VALIDATION, 32, generator), 2))
    assert not set(stream[place : place + patients.N_VALIDATION]) & {*seeds["training"], *seeds["held out"]}
    for others in (held_out(GEOMETRY, "upright").x, avg_pool2d(training_patients(40, 32, patients._SEED), 2)):
        distances = (validated.x[:, None] - others).flatten(2).norm(dim=2) / others.flatten(1).norm(dim=1)
        assert distances.min() > 0.05
    assert not validated.angles.any()


def test_validation_is_the_mean_psnr_of_its_patients() -> None:
    truth = patients.validation_patients(GEOMETRY).x
    assert CT.validate is not None
    config = complete(tiny(), CT)
    errors = torch.linspace(0.01, 0.1, len(truth))[:, None, None, None]

    class Wrong(nn.Module):
        def forward(self, y: Tensor) -> Tensor:
            assert torch.equal(y, patients.validation_patients(GEOMETRY).y)
            return truth + errors

    expected = sum(20 * math.log10(0.5 / error) for error in errors.flatten().tolist()) / len(truth)
    assert CT.validate(Wrong(), config) == pytest.approx(expected, abs=0.01)


def test_held_out_patients_are_turned_by_angles_of_their_own() -> None:
    upright, rotated = (held_out(GEOMETRY, orientation) for orientation in ("upright", "rotated"))
    assert not upright.angles.any()
    assert rotated.angles.unique().numel() == N_TEST
    back = rotate(rotated.x, -rotated.angles, "zeros")
    disc = disc_mask(16, 16, 1.0)
    unturned = psnr(rotated.x, upright.x, DATA_RANGE, disc)
    assert (psnr(back, upright.x, DATA_RANGE, disc) > unturned).all()
    assert not torch.equal(upright.y, rotated.y)
    A = RayTransform(GEOMETRY)
    for one in (upright, rotated):  # sinograms belong to their images
        assert (one.y - A(one.x)).norm() < 0.1 * one.y.norm()
    with pytest.raises(ConfigError, match="upright or rotated; got 'askew'"):
        held_out(GEOMETRY, "askew")


def test_scores_are_those_of_each_patient() -> None:
    truths = [held_out(GEOMETRY, orientation).x for orientation in ("upright", "rotated")]
    errors = torch.linspace(0.01, 0.1, N_TEST)[:, None, None, None]
    answers = iter([truths[0] + errors, truths[1] + 0.05])
    scores = score(lambda _y: next(answers), GEOMETRY)
    assert [(s.orientation, s.image) for s in scores] == [(o, i) for o in ("upright", "rotated") for i in range(N_TEST)]
    assert DATA_RANGE == MU_RANGE
    for one, error in zip(scores[:N_TEST], errors.flatten().tolist(), strict=True):
        assert one.psnr == pytest.approx(20 * math.log10(0.5 / error), abs=0.01)
    assert all(one.psnr == pytest.approx(20.0, abs=0.01) for one in scores[N_TEST:])
    assert scores[0].ssim > scores[N_TEST - 1].ssim


def test_what_lies_outside_of_the_disc_has_no_psnr() -> None:
    truths = [held_out(GEOMETRY, orientation).x + 0.01 for orientation in ("upright", "rotated")]
    disc = disc_mask(16, 16)

    def decibels(spoilt: Tensor) -> list[float]:
        answers = iter(torch.where(spoilt, 5.0, truth) for truth in truths)
        return [one.psnr for one in score(lambda _y: next(answers), GEOMETRY)]

    untouched = decibels(torch.zeros_like(disc))
    assert decibels(~disc) == untouched
    assert all(a < b for a, b in zip(decibels(disc), untouched, strict=True))


def test_means_keep_orientations_apart() -> None:
    scores = [Score("upright", 0, 10.0, 0.5), Score("upright", 1, 20.0, 0.7), Score("rotated", 0, 5.0, 0.1)]
    expected = {"psnr_upright": 15.0, "psnr_rotated": 5.0, "ssim_upright": 0.6, "ssim_rotated": 0.1}
    assert mean_figures(scores) == pytest.approx(expected)


def test_figures_are_means_of_the_scores() -> None:
    config = complete(tiny(), CT)
    net = CT.export(CT.build(config))
    assert CT.scores is not None
    figures = CT.evaluate(net, config)
    assert {k: v for k, v in figures.items() if "equivariance" not in k} == mean_figures(CT.scores(net, config))
