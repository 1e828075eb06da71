"""The flow page without a browser: first paint, every transition, addresses that lie."""

import json
import re
from functools import partial
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from structviz import zoo
from structviz.data import TOY_SETS, toy_split
from structviz.nets import PointClassifier
from structviz.studies.flow import COMPARISONS, altered, refined, study_steps
from structviz.ui.pages.flow import films
from structviz.ui.pages.flow.choice import SOURCES
from structviz.ui.pages.flow.presets import PRESETS
from tests.app.flow_page import (
    captions,
    healthy,
    open_page,
    panels,
    player_data,
    press,
    said,
    small,
    titles,
)
from tests.app.inbox import data_of

pytestmark = pytest.mark.usefixtures("quick_study", "no_run_is_left")


@pytest.fixture(scope="module")
def first_paint() -> AppTest:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(films, "study_steps", partial(study_steps, methods=("euler", "rk4")))
        return healthy(open_page(flow_study="true"))


def test_first_paint_plays_one_film_with_points_and_their_way_without_a_click(first_paint: AppTest) -> None:
    assert titles(first_paint) == ["ResNet, as shipped"]
    assert player_data(first_paint)["playing"] is True
    assert player_data(first_paint)["show"] == ["tails"]
    net = zoo.load("flow/resnet-donut2d")
    assert isinstance(net, PointClassifier)
    points, _ = toy_split("donut2d", 1000, 300, 0)[1]
    assert np.array_equal(panels(first_paint)[0].positions, net.trajectory(points).numpy())


@pytest.mark.parametrize("compare", [name for name in COMPARISONS if name != "width"])
@pytest.mark.parametrize("source", ["halfmoon2d", "xor"])
def test_steps_leave_the_points(source: str, compare: str) -> None:
    """Where the points start is the same with few steps and with many, and so are their classes."""
    app = open_page(flow_source=SOURCES[source], flow_compare=COMPARISONS[compare], flow_seed="3")
    before = {panel.positions[0].tobytes() for panel in panels(healthy(app))}
    ends = [panel.positions[-1].tobytes() for panel in panels(app)]
    for steps in (4, 80):
        healthy(app.select_slider(key="flow_steps").set_value(steps).run())
        assert app.selectbox(key="flow_source").value == source
        assert app.number_input(key="flow_seed").value == 3
        assert {panel.positions[0].tobytes() for panel in panels(app)} == before
        assert [panel.positions[-1].tobytes() for panel in panels(app)] != ends


def test_what_to_notice_names_the_numbers_of_the_films(first_paint: AppTest) -> None:
    for panel in panels(first_paint):
        assert panel.caption.split(" %")[0] + " %" in said(first_paint)
    assert "nowhere folded" in said(first_paint)


def test_the_study_says_what_it_measured(first_paint: AppTest) -> None:
    text = next(m.value for m in first_paint.markdown if "Slopes measured" in m.value)
    euler, rk4 = (float(re.findall(rf"{name} ([\d.]+)", text)[0]) for name in ("Euler", "RK4"))
    assert abs(euler - 1) < 0.2
    assert abs(rk4 - 4) < 0.2
    assert "The weights of “ResNet, as shipped”" in text


def test_few_controls_are_in_sight(first_paint: AppTest) -> None:
    kinds = ("selectbox", "select_slider", "slider", "segmented_control", "number_input", "pills", "toggle", "checkbox")
    everywhere = [widget.key for kind in kinds for widget in getattr(first_paint, kind)]
    drawer = next(e for e in first_paint.expander if e.label == "More choices")
    stowed = [widget.key for kind in kinds for widget in getattr(drawer, kind)]
    in_sight = {key for key in everywhere if key not in stowed and not key.startswith("flow_train_")}
    # Chips are a second place of the source, which only a phone shows.
    assert in_sight == {"flow_source", "flow_source_chips", "flow_compare", "flow_network", "flow_steps"}


@pytest.mark.parametrize("title", PRESETS)
def test_every_preset(title: str) -> None:
    app = healthy(press(open_page(), title))
    choice = PRESETS[title]
    assert app.selectbox(key="flow_source").value == choice.source
    assert app.selectbox(key="flow_compare").value == choice.compare
    assert app.select_slider(key="flow_steps").value == choice.steps
    assert len(panels(app)) == (1 if choice.compare == "one" else 2)
    assert len(app.get("plotly_chart")) == 0, "Plotly takes a browser half a second, so figures are there on request"
    assert len(app.get("image")) == (4 if choice.lecture else 0)
    assert player_data(app)["reveal"] == 1, "the page scrolls to the films"
    telling = {
        "A step too large": ("**Folded:** “Euler, 8 steps of Δt = 0.5” turns over", "farthest point ends"),
        "40 plain layers do worse": ("its film jumps", "It turns over 576 of the 576 cells"),
        "Donut: 2 or 3 dimensions": ("too few to call one better", "squeezes the grid to 0.0"),
        "Twice the time, half the weights": (
            "Beyond t = 4 the weights of the last layer hold",
            "All weights of the layers are 0.5 times those of training.",
            "The farthest point ends 5.5 (left) and 0.0008",
        ),
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
        ("squares2d", "one", ["ResNet: Heun, 20 steps of Δt = 0.2"]),
        ("xor", "plain", ["Plain network", "ResNet: Heun, 20 steps of Δt = 0.2"]),
        (
            "gaussians",
            "trained",
            ["ResNet: Euler, 20 steps of Δt = 0.2", "Network of RK4 steps: RK4, 20 steps of Δt = 0.2"],
        ),
        (
            "donut1d",
            "width",
            [f"{name}: Heun, 20 steps of Δt = 0.2" for name in ("Two dimensions", "Three dimensions")],
        ),
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
    assert titles(app) == ["ResNet, as shipped"]


def test_the_slider_changes_the_steps_of_the_film_and_those_of_the_comparison() -> None:
    app = open_page()
    healthy(app.select_slider(key="flow_steps").set_value(4).run())
    assert titles(app) == ["ResNet: Euler, 4 steps of Δt = 1"]
    assert [len(panel.positions) for panel in panels(app)] == [5]
    assert "**Folded:**" in said(app)
    healthy(app.selectbox(key="flow_compare").select("steps").run())
    assert titles(app) == ["Euler, 4 steps of Δt = 1", "Euler, 40 layers of Δt = 0.1, as trained"]
    healthy(app.select_slider(key="flow_steps").set_value(160).run())
    assert [panel.n_layers for panel in panels(app)] == [160, 40]


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
    app.slider(key="flow_noise").set_value(0.0).run()
    changed()
    app.slider(key="flow_horizon").set_value(2.0).run()
    changed()
    app.slider(key="flow_scale").set_value(1.5).run()
    changed()
    app.number_input(key="flow_seed").set_value(7).run()
    changed()


def test_the_layer_and_the_switches_go_to_the_player() -> None:
    app = healthy(open_page(flow_frame="12", flow_show="Line"))
    assert player_data(app)["frame"] == 12
    assert player_data(app)["show"] == ["line"]
    assert player_data(app)["playing"] is False
    healthy(app.number_input(key="flow_frame").set_value(3).run())
    assert player_data(app)["frame"] == 3


def test_the_input_plane_is_computed_when_it_is_opened(first_paint: AppTest) -> None:
    assert len(first_paint.get("plotly_chart")) == 1
    app = healthy(
        open_page(flow_source=SOURCES["donut2d"], flow_compare=COMPARISONS["steps"], flow_steps="4", flow_inside="true")
    )
    assert len(app.get("plotly_chart")) == 4
    assert "A layer turns over " in captions(app)
    assert "Nowhere is the plane folded" in captions(app)


def test_a_broken_section_leaves_the_rest_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_how: object) -> None:
        raise RuntimeError("the study is broken")

    monkeypatch.setattr(films, "study_steps", broken)
    app = open_page(
        flow_source=SOURCES["xor"],
        flow_compare=COMPARISONS["one"],
        flow_interpolation="linear between layers",
        flow_study="true",
    )
    assert not app.exception
    assert titles(app) == ["ResNet: Euler, 40 steps of Δt = 0.1"]
    assert any("\\dot z" in block.value for block in app.latex)
    assert len(app.error) == 1
    assert "Something went wrong here" in app.error[0].value


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
        {"flow_horizon": "0"},
        {"flow_scale": "3.1"},
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
    assert titles(app) == ["ResNet, as shipped"]
    assert len(app.toast) == 1
    name, value = next(iter(parameters.items()))
    assert f"`{name}={value}`"[:40] in app.toast[0].value
    assert app.run().toast == [], "it is said once"


def test_an_address_restores_the_page_and_the_link_repeats_it() -> None:
    parameters = {
        "flow_source": SOURCES["spiral2d"],
        "flow_compare": COMPARISONS["integrator"],
        "flow_steps": "8",
        "flow_integrator": "RK4",
        "flow_interpolation": "linear between layers",
        "flow_n_points": "100",
        "flow_noise": "0.5",
        "flow_horizon": "1.5",
        "flow_scale": "0.8",
        "flow_seed": "5",
        "flow_frame": "2",
        "flow_show": "Grid",
    }
    app = healthy(open_page(**parameters))
    assert app.toast == []
    assert titles(app) == [
        "Euler, 60 layers of Δt = 0.1, T = 6, weights × 0.8",
        "RK4, 8 steps of Δt = 0.75, T = 6, weights × 0.8",
    ]
    points, _ = toy_split("spiral2d", 1000, 100, 5, 0.5 * TOY_SETS["spiral2d"].noise)[1]
    net = zoo.load("flow/resnet-spiral2d")
    assert isinstance(net, PointClassifier)
    motion = refined(altered(net, 1.5, 0.8), "rk4", 8, "linear")
    assert np.array_equal(panels(app)[1].positions, motion.trajectory(points).numpy())
    assert player_data(app) | {"frame": 2, "show": ["grid"], "playing": False} == player_data(app)
    link = data_of(app, "share")["url"]
    assert dict(parse_qsl(urlsplit(link).query)) == parameters


@pytest.mark.parametrize(("frame", "rests"), [(7, 7), (-1, 0), ("7", 0), (None, 0), (5000, 1000)])
def test_what_is_switched_on_says_where_the_film_rests(frame: object, rests: int) -> None:
    app = open_page()
    states = app._tree.get_widget_states()
    film = next(e for e in app.get("bidi_component") if e.proto.component_name == "structviz_player")
    report = {"show": {"names": ["tails", "grid"], "frame": frame, "count": 1}}
    states.widgets.append(WidgetState(id=film.proto.id, json_value=json.dumps(report)))
    app._run(states)
    assert player_data(healthy(app))["show"] == ["tails", "grid"]
    assert player_data(app)["frame"] == rests


def test_choices_survive_a_visit_to_another_page() -> None:
    app = press(open_page(), "A step too large")
    small(app, layers=7)
    app.switch_page("pages/home.py").run()
    healthy(app.switch_page("pages/flow.py").run())
    assert titles(app)[0] == "Euler, 8 steps of Δt = 0.5"
    assert app.slider(key="flow_train_layers").value == 7
