"""The CT networks that ship and the sweep: their promises, their yardsticks, and what the lecture claims."""

import json

import pytest
import torch

from structviz import zoo
from structviz.metrics import psnr
from structviz.tomography import RayTransform, count_weights, fbp, pixel_error, total_variation
from structviz.tomography.turns import turn_sinogram
from structviz.training import CT, CT_SWEEPS, ct_geometry, read_ct_baselines, read_rows, summary
from structviz.training.patients import DATA_RANGE, N_PHOTONS, N_TEST, held_out, mean_figures, score
from structviz.transforms import disc_mask
from tests.tolerances import EQUIVARIANCE, REPRODUCE_DB

ARMS, SIZES = ("ordinary", "augmented", "equivariant"), (10, 30, 100, 300, 1000)
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


@pytest.mark.parametrize("dataset", CT.datasets)
def test_the_table_of_the_sweep_is_whole(dataset: str) -> None:
    rows = read_rows(zoo.PRETRAINED / CT_SWEEPS[dataset])
    keys = [(row.arm, row.n_train, row.seed, row.orientation, row.image) for row in rows]
    expected = {
        (arm, n_train, seed, orientation, image)
        for arm, n_train, seed in [
            *((arm, n_train, seed) for arm in ARMS for n_train in SIZES for seed in range(3)),
            ("fbp", None, None),
            ("tv", None, None),
        ]
        for orientation in ("upright", "rotated")
        for image in range(N_TEST)
    }
    assert set(keys) == expected
    assert len(keys) == len(expected)
    settings = json.loads((zoo.PRETRAINED / CT_SWEEPS[dataset].with_suffix(".json")).read_text())
    assert set(settings["arms"]) == set(ARMS)
    assert all(one["recipe"] == CT.name for one in settings["arms"].values())


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


@pytest.mark.parametrize("n_train", SIZES)
def test_in_the_sweep_the_equivariant_arm_leads(n_train: int) -> None:
    means = {
        (mean["arm"], mean["orientation"]): mean["psnr"]
        for mean in summary(read_rows(zoo.PRETRAINED / CT_SWEEPS["new-photons"]))
        if mean["n_train"] == n_train
    }
    gain = {o: means["equivariant", o] - means["ordinary", o] for o in ("upright", "rotated")}
    assert gain["upright"] > 1.3
    assert gain["rotated"] > 1.8
