"""The page of robustness without a browser: first paint, presets, own images, and what the address may say."""

import io
import json
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from structviz import zoo
from structviz.data import imagenet_classes, read_colour_image
from structviz.ui.kit import networks
from structviz.ui.pages.robustness.exports import attacked_png
from structviz.ui.pages.robustness.presets import PRESETS
from structviz.ui.pages.robustness.record import noise_record
from structviz.ui.pages.robustness.results import noise_study
from structviz.ui.pages.robustness.sentences import key_number
from tests.app.inbox import data_of
from tests.app.pages import healthy, opener

open_page = opener("robustness")


def shown(app: AppTest) -> dict[str, Any]:
    """What the browser gets."""
    return data_of(app, "adversarial")


@pytest.mark.parametrize("title", [title for title, preset in PRESETS.items() if not (preset.facts or preset.digits)])
def test_every_preset_opens_with_its_strength_and_its_number(title: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("what ships needs no classifier")

    monkeypatch.setattr(networks, "_read", refuse)
    app = open_page()
    app.button(key=f"robust_preset_{title}").click().run()
    preset = PRESETS[title]
    assert shown(healthy(app))["frame"] == round(4 * preset.epsilon)
    assert data_of(app, "ring")["degrees"] == preset.angle
    label, value = key_number(noise_record(preset, noise_study(preset)))
    assert (app.metric[0].label, app.metric[0].value) == (label, value)


def test_the_file_of_an_attack_is_still_misclassified_when_it_is_read() -> None:
    preset = PRESETS["A cat, a gibbon"]
    file = attacked_png(preset, noise_study(preset))
    net, image = zoo.load("robustness/efficientnet-lite0"), read_colour_image(file, 224)
    photo = noise_study(preset).photo
    assert (image - photo).abs().max() <= preset.epsilon / 255 + 1e-6
    with torch.no_grad():
        assert imagenet_classes()[int(net(image).argmax())] == "gibbon"
        assert imagenet_classes()[int(net(photo).argmax())] == "Egyptian cat"


@pytest.mark.parametrize(
    "wrong",
    [{"target": "no such class"}, {"photo": "no such photo"}, {"epsilon": "9"}, {"epsilon": "nan"}, {"angle": "400"}],
)
def test_what_is_out_of_range_is_ignored_aloud(wrong: dict[str, str]) -> None:
    app = healthy(open_page(**{f"robust_{name}": text for name, text in wrong.items()}))
    assert f"robust_{next(iter(wrong))}" in app.toast[0].value
    assert shown(app)["frame"] == 16


def test_an_image_of_the_visitor_is_attacked_and_turned(monkeypatch: pytest.MonkeyPatch) -> None:
    from structviz.studies.robustness import noise
    from structviz.ui.pages.robustness import options, turn

    monkeypatch.setattr(noise, "RADII", (8.0,))
    monkeypatch.setattr(noise, "STEPS", 2)
    monkeypatch.setattr(noise, "GRID", 4.0)
    monkeypatch.setattr(turn, "ANGLE_STEP", 90)
    monkeypatch.setattr(options, "STAND_IN", "coffee")
    pixels = np.random.default_rng(0).integers(0, 255, (40, 300), np.uint8)  # grey, and smaller than the classifier's
    PillowImage.fromarray(pixels).save(file := io.BytesIO(), "PNG")
    app = open_page(robust_photo="own")
    app.file_uploader[0].upload("mine.png", file.getvalue(), "image/png").run()
    assert any("the central square is used" in m.value for m in healthy(app).markdown)
    assert len(app.metric) == 1


@pytest.mark.parametrize(
    ("frame", "strength"),
    [(7, "1.75"), (32, "8"), (0, "0"), (33, "4"), (-1, "4"), ("7", "4"), (None, "4"), (float("nan"), "4")],
)
def test_what_the_slider_reports_is_checked(frame: object, strength: str) -> None:
    app = open_page()
    states = app._tree.get_widget_states()
    slider = next(e for e in app.get("bidi_component") if e.proto.component_name == "structviz_adversarial")
    report = {"seek": {"frame": frame, "count": 1}}
    states.widgets.append(WidgetState(id=slider.proto.id, json_value=json.dumps(report)))
    app._run(states)
    assert healthy(app).metric[0].label.endswith(f"ε = {strength}/255")


def test_the_section_on_controls_says_what_they_found() -> None:
    app = healthy(open_page(robust_facts="true"))
    assert any("along the gradient (PGD)" in m.value for m in app.markdown)
    assert any("the direction counts" in m.value for m in app.markdown)
