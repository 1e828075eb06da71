"""The flow page without a browser: first paint, every transition, training, bad values."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from structviz import zoo
from structviz.data import toy, toy_split, write_points
from structviz.flows import refined, study_steps
from structviz.nets import PointClassifier
from structviz.training.live import LiveRun
from structviz.ui.flow import films
from structviz.ui.flow.choices import COMPARISONS, OWN, PRESETS, SOURCES
from structviz.ui.flow.runs import Lesson, runs
from structviz.ui.flow.settings import MOST_WORK
from structviz.ui.flow.sides import MOST_SHOWN

APP = Path(__file__).parents[2] / "app.py"
SECONDS = 60


@pytest.fixture(autouse=True)
def quick_study(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two integrators are enough here; the implicit one takes most of the time."""
    monkeypatch.setattr(films, "study_steps", partial(study_steps, methods=("euler", "rk4")))


@pytest.fixture(autouse=True)
def no_run_is_left() -> Iterator[None]:
    yield
    for lesson in runs()._lessons.values():
        lesson.run.stop()


def open_page(**parameters: str) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=120)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page("pages/resnet_flow.py").run()


def healthy(app: AppTest) -> AppTest:
    assert not app.exception
    assert [error.value for error in app.error] == []
    return app


@dataclass(frozen=True)
class Shown:
    """A panel as the browser gets it."""

    title: str
    caption: str
    n_layers: int
    positions: np.ndarray


def components(app: AppTest, name: str) -> list[Any]:
    protos = [element.proto for element in app.get("bidi_component")]
    return [proto for proto in protos if proto.component_name == name]


def panels(app: AppTest) -> list[Shown]:
    """The films that go to the browser; none where no player is."""
    contents = [proto.bytes for proto in components(app, "structviz_film") if proto.bytes]
    if not contents:
        return []
    (content,) = contents
    films = content[4 + int.from_bytes(content[:4], "little") :]
    start = 4 + int.from_bytes(films[:4], "little")
    found = []
    for head in json.loads(films[4:start])["panels"]:
        array = head["arrays"]["positions"]
        n = int(np.prod(array["shape"]))
        positions = np.frombuffer(films, "<f4", n, start + array["at"]).reshape(array["shape"])
        found.append(Shown(head["title"], head["caption"], head["n_layers"], positions))
    return found


def words(app: AppTest) -> dict[str, Any]:
    """What the player is told besides the films."""
    return next(json.loads(p.json) for p in components(app, "structviz_film") if not p.bytes)


def on_sheet(app: AppTest) -> list[list[float]]:
    (proto,) = components(app, "structviz_brush")
    return json.loads(proto.json)["points"]


def titles(app: AppTest) -> list[str]:
    return [panel.title for panel in panels(app)]


def said(app: AppTest) -> str:
    return next(m.value for m in app.markdown if m.value.startswith("**What to notice.**"))


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def labels(app: AppTest) -> set[str]:
    return {button.label for button in app.button}


def captions(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.caption)


def lesson(app: AppTest) -> Lesson:
    found = runs().get(app.session_state["flow_visitor"])
    assert found is not None
    return found


def rested(app: AppTest) -> LiveRun:
    """The visitor's run, once it is held or over."""
    run = lesson(app).run
    assert run.wait(SECONDS)
    return run


def small(app: AppTest, **settings: Any) -> AppTest:
    """Settings of a run that is quick; None leaves one as it is."""
    for name, value in {"layers": 4, "n_train": 50, "steps": 100, **settings}.items():
        if value is None:
            continue
        kind = {"sigma": "selectbox", "scheme": "selectbox", "rate": "select_slider", "pace": "segmented_control"}
        getattr(app, kind.get(name, "slider"))(key=f"flow_t_{name}").set_value(value)
    return app.run()


@pytest.fixture(scope="module")
def first_paint() -> AppTest:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(films, "study_steps", partial(study_steps, methods=("euler", "rk4")))
        return healthy(open_page())


def test_first_paint_plays_half_moons_and_donut_without_a_click(first_paint: AppTest) -> None:
    assert titles(first_paint) == ["Half moons", "Donut"]
    assert words(first_paint)["playing"] is True
    for panel, dataset in zip(panels(first_paint), ("halfmoon2d", "donut2d"), strict=True):
        net = zoo.load(f"flow/resnet-{dataset}")
        assert isinstance(net, PointClassifier)
        points, _ = toy_split(dataset, 1000, 300, 0)[1]
        assert np.array_equal(panel.positions, net.trajectory(points).numpy())


def test_what_to_notice_names_the_numbers_of_the_films(first_paint: AppTest) -> None:
    for panel in panels(first_paint):
        assert panel.caption.split(" %")[0] + " %" in said(first_paint)
    assert "nowhere folded" in said(first_paint)


def test_the_study_says_what_it_measured(first_paint: AppTest) -> None:
    text = next(m.value for m in first_paint.markdown if "Slopes measured" in m.value)
    euler, rk4 = (float(re.findall(rf"{name} ([\d.]+)", text)[0]) for name in ("Euler", "RK4"))
    assert abs(euler - 1) < 0.2
    assert abs(rk4 - 4) < 0.2
    assert "The weights of “Donut”" in text


def test_few_controls_are_in_sight(first_paint: AppTest) -> None:
    kinds = ("selectbox", "select_slider", "slider", "segmented_control", "number_input", "pills", "toggle", "checkbox")
    everywhere = [widget.key for kind in kinds for widget in getattr(first_paint, kind)]
    drawer = next(e for e in first_paint.expander if e.label == "More choices")
    stowed = [widget.key for kind in kinds for widget in getattr(drawer, kind)]
    in_sight = {key for key in everywhere if key not in stowed and not key.startswith("flow_t_")}
    assert in_sight == {"flow_source", "flow_compare", "flow_network", "flow_steps"}


@pytest.mark.parametrize("title", PRESETS)
def test_every_preset(title: str) -> None:
    app = healthy(press(open_page(), title))
    choice, opened = PRESETS[title]
    assert app.selectbox(key="flow_source").value == choice.source
    assert app.selectbox(key="flow_compare").value == choice.compare
    assert app.select_slider(key="flow_steps").value == choice.steps
    assert len(panels(app)) == (1 if choice.compare == "one" else 2)
    assert len(app.get("plotly_chart")) == (2 if opened.get("lecture") else 1)
    telling = {
        "A step too large": ("**Folded:** “Euler, 8 steps of Δt = 0.5” turns over", "farthest point ends"),
        "40 plain layers do worse": ("A plain network forgets",),
        "Donut: 2 or 3 dimensions": ("In 3 dimensions",),
    }
    for part in telling.get(title, ()):
        assert part in said(app)


def test_what_to_notice_of_plain_networks_follows_from_their_points() -> None:
    app = open_page(flow_source=SOURCES["xor"], flow_compare=COMPARISONS["plain"])
    assert "squeezed all points into one after 40 layers" in said(healthy(app))
    plain, resnet = (float(panel.caption.split(" %")[0]) for panel in panels(app))
    assert plain < 60 < 95 < resnet
    assert np.ptp(panels(app)[0].positions[-1], axis=0).max() < 1e-3


@pytest.mark.parametrize(
    ("source", "compare", "headings"),
    [
        ("squares2d", "one", ["ResNet"]),
        ("xor", "plain", ["Plain network", "ResNet"]),
        ("gaussians", "trained", ["ResNet: Euler steps", "Network of RK4 steps"]),
        ("donut1d", "width", ["Two dimensions", "Three dimensions"]),
        ("spiral2d", "integrator", ["Euler, 40 layers of Δt = 0.1, as trained", "Heun, 20 steps of Δt = 0.2"]),
        ("halfmoon2d", "steps", ["Heun, 20 steps of Δt = 0.2", "Euler, 40 layers of Δt = 0.1, as trained"]),
    ],
)
def test_comparisons_of_any_points(source: str, compare: str, headings: list[str]) -> None:
    app = open_page(
        flow_source=SOURCES[source], flow_compare=COMPARISONS[compare], flow_steps="20", flow_integrator="Heun"
    )
    assert titles(healthy(app)) == headings
    assert app.toast == []


def test_other_points_leave_the_comparison_of_half_moons_and_donut() -> None:
    app = open_page()
    healthy(app.selectbox(key="flow_source").select("spiral2d").run())
    assert titles(app) == ["ResNet"]


def test_the_slider_shows_other_steps_beside_the_network_as_trained() -> None:
    app = open_page()
    healthy(app.select_slider(key="flow_steps").set_value(4).run())
    assert titles(app) == ["Euler, 4 steps of Δt = 1", "Euler, 40 layers of Δt = 0.1, as trained"]
    assert [len(panel.positions) for panel in panels(app)] == [5, 41]
    assert "**Folded:**" in said(app)
    healthy(app.select_slider(key="flow_steps").set_value(160).run())
    assert [panel.n_layers for panel in panels(app)] == [160, 40]
    assert max(len(panel.positions) for panel in panels(app)) <= 61


def test_every_drawer_control_changes_the_films() -> None:
    app = open_page(flow_compare=COMPARISONS["steps"], flow_steps="5")
    seen = [[panel.positions.tobytes() for panel in panels(app)]]

    def changed() -> None:
        healthy(app)
        now = [panel.positions.tobytes() for panel in panels(app)]
        assert now not in seen
        seen.append(now)

    app.selectbox(key="flow_integrator").select("rk4").run()
    changed()
    app.segmented_control(key="flow_interpolation").set_value("linear").run()
    changed()
    app.segmented_control(key="flow_n_points").set_value(100).run()
    changed()
    app.segmented_control(key="flow_noise").set_value(0.0).run()
    changed()
    app.number_input(key="flow_seed").set_value(7).run()
    changed()


def test_the_layer_and_the_switches_go_to_the_player() -> None:
    app = healthy(open_page(flow_frame="12", flow_show="Line"))
    assert words(app)["frame"] == 12
    assert words(app)["show"] == ["line"]
    assert words(app)["playing"] is False
    healthy(app.number_input(key="flow_frame").set_value(3).run())
    assert words(app)["frame"] == 3


def test_looking_closer_is_computed_when_it_is_opened(first_paint: AppTest) -> None:
    assert len(first_paint.get("plotly_chart")) == 1
    app = healthy(
        open_page(flow_source=SOURCES["donut2d"], flow_compare=COMPARISONS["steps"], flow_steps="4", flow_inside="true")
    )
    assert len(app.get("plotly_chart")) == 5
    assert "% of the window is folded" in captions(app)
    assert "nowhere is the plane folded" in captions(app)


def test_charts_come_last_so_that_the_film_need_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_how: object) -> None:
        raise RuntimeError("the study is broken")

    monkeypatch.setattr(films, "study_steps", broken)
    app = open_page(
        flow_source=SOURCES["xor"], flow_compare=COMPARISONS["one"], flow_interpolation="linear between layers"
    )
    assert not app.exception
    assert titles(app) == ["ResNet"]
    assert any("\\dot z" in block.value for block in app.latex)
    assert len(app.error) == 1
    assert "Something went wrong here" in app.error[0].value


# ---- addresses


@pytest.mark.parametrize(
    "parameters",
    [
        {"flow_source": "../../etc/passwd"},
        {"flow_compare": "everything"},
        {"flow_steps": "41"},
        {"flow_steps": "1e99"},
        {"flow_integrator": "magic"},
        {"flow_interpolation": "none"},
        {"flow_network": "mine"},
        {"flow_n_points": "100000"},
        {"flow_noise": "nan"},
        {"flow_seed": "1.5"},
        {"flow_frame": "-1"},
        {"flow_show": "Everything"},
        {"flow_lecture": "maybe"},
        {"flow_colour": "blue"},
    ],
    ids=str,
)
def test_wrong_addresses_open_the_page(parameters: dict[str, str]) -> None:
    app = healthy(open_page(**parameters))
    assert len(panels(app)) == 2
    assert len(app.toast) == 1
    name, value = next(iter(parameters.items()))
    assert f"`{name}={value}`"[:40] in app.toast[0].value
    assert app.run().toast == [], "it is said once"


def test_an_address_restores_the_page_and_the_link_repeats_it() -> None:
    parameters = {
        "flow_source": SOURCES["donut2d"],
        "flow_compare": COMPARISONS["integrator"],
        "flow_steps": "8",
        "flow_integrator": "RK4",
        "flow_interpolation": "linear between layers",
        "flow_n_points": "100",
        "flow_noise": "0.5",
        "flow_seed": "5",
        "flow_frame": "2",
        "flow_show": "Grid",
    }
    app = healthy(open_page(**parameters))
    assert app.toast == []
    assert titles(app) == ["Euler, 40 layers of Δt = 0.1, as trained", "RK4, 8 steps of Δt = 0.5"]
    points, _ = toy_split("donut2d", 1000, 100, 5, 0.05)[1]
    net = zoo.load("flow/resnet-donut2d")
    assert isinstance(net, PointClassifier)
    motion = refined(net, "rk4", 8, "linear")
    assert np.array_equal(panels(app)[1].positions, motion.trajectory(points).numpy())
    assert words(app) | {"frame": 2, "show": ["grid"], "playing": False} == words(app)
    (link,) = (code.value for code in app.code)
    assert dict(parse_qsl(urlsplit(link).query)) == parameters


def test_choices_survive_a_visit_to_another_page() -> None:
    app = press(open_page(), "A step too large")
    small(app, layers=7)
    app.switch_page("pages/home.py").run()
    healthy(app.switch_page("pages/resnet_flow.py").run())
    assert titles(app)[0] == "Euler, 8 steps of Δt = 0.5"
    assert app.slider(key="flow_t_layers").value == 7


# ---- the visitor's points

GOOD = write_points(*toy("xor", 30))

BAD = {
    "text": ("x,y,label\n0.5,-0.2,0\nhello,0.8,1", "In line 3, x must be a number; got 'hello'"),
    "no table": ("these are no points at all", "columns"),
    "missing columns": ("x,y\n0.5,-0.2\n-0.1,0.8", "label"),
    "one class": ("0.5,-0.2,1\n-0.1,0.8,1", "two classes"),
    "three classes": ("0.5,-0.2,0\n-0.1,0.8,1\n0,0,2", "third label"),
    "a million rows": ("0,1,0\n1,0,1\n" * 500_000, "at most 2 MB"),
    "too many rows": ("0,1,0\n1,0,1\n" * 5_001, "at most 10000 points"),
    "nan": ("nan,-0.2,0\n-0.1,0.8,1", "must be finite; got 'nan'"),
    "huge": ("1e30,-0.2,0\n-0.1,0.8,1", "between -100 and 100"),
}


@pytest.fixture(scope="module")
def own_points_page() -> AppTest:
    """A page on which good points have been pasted."""
    app = open_page(flow_source=SOURCES[OWN])
    return healthy(app.text_area(key="flow_table").set_value(GOOD).run())


def test_own_points_before_training_say_what_to_do() -> None:
    app = healthy(open_page(flow_source=SOURCES[OWN]))
    assert panels(app) == []
    assert "press Start" in app.info[0].value
    assert {"Start", "Single step", "Reset"} <= labels(app)
    assert len(on_sheet(app)) == 40
    assert "stand in" in captions(app)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_table_is_one_sentence_and_the_points_before_stay(own_points_page: AppTest, name: str) -> None:
    app = own_points_page
    before = on_sheet(app)
    assert len(before) == 30
    table, reason = BAD[name]
    app.text_area(key="flow_table").set_value(table).run()
    assert not app.exception
    (error,) = app.error
    assert reason in error.value
    assert len(error.value) < 250
    assert on_sheet(app) == before
    healthy(app.text_area(key="flow_table").set_value(GOOD).run())


def test_a_file_does_as_a_table_and_a_bad_one_is_refused() -> None:
    app = open_page(flow_source=SOURCES[OWN])
    healthy(app.file_uploader(key="flow_file").set_value(("mine.csv", GOOD.encode(), "text/csv")).run())
    before = on_sheet(app)
    assert len(before) == 30
    app.file_uploader(key="flow_file").set_value(("mine.csv", b"\xff\xfe\x00", "text/csv")).run()
    assert not app.exception
    assert "UTF-8" in app.error[0].value
    assert on_sheet(app) == before


def test_points_far_out_are_taken_and_fit_on_no_larger_sheet_than_there_is() -> None:
    app = open_page(flow_source=SOURCES[OWN])
    healthy(app.text_area(key="flow_table").set_value("100,-100,0\n-1,1,1").run())
    assert on_sheet(app) == [[100, -100, 0], [-1, 1, 1]]


def test_many_own_points_are_trained_on_and_a_part_of_them_is_filmed() -> None:
    app = open_page(flow_source=SOURCES[OWN])
    points, classes = toy("halfmoon2d", 3000)
    by_class = classes.argsort(stable=True)
    healthy(app.text_area(key="flow_table").set_value(write_points(points[by_class], classes[by_class])).run())
    assert components(app, "structviz_brush") == []
    assert "too many for the sheet" in captions(app)
    small(app, n_train=None)
    press(app, "Single step")
    rested(app)
    healthy(app.run())
    assert len(lesson(app).points) == 3000
    (panel,) = panels(app)
    assert panel.title == "Trained on this page, step 1"
    assert panel.positions.shape[1] == MOST_SHOWN
    # Sorted by class as they are, a leading part would have one class only.
    shown = {tuple(row) for row in panel.positions[0].tolist()}
    assert {int(label) for row, label in zip(points.tolist(), classes, strict=True) if tuple(row) in shown} == {0, 1}


# ---- training


def test_start_pause_step_continue_reset() -> None:
    app = small(open_page(), pace="10 steps a second")
    press(app, "Start")
    first = lesson(app)
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
    assert lesson(app) is first, "it is still the same run"
    healthy(press(app, "Reset"))
    assert lesson(app) is not first
    assert lesson(app).run.look().step == 0
    assert "Ready: step 0 of 100." in captions(app)
    assert "Start" in labels(app)


def test_a_second_click_does_not_start_a_second_run() -> None:
    def training() -> int:
        return sum(thread.name == "live training" and thread.is_alive() for thread in threading.enumerate())

    app = small(open_page(), pace="10 steps a second")
    before = training()
    start = next(button for button in app.button if button.label == "Start")
    start.click().run()
    first = lesson(app)
    # Once more on the button that the second click of a double click meets.
    app.run()
    from structviz.ui.flow import training as module

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "visitor", lambda: app.session_state["flow_visitor"])
        patch.setattr(module.st, "session_state", {})
        module._start(lambda: pytest.fail("a second run was made"))
    assert lesson(app) is first
    assert training() == before + 1


def test_training_learns_and_its_film_says_at_which_step_it_is() -> None:
    app = small(open_page(flow_source=SOURCES["gaussians"]), steps=100)
    press(app, "Start")
    run = rested(app)
    healthy(app.run())
    losses = run.look().losses
    assert losses[-1] < 0.8 * losses[0]
    assert "Training finished. 100 of 100 steps were taken." in captions(app)
    values = {metric.label: metric.value for metric in app.metric}
    assert values["Loss"] == f"{losses[-1]:.4f}"
    assert float(values["Training points right"].removesuffix(" %")) > 85
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
    app = small(open_page(), pace="10 steps a second")
    press(app, "Start")
    first = lesson(app)
    app.switch_page("pages/home.py").run()
    healthy(app.switch_page("pages/resnet_flow.py").run())
    assert lesson(app) is first
    assert "Pause" in labels(app)


def test_the_pace_of_a_run_can_be_changed() -> None:
    app = small(open_page(), pace="10 steps a second")
    press(app, "Start")
    assert lesson(app).run.pace == 10
    healthy(app.segmented_control(key="flow_t_pace").set_value("50 steps a second").run())
    assert lesson(app).run.pace == 50


def test_divergence_is_said_and_the_last_good_weights_stay() -> None:
    app = small(open_page(), sigma="relu", rate=100.0, layers=20, steps=1000)
    press(app, "Start")
    run = rested(app)
    app.run()
    healthy(app)
    assert "Training diverged; the weights are the last good ones." in captions(app)
    assert "Start" in labels(app)
    assert all(torch.isfinite(weight).all() for weight in run.look().net.state_dict().values())
    healthy(press(app, "Show its film"))
    assert titles(app)[0].startswith("Trained on this page, step ")
    press(app, "Start")
    assert lesson(app).run is not run, "a run that is over begins anew"


def test_too_much_work_is_refused_with_the_limit() -> None:
    app = small(open_page(), layers=100, n_train=5000)
    press(app, "Start")
    assert not app.exception
    (error,) = app.error
    assert f"{MOST_WORK:,}" in error.value
    assert "100 × 2 × 5000 are 1,000,000" in error.value
    assert runs().get(app.session_state["flow_visitor"]) is None
    app.slider(key="flow_t_layers").set_value(4)
    app.slider(key="flow_t_n_train").set_value(50).run()
    healthy(press(app, "Single step"))


def test_a_network_of_ones_own_is_asked_for_before_it_is_trained() -> None:
    app = healthy(open_page(flow_network="trained on this page"))
    assert panels(app) == []
    assert "No network was trained" in app.info[0].value
    press(small(app), "Single step")
    rested(app)
    healthy(app.run())
    assert titles(app) == ["ResNet, as shipped", "Trained on this page, step 1"]


def test_the_run_keeps_its_points_when_others_are_chosen() -> None:
    app = press(small(open_page()), "Single step")
    rested(app)
    before = {metric.label: metric.value for metric in app.run().metric}["Training points right"]
    healthy(app.selectbox(key="flow_source").select("spiral2d").run())
    assert "learns from other points" in captions(app)
    assert {metric.label: metric.value for metric in app.metric}["Training points right"] == before
    healthy(press(app, "Reset"))
    assert lesson(app).name == "spiral2d"
    assert "learns from other points" not in captions(app)


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
    assert lesson(one).run is not lesson(other).run
    rested(one)
    press(other, "Reset")
    assert lesson(one).run.look().step == 1
    assert lesson(other).run.look().step == 0


def test_a_run_that_fails_is_a_sentence_and_a_new_one_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    app = press(small(open_page()), "Reset")

    def broken() -> None:
        raise ValueError("something that nobody thought of")

    monkeypatch.setattr(lesson(app).run, "look", broken)
    app.segmented_control(key="flow_network").set_value("here").run()
    assert not app.exception
    assert {error.value.split(";")[0] for error in app.error} == {"Something went wrong here"}
    healthy(press(app, "Reset"))
    assert titles(app)[-1] == "Trained on this page, step 0"
