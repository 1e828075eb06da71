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
from structviz.errors import ConfigError
from structviz.training import FLOW, flow_on
from structviz.training.live import LiveRun
from structviz.ui.pages.flow import downloads, films
from structviz.ui.pages.flow.choice import FlowChoice
from structviz.ui.pages.flow.downloads import weights
from structviz.ui.pages.flow.panels import sides
from structviz.ui.pages.flow.runs import LiveTraining
from structviz.ui.pages.flow.settings import MOST_WORK, check_work

POINTS, LABELS = toy("xor", 30)


def shown(compare: str = "trained") -> list[films.MeasuredFilm]:
    return films.screen(sides(FlowChoice("xor", compare, n_points=100), None, None))[0]


def unpacked(content: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    return folder


def test_shipped_networks_come_with_their_cards_and_load_again(tmp_path: Path) -> None:
    folder = unpacked(weights(shown(), None), tmp_path)
    assert zoo.names(folder) == ("flow/resnet-xor", "flow/rk4-xor")
    for name in zoo.names(folder):
        net, original = zoo.load(name, folder=folder), zoo.load(name)
        assert zoo.card(name, folder) == zoo.card(name)
        assert torch.equal(net(POINTS), original(POINTS))


def test_a_network_shown_twice_is_packed_once(tmp_path: Path) -> None:
    assert zoo.names(unpacked(weights(shown("steps"), None), tmp_path)) == ("flow/resnet-xor",)


@pytest.mark.parametrize("own", [True, False], ids=["own points", "a set"])
def test_what_the_visitor_trained_comes_with_its_points(own: bool, tmp_path: Path) -> None:
    recipe = flow_on(POINTS, LABELS) if own else FLOW
    config = TrainConfig(
        "flow", n_train=30, steps=5, seed=2, net=PointShape(n_layers=3), dataset=None if own else "xor"
    )
    run = LiveRun(recipe, config)
    lesson = LiveTraining(run, POINTS, LABELS, "mine")
    assert zoo.names(unpacked(weights(shown("one"), lesson), tmp_path / "before")) == ("flow/resnet-xor",)
    run.single_step()
    assert run.wait(60)
    folder = unpacked(weights(shown("one"), lesson), tmp_path / "after")
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
    page = downloads._page(one)
    assert "<!DOCTYPE html>" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    for form in ("webp", "gif"):
        picture = PillowImage.open(io.BytesIO(downloads._animation(one, form)))
        assert picture.format == form.upper()
        assert getattr(picture, "n_frames", 1) > 20


def test_the_limit_of_work_is_a_product() -> None:
    check_work(100, 2, MOST_WORK // 200)
    for layers, width, points in ((100, 2, MOST_WORK // 200 + 1), (1, 3, MOST_WORK)):
        with pytest.raises(ConfigError, match=f"may be {MOST_WORK:,} at most .* {layers} × {width} × {points} are"):
            check_work(layers, width, points)
