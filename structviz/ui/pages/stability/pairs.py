"""The pair that one drags: the component, and what it sends to the browser."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from structviz.data import toy
from structviz.figures import ARM_COLOURS
from structviz.nets import LayeredMap
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
from structviz.ui.kit.form import Form
from structviz.ui.pages.stability.choice import StabilityChoice, parse_pair

__all__ = ["TWIN", "network_of", "pair_studies", "points_name", "show_pairs", "twin_of"]

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


def network_of(choice: StabilityChoice) -> LayeredMap:
    """The structured network."""
    return plane_network(choice.network, choice.points, choice.method, choice.scale, choice.layers)


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
    whole, twin = plane_network(choice.network, choice.points, choice.method, 1.0, choice.layers), twin_of(choice)
    shown = {
        "networks": [
            {"title": title, "colour": ARM_COLOURS[arm], **as_data(net)}
            for title, arm, net in ((kind.title, "equivariant", whole), (TWIN, "ordinary", twin))
        ],
        "points": points.tolist(),
        "labels": labels.tolist(),
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
