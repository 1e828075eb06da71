"""The table of tuned settings: measured for its doses and views, read again, interpolated between."""

import json
import math
from pathlib import Path
from types import SimpleNamespace

import pytest

from structviz import zoo
from structviz.errors import CheckpointError
from structviz.studies.ct import Scan
from structviz.studies.ct.tuned import TUNED, TunedCell, TunedTable, read_tuned
from structviz.training import ct_tuning, save_tuned
from structviz.training.ct_tuning import TUNED_DOSES, TUNED_VIEWS, tune_cell


def cell(dose: float, n_views: int, weight: float, filter: str = "hann") -> TunedCell:
    return TunedCell(dose, n_views, filter, weight, 20.0, 25.0)


TABLE = TunedTable(
    (
        cell(1e3, 10, 0.01),
        cell(1e3, 40, 0.04),
        cell(1e5, 10, 0.1, "ramp"),
        cell(1e5, 40, 0.4, "ramp"),
        cell(math.inf, 10, 1.0),
        cell(math.inf, 40, 2.0, "shepp-logan"),
    ),
    44 / 128,
)


@pytest.mark.parametrize(
    ("n_photons", "n_views", "weight"),
    [
        (1e3, 10, 0.01),
        (1e5, 40, 0.4),
        (1e4, 10, math.sqrt(0.01 * 0.1)),
        (1e3, 20, 0.02),
        (1e4, 20, math.sqrt(0.02 * 0.2)),
        (10.0, 4, 0.01),
        (1e9, 200, 0.4),
        (math.inf, 10, 1.0),
        (math.inf, 20, math.sqrt(2.0)),
    ],
)
def test_weights_are_interpolated_in_logarithms_and_constant_beyond(
    n_photons: float, n_views: int, weight: float
) -> None:
    assert TABLE.weight(Scan(n_photons=n_photons, n_views=n_views)) == pytest.approx(weight, rel=5e-3)


def test_weights_grow_with_the_side_of_a_pixel() -> None:
    usual = TABLE.weight(Scan(n_photons=1e3, n_views=10))
    assert TABLE.weight(Scan(n_photons=1e3, n_views=10, image_size=64)) == pytest.approx(2 * usual)
    assert TABLE.weight(Scan(n_photons=1e3, n_views=10, field_of_view=11.0)) == pytest.approx(usual / 4)


@pytest.mark.parametrize(
    ("n_photons", "n_views", "filter"),
    [(2e3, 10, "hann"), (9e4, 10, "ramp"), (math.inf, 10, "hann"), (math.inf, 39, "shepp-logan"), (1e5, 200, "ramp")],
)
def test_the_filter_is_that_of_the_closest_cell(n_photons: float, n_views: int, filter: str) -> None:
    assert TABLE.filter(Scan(n_photons=n_photons, n_views=n_views)) == filter


def test_a_table_is_read_as_it_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tuned = lambda setting: lambda _geometry, dose: SimpleNamespace(setting=setting, psnr=30 - 1e3 / dose)  # noqa: E731
    monkeypatch.setattr(ct_tuning, "tune_fbp", tuned("hann"))
    monkeypatch.setattr(ct_tuning, "tune_tv", tuned(0.25))
    seen: list[dict] = []
    written = save_tuned(tmp_path, seen.append, doses=(1e3, math.inf), views=(4,), image_size=16)
    assert written == seen
    table = read_tuned(tmp_path)
    assert table.pixel_size == 44 / 16
    assert {(one.n_photons, one.n_views) for one in table.cells} == {(d, v) for d in (1e3, math.inf) for v in (4,)}
    for one, line in zip(table.cells, written, strict=True):
        assert (one.filter, one.fbp_psnr) == (line["fbp"]["filter"], line["fbp"]["psnr"])
        assert (one.weight, one.tv_psnr) == (line["tv"]["weight"], line["tv"]["psnr"])


@pytest.mark.parametrize("text", ["", "{}", '{"cells": [{}], "image_size": 1, "field_of_view": 1}'])
def test_a_damaged_table_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / TUNED).parent.mkdir()
    (tmp_path / TUNED).write_text(text)
    with pytest.raises(CheckpointError, match=r"tuned settings should stand in.*structviz tune"):
        read_tuned(tmp_path)


def test_the_table_that_ships_has_every_dose_and_number_of_views() -> None:
    values = json.loads((zoo.PRETRAINED / TUNED).read_text(encoding="utf-8"))
    assert values["command"] == "structviz tune"
    assert "neither training patients nor the held-out ones" in values["data"]
    cells = read_tuned().cells
    assert [(c.n_photons, c.n_views) for c in cells] == [(d, v) for v in TUNED_VIEWS for d in TUNED_DOSES]
    assert all(c.tv_psnr > c.fbp_psnr + 1 for c in cells), "smoothing pays at every dose"


def test_the_table_that_ships_can_be_measured_again() -> None:
    """One cell, the cheapest, on this machine."""
    (shipped,) = (c for c in read_tuned().cells if (c.n_photons, c.n_views) == (1e3, 10))
    again = tune_cell(1e3, 10)
    assert again["fbp"]["filter"] == shipped.filter
    assert again["tv"]["weight"] == shipped.weight
    assert again["tv"]["psnr"] == pytest.approx(shipped.tv_psnr, abs=0.02)


@pytest.mark.parametrize("n_photons", [1e3, 1e5])
def test_with_few_photons_a_fixed_weight_would_be_unfair(n_photons: float) -> None:
    """The page's own weight against one that was fitted to one dose, without weighing rays."""
    from structviz.studies.ct import acquire_scan, classical_method, reconstruct

    scan = Scan(n_photons=n_photons, patient=3)
    acquired = acquire_scan(scan)
    tuned = classical_method("tv", scan.geometry, weight=read_tuned().weight(scan), n_photons=n_photons)
    fixed = classical_method("tv", scan.geometry, weight=0.16)
    gain = reconstruct(tuned, acquired).psnr[-1] - reconstruct(fixed, acquired).psnr[-1]
    assert gain > (4 if n_photons == 1e3 else 0.2)
