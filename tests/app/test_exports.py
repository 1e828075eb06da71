"""Every file of every page says what made it, the same in each, and what it says is what the page shows."""

import ast
import hashlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import streamlit as st
import torch
from streamlit.testing.v1 import AppTest

from structviz import __version__, zoo
from structviz.jobs import Store
from structviz.provenance import CITATION
from structviz.tomography import ParallelBeam, RayTransform, fbp
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.ui.pages.flow.choice import FlowChoice
from structviz.ui.pages.invertibility.choice import InvertibilityChoice
from structviz.ui.pages.manifolds.choice import ManifoldsChoice
from structviz.ui.pages.notation.choice import NotationChoice
from structviz.ui.pages.optimal_control.choice import ControlChoice
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.runs import listing
from structviz.ui.pages.stability.choice import StabilityChoice
from structviz.ui.pages.train.choice import TrainChoice
from tests.app.exported import Offered, offered_files
from tests.app.inbox import data_of
from tests.app.lab import healthy, open_page
from tests.app.local_runs import make_run

PAGES = {
    "rotation": (
        {"rot_source": "stripes", "rot_angle": "30", "rot_seed": "5", "rot_inside": "true", "rot_designs": "true"},
        RotationChoice,
        {"source": "stripes", "angle": 30, "seed": 5, "upload": None},
        ("stripes/ordinary", "stripes/equivariant"),
    ),
    "ct": (
        {
            "ct_views": "20",
            "ct_size": "64",
            "ct_photons": "no noise",
            "ct_seed": "7",
            "ct_methods": ["fbp", "ordinary"],
        },
        ScanChoice,
        {"views": 20, "photons": "inf", "seed": 7, "methods": ["fbp", "ordinary"], "filter": "tuned", "width_cm": 44.0},
        ("ct/ordinary-small",),
    ),
    "flow": (
        {"flow_source": "xor", "flow_compare": "one", "flow_seed": "2"},
        FlowChoice,
        {"source": "xor", "compare": "one", "seed": 2, "train_pace": "inf"},
        ("flow/resnet-xor",),
    ),
    "notation": (
        {"notation_rate": "0.25", "notation_sigma": "tanh"},
        NotationChoice,
        {"rate": 0.25, "sigma": "tanh", "theta": NotationChoice().theta},
        (),
    ),
    "stability": (
        {"stability_network": "hamiltonian", "stability_points": "xor", "stability_scale": "0.5"},
        StabilityChoice,
        {"network": "hamiltonian", "points": "xor", "method": "euler", "scale": 0.5},
        ("plane/hamiltonian-xor", "flow/resnet-xor"),
    ),
    "invertibility": (
        {"inv_network": "additive", "inv_seed": "3", "inv_steps": "5"},
        InvertibilityChoice,
        {"network": "additive", "seed": 3, "steps": 5, "n_points": 200},
        ("flow/resnet-spiral2d", "invertibility/additive-spiral2d"),
    ),
    "optimal_control": (
        {"control_dataset": "xor", "control_method": "heun"},
        ControlChoice,
        {"dataset": "xor", "method": "heun", "weights": "trained"},
        ("flow/rk4-xor",),
    ),
    "manifolds": (
        {"manifolds_field": "belt", "manifolds_twin": "rk4", "manifolds_h": "0.3", "manifolds_point": "0,1,0"},
        ManifoldsChoice,
        {"field": "belt", "method": "exponential", "twin": "rk4", "h": 0.3, "layers": 20},
        ("manifolds/exponential-belt",),
    ),
    "robustness": (
        {"robust_photo": "Coffee cup", "robust_epsilon": "2"},
        RobustnessChoice,
        {"photo": "coffee", "target": "gibbon", "epsilon": 2.0},
        ("robustness/efficientnet-lite0",),
    ),
    "train": ({"train_seed": "4"}, TrainChoice, {"seed": 4, "arms": ["ordinary", "equivariant"]}, ()),
}


def digest_of(name: str) -> str:
    return hashlib.sha256((zoo.PRETRAINED / f"{name}.safetensors").read_bytes()).hexdigest()


@pytest.mark.parametrize("page", PAGES)
def test_every_file_says_what_made_it(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parameters, choice, said, names = PAGES[page]
    files = offered_files(monkeypatch, lambda: healthy(open_page(page, **parameters)))
    assert files
    for file in files:
        record = file.record
        assert record["software"] == "structviz", file.title
        assert (record["version"], record["citation"]) == (__version__, CITATION)
        assert record["source"] == f"{page} page"
        assert set(record["settings"]) == {*choice.controls(), *choice().derived}
        assert {name: record["settings"][name] for name in said} == said, file.title
        assert record["seed"] == record["settings"].get("seed")
        if "designs" not in file.name:  # a table of networks that were trained and thrown away
            assert record["networks"] == {name: digest_of(name) for name in names}, file.title


def test_no_page_has_a_button_of_its_own() -> None:
    """Buttons of the kit put the record into files, so that a page cannot forget it."""
    ui = Path(zoo.__file__).parents[1] / "ui"
    callers = {
        path.relative_to(ui).as_posix()
        for path in ui.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "download_button"
    }
    assert callers == {"kit/exports.py"}


def named(files: list[Offered], name: str) -> bytes:
    (found,) = [file for file in files if file.name == name]
    return found.make()


def table(files: list[Offered], name: str) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(named(files, name)), comment="#")


def opened(page: str, monkeypatch: pytest.MonkeyPatch, **parameters: Any) -> tuple[AppTest, list[Offered]]:
    apps: list[AppTest] = []
    files = offered_files(monkeypatch, lambda: apps.append(healthy(open_page(page, **parameters))))
    return apps[0], files


def test_the_numbers_in_the_files_are_those_of_the_rotation_page(monkeypatch: pytest.MonkeyPatch) -> None:
    app, files = opened("rotation", monkeypatch, rot_angle="30", rot_source="stripes")
    given = data_of(app, "rotor")
    shown = {c["name"]: p["psnr"] for c, p in zip(given["columns"], given["pictures"], strict=True)}
    curves = table(files, "curves.csv")
    at_rest = curves[curves["angle_degrees"] == 30]
    found = dict(zip(at_rest["arm"], at_rest["psnr_db"], strict=True))
    assert set(found) == {"noisy", "ordinary", "equivariant"}
    assert found == {arm: pytest.approx(shown[arm], abs=2e-3) for arm in found}


def test_the_sinogram_alone_gives_the_picture_of_the_ct_page(monkeypatch: pytest.MonkeyPatch) -> None:
    _, files = opened("ct", monkeypatch, ct_views="20", ct_size="64", ct_methods="fbp", ct_filter="hann")
    with np.load(io.BytesIO(named(files, "images.npz"))) as arrays:
        on_page, pixel = arrays["fbp"], arrays["pixel_size_cm"].item()
    with np.load(io.BytesIO(named(files, "sinogram.npz"))) as arrays:
        fields = ("image_size", "n_views", "n_detectors", "angular_range", "first_angle", "pixel_size")
        geometry = ParallelBeam(**{name: arrays[name].item() for name in (*fields, "detector_spacing")})
        assert arrays["n_photons"].item() == 1e4
        y = torch.from_numpy(arrays["sinogram"])[None, None]
    assert geometry.pixel_size == pixel
    assert np.array_equal(fbp(RayTransform(geometry), y, "hann")[0, 0].numpy(), on_page)


def test_an_archive_of_a_run_says_how_it_was_trained(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(tmp_path, "stripes", seed=3)
    _, files = opened("train", monkeypatch, train_runs=run.id)
    (file,) = [file for file in files if file.name.endswith(".zip")]
    record = file.record
    assert record["networks"] == {run.network_name: run.card().sha256}
    assert record["seed"] == record["settings"]["seed"] == 3
    assert record["settings"]["recipe"] == "stripes"


def test_files_of_chosen_runs_say_which_networks_they_are_of(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(tmp_path, "stripes")
    monkeypatch.setattr(listing, "_ticked", lambda *_: [0])
    _, files = opened("runs", monkeypatch)
    assert {file.name for file in files} == {"weights.zip", "runs.csv", "runs.py"}
    for file in files:
        assert file.record["source"] == "runs page"
        assert file.record["networks"] == {run.network_name: run.card().sha256}


def test_an_own_network_has_its_digest_in_the_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRUCTVIZ_RUNS", str(tmp_path))
    run = make_run(tmp_path, "stripes")
    _, files = opened("rotation", monkeypatch, rot_local=run.id, rot_arms="ordinary")
    record = next(file for file in files if file.name == "rotation.png").record
    assert record["networks"][run.network_name] == run.card().sha256
    assert record["settings"]["local"] == [run.network_name]
    st.cache_data.clear()
