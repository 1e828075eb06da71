"""The flow page without a browser: how to open it, and what is on it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from structviz.training.live import LiveRun
from structviz.ui.pages.flow.live_trainings import LiveTraining, live_trainings
from tests.app.inbox import data_of, has_component, packets
from tests.app.pages import healthy, opener, title_of

__all__ = [
    "SECONDS",
    "Shown",
    "captions",
    "healthy",
    "labels",
    "on_sheet",
    "open_page",
    "panels",
    "player_data",
    "press",
    "rested",
    "said",
    "small",
    "titles",
    "training",
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


def panels(app: AppTest) -> list[Shown]:
    """The films that go to the browser; none where no player is."""
    if not has_component(app, "player"):
        return []
    head, arrays = packets(app)["flow_player"]
    return [
        Shown(panel["title"], panel["caption"], panel["n_layers"], arrays[f"{k}/positions"])
        for k, panel in enumerate(head["panels"])
    ]


def player_data(app: AppTest) -> dict[str, Any]:
    """What the player is told besides the films."""
    return data_of(app, "player")


def on_sheet(app: AppTest) -> list[list[float]]:
    return data_of(app, "brush")["points"]


def titles(app: AppTest) -> list[str]:
    return [panel.title for panel in panels(app)]


def said(app: AppTest) -> str:
    return next(m.value for m in app.markdown if m.value.startswith("**What to notice.**"))


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if title_of(button) == label).click().run()


def labels(app: AppTest) -> set[str]:
    return {title_of(button) for button in app.button}


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
