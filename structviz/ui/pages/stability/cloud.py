"""A cloud of pairs, the worst one, and what is promised beside what is measured."""

import streamlit as st
import torch

from structviz.checks import Finding, audit, worst_pair
from structviz.data import toy
from structviz.displayed import Displayed
from structviz.figures.stability import ratio_histogram
from structviz.studies.stability import PLANE_NETWORKS, study_pairs
from structviz.ui.kit.charts import show_chart
from structviz.ui.kit.findings import show_findings
from structviz.ui.kit.form import Form
from structviz.ui.kit.guard import callback
from structviz.ui.pages.stability.choice import FARTHEST, StabilityChoice
from structviz.ui.pages.stability.pairs import TWIN, network_of, points_name, title_of, twin_of
from structviz.ui.pages.stability.sentences import shown_ratio

__all__ = ["audit_section", "cloud_section", "cloud_words", "find_worst"]

_PAIRS, _APART, _CLIMB = 400, 0.1, 60
"""Pairs of the cloud, how far the two points of one lie apart, and steps of the search for the worst pair."""

_PLACES = 3
"""Digits of the coordinates of a pair that is found."""


def cloud_section(form: Form[StabilityChoice], choice: StabilityChoice) -> None:
    """Show the ratios of many pairs, once somebody opens the section, and search for the worst pair if asked."""
    with form.section("cloud") as is_open:
        if not is_open:
            return
        title = title_of(choice)
        ratios = _ratios(choice)
        show_chart(
            ratio_histogram(dict(zip((title, TWIN), ratios, strict=True)), PLANE_NETWORKS[choice.network].bounded),
            key=form.key("histogram"),
        )
        st.markdown(cloud_words(title, *(shown_ratio(max(each)) for each in ratios)))
        with st.container(horizontal=True):
            for name, label in (("structured", title), ("twin", TWIN)):
                st.button(
                    f"Find the worst pair: {label}",
                    icon=":material/search:",
                    on_click=callback(lambda name=name: form.set(pair=find_worst(choice, name))),
                    key=form.key(f"worst_{name}"),
                    help="Climbs the gradient of the ratio from many points, and shows the pair above.",
                )


def cloud_words(title: str, worst: Displayed, twin: Displayed) -> str:
    """What the histogram shows.

    Parameters
    ----------
    title
        Of the structured network.
    worst, twin
        The largest ratio of the pairs, for it and for its twin.

    Returns
    -------
    str
        Sentences with both ratios, as displayed.
    """
    return (
        f"{_PAIRS} pairs of neighbours, {_APART:g} apart. {title}: at most {worst} times the distance; {TWIN}: at most "
        f"{twin}. Each is a lower bound of the Lipschitz constant, and a search may find more."
    )


def find_worst(choice: StabilityChoice, name: str) -> str:
    """The pair that a search found to be pulled apart most, as the address has it.

    Parameters
    ----------
    choice
        Which networks.
    name
        "structured" or "twin".
    """
    net = (network_of if name == "structured" else twin_of)(choice).float()
    # In single precision the two points lie far enough apart to be seen.
    _, x, y = worst_pair(net, _points(choice)[:64].float(), _CLIMB)
    places = torch.cat([x, y]).double().clamp(-FARTHEST, FARTHEST).flatten().tolist()
    return ",".join(f"{round(value, _PLACES):g}" for value in places)


def audit_section(form: Form[StabilityChoice], choice: StabilityChoice) -> None:
    """Show what the network promises, and what is measured, once somebody opens the section."""
    with form.section("audit") as is_open:
        if not is_open:
            return
        titles = (title_of(choice), TWIN)
        show_findings(dict(zip(titles, (_findings(choice), audit(twin_of(choice), torch.Generator())), strict=True)))


@st.cache_data(max_entries=100, show_spinner=False)
def _findings(choice: StabilityChoice) -> tuple[Finding, ...]:
    return audit(network_of(choice), torch.Generator().manual_seed(0))


@st.cache_data(max_entries=100, show_spinner=False)
def _ratios(choice: StabilityChoice) -> tuple[list[float], list[float]]:
    x = _points(choice)
    angles = 2 * torch.pi * torch.rand(len(x), generator=torch.Generator().manual_seed(1), dtype=x.dtype)
    y = x + _APART * torch.stack([angles.cos(), angles.sin()], 1)
    one, other = (study_pairs(net, x, y, 0).ratios.tolist() for net in (network_of(choice), twin_of(choice)))
    return one, other


def _points(choice: StabilityChoice) -> torch.Tensor:
    return toy(points_name(choice), _PAIRS)[0].double()
