"""The page of manifolds without a browser: first paint, presets, and what the address may say."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from structviz.ui.pages.manifolds.presets import PRESETS
from structviz.ui.pages.manifolds.record import record_of, sphere_study
from structviz.ui.pages.manifolds.sentences import key_words
from tests.app.inbox import data_of
from tests.app.pages import healthy, opener

open_page = opener("manifolds")


def shown(app: AppTest) -> dict[str, Any]:
    """What the browser gets."""
    return data_of(app, "sphere")


@pytest.mark.parametrize("title", PRESETS)
def test_every_preset_opens_with_its_methods_and_its_number(title: str) -> None:
    app = open_page()
    app.button(key=f"manifolds_preset_{title}").click().run()
    preset, given = PRESETS[title], shown(healthy(app))
    assert [method["name"] for method in given["methods"]] == [preset.method, preset.twin]
    assert [given["h"], given["layers"]] == [preset.h, preset.layers]
    assert app.metric[0].value == key_words(record_of(preset, sphere_study(preset)))


def test_point_and_view_stand_in_the_address_and_a_point_off_the_sphere_is_put_onto_it() -> None:
    app = healthy(open_page(manifolds_point="0,0,-3", manifolds_view="-30,45"))
    assert shown(app)["point"] == [0, 0, -1]
    assert shown(app)["view"] == [-30, 45]
    assert any("off the sphere: shown is the closest one" in markdown.value for markdown in app.markdown)


def test_bodies_start_as_the_address_says() -> None:
    app = healthy(open_page(manifolds_body="true", manifolds_spin="Any axis", manifolds_body_h="0.5"))
    given = data_of(app, "body")
    assert [given["spin"], given["h"]] == ["any", 0.5]
    assert {method["name"]: method["stays"] for method in given["methods"]} == {
        "lie-euler": True,
        "rkmk4": True,
        "implicit-midpoint": True,
        "euler": False,
        "rk4": False,
    }
    bare = healthy(open_page(manifolds_body="true", manifolds_body_methods=""))
    assert any("Choose steps" in info.value for info in bare.info)
    (a, b, c), inertia = given["half"], given["inertia"]
    assert [b * b + c * c, a * a + c * c, a * a + b * b] == pytest.approx(inertia)


@pytest.mark.parametrize(
    "wrong",
    [
        {"point": "0,0,0"},
        {"point": "1,2"},
        {"point": "nan,0,1"},
        {"point": "1e9,0,1"},
        {"view": "200,0"},
        {"view": "0,90"},
        {"view": "north"},
        {"h": "0"},
        {"h": "2.5"},
        {"layers": "101"},
        {"spin": "no axis"},
        {"body_view": "0,100"},
    ],
)
def test_what_is_out_of_range_is_ignored_aloud(wrong: dict[str, str]) -> None:
    app = healthy(open_page(**{f"manifolds_{name}": text for name, text in wrong.items()}))
    assert f"manifolds_{next(iter(wrong))}" in app.toast[0].value
    assert shown(app)["point"] == pytest.approx([0.96, 0, 0.28])
