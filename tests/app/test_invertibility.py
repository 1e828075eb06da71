"""The invertibility page without a browser: first paint, presets, and what the address may say."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from structviz.ui.pages.invertibility.exports import script
from structviz.ui.pages.invertibility.presets import PRESETS
from structviz.ui.pages.invertibility.record import measured, record_of
from tests.app.inbox import data_of
from tests.app.pages import healthy, opener

open_page = opener("invertibility")


def shown(app: AppTest) -> dict[str, Any]:
    """What the browser gets."""
    return data_of(app, "round_trip")


@pytest.mark.parametrize("title", PRESETS)
def test_every_preset_opens_with_its_networks_and_its_number(title: str) -> None:
    app = open_page()
    app.button(key=f"inv_preset_{title}").click().run()
    preset, given = PRESETS[title], shown(healthy(app))
    assert [len(network["layers"]) for network in given["networks"]] == [preset.net.n_layers, preset.steps]
    assert given["points"] == preset.points[0].tolist()
    assert app.metric[0].value == str(record_of(preset, measured(preset)).error)


def test_the_dragged_point_stands_in_the_address() -> None:
    given = shown(healthy(open_page(inv_probe="-0.5,1.25", inv_at="1.5")))
    assert (given["probe"], given["at"]) == ([-0.5, 1.25], 1.5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"probe": "1,2,3"},
        {"probe": "9,0"},
        {"probe": "nan,0"},
        {"layers": "33", "weights": "random"},
        {"layers": "0", "weights": "random"},
        {"steps": "1"},
    ],
)
def test_what_is_out_of_range_is_ignored_aloud(wrong: dict[str, str]) -> None:
    app = healthy(open_page(**{f"inv_{name}": text for name, text in wrong.items()}))
    assert f"inv_{next(iter(wrong))}" in app.toast[0].value
    assert shown(app)["probe"] == [0.6, 0.2]


def test_a_contraction_of_one_or_more_is_said_to_promise_nothing() -> None:
    app = healthy(open_page(inv_network="contractive", inv_contraction="1.2"))
    assert any("nothing promises that it converges" in markdown.value for markdown in app.markdown)


def test_the_script_computes_what_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    preset = PRESETS["The cost: solve for each layer"]
    exec(script(preset), {})
    record = record_of(preset, measured(preset))
    assert capsys.readouterr().out == (
        f"inverse error {record.error}\nerror of the search of the ResNet {record.twin_error}\n"
        f"{record.twin_folded} of the points turned over\n"
    )


def test_errors_against_depth_are_shown_on_request() -> None:
    app = healthy(open_page(inv_dataset="xor", inv_depth="true"))
    assert any("takes as many steps as the others have layers" in markdown.value for markdown in app.markdown)


def test_promises_stand_beside_what_is_measured() -> None:
    app = healthy(open_page(inv_network="hamiltonian", inv_promises="true"))
    (table,) = (markdown.value for markdown in app.markdown if "| Promise |" in markdown.value)
    kinds = [line.split("**")[1] for line in table.splitlines() if line.startswith("| **")]
    assert kinds == ["symplectic", "invertible", "volume"]
    assert "| no |" not in table
    assert any(markdown.value.startswith("**ResNet, 4 steps** promises nothing") for markdown in app.markdown)


def test_what_networks_were_trained_on_stands_in_sight() -> None:
    trained, untrained = (
        next(line.value for line in healthy(open_page(inv_weights=weights)).caption if "ResNet: trained" in line.value)
        for weights in ("trained", "random")
    )
    assert "trained on 10,000 points of this kind" in trained
    assert "random weights, without any training" in untrained
