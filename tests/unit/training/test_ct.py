import dataclasses
import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from structviz.arms import ROTATION_ARMS
from structviz.config import DenoiserShape, TrainConfig, UnrolledShape, read_shape
from structviz.data import FIELD_OF_VIEW
from structviz.errors import ConfigError
from structviz.nets import LearnedProximalGradient
from structviz.nets.unrolled import UNIT
from structviz.tomography import (
    ParallelBeam,
    RayTransform,
)
from structviz.training import CT, Outcome, ct, patients, train
from structviz.training.patients import (
    training_patients,
)
from structviz.training.recipes import complete
from tests.tolerances import EQUIVARIANCE
from tests.unit.training.small_ct import GEOMETRY, SHAPE, tiny
from tests.unit.training.turned import angles_of_ramps, distance_from_uniform, most_distance, ramp


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
    for arm in ROTATION_ARMS:
        turned = "augmented" in arm
        batches = CT.batches(complete(tiny(arm, n_train=1), CT), torch.Generator().manual_seed(0))
        images = torch.cat([next(batches)[1] for _ in range(4)])
        distances = (images - upright).flatten(1).norm(dim=1) / upright.norm()
        assert bool((distances > 0.05).all()) is turned
        # A turned patient is still whole.
        torch.testing.assert_close(images.sum((1, 2, 3)), upright.sum().expand(4), rtol=0.01, atol=0)
        assert images.min() >= 0


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
