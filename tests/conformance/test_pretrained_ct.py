"""The CT networks that ship and the sweep: their promises, their yardsticks, and what the lecture claims."""

import json
from collections import Counter

import pytest
import torch

from structviz import zoo
from structviz.metrics import psnr
from structviz.tomography import RayTransform, count_weights, fbp, pixel_error, total_variation
from structviz.tomography.turns import turn_sinogram
from structviz.training import (
    CT,
    CT_SWEEPS,
    choose_by_validation,
    chosen_lengths,
    ct_geometry,
    gains,
    read_ct_baselines,
    read_rows,
    summary,
)
from structviz.training.patients import (
    DATA_RANGE,
    MEASURED_ONCE,
    N_PHOTONS,
    N_TEST,
    NEW_PHOTONS,
    ORIENTATIONS,
    held_out,
    mean_figures,
    score,
)
from structviz.transforms import disc_mask
from tests.tolerances import EQUIVARIANCE, REPRODUCE_DB

ARMS, SIZES = ("ordinary", "augmented", "equivariant"), (10, 30, 100, 300)
NAMES = [name for name in zoo.names() if name.startswith("ct/")]
GEOMETRY = ct_geometry(zoo.card("ct/ordinary-small").config)


def turning_error(name: str, quarter_turns: int, dtype: torch.dtype, generator: torch.Generator) -> float:
    """How much it matters whether the sinogram or the image is turned, relative l2."""
    net = zoo.load(name).to(dtype)
    y = 7 * torch.rand(1, 1, *GEOMETRY.sinogram_shape, generator=generator, dtype=dtype)
    expected = torch.rot90(net(y), quarter_turns, (-2, -1))
    return float((net(turn_sinogram(y, GEOMETRY, quarter_turns)) - expected).norm() / expected.norm())


@pytest.mark.parametrize("dtype", EQUIVARIANCE, ids=str)
@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
@pytest.mark.parametrize("size", ["small", "large"])
def test_equivariant_networks_turn_with_the_patient(
    size: str, quarter_turns: int, dtype: torch.dtype, generator: torch.Generator
) -> None:
    assert turning_error(f"ct/equivariant-{size}", quarter_turns, dtype, generator) <= EQUIVARIANCE[dtype]


@pytest.mark.parametrize("name", [name for name in NAMES if "equivariant" not in name])
def test_the_others_do_not(name: str, generator: torch.Generator) -> None:
    assert turning_error(name, 1, torch.float32, generator) > 1e-3


def test_yardsticks_are_as_they_are_told() -> None:
    told = read_ct_baselines()
    A, patients, disc = RayTransform(GEOMETRY), held_out(GEOMETRY, "upright"), disc_mask(128, 128)
    filter, weight = told["fbp"]["setting"].split()[0], float(told["tv"]["setting"].split()[1])
    again = mean_figures(score(lambda y: fbp(A, y, filter), GEOMETRY))
    assert again == pytest.approx({key: told["fbp"][key] for key in again}, abs=1e-2)
    w = count_weights(patients.y, N_PHOTONS, pixel_error(GEOMETRY))
    smooth = psnr(total_variation(A, patients.y, weight, ray_weights=w), patients.x, DATA_RANGE, disc).mean().item()
    assert smooth == pytest.approx(told["tv"]["psnr_upright"], abs=REPRODUCE_DB)


def test_the_table_of_new_photons_is_whole() -> None:
    rows = read_rows(zoo.PRETRAINED / CT_SWEEPS[NEW_PHOTONS])
    runs = [(arm, n_train, seed) for arm in ARMS for n_train in (*SIZES, 1000) for seed in range(3)]
    keys = [(row.arm, row.n_train, row.seed, row.orientation, row.image) for row in rows]
    expected = {
        (*run, orientation, image)
        for run in [*runs, ("fbp", None, None), ("tv", None, None)]
        for orientation in ORIENTATIONS
        for image in range(N_TEST)
    }
    assert set(keys) == expected
    assert len(keys) == len(expected)


def test_the_table_of_patients_measured_once_is_whole() -> None:
    """What validation chose has several seeds for each arm and size; what it did not choose may have one."""
    rows = read_rows(zoo.PRETRAINED / CT_SWEEPS[MEASURED_ONCE])
    images = Counter((row.run, row.orientation) for row in rows)
    assert set(images.values()) == {N_TEST}
    assert {row.arm for row in rows if row.n_train is None} == {"fbp", "tv"}
    assert all(row.validation is not None and row.steps for row in rows if row.n_train is not None)
    chosen = choose_by_validation(rows)
    seeds = {
        (arm, n): {row.seed for row in chosen if (row.arm, row.n_train) == (arm, n)} for arm in ARMS for n in SIZES
    }
    assert all(len(found) > 1 for found in seeds.values())
    lengths = chosen_lengths(rows)
    assert all(len(lengths[arm, n].compared) > 1 for arm in ARMS for n in SIZES)


@pytest.mark.parametrize("dataset", CT.datasets)
def test_settings_lie_beside_the_sweeps(dataset: str) -> None:
    path = zoo.PRETRAINED / CT_SWEEPS[dataset]
    settings = json.loads(path.with_suffix(".json").read_text())
    assert set(settings["arms"]) == {row.arm for row in read_rows(path) if row.n_train is not None}
    assert all(one["recipe"] == CT.name for one in settings["arms"].values())


def test_yardsticks_of_both_sweeps_are_the_same() -> None:
    once, anew = (
        {
            (row.arm, row.orientation, row.image): row.psnr
            for row in read_rows(zoo.PRETRAINED / path)
            if row.n_train is None
        }
        for path in CT_SWEEPS.values()
    )
    assert once == pytest.approx(anew)


@pytest.mark.parametrize("n_train", SIZES)
def test_after_training_of_chosen_length_the_equivariant_arm_leads_on_rotated_patients_only(n_train: int) -> None:
    rows = choose_by_validation(read_rows(zoo.PRETRAINED / CT_SWEEPS[MEASURED_ONCE]))
    gain = gains(rows, "equivariant", "ordinary")
    assert gain["rotated", n_train].mean > 0.6
    assert -0.7 < gain["upright", n_train].mean < 0


def test_more_patients_want_longer_training() -> None:
    lengths = chosen_lengths(read_rows(zoo.PRETRAINED / CT_SWEEPS[MEASURED_ONCE]))
    for arm in ARMS:
        steps = [lengths[arm, n].chosen for n in SIZES]
        assert steps == sorted(steps)
        assert steps[-1] > steps[0]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("orientation", ["upright", "rotated"])
def test_what_learns_beats_what_does_not(name: str, orientation: str) -> None:
    figures, told = zoo.card(name).metrics, read_ct_baselines()
    key = f"psnr_{orientation}"
    assert figures[key] > told["fbp"][key] + 3
    assert figures[key] > told["tv"][key] + 0.4 > told["fbp"][key] + 0.4


@pytest.mark.parametrize("size", ["small", "large"])
def test_rotated_patients_favour_the_equivariant_network(size: str) -> None:
    ordinary, equivariant = (zoo.card(f"ct/{arm}-{size}").metrics for arm in ("ordinary", "equivariant"))
    assert equivariant["psnr_rotated"] > ordinary["psnr_rotated"] + 1.4
    assert equivariant["ssim_rotated"] > ordinary["ssim_rotated"] + 0.02
    # Upright they are alike.
    assert abs(equivariant["psnr_upright"] - ordinary["psnr_upright"]) < 0.3


@pytest.mark.parametrize("n_train", [*SIZES, 1000])
def test_in_the_sweep_of_new_photons_the_equivariant_arm_leads(n_train: int) -> None:
    means = {
        (mean["arm"], mean["orientation"]): mean["psnr"]
        for mean in summary(read_rows(zoo.PRETRAINED / CT_SWEEPS[NEW_PHOTONS]))
        if mean["n_train"] == n_train
    }
    gain = {o: means["equivariant", o] - means["ordinary", o] for o in ("upright", "rotated")}
    assert gain["upright"] > 1.3
    assert gain["rotated"] > 1.8
