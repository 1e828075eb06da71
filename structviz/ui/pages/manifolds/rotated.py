"""The part of the section on trained networks about rotations: where a solid that tumbles will point."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st

from structviz import zoo
from structviz.displayed import Displayed, number, significant
from structviz.figures.theme import ARM_COLOURS
from structviz.nets import RotationFlow
from structviz.studies.manifolds import RotationFinding, moved_rotations
from structviz.ui.kit.charts import show_chart
from structviz.ui.kit.exports import Item, files, weights
from structviz.ui.kit.form import Form
from structviz.ui.kit.networks import load_shipped, load_trained
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.sentences import joined
from structviz.ui.pages.manifolds.choice import ManifoldsChoice
from structviz.ui.pages.manifolds.scripts import rotation_script

__all__ = ["RotationRecord", "rotation_record", "say_rotations", "show_rotations"]

_OURS, _FREE = "turning layers", "free layers"
_SHIPPED = {_OURS: "manifolds/lie-euler-tumbling", _FREE: "manifolds/free-tumbling"}
_COLOURS = {_OURS: ARM_COLOURS["equivariant"], _FREE: ARM_COLOURS["ordinary"]}


@dataclass(frozen=True)
class RotationRecord:
    """What is said of the networks, by what they are called.

    Attributes
    ----------
    angle
        Mean error on held-out attitudes.
    off
        The largest distance of a matrix from the rotations, over all layers.
    """

    angle: Mapping[str, Displayed]
    off: Mapping[str, Displayed]


def rotation_record(found: Mapping[str, RotationFinding]) -> RotationRecord:
    """The record of what networks make of held-out attitudes, by what they are called."""
    return RotationRecord(
        {title: number(one.angle, 1, " degrees") for title, one in found.items()},
        {title: significant(max(one.off), 1) for title, one in found.items()},
    )


def say_rotations(record: RotationRecord) -> list[str]:
    """What to notice."""
    angles = joined([f"{title} {value}" for title, value in record.angle.items()])
    off = joined([f"{title} {value}" for title, value in record.off.items()])
    said = [f"Mean errors on 500 held-out attitudes: {angles}.", f"Largest distances from the rotations: {off}."]
    ours, free = float(record.angle[_OURS]), float(record.angle[_FREE])
    if ours < free:
        said.append("Of the two that ship, the one that stays among the rotations errs less.")
    else:
        said.append("Of the two that ship, the one that stays among the rotations errs no less: here it does not pay.")
    return said


def show_rotations(form: Form[ManifoldsChoice], choice: ManifoldsChoice) -> None:
    """Show the networks that ship and the visitor's."""
    networks = {title: load_shipped(name, RotationFlow).net for title, name in _SHIPPED.items()}
    colours = dict(_COLOURS)
    for own in choice.local:
        title = f"Yours: {own.title}"
        networks[title], colours[title] = load_trained(own, RotationFlow).net, ARM_COLOURS["symmetrised"]
    found = {title: moved_rotations(net) for title, net in networks.items()}
    from structviz.figures.lines import Line, line_plot, lines_csv

    lines = [Line(title, range(len(one.off)), one.off, colours[title]) for title, one in found.items()]
    plot = line_plot(lines, "layer", "largest distance from the rotations", log_y=True, least=1e-17)
    show_chart(plot, key="manifolds_rotated_distances")
    show_notice(say_rotations(rotation_record(found)))
    table = partial(lines_csv, {"largest distance from the rotations over layers": lines})
    files(
        form,
        Item("Distances of networks (CSV)", table, "distances_of_networks.csv", "text/csv"),
        Item("Script of the networks (Python)", rotation_script, "networks.py", "text/x-python"),
        *weights(choice.local),
        networks={name: zoo.card(name).sha256 for name in _SHIPPED.values()},
    )
    ours, free = (zoo.card(name) for name in _SHIPPED.values())
    st.caption(
        f"Networks of {networks[_OURS].n_layers} layers with {ours.n_parameters:,} and {free.n_parameters:,} weights, "
        f"trained on {ours.config.n_train} attitudes of a solid and those after unit time, measured in float64. "
        "Turning layers are R ← R exp(hat(f(R))); free ones change all nine numbers, and the closest rotation counts. "
        "`structviz train --recipe manifolds --dataset tumbling` trains others."
    )
