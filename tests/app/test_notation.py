"""The notation page without a browser: first paint, presets, true sentences, weights from the browser."""

import math
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from structviz import data
from structviz.studies.notation import PlaneNetwork
from structviz.ui.pages.notation.choice import PRESETS
from structviz.ui.pages.notation.sections import script
from structviz.ui.pages.notation.sentences import record_of
from tests.app.inbox import data_of
from tests.app.pages import healthy, opener

open_page = opener("notation")


def shown(app: AppTest) -> dict[str, Any]:
    """What the browser gets."""
    return data_of(app, "notation")


def notice(app: AppTest) -> str:
    return next(m.value for m in app.markdown if m.value.startswith("**What to notice.**"))


def test_first_paint_shows_one_layer_and_its_numbers() -> None:
    app = healthy(open_page())
    given = shown(app)
    assert given["theta"] == "0.9,0.6,-0.4,0.8,0.2,0.1"
    points, labels = data.toy("xor", len(given["points"]))
    assert given["points"] == points.tolist()
    net = PlaneNetwork.parse(given["theta"])
    assert f"{math.floor(100 * net.accuracy(points, labels) + 0.5)} % of the points" in notice(app)
    assert f"{net.loss(points, labels) + net.regulariser(given['weight']):.4f}" in notice(app)


@pytest.mark.parametrize("title", PRESETS)
def test_every_preset_opens_and_says_something_true(title: str) -> None:
    app = open_page()
    app.button(key=f"notation_preset_{title}").click().run()
    preset, given = PRESETS[title], shown(healthy(app))
    assert given["theta"] == preset.theta
    assert given["sigma"] == preset.sigma
    singular = {
        "Collapse": "$A^{0}$, in layer 1, is singular",
        "XOR with two layers": "$A^{1}$, in layer 2, is singular",
    }
    assert notice(app).count("singular") == (title in singular)
    assert singular.get(title, "") in notice(app)
    assert ("ReLU is dead" in notice(app)) == (title == "Dead ReLU")
    assert ("affine map" in notice(app)) == (preset.sigma == "identity")


def test_weights_stand_in_the_address() -> None:
    theta = "1,0,0,1,0,0;0.5,0,0,0.5,1,1"
    assert shown(healthy(open_page(notation_theta=theta)))["theta"] == theta


@pytest.mark.parametrize("theta", ["1,0,0,1,0", "<b>", "1e9,0,0,1,0,0", ";".join(["1,0,0,1,0,0"] * 9)])
def test_weights_that_make_no_network_are_ignored_aloud(theta: str) -> None:
    app = healthy(open_page(notation_theta=theta))
    assert ";" not in shown(app)["theta"]
    assert "notation_theta" in app.toast[0].value


def test_the_script_computes_what_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    preset = PRESETS["XOR with two layers"]
    exec(script(preset), {})
    record = record_of(preset)
    printed = capsys.readouterr().out
    assert printed.startswith(f"{record.accuracy} of the points")
    assert printed.endswith(f"loss {record.loss} with the regulariser {record.total}\n")
