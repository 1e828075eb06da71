"""The page on optimal control without a browser: first paint, presets, and what the address may say."""

import contextlib
import dataclasses
import io
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from structviz.errors import DataError
from structviz.ui.kit.choice import UploadedFile
from structviz.ui.pages.optimal_control.adjoints import (
    adjoint_record,
    adjoint_script,
    adjoint_study,
    losses_csv,
    say_adjoints,
)
from structviz.ui.pages.optimal_control.choice import ControlChoice
from structviz.ui.pages.optimal_control.depth import (
    depth_csv,
    depth_record,
    depth_script,
    depth_study,
    say_depth,
)
from structviz.ui.pages.optimal_control.exports import script
from structviz.ui.pages.optimal_control.linear import (
    linear_csv,
    linear_record,
    linear_script,
    linear_study,
    say_linear,
)
from structviz.ui.pages.optimal_control.own_points import own_points
from structviz.ui.pages.optimal_control.presets import PRESETS
from structviz.ui.pages.optimal_control.record import measured, record_of
from structviz.ui.pages.optimal_control.scripts import own_table
from structviz.ui.pages.optimal_control.sentences import headline, key_number, what_to_notice
from tests.app.inbox import data_of
from tests.app.pages import healthy, opener

open_page = opener("optimal_control")


def output_of(code: str) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(code, "script.py", "exec"), {"__name__": "__main__"})
    return printed.getvalue()


def shown(app: AppTest) -> dict[str, Any]:
    """What the browser gets."""
    return data_of(app, "steering")


@pytest.mark.parametrize("title", PRESETS)
def test_every_preset_opens_and_says_what_its_record_says(title: str) -> None:
    app = open_page()
    app.button(key=f"control_preset_{title}").click().run()
    choice, given = PRESETS[title], shown(healthy(app))
    record = record_of(choice, measured(choice))
    assert len(given["network"]["layers"]) == record.n_layers
    texts = [markdown.value for markdown in app.markdown]
    assert headline(record) in texts
    assert any(all(sentence in text for sentence in what_to_notice(record)) for text in texts)
    assert app.metric[0].value == key_number(record)[1]


def test_the_dragged_point_stands_in_the_address_and_a_bad_one_is_refused() -> None:
    assert shown(healthy(open_page(control_probe="1,-0.5")))["probe"] == [1, -0.5]
    app = healthy(open_page(control_probe="3,0"))
    assert shown(app)["probe"] != [3, 0]
    assert app.toast


def test_own_points_are_steered_and_a_bad_table_leaves_those_before() -> None:
    app = healthy(open_page(control_dataset="own", control_trained_on="xor"))
    assert len(shown(app)["points"]) == 40
    field = "control_own_file"
    healthy(app.file_uploader(key=field).set_value(("mine.csv", b"x,y,label\n0.5,-0.25,a\n-1,2,b\n", "text/csv")).run())
    assert (shown(app)["points"], shown(app)["labels"]) == ([[0.5, -0.25], [-1, 2]], [0, 1])
    assert any("of your 2 points" in text.value and "“Exclusive or”" in text.value for text in app.markdown)
    app.file_uploader(key=field).set_value(("bad.csv", b"0,1,0\n1,0,0\n", "text/csv")).run()
    assert not app.exception
    assert "must have two classes" in app.error[0].value
    assert len(shown(app)["points"]) == 2


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("0,1,0\n1,0,0\n", "must have two classes"),
        ("nan,1,0\n1,0,1\n", "must be finite"),
        ("0,1,0\n1,0,1\n" * 251, "at most 500 points, but the table has 502"),
        ("0,1,0\n5,0,1\n", "from −4 to 4, but the table has 5"),
    ],
)
def test_tables_that_cannot_be_steered_are_refused(table: str, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        own_points(UploadedFile.of(table.encode()))


def test_scripts_of_own_points_read_their_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choice = ControlChoice("own", UploadedFile.of(b"0.5,-0.25,0\n-1,2,1\n"), network="learned", trained_on="donut2d",
                           projection="simplex")  # fmt: skip
    (item,) = own_table(choice)
    monkeypatch.chdir(tmp_path)
    Path(item.file_name).write_text(str(item.make()), encoding="utf-8")
    found = measured(choice)
    assert f"objective {record_of(choice, found).objective}\n" in output_of(script(choice))
    assert found.found.objective != measured(dataclasses.replace(choice, projection="trained")).found.objective


def test_the_section_on_both_gradients_says_what_was_computed_and_refuses_a_zero_weight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = {"control_adjoints": "true", "control_layer_method": "kutta3", "control_dataset": "halfmoon2d"}
    app = healthy(open_page(**address))
    refused = open_page(**{**address, "control_layer_method": "midpoint"})
    assert not refused.exception
    assert any("weights w that are not 0" in error.value for error in refused.error)
    choice = ControlChoice(dataset="halfmoon2d", layer_method="kutta3", adjoints=True)
    found = adjoint_study(choice)
    said = say_adjoints(adjoint_record(choice, found))
    assert any(all(sentence in markdown.value for sentence in said) for markdown in app.markdown)
    monkeypatch.chdir(tmp_path)  # the script writes pictures
    printed = output_of(adjoint_script(choice))
    assert f"J from {found.matching.losses[0]:.2g} to {found.matching.losses[-1]:.2g}" in printed
    assert f"to {found.euler.losses[-1]:.2g}" in printed
    assert len(losses_csv(found).splitlines()) == 102


def test_the_car_in_closed_form_says_what_was_computed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = healthy(open_page(control_linear="true", control_car_method="heun", control_car_steps="40"))
    choice = ControlChoice(linear=True, car_method="heun", car_steps=40)
    found = linear_study("heun", 40)
    record = linear_record(choice, found)
    said = say_linear(record)
    assert any(all(sentence in markdown.value for sentence in said) for markdown in app.markdown)
    assert "Even 320 steps do not bring it below" in said[0]
    assert record.reached is None
    monkeypatch.chdir(tmp_path)
    assert f"order {record.observed}" in output_of(linear_script(choice))
    assert {file.name for file in tmp_path.iterdir()} == {"car.html", "errors.html"}
    assert len(linear_csv(found).splitlines()) == 6
    best = linear_record(ControlChoice(car_method="rk4"), linear_study("rk4", 20))
    assert best.reached is not None
    assert float(best.observed) > 3.5 > 1.5 > float(best.twin_order)


def test_controls_of_growing_depth_say_what_was_learnt() -> None:
    app = healthy(open_page(control_refined="true", control_refined_set="gaussians", control_entry="b₂"))
    choice = ControlChoice(refined=True, refined_set="gaussians")
    found = depth_study(choice)
    record = depth_record(found)
    said = say_depth(record)
    assert any(all(sentence in markdown.value for sentence in said) for markdown in app.markdown)
    assert "the controls approach each other" in said[0]
    assert len(depth_csv(found).splitlines()) == 1 + 2 * (10 + 20 + 40 + 80)
    assert 'toy("gaussians"' in depth_script(choice)
