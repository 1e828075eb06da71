"""Networks of this machine: which are listed, what they are called, and what is said of them."""

import dataclasses
import gc
import math
import os
import shutil
import weakref
from pathlib import Path

import pytest
import streamlit as st
from torch import nn

from structviz import data, zoo
from structviz.config import DenoiserShape, TrainConfig
from structviz.displayed import decibels
from structviz.errors import CheckpointError, ConfigError, JobError
from structviz.figures import ARM_COLOURS, comparison_sheet, heading
from structviz.figures.rotation.script import script
from structviz.jobs import State, Status
from structviz.nets import PointClassifier
from structviz.nets.unrolled import LearnedProximalGradient
from structviz.studies.rotation import compare
from structviz.ui.kit.byte_cache import ByteCache, n_bytes
from structviz.ui.kit.networks import (
    TrainedNetwork,
    folder_of,
    headings,
    listed,
    load_shipped,
    load_trained,
    shipped_card,
)
from structviz.ui.kit.sentences import compared
from tests.app.local_runs import make_run


def local(
    name: str = "20260101-000000-aaaaaa", arm: str = "equivariant", title: str = "Equivariant C4, 40 steps"
) -> TrainedNetwork:
    config = TrainConfig(arm=arm, group="C4" if arm == "equivariant" else None, steps=40)
    return TrainedNetwork(name, title, title, f"stripes/{name}", "/nowhere", "0" * 64, config)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STRUCTVIZ_RUNS", str(tmp_path))
    return tmp_path


def test_finished_networks_are_listed_by_recipe(folder: Path) -> None:
    made = make_run(folder, "stripes", arm="equivariant", group="D4", net=DenoiserShape(width=8))
    make_run(folder, "flow", dataset="donut2d")
    unfinished = make_run(folder, "stripes")
    unfinished.write_status(Status(State.FAILED))
    (found,) = listed("stripes")
    assert (found.id, found.title, found.config.arm) == (made.id, "Equivariant D4, 2 steps", "equivariant")
    assert found.label.startswith("Equivariant D4, 2 steps, N = 4, ")
    assert [one.title for one in listed("flow")] == ["ResNet, trained 2 steps"]
    assert listed("ct") == ()


def test_the_list_is_not_read_anew_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_run(folder, "stripes")
    assert len(listed("stripes")) == 1
    monkeypatch.setattr("structviz.ui.kit.networks.Store", lambda _folder: pytest.fail("the folder was read again"))
    assert len(listed("stripes")) == 1
    st.cache_data.clear()


def test_equal_networks_have_labels_of_their_own(folder: Path) -> None:
    runs = [make_run(folder, "stripes"), make_run(folder, "stripes")]
    labels = [one.label for one in listed("stripes")]
    assert len(set(labels)) == 2
    assert {run.id[-6:] for run in runs} == {label[-6:] for label in labels} or labels[0] != labels[1]


def test_a_network_is_read_from_its_run_until_that_is_deleted(folder: Path) -> None:
    run = make_run(folder, "stripes")
    (one,) = listed("stripes")
    expected, found = run.load().state_dict(), load_trained(one, nn.Module).net.state_dict()
    assert all(found[key].equal(value) for key, value in expected.items())
    shutil.rmtree(run.folder)
    with pytest.raises(JobError, match="was deleted meanwhile; leave it out"):
        load_trained(one, nn.Module)


def test_networks_that_were_read_take_so_many_bytes_and_no_more(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [make_run(folder, "stripes", net=DenoiserShape(width=width)) for width in (64, 63, 62, 61)]
    st.cache_data.clear()
    found = {one.id: one for one in listed("stripes")}
    size = n_bytes(load_trained(found[runs[0].id], nn.Module).net)
    monkeypatch.setattr("structviz.ui.kit.networks._READ", ByteCache(most_bytes=2 * size))
    kept = [weakref.ref(load_trained(found[run.id], nn.Module).net) for run in runs]
    gc.collect()
    alive = [net() for net in kept]
    assert [net is not None for net in alive] == [False, False, True, True]
    assert load_trained(found[runs[3].id], nn.Module).net is alive[3]


def test_columns_have_the_colours_of_their_arms() -> None:
    one = local()
    named = headings([one])
    assert heading(one.key, named).title == one.title
    assert heading(one.key, named).colour == ARM_COLOURS["equivariant"]
    assert heading("ordinary", named).title == "Ordinary"
    assert folder_of(one.key, [one]) == Path("/nowhere")
    assert folder_of("ordinary", [one]) == zoo.PRETRAINED


def test_own_networks_are_compared_with_the_shipped_ones_of_their_arm() -> None:
    one, perfect = local(), decibels(math.inf)
    assert compared(one, decibels(31.2), decibels(33.3)) == (
        "Yours (equivariant C4, 40 steps) reaches 31.2 dB, 2.1 dB below the shipped equivariant network"
    )
    assert "1.0 dB above" in compared(one, decibels(34.3), decibels(33.3))
    assert "as much as" in compared(one, decibels(33.31), decibels(33.3))
    assert compared(one, perfect, perfect).endswith("∞ dB, as much as the shipped equivariant network")
    assert compared(one, decibels(31.2), None) == "Yours (equivariant C4, 40 steps) reaches 31.2 dB"


def test_own_networks_alone_are_drawn_under_their_own_heading() -> None:
    one = local()
    comparison = compare({one.key: zoo.load("stripes/equivariant")}, data.stripes(1), math.pi / 2)
    assert comparison_sheet(comparison, headings=headings([one]))[:4] == b"\x89PNG"


def test_the_script_loads_own_networks_from_the_archive_beside_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = make_run(folder, "stripes")
    one = dataclasses.replace(listed("stripes")[0], title="It's “mine”")
    text = script(
        {"ordinary": "stripes/ordinary", one.key: one.name},
        "data.stripes(1)",
        packed=[one.key],
        headings=headings([one]),
    )
    monkeypatch.chdir(folder)
    (folder / "weights.zip").write_bytes(zoo.pack({one.name: Path(one.folder)}))
    exec(compile(text, "script", "exec"), {})
    expected = compare({"ordinary": zoo.load("stripes/ordinary"), one.key: run.load()}, data.stripes(1), math.pi / 2)
    assert capsys.readouterr().out == expected.to_csv()
    assert (folder / "rotation.png").read_bytes()[:4] == b"\x89PNG"


def test_a_shipped_network_is_loaded_once_and_has_the_class_that_the_page_needs() -> None:
    found = load_shipped("ct/equivariant-small", LearnedProximalGradient)
    assert found.sha256 == zoo.card("ct/equivariant-small").sha256
    assert load_shipped("ct/equivariant-small", LearnedProximalGradient).net is found.net
    with pytest.raises(
        ConfigError, match=r"PointClassifier; ct/equivariant-small is a LearnedProximalGradient\. Choose"
    ):
        load_shipped("ct/equivariant-small", PointClassifier)


def test_a_card_is_read_again_when_its_file_is_another_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(zoo.PRETRAINED / "stripes", tmp_path / "stripes")
    monkeypatch.setattr(zoo, "PRETRAINED", tmp_path)
    name = "stripes/ordinary"
    found = shipped_card(name)
    assert found == zoo.card(name)
    assert shipped_card(name) is found
    file = tmp_path / f"{name}.json"
    file.write_text(file.read_text(encoding="utf-8").replace(found.sha256, "1" * 64), encoding="utf-8")
    os.utime(file, ns=(1, 1))  # clocks of files may tick slowly
    assert shipped_card(name).sha256 == "1" * 64
    file.unlink()
    with pytest.raises(CheckpointError):
        shipped_card(name)
