"""The pair that one drags: the component, and what it sends to the browser."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from structviz.config import PlaneShape
from structviz.data import toy
from structviz.figures import ARM_COLOURS
from structviz.nets import LayeredMap
from structviz.nets.plane_classifier import PlaneClassifier
from structviz.studies.stability import (
    MOST_SCALE,
    PLANE_NETWORKS,
    WELL,
    FirstLayers,
    PairStudy,
    as_data,
    longest_scale,
    plane_network,
    study_pairs,
    twin_network,
)
from structviz.ui.browser.component import BrowserComponent, finite_number
from structviz.ui.browser.layers import described_points
from structviz.ui.kit.form import Form
from structviz.ui.kit.networks import asked_for, load_trained
from structviz.ui.pages.stability.choice import N_LAYERS, StabilityChoice, parse_pair

__all__ = [
    "TWIN",
    "network_of",
    "open_for_network",
    "own_network",
    "pair_studies",
    "points_name",
    "show_pairs",
    "title_of",
    "twin_of",
]

TWIN = "ResNet, free weights"
"""What the twin is called."""

_COMPONENT = BrowserComponent("pairs", ["seen_pair"])

_LOWEST = 0.05
"""Of the step."""

_SHOWN = 160
"""Points of the set that are drawn."""


def points_name(choice: StabilityChoice) -> str:
    """The set of points that is shown: half moons where a layer is repeated that was trained on none."""
    return "halfmoon2d" if choice.points == WELL else choice.points


def own_network(choice: StabilityChoice) -> PlaneClassifier | None:
    """The network of this machine that is shown in place of the one that ships, if the visitor has chosen one.

    Raises
    ------
    ConfigError, JobError, CheckpointError
        If it is of another class, gone or damaged.
    """
    return load_trained(choice.local[0], PlaneClassifier).net if choice.local else None


def network_of(choice: StabilityChoice, scale: float | None = None) -> LayeredMap:
    """The structured network; in steps of another scale if asked.

    Parameters
    ----------
    choice
        What was asked for.
    scale
        Of the steps; None for the one that was asked for.
    """
    own, scale = own_network(choice), choice.scale if scale is None else scale
    layers = choice.layers if own is None else min(choice.layers, own.n_layers)
    return plane_network(choice.network, choice.points, choice.method, scale, layers, own)


def title_of(choice: StabilityChoice) -> str:
    """What the structured network is called."""
    return f"Yours: {choice.local[0].title}" if choice.local else PLANE_NETWORKS[choice.network].title


def open_for_network(form: Form[StabilityChoice]) -> None:
    """Show what a network of this machine was trained for, or the attack on it, where the address asks for one."""
    found = asked_for(form.key("local"), ("plane",))
    shape = None if found is None else found.config.net
    if found is not None and isinstance(shape, PlaneShape):
        scale = shape.share if shape.structure == "gradient" else shape.time / shape.n_layers
        if all(map(form.is_untouched, ("network", "points", "layers", "scale"))):
            layers = min(shape.n_layers, N_LAYERS)
            form.set(network=shape.structure, points=found.config.dataset, layers=layers, scale=scale)
    if asked_for(form.key("local_denoisers"), ("stability",)) is not None and form.is_untouched("attack"):
        st.session_state[form.key("attack")] = True


def twin_of(choice: StabilityChoice) -> FirstLayers:
    """The free network."""
    return twin_network(choice.points, choice.layers)


@st.cache_data(max_entries=200, show_spinner=False)
def pair_studies(choice: StabilityChoice) -> tuple[PairStudy, PairStudy]:
    """What both networks do to the pair, without a search."""
    x, y = parse_pair(choice.pair).split(1)
    return study_pairs(network_of(choice), x, y, 0), study_pairs(twin_of(choice), x, y, 0)


def show_pairs(form: Form[StabilityChoice], choice: StabilityChoice) -> None:
    """Show both networks with the pair, which one drags."""
    kind = PLANE_NETWORKS[choice.network]
    points, labels = toy(points_name(choice), _SHOWN)
    whole, twin = network_of(choice, 1.0), twin_of(choice)
    shown = {
        "networks": [
            {"title": title, "colour": ARM_COLOURS[arm], **as_data(net)}
            for title, arm, net in ((title_of(choice), "equivariant", whole), (TWIN, "ordinary", twin))
        ],
        **described_points(points, labels),
        "bound": 1.0 if kind.bounded else 0.0,
        "scales": {
            "low": _LOWEST,
            "promised": longest_scale(choice.network, choice.method),
            "high": MOST_SCALE,
            "words": "Step, of the longest that is safe" if kind.bounded else "Step h",
        },
        "pair": parse_pair(choice.pair).tolist(),
        "scale": choice.scale,
        "spectra": choice.spectra,
    }
    key = form.key("pairs")
    _COMPONENT.show(shown, key=key, on_seen_pair=lambda: _take(form, _COMPONENT.report(key, "seen_pair")))


def _take(form: Form[StabilityChoice], report: Mapping[str, Any]) -> None:
    """Take the pair and the step that the browser reports, if they are allowed."""
    form.set(pair=report.get("pair"), scale=finite_number(report.get("scale")))
