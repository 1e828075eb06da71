"""The section on memory: what the backward pass keeps, measured on this machine when a visitor asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from structviz.displayed import Displayed, significant
from structviz.figures import ARM_COLOURS
from structviz.studies.invertibility import MemoryStudy, memory_of_backward
from structviz.ui.kit.charts import show_chart
from structviz.ui.kit.waiting import waiting
from structviz.ui.pages.invertibility.densities import queue

__all__ = ["MemoryRecord", "about_memory", "memory_record", "memory_section"]

_DEPTHS = (4, 8, 16, 32, 64)
_MEASURED = "inv_memory_measured"


@dataclass(frozen=True)
class MemoryRecord:
    """What is said of memory.

    Attributes
    ----------
    shallow, deep
        The least and the largest number of layers.
    stored, undone
        Megabytes at the least and at the largest depth, if activations are stored and if layers are undone.
    stored_growth, undone_growth, layers_growth
        By which factor each grows from the least to the largest depth.
    saved
        Stored over undone, at the largest depth.
    work
        Multiplications with layers undone over those with activations stored.
    """

    shallow: int
    deep: int
    stored: tuple[Displayed, Displayed]
    undone: tuple[Displayed, Displayed]
    stored_growth: Displayed
    undone_growth: Displayed
    layers_growth: Displayed
    saved: Displayed
    work: Displayed


def memory_record(study: MemoryStudy) -> MemoryRecord:
    """The record of a measurement."""

    def megabytes(values: Sequence[int]) -> tuple[Displayed, Displayed]:
        first, last = (significant(value / 1e6, 2, " MB") for value in (values[0], values[-1]))
        return first, last

    return MemoryRecord(
        shallow=study.depths[0],
        deep=study.depths[-1],
        stored=megabytes(study.stored),
        undone=megabytes(study.reversible),
        stored_growth=significant(study.stored[-1] / study.stored[0], 2),
        undone_growth=significant(study.reversible[-1] / study.reversible[0], 2),
        layers_growth=significant(study.depths[-1] / study.depths[0], 2),
        saved=significant(study.stored[-1] / study.reversible[-1], 2),
        work=significant(study.work, 3),
    )


def about_memory(record: MemoryRecord) -> list[str]:
    """What memory and the arithmetic that it is paid with come to."""
    return [
        f"From {record.shallow} to {record.deep} layers, {record.layers_growth} times as many, the stored activations "
        f"grow by a factor of {record.stored_growth}, to {record.stored[1]}, and what is kept when layers are undone "
        f"by a factor of {record.undone_growth}, to {record.undone[1]}: at {record.deep} layers that is "
        f"{record.saved} times less.",
        f"It is paid with arithmetic: {record.work} times as many multiplications for one gradient, as each layer runs "
        "two more times, once to be undone and once to be differentiated.",
    ]


def memory_section() -> None:
    """Measure at the visitor's request, and show what was measured."""
    st.markdown(
        "Training needs the input of each layer again on the way back. Either all are **stored**, or each is "
        "**computed again** from its output, as the layer can be undone."
    )
    asked = st.button("Measure on this machine", icon=":material/memory:", key="inv_measure_memory")
    if not (asked or st.session_state.get(_MEASURED)):
        return
    st.session_state[_MEASURED] = True
    with waiting("Measuring") as on_wait:
        study = queue().get(("memory", _DEPTHS), partial(memory_of_backward, _DEPTHS), on_wait, seconds=4)
    from structviz.figures.memory import memory_plot

    curves = {
        "activations stored": ([value / 1e6 for value in study.stored], ARM_COLOURS["ordinary"]),
        "layers undone": ([value / 1e6 for value in study.reversible], ARM_COLOURS["equivariant"]),
    }
    show_chart(memory_plot(study.depths, curves), key="inv_memory_chart")
    st.markdown(" ".join(about_memory(memory_record(study))))
    st.caption(
        "Counted are the tensors that autograd saves for one gradient of the log-likelihood of 1,000 points, the most "
        "at any one time, in float32, and all multiplications of matrices; neither the weights nor what the allocator "
        "keeps back. Affine couplings with 32 neurons, random weights. Gomez, Ren, Urtasun, Grosse: *The reversible "
        "residual network: backpropagation without storing activations*, NeurIPS 2017."
    )
