"""The script of the flow page moves the points as the page does, with networks that ship and with one's own."""

from pathlib import Path

import pytest

from structviz import zoo
from structviz.config import PointShape, TrainConfig
from structviz.data import toy, write_points
from structviz.displayed import percent
from structviz.figures.flow.script import script
from structviz.nets import PointClassifier
from structviz.studies.flow import FlowNetwork, FlowPanel, measured_films, panels_for
from structviz.training import flow_on
from structviz.training.live import LiveRun
from structviz.ui.pages.flow.exports import weights
from structviz.ui.pages.flow.live_trainings import LiveTraining


def told(panels: list[FlowPanel]) -> str:
    """What the page says of some panels."""
    films = measured_films(panels)
    return "".join(f"{one.panel.title}: {percent(one.accuracy)} of the points classified correctly\n" for one in films)


@pytest.mark.parametrize("compare", ["one", "plain", "steps", "integrator"])
def test_it_prints_what_the_page_says(compare: str, capsys: pytest.CaptureFixture[str]) -> None:
    settings = {"method": "rk4", "n_steps": 5, "n_points": 60, "noise": 1.5, "seed": 3}
    exec(script("'xor'", compare, **settings), {})
    assert capsys.readouterr().out == told(panels_for("xor", compare, **settings))


def test_a_network_that_was_trained_on_the_page_moves_the_points_of_the_visitor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    points, labels = toy("xor", 30)
    run = LiveRun(flow_on(points, labels), TrainConfig("flow", n_train=30, steps=5, net=PointShape(n_layers=3)))
    run.single_step()
    assert run.wait(60)
    net = run.look().net
    assert isinstance(net, PointClassifier)
    shown = FlowNetwork(net, "here", "Trained on this page, step 1", 1)
    panels = panels_for((points, labels), "one", training=shown)
    archive = weights(measured_films(panels), (), LiveTraining(run, points, labels, "mine"))
    (tmp_path / "weights.zip").write_bytes(archive)
    (tmp_path / "points.csv").write_text(write_points(points, labels))
    monkeypatch.chdir(tmp_path)
    exec(script("data.read_points(Path('points.csv').read_bytes())", training=(shown.title, 1)), {})
    assert capsys.readouterr().out == told(panels)
    assert zoo.names(tmp_path / "networks") == ("flow/own",)


def test_it_says_what_it_needs_beside_it() -> None:
    assert "weights.zip, from the same page" in script("'xor'", networks={"flow/mine": "Mine"})
    assert "weights.zip" not in script("'xor'")
