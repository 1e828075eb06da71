"""Training on the flow page: its whole life, its limits, and what it says meanwhile."""

import threading

import numpy as np
import pytest
import torch

from structviz.data import toy_split
from structviz.nets import PointClassifier
from structviz.studies.flow import COMPARISONS
from structviz.ui.pages.flow.choice import SOURCES
from structviz.ui.pages.flow.live_trainings import live_trainings
from structviz.ui.pages.flow.settings import MAX_WORK
from tests.app.flow_page import (
    captions,
    healthy,
    labels,
    open_page,
    panels,
    press,
    rested,
    said,
    small,
    titles,
    training,
)

pytestmark = pytest.mark.usefixtures("quick_study", "no_run_is_left")


def test_start_pause_step_continue_reset() -> None:
    app = small(open_page(), pace=10.0)
    press(app, "Start")
    first = training(app)
    assert "Pause" in labels(app)
    assert "Start" not in labels(app)
    press(app, "Pause")
    taken = len(rested(app).look().losses)
    healthy(app.run())
    assert taken < 100
    assert f"Paused: step {taken} of 100." in captions(app)
    press(app, "Single step")
    assert len(rested(app).look().losses) == taken + 1
    healthy(app.run())
    press(app, "Continue")
    assert "Pause" in labels(app)
    press(app, "Pause")
    assert len(rested(app).look().losses) >= taken + 1
    assert training(app) is first, "it is still the same run"
    healthy(press(app, "Reset"))
    assert training(app) is not first
    assert training(app).run.look().step == 0
    assert "Ready: step 0 of 100." in captions(app)
    assert "Start" in labels(app)


def test_a_second_click_does_not_start_a_second_run() -> None:
    def n_threads() -> int:
        return sum(thread.name == "live training" and thread.is_alive() for thread in threading.enumerate())

    app = small(open_page(), pace=10.0)
    before = n_threads()
    start = next(button for button in app.button if button.label == "Start")
    start.click().run()
    first = training(app)
    # Once more on the button that the second click of a double click meets.
    app.run()
    from structviz.ui.pages.flow import training as module

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "visitor", lambda: app.session_state["flow_visitor"])
        patch.setattr(module.st, "session_state", {})
        module._start(lambda: pytest.fail("a second run was made"))
    assert training(app) is first
    assert n_threads() == before + 1


def test_training_learns_and_its_film_says_at_which_step_it_is() -> None:
    app = small(open_page(flow_source=SOURCES["gaussians"]), steps=100)
    press(app, "Start")
    run = rested(app)
    healthy(app.run())
    losses = run.look().losses
    assert losses[-1] < 0.8 * losses[0]
    assert "Training finished. 100 of 100 steps were taken." in captions(app)
    values = {metric.label: metric.value for metric in app.metric}
    assert values[f"Loss before step {len(losses)}"] == f"{losses[-1]:.4f}"
    assert float(values["Training accuracy, after step 100"].removesuffix(" %")) > 85
    healthy(press(app, "Show its film"))
    assert titles(app) == ["Trained on this page, step 100"]
    net = run.look().net
    assert isinstance(net, PointClassifier)
    points, _ = toy_split("gaussians", 1000, 300, 0)[1]
    assert np.array_equal(panels(app)[0].positions, net.trajectory(points).numpy())
    healthy(app.selectbox(key="flow_compare").select("plain").run())
    assert titles(app) == ["ResNet, as shipped", "Trained on this page, step 100"]
    healthy(app.select_slider(key="flow_steps").set_value(2).run())
    assert titles(app) == ["Euler, 2 steps of Δt = 2", "Euler, 4 layers of Δt = 1, step 100 of training"]


def test_a_run_goes_on_while_its_visitor_looks_at_another_page() -> None:
    app = small(open_page(), pace=10.0)
    press(app, "Start")
    first = training(app)
    app.switch_page("pages/home.py").run()
    healthy(app.switch_page("pages/flow.py").run())
    assert training(app) is first
    assert "Pause" in labels(app)


def test_the_pace_of_a_run_can_be_changed() -> None:
    app = small(open_page(), pace=10.0)
    press(app, "Start")
    assert training(app).run.pace == 10
    healthy(app.segmented_control(key="flow_train_pace").set_value(50.0).run())
    assert training(app).run.pace == 50


def test_divergence_is_said_and_the_last_good_weights_stay() -> None:
    app = small(open_page(), sigma="relu", rate=100.0, layers=20, steps=1000)
    press(app, "Start")
    run = rested(app)
    app.run()
    healthy(app)
    seen = run.look()
    assert seen.diverged_at == seen.step > seen.weights_step
    assert f"Training diverged at step {seen.diverged_at}; the weights are" in captions(app)
    assert f"Loss before step {seen.step}" in [metric.label for metric in app.metric]
    assert "Start" in labels(app)
    assert all(torch.isfinite(weight).all() for weight in run.look().net.state_dict().values())
    healthy(press(app, "Show its film"))
    assert titles(app)[0].startswith(f"Trained on this page, step {seen.weights_step}")
    press(app, "Start")
    assert training(app).run is not run, "a run that is over begins anew"


def test_too_much_work_is_refused_with_the_limit() -> None:
    app = small(open_page(), layers=100, points=5000)
    press(app, "Start")
    assert not app.exception
    (error,) = app.error
    assert f"{MAX_WORK:,}" in error.value
    assert "100 × 2 × 5000 are 1,000,000" in error.value
    assert live_trainings().get(app.session_state["flow_visitor"]) is None
    app.slider(key="flow_train_layers").set_value(4)
    app.slider(key="flow_train_points").set_value(50).run()
    healthy(press(app, "Single step"))


def test_a_network_of_ones_own_is_asked_for_before_it_is_trained() -> None:
    app = healthy(open_page(flow_network="trained on this page", flow_compare=COMPARISONS["plain"]))
    assert panels(app) == []
    assert "No network was trained" in app.info[0].value
    press(small(app), "Single step")
    rested(app)
    healthy(app.run())
    assert titles(app) == ["ResNet, as shipped", "Trained on this page, step 1"]


def test_the_run_keeps_its_points_when_others_are_chosen() -> None:
    app = press(small(open_page()), "Single step")
    rested(app)
    before = {metric.label: metric.value for metric in app.run().metric}["Training accuracy, after step 1"]
    healthy(app.selectbox(key="flow_source").select("spiral2d").run())
    assert "uses other points than those chosen now" in captions(app)
    assert {metric.label: metric.value for metric in app.metric}["Training accuracy, after step 1"] == before
    healthy(press(app, "Reset"))
    assert training(app).name == "spiral2d"
    assert "uses other points than those chosen now" not in captions(app)


def test_a_third_dimension_makes_no_claim_about_folds() -> None:
    app = press(small(open_page(), width=3), "Single step")
    rested(app)
    app.session_state["flow_inside"] = True
    healthy(press(app, "Show its film"))
    (panel,) = panels(app)
    assert panel.positions.shape[2] == 3
    assert "fold" not in said(app)
    assert "no orientation to lose" in captions(app)


def test_two_visitors_have_runs_of_their_own() -> None:
    one, other = (press(small(open_page()), "Single step") for _ in range(2))
    assert training(one).run is not training(other).run
    rested(one)
    press(other, "Reset")
    assert training(one).run.look().step == 1
    assert training(other).run.look().step == 0


def test_a_run_that_fails_is_a_sentence_and_a_new_one_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    app = press(small(open_page()), "Reset")

    def broken() -> None:
        raise ValueError("something that nobody thought of")

    monkeypatch.setattr(training(app).run, "look", broken)
    app.segmented_control(key="flow_network").set_value("here").run()
    assert not app.exception
    assert {error.value.split(";")[0] for error in app.error} == {"Something went wrong here"}
    healthy(press(app, "Reset"))
    assert titles(app)[-1] == "Trained on this page, step 0"
