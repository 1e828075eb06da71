"""The flow page without a browser: how to open it, and what is on it."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from structviz.training.live import LiveRun
from structviz.ui.pages.flow.live_trainings import LiveTraining, live_trainings
from tests.app.pages import healthy, opener

__all__ = [
    "SECONDS",
    "Shown",
    "captions",
    "components",
    "healthy",
    "labels",
    "on_sheet",
    "open_page",
    "panels",
    "press",
    "rested",
    "said",
    "small",
    "titles",
    "training",
    "words",
]

open_page = opener("flow")
SECONDS = 60


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


def training(app: AppTest) -> LiveTraining:
    found = live_trainings().get(app.session_state["flow_visitor"])
    assert found is not None
    return found


def rested(app: AppTest) -> LiveRun:
    """The visitor's run, once it is paused or over."""
    run = training(app).run
    assert run.wait(SECONDS)
    return run


def small(app: AppTest, **settings: Any) -> AppTest:
    """Settings of a run that is quick; None leaves one as it is."""
    for name, value in {"layers": 4, "points": 50, "steps": 100, **settings}.items():
        if value is None:
            continue
        kind = {"sigma": "selectbox", "scheme": "selectbox", "rate": "select_slider", "pace": "segmented_control"}
        getattr(app, kind.get(name, "slider"))(key=f"flow_train_{name}").set_value(value)
    return app.run()
