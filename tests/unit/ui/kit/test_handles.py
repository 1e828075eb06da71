"""Controls as handles in the browser."""

from dataclasses import dataclass

import pytest

from structviz.errors import ConfigError
from structviz.ui.kit.choice import Choice, Number, One, Toggle, declare
from structviz.ui.kit.form import Form
from structviz.ui.kit.handles import handle


@dataclass(frozen=True)
class _Choice(Choice):
    steps: int = declare(8, One("Steps", kind="select_slider", options=(2, 8, 40)))
    method: str = declare("euler", One("Method", options={"euler": "Euler", "rk4": "RK4"}))
    level: float = declare(1.0, Number("Level of the noise", low=0, high=2, step=0.05, whole=False))
    seed: int = declare(0, Number("Seed", low=0, high=9))
    is_on: bool = declare(False, Toggle("On"))


def test_a_handle_has_the_values_and_titles_of_its_control() -> None:
    form = Form("x", _Choice)
    steps = {"name": "steps", "label": "Δ", "title": "Steps", "prefix": ""}
    assert handle(form, "steps", "Δ") == steps | {"options": [[2, "2"], [8, "8"], [40, "40"]], "slides": True}
    method = handle(form, "method", "Method")
    assert (method["options"], method["slides"]) == ([["euler", "Euler"], ["rk4", "RK4"]], False)
    level = handle(form, "level", "Noise", "× ")
    assert (level["low"], level["high"], level["step"], level["prefix"]) == (0.0, 2.0, 0.05, "× ")
    assert level["title"] == "Level of the noise"
    assert handle(form, "seed", "Seed")["step"] == 1


def test_not_every_control_has_one() -> None:
    with pytest.raises(ConfigError, match="'is_on' is Toggle"):
        handle(Form("x", _Choice), "is_on", "On")
