import dataclasses
import math
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from structviz import zoo
from structviz.arms import ARMS
from structviz.config import DenoiserShape, TrainConfig, UnrolledShape, read_shape
from structviz.data import FIELD_OF_VIEW, MU_RANGE, thorax
from structviz.errors import CheckpointError, ConfigError
from structviz.metrics import psnr
from structviz.nets import LearnedProximalGradient
from structviz.nets.unrolled import UNIT
from structviz.studies.ct import DEMONSTRATION_SEEDS, Scan
from structviz.tomography import (
    FILTERS,
    ParallelBeam,
    RayTransform,
    count_weights,
    fbp,
    pixel_error,
    total_variation,
)
from structviz.training import CT, CT_BASELINES, CT_SWEEPS, Outcome, ct, ct_baselines, patients, train
from structviz.training.ct_baselines import N_TUNE, WEIGHTS, Tuned, climb, tune_fbp, tune_tv
from structviz.training.ct_report import ct_section, read_ct_baselines, save_ct_baselines
from structviz.training.patients import (
    DATA_RANGE,
    N_TEST,
    held_out,
    mean_figures,
    score,
    training_patients,
    validation_patients,
)
from structviz.training.recipes import Score, complete
from structviz.training.shipping import save_result
from structviz.training.sweep import sweep
from structviz.transforms import disc_mask, rotate
from tests.tolerances import EQUIVARIANCE
from tests.unit.training.turned import angles_of_ramps, distance_from_uniform, most_distance, ramp

SHAPE = UnrolledShape(image_size=16, n_views=6, iterations=2, width=8, memory=1)
GEOMETRY = ParallelBeam(16, 6, pixel_size=44.0 / 16)


def tiny(arm: str = "ordinary", **values: Any) -> TrainConfig:
    """A run of a second."""
    return TrainConfig("ct", arm, **{"n_train": 3, "steps": 40, "net": SHAPE, **values})


@pytest.mark.parametrize(
    ("arm", "group"), [("ordinary", None), ("augmented", None), ("equivariant", "D4"), ("equivariant-augmented", "C4")]
)
def test_every_arm_learns_and_is_exported(arm: str, group: str | None) -> None:
    result = train(tiny(arm, group=group), device="cpu")
    assert result.outcome is Outcome.FINISHED
    assert isinstance(result.net, LearnedProximalGradient)
    assert not result.net.training
    assert not any(p.requires_grad for p in result.net.parameters())
    first, last = (sum(p.loss for p in part) for part in (result.history[:5], result.history[-5:]))
    assert last < 0.5 * first
    assert all(math.isfinite(value) for value in result.metrics.values())
    error = result.metrics["equivariance_error_90"]
    assert error <= EQUIVARIANCE[torch.float32] if group else error > 1e-3


def test_the_same_seed_gives_the_same_run() -> None:
    a, b, c = (train(tiny("augmented", steps=4, seed=seed), device="cpu") for seed in (1, 1, 2))
    assert [p.loss for p in a.history] == [p.loss for p in b.history] != [p.loss for p in c.history]


def test_defaults_complete_a_configuration() -> None:
    ordinary, equivariant = (complete(TrainConfig("ct", arm), CT) for arm in ("ordinary", "equivariant"))
    assert None not in (ordinary.n_train, ordinary.steps, ordinary.batch_size, ordinary.learning_rate)
    assert ordinary.net == equivariant.net == UnrolledShape()
    assert equivariant.group == "C4"
    assert ct.ct_geometry(ordinary) == ParallelBeam(64, 30, pixel_size=44.0 / 64)
    assert UnrolledShape().field_of_view == FIELD_OF_VIEW


@pytest.mark.parametrize(
    "call", [lambda c: complete(c, CT), CT.build, ct.ct_geometry], ids=["complete", "build", "rays"]
)
def test_networks_of_another_kind_are_refused(call: Any) -> None:
    with pytest.raises(ConfigError, match="unrolled"):
        call(TrainConfig("ct", net=DenoiserShape()))
    with pytest.raises(ConfigError, match="got Identity"):
        CT.export(nn.Identity())


def test_loss_is_half_the_mean_square_in_units() -> None:
    x, reference = torch.zeros(2, 1, 4, 4), torch.zeros(2, 1, 4, 4)
    x[1] = 2 * UNIT
    assert CT.loss(x, reference).tolist() == [0.0, 2.0]


def test_data_are_measured_on_a_finer_grid_with_the_photons_that_the_card_tells(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[tuple[Tensor, ParallelBeam, float]] = []
    measure = ct.measure

    def spy(x: Tensor, geometry: ParallelBeam, n_photons: float, generator: torch.Generator) -> Tensor:
        seen.append((x, geometry, n_photons))
        return measure(x, geometry, n_photons, generator)

    monkeypatch.setattr(ct, "measure", spy)
    config = complete(tiny(batch_size=2), CT)
    y, x = next(CT.batches(config, torch.Generator().manual_seed(0)))
    ((fine, geometry, n_photons),) = seen
    assert fine.shape == (2, 1, 32, 32)
    assert (geometry, n_photons) == (GEOMETRY, 1e4)
    assert torch.equal(x, avg_pool2d(fine, 2))
    assert y.shape == (2, 1, *GEOMETRY.sinogram_shape)
    assert "10000 photons" in CT.data


def test_photons_are_counted_anew_each_time() -> None:
    batches = CT.batches(complete(tiny(n_train=1), CT), torch.Generator().manual_seed(0))
    (y1, x1), (y2, x2) = next(batches), next(batches)
    assert torch.equal(x1, x2)
    assert 0.001 < (y1 - y2).norm() / y1.norm() < 0.2


def test_a_patient_who_is_measured_once_has_one_sinogram() -> None:
    config = complete(tiny(n_train=1, dataset=patients.MEASURED_ONCE), CT)
    batches = CT.batches(config, torch.Generator().manual_seed(0))
    (y1, x1), (y2, x2) = next(batches), next(batches)
    assert torch.equal(x1, x2)
    assert torch.equal(y1, y2)


def test_the_sinogram_that_there_is_turns_with_the_patient() -> None:
    config = complete(tiny("augmented", n_train=1, dataset=patients.MEASURED_ONCE), CT)
    batches = CT.batches(config, torch.Generator().manual_seed(0))
    A, seen = RayTransform(GEOMETRY), set()
    for _ in range(12):
        y, x = next(batches)
        # Photons and the finer grid make the difference; a turn to the other side would be seen.
        assert (A(x) - y).norm() / y.norm() < 0.1
        seen.add(tuple(x.flatten().tolist()))
    assert len(seen) == 4


@pytest.mark.parametrize("dataset", [patients.NEW_PHOTONS, patients.MEASURED_ONCE])
@pytest.mark.parametrize("arm", ["ordinary", "augmented", "equivariant"])
def test_sinograms_are_those_of_what_is_asked_for(arm: str, dataset: str) -> None:
    """Photons and the finer grid make a difference of some per cent, another turn makes one of more than ten."""
    config = complete(tiny(arm, n_train=1, batch_size=8, dataset=dataset), CT)
    batches = CT.batches(config, torch.Generator().manual_seed(0))
    y, x = (torch.cat(parts) for parts in zip(*(next(batches) for _ in range(3)), strict=True))
    A = RayTransform(GEOMETRY)

    def differences(images: Tensor) -> Tensor:
        return (A(images) - y).flatten(1).norm(dim=1) / y.flatten(1).norm(dim=1)

    assert differences(x).max() < 0.1 < differences(torch.rot90(x, 1, (-2, -1))).min()


def test_augmented_patients_are_turned_by_any_angle_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ct, "training_patients", lambda *_: 0.1 * ramp(32))
    n = 400
    config = complete(tiny("augmented", batch_size=n), CT)
    _, x = next(CT.batches(config, torch.Generator().manual_seed(0)))
    angles = angles_of_ramps(x)
    assert distance_from_uniform(angles, 2 * math.pi) < most_distance(n)
    assert distance_from_uniform(angles, math.pi) > most_distance(n)  # a half of the circle would be seen


def test_patients_who_are_measured_once_are_turned_by_all_quarter_turns_alike() -> None:
    config = complete(tiny("augmented", n_train=1, dataset=patients.MEASURED_ONCE), CT)
    upright = avg_pool2d(training_patients(1, 32, config.seed), 2)
    n, batches = 400, CT.batches(config, torch.Generator().manual_seed(0))
    drawn = torch.cat([next(batches)[1] for _ in range(n)])
    turns = torch.cat([torch.rot90(upright, k, (-2, -1)) for k in range(4)])
    shares = (drawn[:, None] == turns).flatten(2).all(2).float().mean(0).tolist()
    assert sum(shares) == pytest.approx(1)
    assert shares == pytest.approx([0.25] * 4, abs=5 * math.sqrt(0.25 * 0.75 / n))


def test_only_augmented_arms_see_turned_patients() -> None:
    upright = avg_pool2d(training_patients(1, 32, 0), 2)
    for arm in ARMS:
        turned = "augmented" in arm
        batches = CT.batches(complete(tiny(arm, n_train=1), CT), torch.Generator().manual_seed(0))
        images = torch.cat([next(batches)[1] for _ in range(4)])
        distances = (images - upright).flatten(1).norm(dim=1) / upright.norm()
        assert bool((distances > 0.05).all()) is turned
        # A turned patient is still whole.
        torch.testing.assert_close(images.sum((1, 2, 3)), upright.sum().expand(4), rtol=0.01, atol=0)
        assert images.min() >= 0


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


def test_baselines_are_tuned_on_validation_patients() -> None:
    A, (y, x) = RayTransform(GEOMETRY), _validated(1e3)
    disc = disc_mask(16, 16)
    by_filter = {name: psnr(fbp(A, y, name), x, DATA_RANGE, disc).mean().item() for name in FILTERS}
    best = max(by_filter, key=lambda name: by_filter[name])
    assert (tune_fbp(GEOMETRY, 1e3).setting, tune_fbp(GEOMETRY, 1e3).psnr) == (best, pytest.approx(by_filter[best]))
    w = count_weights(y, 1e3, pixel_error(GEOMETRY))
    by_weight = [
        psnr(total_variation(A, y, weight, ray_weights=w), x, DATA_RANGE, disc).mean().item() for weight in WEIGHTS
    ]
    tuned = tune_tv(GEOMETRY, 1e3)
    assert tuned.setting == WEIGHTS[by_weight.index(max(by_weight))]
    assert tuned.psnr == pytest.approx(max(by_weight))
    assert WEIGHTS[0] < float(tuned.setting) < WEIGHTS[-1]  # the best one lies between, so it is one


def _validated(n_photons: float) -> tuple[Tensor, Tensor]:
    """Scans of validation patients, and what they look like."""
    found = validation_patients(GEOMETRY, n_photons, N_TUNE)
    return found.y, found.x


def test_fewer_photons_make_scans_of_the_same_patients_noisier() -> None:
    few, many, exact = (_validated(n_photons) for n_photons in (1e3, 1e5, math.inf))
    assert torch.equal(few[1], many[1])
    assert (few[0] - exact[0]).std() > 5 * (many[0] - exact[0]).std()
    all_of_them = validation_patients(GEOMETRY)
    assert torch.equal(all_of_them.x[:N_TUNE], few[1]), "a larger set begins with the same patients"


def test_what_is_tuned_never_sees_the_held_out_patients(monkeypatch: pytest.MonkeyPatch) -> None:
    held_out_ones, seen = held_out(GEOMETRY, "upright").x, []

    def record(reconstruct: Any, x: Tensor, *further: Any) -> Tensor:
        seen.append(x)
        return psnr(reconstruct, x, *further)

    monkeypatch.setattr(patients, "psnr", record)
    tune_fbp(GEOMETRY, 1e5)
    tune_tv(GEOMETRY, 1e5)
    assert len(seen) > 5
    assert all((x[:, None] - held_out_ones).abs().mean(dim=(2, 3, 4)).min() > 1e-3 for x in seen)


def test_climbing_finds_the_top_and_the_ends() -> None:
    tried = []

    def quality(setting: float) -> float:
        tried.append(setting)
        return -((setting - 2) ** 2)

    settings = [float(k) for k in range(17)]
    assert climb(settings, quality) == Tuned(2.0, 0.0)
    assert len(tried) == len(set(tried)) < 12, "no setting twice"
    assert climb(settings, lambda setting: setting).setting == 16
    assert climb(settings, lambda setting: -setting).setting == 0


def test_baselines_are_measured_on_the_patients_of_the_networks() -> None:
    baselines = ct_baselines(GEOMETRY)
    A = RayTransform(GEOMETRY)
    assert list(baselines) == ["fbp", "tv"]
    filter = baselines["fbp"].setting.split()[0]
    assert baselines["fbp"].scores == score(lambda y: fbp(A, y, filter), GEOMETRY)
    means = {name: mean_figures(one.scores) for name, one in baselines.items()}
    assert means["tv"]["psnr_upright"] > means["fbp"]["psnr_upright"] + 1
    assert CT.references is not None
    assert CT.references(complete(tiny(), CT)) == {name: one.scores for name, one in baselines.items()}


def test_report_tells_the_figures_on_the_cards(tmp_path: Path) -> None:
    assert ct_section(tmp_path) == []
    result = train(tiny(steps=2), device="cpu")
    save_result(result, "ct/ordinary-small", tmp_path, CT.data_of(result.config), "none")
    with pytest.raises(CheckpointError, match=r"FBP and TV are missing.*Run pretrain"):
        ct_section(tmp_path)
    save_ct_baselines(tmp_path, GEOMETRY)
    figures = read_ct_baselines(tmp_path)
    means = {name: mean_figures(one.scores) for name, one in ct_baselines(GEOMETRY).items()}
    assert {name: {**one, "setting": 0} for name, one in figures.items()} == {
        name: {**one, "setting": 0} for name, one in means.items()
    }
    text = "\n".join(ct_section(tmp_path))
    assert f"{result.metrics['psnr_rotated']:.2f}" in text
    assert f"{figures['tv']['psnr_upright']:.2f}" in text
    assert str(figures["tv"]["setting"]) in text
    assert "16×16 pixels, 6 views" in text
    assert "What the size N" not in text
    base = tiny(steps=2)
    rows = sweep(CT, [2], ["ordinary"], 2, base, tmp_path / CT_SWEEPS["new-photons"], "cpu").rows
    mean = sum(r.psnr for r in rows if r.n_train and r.orientation == "rotated") / (2 * N_TEST)
    assert "| ordinary | 2 | 0.002 | 2 | 2 | " in (text := "\n".join(ct_section(tmp_path)))
    assert f"{mean:.2f}" in text
    assert zoo.names(tmp_path) == ("ct/ordinary-small",)
    assert not [path for path in tmp_path.rglob("*") if "partial" in path.name]
    assert (tmp_path / CT_BASELINES).is_file()


def test_shapes_check_themselves() -> None:
    assert TrainConfig.from_json(tiny().to_json()) == tiny()
    assert dataclasses.asdict(SHAPE) == LearnedProximalGradient(**dataclasses.asdict(SHAPE)).shape


@pytest.mark.usefixtures("without_shape_checks")
@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"image_size": 2.5}, "image_size of a network must be whole; got 2.5"),
        ({"memory": True}, "memory of a network must be whole; got True"),
        ({"field_of_view": 0}, "field_of_view of a network must be a positive length in cm; got 0"),
        ({"field_of_view": math.inf}, "field_of_view"),
        ({"depth": 3}, "does not fit"),
    ],
)
def test_bad_shapes_are_refused(values: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_shape({"kind": "unrolled", **values})
