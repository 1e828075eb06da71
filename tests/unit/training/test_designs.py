"""Trainings of designs: alike but for the design, which survives the export."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from structviz.errors import ConfigError
from structviz.nets import group
from structviz.studies.designs import CONTINUOUS, DESIGNS, TODAY, Design, DesignRow, read_designs
from structviz.training import designs as module
from structviz.training.designs import HIDDEN, OUTPUT, design_config, design_recipe, measure_designs
from structviz.training.images import validation_patches
from tests.unit.studies.test_designs import ROW

ALTERED = [
    Design(activation="silu", padding="zeros"),
    Design(kernel_size=5, stride=2),
    Design(dilated=True, group="C16"),
    Design(activation="silu", group="SO2-8"),
    Design(kernel_size=5, activation="silu", group="SO2-16"),
    Design(kernel_size=5, activation="relu-fine"),
]


@pytest.mark.parametrize("design", ALTERED, ids=str)
def test_the_design_survives_the_export(design: Design, generator: torch.Generator) -> None:
    recipe = design_recipe(design)
    torch.manual_seed(0)
    net = recipe.build(design_config(design))
    y = torch.rand(1, 1, 14, 19, generator=generator)
    with torch.no_grad():
        expected, found = net(y), recipe.export(net)(y)
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


def test_padding_and_stride_change_what_a_network_does(generator: torch.Generator) -> None:
    y = torch.rand(1, 1, 16, 16, generator=generator)
    outputs = []
    for change in ({}, {"padding": "zeros"}, {"stride": 2}):
        recipe = design_recipe(dataclasses.replace(TODAY, **change))
        torch.manual_seed(0)
        with torch.no_grad():
            outputs.append(recipe.export(recipe.build(design_config(TODAY)))(y))
    plain, padded, coarse = outputs
    torch.testing.assert_close(plain[..., 7:9, 7:9].mean(), padded[..., 7:9, 7:9].mean(), atol=0.2, rtol=0)
    assert (plain - padded)[..., 0, :].abs().max() > 1e-3
    assert (plain - coarse).abs().max() > 1e-3


SPREAD = [
    TODAY,
    Design(kernel_size=7, activation="silu", group="C16"),
    Design(activation="silu", group="SO2-16"),
    Design(kernel_size=5, activation="silu-fine", group="SO2-8"),
]


@pytest.mark.parametrize("design", SPREAD, ids=str)
def test_all_designs_start_with_the_same_spread(design: Design) -> None:
    torch.manual_seed(0)
    net: Any = design_recipe(design).build(design_config(design))
    z = validation_patches()[0][:8]
    spreads = []
    with torch.no_grad():
        for layer in net.layers:
            z = layer(z)
            spreads.append(z.std(dim=(0, 2, 3)).mean().item())
            z = net.nonlinearity(z)
    assert spreads == pytest.approx([HIDDEN] * (len(spreads) - 1) + [OUTPUT], rel=1e-3)


def test_designs_are_trained_alike() -> None:
    configs = [dataclasses.replace(design_config(design), net=None, group=None) for design in DESIGNS]
    assert len(set(configs)) == 1


def test_rows_are_kept_and_settings_are_not_mixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def measure(design: Design, steps: int, seed: int, *_rest: object) -> DesignRow:
        asked.append((design, steps, seed))
        return dataclasses.replace(ROW, **dataclasses.asdict(design), seed=seed)

    monkeypatch.setattr(module, "_measure", measure)
    path, two = tmp_path / "designs.csv", DESIGNS[:2]
    first = measure_designs(path, two, steps=3)
    assert first == read_designs(path)
    again = measure_designs(path, two, steps=3, seeds=2)
    assert asked == [(two[0], 3, 0), (two[1], 3, 0), (two[0], 3, 1), (two[1], 3, 1)]
    assert again == read_designs(path)
    assert json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["config"]["steps"] == 3
    with pytest.raises(ConfigError, match=r"designs\.csv was measured with other settings"):
        measure_designs(path, two, steps=4)


def test_a_finer_grid_and_a_continuous_group_change_what_a_network_does(generator: torch.Generator) -> None:
    y = torch.rand(1, 1, 16, 16, generator=generator)
    outputs = []
    plain_one = Design(activation="silu")
    for change in ({}, {"activation": "silu-fine"}, {"group": "SO2-8"}):
        design = dataclasses.replace(plain_one, **change)
        torch.manual_seed(0)
        with torch.no_grad():
            outputs.append(design_recipe(design).export(design_recipe(design).build(design_config(design)))(y))
    plain, finer, continuous = outputs
    assert (plain - finer).abs().max() > 1e-4
    assert (plain - continuous).abs().max() > 1e-3


@pytest.mark.parametrize("name", CONTINUOUS)
def test_the_waves_of_a_continuous_group_are_dropped(name: str) -> None:
    design = Design(activation="silu", group=name)
    exported: Any = design_recipe(design).export(design_recipe(design).build(design_config(design)))
    cyclic, band = group(design.finite_group), CONTINUOUS[name].band
    kernel = exported.convolutions[1].weight.unflatten(1, (-1, cyclic.order))
    waves = torch.fft.rfft(kernel.double(), dim=2).abs().amax((0, 1, 3, 4))
    assert waves[: band + 1].min() > 1e-3
    assert waves[band + 1 :].max() < 1e-6


def test_a_table_may_be_older_than_settings_that_are_left_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_measure", lambda design, *_rest: dataclasses.replace(ROW, **vars(design)))
    path = tmp_path / "designs.csv"
    measure_designs(path, DESIGNS[:1], steps=3)
    beside = path.with_suffix(".json")
    settings = json.loads(beside.read_text(encoding="utf-8"))
    assert settings["config"].pop("optimiser") is None
    beside.write_text(json.dumps(settings), encoding="utf-8")
    assert len(measure_designs(path, DESIGNS[:2], steps=3)) == 2
    settings["config"]["optimiser"] = "adam"
    beside.write_text(json.dumps(settings), encoding="utf-8")
    with pytest.raises(ConfigError, match="was measured with other settings"):
        measure_designs(path, DESIGNS[:2], steps=3)
