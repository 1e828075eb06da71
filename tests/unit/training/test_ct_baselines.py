"""Reconstructions without learning: how they are tuned, measured and told on the page of the networks."""

import math
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from structviz import zoo
from structviz.errors import CheckpointError
from structviz.metrics import psnr
from structviz.tomography import (
    FILTERS,
    RayTransform,
    count_weights,
    fbp,
    pixel_error,
    total_variation,
)
from structviz.training import CT, CT_BASELINES, CT_SWEEPS, ct_baselines, patients, train
from structviz.training.ct_baselines import N_TUNE, WEIGHTS, Tuned, climb, tune_fbp, tune_tv
from structviz.training.ct_report import ct_section, read_ct_baselines, save_ct_baselines
from structviz.training.patients import (
    DATA_RANGE,
    N_TEST,
    held_out,
    mean_figures,
    score,
    validation_patients,
)
from structviz.training.recipes import complete
from structviz.training.shipping import save_result
from structviz.training.sweep import sweep
from structviz.transforms import disc_mask
from tests.unit.training.small_ct import GEOMETRY, tiny


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
