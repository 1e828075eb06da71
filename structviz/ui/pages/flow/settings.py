"""The settings of the next training run on the flow page, and how much the page can bear."""

import math
from typing import Literal, TypedDict

import streamlit as st

from structviz.config import PointShape, TrainConfig
from structviz.errors import ConfigError
from structviz.nets import ACTIVATIONS, PLAIN, SCHEMES
from structviz.ui.pages.flow.choice import INTEGRATOR_TITLES

__all__ = ["MOST_WORK", "check_work", "settings"]

MOST_WORK = 400_000
"""Layers × dimensions × points of a run: beyond it, a step takes longer than a visitor waits."""

_RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 10.0, 100.0)
_WEIGHTS = (0.0, 1e-5, 1e-4, 1e-3, 1e-2)
_PACES = {"as fast as it goes": math.inf, "50 steps per second": 50.0, "10 steps per second": 10.0}


class _Kept(TypedDict):
    key: str
    persist_state: Literal["session"]


def _kept(name: str) -> _Kept:
    """A widget whose value outlasts a visit to another page."""
    return {"key": f"flow_t_{name}", "persist_state": "session"}


def settings(dataset: str | None) -> tuple[TrainConfig, float]:
    """The settings of the next run, and the pace of this one.

    Parameters
    ----------
    dataset
        Name of the set to train on; None for points of one's own.

    Raises
    ------
    ConfigError
        If a widget has a value that it does not offer.
    """
    left, right = st.columns(2)
    with left:
        scheme = st.selectbox("Layers", SCHEMES, SCHEMES.index("euler"), format_func=_scheme_title, **_kept("scheme"))
        n_layers = st.slider("Number of layers K", 1, 100, 40, **_kept("layers"))
        time = st.slider("Time T", 0.5, 20.0, 4.0, 0.5, disabled=scheme == PLAIN, **_kept("time"))
        width = st.slider("Dimensions", 2, 3, help="A third one gives room to pass above each other.", **_kept("width"))
        sigma = st.selectbox(
            "Nonlinearity σ", list(ACTIVATIONS), format_func=lambda name: ACTIVATIONS[name].title, **_kept("sigma")
        )
    with right:
        rate = st.select_slider("Learning rate", _RATES, 0.03, **_kept("rate"))
        weight = st.select_slider("Regularisation λ", _WEIGHTS, 1e-4, disabled=scheme == PLAIN, **_kept("weight"))
        n_train = st.slider("Training points", 50, 5000, 1000, 50, disabled=dataset is None, **_kept("n_train"))
        steps = st.slider("Steps of training", 100, 10_000, 2000, 100, **_kept("steps"))
        seed = st.number_input("Seed of points and weights", 0, 9999, 0, **_kept("seed"))
        fixed = st.toggle("Fixed classifier", help="The sign of the first coordinate.", **_kept("fixed"))
    pace = st.segmented_control(
        "Pace of training, also of a run that is under way",
        list(_PACES),
        default=next(iter(_PACES)),
        required=True,
        wrap=True,
        **_kept("pace"),
    )
    config = TrainConfig(
        "flow",
        n_train=n_train,
        steps=steps,
        learning_rate=rate,
        seed=seed,
        net=PointShape(scheme, width, n_layers, float(time), sigma, "fixed" if fixed else "learned"),
        dataset=dataset,
        regularisation=0.0 if scheme == PLAIN else weight,
    )
    return config, _PACES[pace]


def _scheme_title(scheme: str) -> str:
    return "plain, without a way round" if scheme == PLAIN else f"step of {INTEGRATOR_TITLES[scheme]}"


def check_work(n_layers: int, width: int, n_points: int) -> None:
    """Refuse what the page cannot bear.

    Raises
    ------
    ConfigError
        If layers × dimensions × points exceed `MOST_WORK`.
    """
    work = n_layers * width * n_points
    if work > MOST_WORK:
        raise ConfigError(
            f"Layers × dimensions × points may be {MOST_WORK:,} at most on this page; {n_layers} × {width} × "
            f"{n_points} are {work:,}. Take fewer of one of them."
        )
