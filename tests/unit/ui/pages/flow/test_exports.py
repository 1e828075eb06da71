import io
import json
import zipfile
from pathlib import Path

import pytest
import torch
from PIL import Image as PillowImage

from structviz import zoo
from structviz.config import PointShape, TrainConfig
from structviz.data import read_points, toy
from structviz.studies.flow import MeasuredFilm, measured_films, panels_for
from structviz.training import FLOW, flow_on
from structviz.training.live import LiveRun
from structviz.ui.pages.flow import exports
from structviz.ui.pages.flow.exports import weights
from structviz.ui.pages.flow.live_trainings import LiveTraining

POINTS, LABELS = toy("xor", 30)


def shown(compare: str = "trained") -> list[MeasuredFilm]:
    return measured_films(panels_for("xor", compare, n_points=100))


def unpacked(content: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    return folder


def test_shipped_networks_come_with_their_cards_and_load_again(tmp_path: Path) -> None:
    folder = unpacked(weights(shown()), tmp_path)
    assert zoo.names(folder) == ("flow/resnet-xor", "flow/rk4-xor")
    for name in zoo.names(folder):
        net, original = zoo.load(name, folder=folder), zoo.load(name)
        assert zoo.card(name, folder) == zoo.card(name)
        assert torch.equal(net(POINTS), original(POINTS))


def test_a_network_shown_twice_is_packed_once(tmp_path: Path) -> None:
    assert zoo.names(unpacked(weights(shown("steps")), tmp_path)) == ("flow/resnet-xor",)


@pytest.mark.parametrize("own", [True, False], ids=["own points", "a set"])
def test_what_the_visitor_trained_comes_with_its_points(own: bool, tmp_path: Path) -> None:
    recipe = flow_on(POINTS, LABELS) if own else FLOW
    config = TrainConfig(
        "flow", n_train=30, steps=5, seed=2, net=PointShape(n_layers=3), dataset=None if own else "xor"
    )
    run = LiveRun(recipe, config)
    training = LiveTraining(run, POINTS, LABELS, "mine")
    assert zoo.names(unpacked(weights(shown("one"), training=training), tmp_path / "before")) == ("flow/resnet-xor",)
    run.single_step()
    assert run.wait(60)
    folder = unpacked(weights(shown("one"), training=training), tmp_path / "after")
    assert zoo.names(folder) == ("flow/own", "flow/resnet-xor")
    net = zoo.load("flow/own", folder=folder)
    assert torch.equal(net(POINTS), run.look().net(POINTS))
    points, labels = read_points((folder / "flow" / "own.csv").read_text())
    assert torch.equal(points, POINTS)
    assert torch.equal(labels, LABELS)
    card = zoo.card("flow/own", folder)
    assert card.config.seed == 2
    assert card.config.dataset == (None if own else "xor")
    assert str(tmp_path) not in json.dumps(card.to_json()), "a card names no folder of the machine"


def test_films_can_be_taken_along() -> None:
    one = shown("one")
    page = exports.page(one)
    assert "<!DOCTYPE html>" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    for form in ("webp", "gif"):
        picture = PillowImage.open(io.BytesIO(exports._animation(one, form)))
        assert picture.format == form.upper()
        assert getattr(picture, "n_frames", 1) > 20
