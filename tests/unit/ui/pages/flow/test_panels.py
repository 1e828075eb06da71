from functools import partial

import pytest

from structviz.data import toy
from structviz.nets import PointClassifier
from structviz.studies.flow import FlowNetwork, layers, refined, shipped_network, study_steps
from structviz.ui.pages.flow import films
from structviz.ui.pages.flow.choice import OWN, FlowChoice
from structviz.ui.pages.flow.panels import panels_of

OWN_POINTS = toy("xor", 20)


def test_a_choice_decides_points_and_steps() -> None:
    choice = FlowChoice(
        "donut2d", "steps", steps=8, integrator="heun", interpolation="linear", n_points=100, noise=0.5, seed=3
    )
    stepped, layered = panels_of(choice)
    net = stepped.network.net
    assert stepped.network is layered.network is shipped_network("resnet", "donut2d")
    assert stepped.motion.trajectory(stepped.points).equal(refined(net, "heun", 8, "linear").trajectory(stepped.points))
    assert layered.motion.trajectory(stepped.points).equal(layers(net).trajectory(stepped.points))
    assert len(stepped.points) == 100
    assert not stepped.points.equal(panels_of(FlowChoice("donut2d", "one", n_points=100))[0].points)


def test_own_points_and_the_network_in_training_are_taken() -> None:
    training = FlowNetwork(PointClassifier(n_layers=3), "w", "Trained on this page, step 7", 7)
    (panel,) = panels_of(FlowChoice(OWN), OWN_POINTS, training)
    assert panel.network is training
    assert panel.title == training.title
    assert panel.points.equal(OWN_POINTS[0])


def test_films_are_computed_once_for_all_visitors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "study_steps", partial(study_steps, methods=("euler",)))
    panels = panels_of(FlowChoice("xor", "one", n_points=100))
    assert films.shown_films(panels)[0] is films.shown_films(panels_of(FlowChoice("xor", "one", n_points=100)))[0]
    study = films.step_study(panels[0], "constant")
    assert study is films.step_study(panels[0], "constant")
    assert study is not films.step_study(panels[0], "linear")


@pytest.mark.parametrize("steps", [4, 8])
def test_the_input_plane_is_that_of_the_steps(steps: int) -> None:
    stepped, _ = panels_of(FlowChoice("donut2d", "steps", steps=steps))
    assert films.input_plane(stepped) is films.input_plane(stepped)
    assert films.input_plane(stepped).folded > 0
