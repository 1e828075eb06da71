"""What a page hands to the rotor, and what it takes from it: any visitor can make the browser say anything."""

import base64
import io
from typing import Any

import pytest
import torch
from PIL import Image as PillowImage
from streamlit.testing.v1 import AppTest
from torch import Tensor, nn

from structviz.figures import to_png
from structviz.studies.rotation import film_strip, film_strip_arm
from structviz.studies.turning import FilmStrip, Frames
from structviz.ui.kit import rotor as kit
from structviz.ui.kit.networks import LoadedNetwork
from structviz.ui.kit.turning import channel_name

SIDE = 8
TRUTH = torch.linspace(0, 1, SIDE * SIDE).reshape(SIDE, SIDE)
OUTPUT = TRUTH.flip(0)


class Source:
    """A picture that turns, at four angles."""

    digest, colour_map, given = "a source", "grey", ("noisy", "truth")

    def strip(self) -> FilmStrip:
        return film_strip({}, TRUTH[None, None], 4)

    def frames(self, network: LoadedNetwork[Any]) -> Frames:
        return film_strip_arm(network.net, self.strip())

    def errors(self, network: LoadedNetwork[Any] | None) -> tuple[float, ...]:
        del network
        return (0.0, 0.1, 0.2, 0.1)

    def seconds(self, network: LoadedNetwork[Any] | None) -> float:
        del network
        return 0.1


NETWORKS = {"ordinary": LoadedNetwork("abc", nn.Identity())}


def page() -> None:
    import math
    from dataclasses import dataclass

    import streamlit as st

    from structviz.ui.browser.rotor import CURVES
    from structviz.ui.kit.choice import Choice, Number, One, Toggle, declare
    from structviz.ui.kit.form import Form
    from structviz.ui.kit.rotor import RestingImage, send_films, show_rotor
    from tests.unit.ui.kit.test_rotor import NETWORKS, OUTPUT, TRUTH, Source

    @dataclass(frozen=True)
    class Turned(Choice):
        angle: int = declare(90, Number("Angle", low=0, high=360))
        differences: bool = declare(False, Toggle("Differences"))
        curves: str = declare("straight", One("Curves", options=CURVES))
        level: float = declare(0.25, Number("Level", low=0.0, high=0.5, whole=False))
        seed: int = declare(0, Number("Seed", low=0, high=9999))

    form = Form("t", Turned)
    images = {
        "noisy": RestingImage(OUTPUT, math.inf, 0.5),
        "ordinary": RestingImage(OUTPUT, 12.5, 0.25),
        "truth": RestingImage(TRUTH),
    }
    st.session_state["shown"] = form.values()
    show_rotor(form, Source(), NETWORKS, images, None, key="rotor")
    send_films(Source(), NETWORKS, errors=True, prefix="t_")


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the component is called with, and what is sent to it afterwards."""
    found: dict[str, Any] = {"sent": []}

    def rotor(data: dict[str, Any], **rest: Any) -> None:
        found.update(data, **rest)

    def send(channel: str, packet: bytes, *, key: str) -> None:
        found["sent"].append((channel, key))
        assert packet

    monkeypatch.setattr(kit, "rotor", rotor)
    monkeypatch.setattr(kit, "send_payload", send)
    return found


def opened(**session: Any) -> AppTest:
    app = AppTest.from_function(page, default_timeout=60)
    for name, value in session.items():
        app.session_state[name] = value
    app.run()
    assert not app.exception
    return app


def pixels(png: str) -> bytes:
    with PillowImage.open(io.BytesIO(base64.b64decode(png))) as picture:
        return picture.convert("RGB").tobytes()


def drawn(image: Tensor, colours: str) -> bytes:
    return pixels(base64.b64encode(to_png(image, colours)).decode())


def test_columns_come_in_order_with_pictures_and_numbers(given: dict[str, Any]) -> None:
    opened()
    assert [column["name"] for column in given["columns"]] == ["noisy", "ordinary", "truth"]
    assert [column["differs"] for column in given["columns"]] == [True, True, False]
    assert (given["degrees"], given["side"], given["differences"], given["curves"]) == (90, SIDE, False, "straight")
    assert [pixels(picture["png"]) for picture in given["pictures"]] == [
        drawn(image, "grey") for image in (OUTPUT, OUTPUT, TRUTH)
    ]
    # Infinity is no number of JSON, and the truth has none.
    assert [(picture["psnr"], picture["ssim"]) for picture in given["pictures"]] == [
        (None, 0.5),
        (12.5, 0.25),
        (None, None),
    ]


def test_differences_are_those_to_the_truth_which_stays_itself(given: dict[str, Any]) -> None:
    opened(t_differences=True)
    expected = [drawn(OUTPUT - TRUTH, "difference")] * 2 + [drawn(TRUTH, "grey")]
    assert [pixels(picture["png"]) for picture in given["pictures"]] == expected
    assert expected[0] != drawn(OUTPUT, "grey")


def test_every_film_and_curve_goes_to_the_channel_where_the_rotor_looks(given: dict[str, Any]) -> None:
    opened()
    looked_for = {column["film"] for column in given["columns"]}
    looked_for |= {column["errors"] for column in given["columns"] if column["errors"]} | {given["baseline"]}
    assert {channel for channel, _ in given["sent"]} == looked_for
    assert len(looked_for) == 5
    assert channel_name(Source(), "film", "ordinary", "abc") in looked_for
    keys = [key for _, key in given["sent"]]
    assert len(set(keys)) == len(keys)
    assert all(key.startswith("t_") for key in keys)


@pytest.mark.parametrize(
    ("said", "angle"),
    [
        ({"degrees": 33.4}, 33),
        ({"degrees": 400}, 90),
        ({"degrees": float("nan")}, 90),
        ({"degrees": "<b>"}, 90),
        ({}, 90),
        ("nonsense", 90),
    ],
)
def test_the_angle_follows_what_makes_sense(said: object, angle: int, given: dict[str, Any]) -> None:
    app = opened(rotor={"turn": said})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("structviz.ui.kit.rotor.st.session_state", app.session_state)
        patch.setattr("structviz.ui.kit.form.st.session_state", app.session_state)
        given["on_turn"]()
    assert app.run().session_state["shown"]["angle"] == angle
    assert given["degrees"] == angle


@pytest.mark.parametrize(
    ("said", "noise"),
    [
        ({"level": 0.301, "seed": 7}, (0.3, 7)),
        ({"level": 0.3}, (0.25, 0)),
        ({"level": 0.7, "seed": 7}, (0.25, 0)),
        ({"level": float("nan"), "seed": "x"}, (0.25, 0)),
        (3, (0.25, 0)),
    ],
)
def test_the_noise_follows_what_makes_sense(said: object, noise: tuple[float, int], given: dict[str, Any]) -> None:
    app = opened(rotor={"noise": said})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("structviz.ui.kit.rotor.st.session_state", app.session_state)
        patch.setattr("structviz.ui.kit.form.st.session_state", app.session_state)
        given["on_noise"]()
        given["on_films"]()
        assert kit.wants_films("rotor")
        assert not kit.wants_films("another")
    shown = app.run().session_state["shown"]
    assert (shown["level"], shown["seed"]) == noise


@pytest.mark.parametrize("name", ["turn", "noise"])
def test_a_report_that_follows_another_says_the_whole_state(name: str, given: dict[str, Any]) -> None:
    app = opened(rotor={name: {"degrees": 40, "level": 0.3, "seed": 7}})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("structviz.ui.kit.rotor.st.session_state", app.session_state)
        patch.setattr("structviz.ui.kit.form.st.session_state", app.session_state)
        given[f"on_{name}"]()
    shown = app.run().session_state["shown"]
    assert (shown["angle"], shown["level"], shown["seed"]) == (40, 0.3, 7)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"differences": True, "curves": "error"}, (True, "error")),
        ({"differences": True, "curves": "round"}, (False, "straight")),
        ({"curves": "error"}, (False, "straight")),
    ],
)
def test_the_view_follows_as_a_whole_or_not_at_all(
    said: object, shown: tuple[bool, str], given: dict[str, Any]
) -> None:
    app = opened(rotor={"view": said})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("structviz.ui.kit.rotor.st.session_state", app.session_state)
        patch.setattr("structviz.ui.kit.form.st.session_state", app.session_state)
        given["on_view"]()
    app.run()
    assert (given["differences"], given["curves"]) == shown
