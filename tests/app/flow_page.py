"""The flow page without a browser: how to open it, and what is on it."""

import copy
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from streamlit.testing.v1 import AppTest

from structviz.displayed import percent
from structviz.metrics import accuracy
from structviz.nets import PLAIN, PointClassifier
from structviz.studies.flow import FlowNetwork, Heading, layers, refined
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
    """A panel as the browser shows it: from the network and the state that it gets, with the library's steps."""

    title: str
    caption: str
    n_layers: int
    positions: np.ndarray


def panels(app: AppTest) -> list[Shown]:
    """The films that the browser computes; none where no player is."""
    if not has_component(app, "player"):
        return []
    head, arrays = packets(app)["flow_player"]
    state = player_data(app)["live"]["state"]
    return [
        _shown(one, {name: arrays[f"{k}/{name}"] for name in ("A", "b", "places", "shifts", "labels")}, state)
        for k, one in enumerate(head["networks"])
    ]


def _shown(head: dict[str, Any], arrays: dict[str, np.ndarray], state: dict[str, Any]) -> Shown:
    described, heading = head["network"], Heading(head["heading"]["name"], head["heading"]["unchanged"])
    net = PointClassifier(
        described["scheme"], described["dim"], described["layers"], described["time"], described["sigma"]
    ).requires_grad_(False)
    for name in ("A", "b"):
        getattr(net, name).copy_(torch.tensor(arrays[name]))
    net.normal.copy_(torch.tensor(head["normal"]))
    net.offset.fill_(head["offset"])
    step = re.findall(r"step (\d+) of training", head["heading"]["trained"])
    network = FlowNetwork(net, "", step=int(step[0]) if step else None)
    network = network.with_factors(state["horizon"], state["scale"])
    method, n_steps = None, 0
    if head["takes"] != "layers" and net.scheme != PLAIN:
        chosen = (state["integrator"] if head["takes"] == "steps and integrator" else net.scheme, state["steps"])
        is_same = (*chosen, state["interpolation"]) == (net.scheme, network.net.n_layers, "constant")
        if not (is_same and heading.name):
            method, n_steps = chosen
    points = torch.tensor(arrays["places"])
    if len(arrays["shifts"]):
        points += state["noise"] * head["unit"] * torch.tensor(arrays["shifts"])
    moving = network.net
    motion = layers(moving) if method is None else refined(moving, method, n_steps, state["interpolation"])
    positions = motion.trajectory(moving.enter(points.float()))
    double = copy.deepcopy(moving).double()  # as the browser and the page count
    same = layers(double) if method is None else refined(double, method, n_steps, state["interpolation"])
    end = same.trajectory(double.enter(points.float().double()), [len(same.steps)])[0]
    right = accuracy(double.classify(end), torch.tensor(arrays["labels"]).long())
    title = heading.title(network, method, n_steps)
    return Shown(title, f"{percent(right)} of the points", len(motion.steps), positions.numpy())


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
