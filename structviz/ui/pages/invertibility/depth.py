"""The inverse error against the number of layers."""

from dataclasses import dataclass
from typing import cast

import streamlit as st

from structviz import zoo
from structviz.displayed import Displayed, significant
from structviz.nets import PointClassifier
from structviz.studies.invertibility import KINDS, TWIN, DepthStudy, errors_against_depth
from structviz.ui.kit.charts import show_chart
from structviz.ui.kit.compute import ComputeQueue, OnWait
from structviz.ui.kit.form import Form
from structviz.ui.kit.waiting import waiting
from structviz.ui.pages.invertibility.choice import InvertibilityChoice

__all__ = ["DepthRecord", "depth_record", "depth_section", "depth_words"]

_QUEUE: ComputeQueue[DepthStudy] = ComputeQueue(most_bytes=2_000_000)


@dataclass(frozen=True)
class DepthRecord:
    """What is said of the errors: those of the network that is shown, and of the ResNet.

    Attributes
    ----------
    phrase, n_layers
        What the network is called, and the largest depth.
    double, single
        Its errors in float64 and in float32.
    rounding
        What rounding explains, in float64.
    worst_steps, worst
        Steps of the ResNet that comes back least, and its error.
    best_steps, best
        Steps of the ResNet that comes back best, and its error.
    """

    phrase: str
    n_layers: int
    double: Displayed
    single: Displayed
    rounding: Displayed
    worst_steps: int
    worst: Displayed
    best_steps: int
    best: Displayed


def depth_section(form: Form[InvertibilityChoice], choice: InvertibilityChoice) -> None:
    """Show the errors of all kinds of networks.

    Parameters
    ----------
    form
        The page's controls.
    choice
        What was asked for.
    """
    with waiting("Sending points through networks of growing depth") as on_wait:
        study = _study(choice, on_wait)
    from structviz.figures.depths import depth_plot

    show_chart(depth_plot(study, choice.network), key=form.key("depths"))
    st.markdown(depth_words(depth_record(choice.network, study)))


def depth_record(kind: str, study: DepthStudy) -> DepthRecord:
    """The record of a study, for the kind of network that is shown."""
    twin = study.errors[TWIN, "float64"]
    worst, best = (twin.index(end(twin)) for end in (max, min))
    return DepthRecord(
        phrase=KINDS[kind].phrase,
        n_layers=study.depths[-1],
        double=significant(study.errors[kind, "float64"][-1], 1),
        single=significant(study.errors[kind, "float32"][-1], 1),
        rounding=significant(study.rounding[kind, "float64"][-1], 1),
        worst_steps=study.depths[worst],
        worst=significant(twin[worst], 1),
        best_steps=study.depths[best],
        best=significant(twin[best], 1),
    )


def depth_words(record: DepthRecord) -> str:
    """What the figure shows."""
    side = "below" if record.double < record.rounding else "not below"
    return (
        f"With {record.n_layers} layers of random weights {record.phrase} has an inverse error of {record.double} in "
        f"float64 and of {record.single} in float32. In float64 that is {side} {record.rounding}, the rounding of one "
        "number times how far the inverse layers stretch at the points. The ResNet takes as many steps as the others "
        "have layers. Nothing promises what becomes of it: "
        f"with {record.worst_steps} steps its search is off by {record.worst}, with {record.best_steps} by "
        f"{record.best}."
    )


def _study(choice: InvertibilityChoice, on_wait: OnWait) -> DepthStudy:
    contraction, n_iterations = (
        (choice.contraction, choice.iterations) if choice.network == "contractive" else (0.8, 100)
    )
    resnet, points = cast(PointClassifier, zoo.load(choice.twin_name)), choice.points[0]
    key = (choice.dataset, choice.seed, contraction, n_iterations, zoo.card(choice.twin_name).sha256)
    return _QUEUE.get(
        key, lambda: errors_against_depth(resnet, points, contraction, n_iterations, choice.seed), on_wait, seconds=5
    )
