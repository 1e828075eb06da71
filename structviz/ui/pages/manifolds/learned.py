"""The section on trained networks: points of the sphere are told apart, by layers that stay on it and by others."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

import streamlit as st

from structviz import zoo
from structviz.data import SPHERE_SETS
from structviz.displayed import Displayed, percent, significant
from structviz.figures.theme import ARM_COLOURS
from structviz.nets.sphere_classifier import SphereClassifier
from structviz.studies.manifolds import SphereFinding, moved_on_sphere
from structviz.training.attitudes import TUMBLING
from structviz.ui.kit.charts import show_chart
from structviz.ui.kit.exports import Item, files, weights
from structviz.ui.kit.form import Form
from structviz.ui.kit.networks import asked_for, load_trained
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.sentences import joined
from structviz.ui.pages.manifolds.choice import ManifoldsChoice
from structviz.ui.pages.manifolds.rotated import show_rotations
from structviz.ui.pages.manifolds.scripts import learned_script

__all__ = ["LearnedRecord", "learned_record", "learned_section", "open_for_network", "say_learned"]

_TITLES = {"exponential": "great circles", "euler": "tangent Euler", "free": "free Euler"}
_COLOURS = {
    "exponential": ARM_COLOURS["equivariant"],
    "euler": ARM_COLOURS["ordinary"],
    "free": ARM_COLOURS["augmented"],
    "yours": ARM_COLOURS["symmetrised"],
}


@dataclass(frozen=True)
class LearnedRecord:
    """What is said of the networks, by what they are called.

    Attributes
    ----------
    accuracy
        The share of held-out points that each puts into the right class.
    off
        The largest distance of a point from the sphere, over all layers.
    """

    accuracy: Mapping[str, Displayed]
    off: Mapping[str, Displayed]


def learned_record(found: Mapping[str, SphereFinding]) -> LearnedRecord:
    """The record of what networks make of held-out points, by what they are called."""
    return LearnedRecord(
        {title: percent(one.accuracy) for title, one in found.items()},
        {title: significant(max(one.off), 1) for title, one in found.items()},
    )


def say_learned(record: LearnedRecord) -> list[str]:
    """What to notice."""
    right = joined([f"{title} {value}" for title, value in record.accuracy.items()])
    off = joined([f"{title} {value}" for title, value in record.off.items()])
    values = [record.accuracy[title] for title in _TITLES.values()]
    said = [f"Of 1,000 held-out points the right class get: {right}.", f"Largest distances from the sphere: {off}."]
    if max(map(float, values)) - min(map(float, values)) <= 2:
        said.append(
            "All that ship tell the classes apart nearly equally well: for the accuracy alone nothing needs to stay on "
            "the sphere."
        )
    return said


def open_for_network(form: Form[ManifoldsChoice]) -> None:
    """Open the section, with the right points, where the address asks for a network of this machine."""
    network = asked_for(form.key("local"), ("manifolds",))
    if network is None or network.config.dataset not in (*SPHERE_SETS, TUMBLING) or not form.is_untouched("learned"):
        return
    st.session_state[form.key("learned")] = True
    if form.is_untouched("globe"):
        st.session_state[form.key("globe")] = network.config.dataset


def learned_section(form: Form[ManifoldsChoice]) -> None:
    """Show the section."""
    form.ask("globe")
    form.ask("local")
    choice = form.choice()
    if choice.globe == TUMBLING:
        show_rotations(form, choice)
        return
    networks = {}
    for layers, title in _TITLES.items():
        networks[title] = cast(SphereClassifier, zoo.load(f"manifolds/{layers}-{choice.globe}"))
    colours = dict(zip(networks, _COLOURS.values(), strict=False))
    for own in choice.local:
        title = f"Yours: {own.title}"
        networks[title], colours[title] = load_trained(own, SphereClassifier).net, _COLOURS["yours"]
    found = {
        title: moved_on_sphere(net, choice.globe)
        for title, net in networks.items()
        if isinstance(net, SphereClassifier)
    }
    from structviz.figures.lines import Line, line_plot, lines_csv

    lines = [Line(title, range(len(one.off)), one.off, colours[title]) for title, one in found.items()]
    plot = line_plot(lines, "layer", "largest distance from the sphere", log_y=True, least=1e-17)
    show_chart(plot, key="manifolds_learned_distances")
    show_notice(say_learned(learned_record(found)))
    table = partial(lines_csv, {"largest distance from the sphere over layers": lines})
    names = [f"manifolds/{layers}-{choice.globe}" for layers in _TITLES]
    files(
        form,
        Item("Distances of networks (CSV)", table, "distances_of_networks.csv", "text/csv"),
        Item("Script of the networks (Python)", partial(learned_script, choice), "networks.py", "text/x-python"),
        *weights(choice.local),
        networks={name: zoo.card(name).sha256 for name in names},
    )
    st.caption(
        "Networks of 20 layers with the same 1,284 weights each, trained on 1,000 points, measured in float64. Great "
        "circles and tangent Euler follow tangent fields, free Euler any gradient. "
        "`structviz train --recipe manifolds` trains others."
    )
