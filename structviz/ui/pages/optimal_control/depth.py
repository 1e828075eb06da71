"""The section on depth: controls of ever more layers, with a regulariser that asks for smooth ones and without."""

from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import streamlit as st
import torch

from structviz.data import toy
from structviz.displayed import Displayed, number, significant
from structviz.studies.control import RefinedControl, control_distance, refine_depth
from structviz.ui.kit.charts import show_chart
from structviz.ui.kit.compute import ComputeQueue, OnWait
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.form import Form
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.sentences import counted
from structviz.ui.kit.tables import csv_table
from structviz.ui.kit.waiting import waiting
from structviz.ui.pages.optimal_control.choice import ENTRIES, N_POINTS, ControlChoice

__all__ = ["DepthRecord", "DepthStudy", "depth_csv", "depth_record", "depth_script", "depth_section", "depth_study",
           "say_depth"]  # fmt: skip

_DEPTHS, _SIZE, _SMOOTHNESS, _TIME = (10, 20, 40, 80), 0.01, 0.01, 4.0


@dataclass(frozen=True, eq=False)
class DepthStudy:
    """Controls of growing depth, learnt with the regulariser μ/2 ∫‖θ̇‖² and without it."""

    smooth: tuple[RefinedControl, ...]
    free: tuple[RefinedControl, ...]


@st.cache_resource
def _queue() -> ComputeQueue[DepthStudy]:
    return ComputeQueue(most_bytes=2_000_000)


def depth_study(choice: ControlChoice, on_wait: OnWait = lambda _: None) -> DepthStudy:
    """Train both families, once for all visitors; it takes some seconds.

    Parameters
    ----------
    choice
        What was asked for.
    on_wait
        As for `ComputeQueue.get`.
    """
    points, labels = toy(choice.refined_set, N_POINTS, torch.Generator().manual_seed(choice.seed))

    def work() -> DepthStudy:
        learned = partial(refine_depth, points.double(), labels, _DEPTHS, _SIZE, seed=choice.seed)
        return DepthStudy(learned(smoothness=_SMOOTHNESS), learned(smoothness=0.0))

    return _queue().get((choice.refined_set, choice.seed), work, on_wait, seconds=4)


@dataclass(frozen=True)
class DepthRecord:
    """What is said of the controls.

    Attributes
    ----------
    depths
        Numbers of layers.
    size, smoothness
        λ and μ.
    smooth, free
        Distances of each control from the next finer one, relative to that: with μ and without.
    smooth_loss, free_loss
        Mean losses of the deepest networks.
    """

    depths: tuple[int, ...]
    size: Displayed
    smoothness: Displayed
    smooth: tuple[Displayed, ...]
    free: tuple[Displayed, ...]
    smooth_loss: Displayed
    free_loss: Displayed


def depth_record(found: DepthStudy) -> DepthRecord:
    """The record of what is shown."""
    smooth, free = (
        tuple(number(control_distance(*pair), 2) for pair in pairwise(controls))
        for controls in (found.smooth, found.free)
    )
    return DepthRecord(
        depths=tuple(len(one.theta) for one in found.smooth),
        size=number(_SIZE, 2),
        smoothness=number(_SMOOTHNESS, 2),
        smooth=smooth,
        free=free,
        smooth_loss=significant(found.smooth[-1].loss),
        free_loss=significant(found.free[-1].loss),
    )


def say_depth(record: DepthRecord) -> list[str]:
    """What to notice about the controls."""
    seen = [
        f"With the smooth regulariser, μ = {record.smoothness}, {_said(record.smooth, record.depths)}",
        f"Without it, {_said(record.free, record.depths)}",
    ]
    if not _approach(record.smooth):
        seen.append(
            "The trainings end in different controls: a problem that is not convex has several, and a regulariser of "
            "this weight does not choose one of them."
        )
    elif _approach(record.free):
        seen.append("Here the controls come close to each other without it as well.")
    else:
        seen.append("The layers are steps of one control θ(t) then, and deeper networks only resolve it better.")
    if record.smooth_loss > record.free_loss:
        seen.append(
            f"Smoothness costs: with {counted(record.depths[-1], 'layer')} the loss is {record.smooth_loss} instead of "
            f"{record.free_loss}."
        )
    return seen


def _approach(distances: tuple[Displayed, ...]) -> bool:
    """Whether each distance is less than the one before, and the last one is small."""
    return all(after < before for before, after in pairwise(distances)) and distances[-1] < number(0.1, 2)


def _said(distances: tuple[Displayed, ...], depths: tuple[int, ...]) -> str:
    pairs = ", ".join(f"{one} to {other}: {far}" for (one, other), far in zip(pairwise(depths), distances, strict=True))
    what = "the controls approach each other" if _approach(distances) else "the controls do not approach each other"
    return f"{what}; distances from {pairs}."


def depth_section(form: Form[ControlChoice]) -> None:
    """Show one weight of all controls as a function of time, with and without the regulariser."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name in ("refined_set", "entry"):
            form.ask(name)
    choice = form.choice()
    with waiting("Training eight networks of 10 to 80 layers") as on_wait:
        found = depth_study(choice, on_wait)
    record = depth_record(found)
    from structviz.figures.control import control_plot

    entry = ENTRIES.index(choice.entry)
    titles = (rf"{choice.entry}(t) with μ = {record.smoothness}", f"{choice.entry}(t) without")
    for column, title, controls, name in zip(
        st.columns(2, gap="medium"), titles, (found.smooth, found.free), ("smooth", "free"), strict=True
    ):
        with column:
            st.markdown(f"**{title}**")
            show_chart(control_plot(controls, entry, _TIME), key=form.key(f"depth_{name}"))
    show_notice(say_depth(record))
    st.caption(
        f"ResNets of {N_POINTS} points with T = {_TIME:g}, trained by L-BFGS on J + λ/2 ∫‖θ‖² + μ/2 ∫‖θ̇‖² with λ = "
        f"{record.size}, from random weights of each layer. Distances are in L²(0, T), relative to the finer control."
    )
    files(
        form,
        Item("Controls (CSV)", partial(depth_csv, found), "controls.csv", "text/csv"),
        Item("Script (Python)", partial(depth_script, choice), "depth.py", "text/x-python"),
        networks={},
    )


def depth_csv(found: DepthStudy) -> str:
    """All weights of all controls, with the time at which their layer starts."""
    rows = (
        [name, len(one.theta), k * _TIME / len(one.theta), *row]
        for name, controls in (("smooth", found.smooth), ("free", found.free))
        for one in controls
        for k, row in enumerate(one.theta.tolist())
    )
    return csv_table(["regulariser", "layers", "t", "A11", "A12", "A21", "A22", "b1", "b2"], rows)


def depth_script(choice: ControlChoice) -> str:
    """Python that computes the numbers of the section."""
    return (
        "from itertools import pairwise\n\n"
        "import torch\n\n"
        "from structviz import data\n"
        "from structviz.figures.control import control_plot\n"
        "from structviz.studies.control import control_distance, refine_depth\n\n"
        f'x, labels = data.toy("{choice.refined_set}", {N_POINTS}, torch.Generator().manual_seed({choice.seed}))\n'
        f"for smoothness in ({_SMOOTHNESS:g}, 0.0):\n"
        f"    found = refine_depth(x.double(), labels, {_DEPTHS}, {_SIZE:g}, smoothness, seed={choice.seed})\n"
        '    print(*(f"{control_distance(one, other):.2f}" for one, other in pairwise(found)))\n'
        f"    picture = control_plot(found, {ENTRIES.index(choice.entry)}, {_TIME:g})\n"
        '    picture.write_html(f"controls-{smoothness:g}.html")\n'
    )
