"""Trained networks on the page: their figures, and the component that plays their trainings back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import streamlit as st
from torch import Tensor

from structviz.config import ODENetShape
from structviz.displayed import Displayed, number, percent
from structviz.errors import ConfigError
from structviz.figures import CLASS_COLOURS
from structviz.nets import STEP_RULES
from structviz.studies.control import OFF
from structviz.training import TrainingHistory
from structviz.training.control import control_points
from structviz.ui.browser.component import BrowserComponent, whole_number
from structviz.ui.kit.form import Form
from structviz.ui.pages.optimal_control.choice import ControlChoice

__all__ = [
    "COLOURS",
    "Clock",
    "ShownNetwork",
    "rule_of",
    "show_trainings",
    "shown",
    "title_of",
]

COLOURS: Mapping[str, str] = MappingProxyType(
    {"none": "#808890", "fixed": "#D55E00", "learned": "#009E73", "simplex": "#0072B2"}
)
"""Of the networks, by where their time steps come from."""

_OWN_COLOUR = "#CC79A7"

_COMPONENT = BrowserComponent("trainings", ["seen_frame"])

_DIGITS = 7


@dataclass(frozen=True)
class Clock:
    """What the frames are that one goes through.

    Attributes
    ----------
    title, words
        What changes from frame to frame, and its value in each.
    below, ends
        The same under a chart, and its first and last value.
    play
        On the button.
    """

    title: str
    words: tuple[str, ...]
    below: str
    ends: tuple[str, str]
    play: str


@dataclass(frozen=True)
class ShownNetwork:
    """What the page says of a network.

    Attributes
    ----------
    title
        What it is called.
    n_layers, off, negative
        Layers, those that are off, and those that go against their field.
    sum
        Of the time steps; None without time.
    loss, cost, total
        The loss on training points, R(θ) and the objective J, which is their sum.
    train, test
        Training points and new ones in the right class.
    """

    title: str
    n_layers: int
    off: int
    negative: int
    sum: Displayed | None
    loss: Displayed
    cost: Displayed
    total: Displayed
    train: Displayed
    test: Displayed


def rule_of(history: TrainingHistory) -> str:
    """Where the time steps of a network come from, one of `structviz.nets.STEP_RULES`."""
    if not isinstance(history.config.net, ODENetShape):
        raise ConfigError(f"Trainings with time steps are shown here; got {history.config.net!r}.")
    return history.config.net.steps


def title_of(history: TrainingHistory) -> str:
    """What a network is called."""
    return history.title or STEP_RULES[rule_of(history)]


def shown(history: TrainingHistory) -> ShownNetwork:
    """What the page says of a network at the end of its training."""
    found = history.outcome()
    loss, cost = number(found.loss_train, 4), number(found.cost, 4)
    return ShownNetwork(
        title=title_of(history),
        n_layers=history.weights["A"].shape[1],
        off=found.off,
        negative=found.negative,
        sum=number(sum(found.time_steps), 2) if found.time_steps else None,
        loss=loss,
        cost=cost,
        total=number(float(loss.value + cost.value), 4),
        train=percent(found.accuracy_train),
        test=percent(found.accuracy_test),
    )


def show_trainings(
    form: Form[ControlChoice],
    name: str,
    histories: Sequence[TrainingHistory],
    clock: Clock,
    field: str,
    *,
    moves: bool = False,
    bars: bool = False,
    weights: bool = False,
) -> None:
    """Play trainings back in the browser.

    Parameters
    ----------
    form
        The page's controls.
    name
        Of what is shown; under another name the clock starts anew.
    histories
        Networks that have learnt one set of points.
    clock
        What the frames are.
    field
        The control that holds the frame.
    moves
        Whether points go through the layers; else there is a map of decisions.
    bars, weights
        Whether time steps are drawn as bars, and weights as curves over the layers.
    """
    train, test = control_points(histories[0].config)
    dt = 1.0 / histories[0].weights["A"].shape[1]
    data = {
        "name": name,
        "networks": [_described(history) for history in histories],
        "train": {"points": _rounded(train[0]), "labels": train[1].tolist()},
        "test": {"points": _rounded(test[0]), "labels": test[1].tolist()},
        "half": round(1.1 * max(train[0].abs().max().item(), test[0].abs().max().item()), 3),
        "colours": CLASS_COLOURS,
        "dt": dt,
        "threshold": OFF * dt,
        "clock": {
            "title": clock.title,
            "words": clock.words,
            "below": clock.below,
            "ends": clock.ends,
            "play": clock.play,
        },
        "frame": min(getattr(form.choice(), field), len(clock.words) - 1),
        "moves": moves,
        "bars": bars,
        "weights": weights,
    }
    key = form.key(f"{field}_trainings")

    def take() -> None:
        frame = whole_number(_COMPONENT.report(key, "seen_frame").get("frame"))
        if frame is not None and frame < len(clock.words):
            form.set(**{field: frame})

    _COMPONENT.show(data, key=key, on_seen_frame=take)


@st.cache_data(max_entries=64, show_spinner=False, hash_funcs={TrainingHistory: id})
def _described(history: TrainingHistory) -> dict[str, Any]:
    rule, weights = rule_of(history), history.weights
    n_frames, n_layers = weights["A"].shape[:2]
    dt = history.network(0).dt
    h = weights["h"] if "h" in weights else weights["b"].new_full((n_frames, n_layers), dt)
    frames = [
        {
            "A": _rounded(weights["A"][k].flatten(1)),
            "b": _rounded(weights["b"][k]),
            "h": _rounded(h[k]),
            "normal": _rounded(weights["normal"][k]),
            "offset": _rounded(weights["offset"][k]),
        }
        for k in range(n_frames)
    ]
    return {
        "title": title_of(history),
        "colour": _OWN_COLOUR if history.title else COLOURS[rule],
        "plain": rule == "none",
        "frames": frames,
    }


def _rounded(values: Tensor) -> Any:
    """As JSON with as many digits as float32 has."""
    if values.ndim == 0:
        return float(f"{values.item():.{_DIGITS}g}")
    return [_rounded(part) for part in values]
