"""The section on where structure pays: winds on a globe and a solid that tumbles, learnt from few examples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from statistics import fmean
from types import MappingProxyType

import streamlit as st

from structviz import zoo
from structviz.displayed import Displayed, number
from structviz.figures.theme import ARM_COLOURS
from structviz.studies.manifolds import EXAMPLE_ARMS, ExampleRun, read_runs, write_runs
from structviz.ui.kit.charts import show_chart
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.form import Form
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.sentences import counted, joined
from structviz.ui.pages.manifolds.choice import ManifoldsChoice
from structviz.ui.pages.manifolds.record import shown_distance

__all__ = ["FewTask", "PaysRecord", "few_runs", "pays_record", "pays_script", "pays_section", "say_pays"]

_COLOURS = {
    "structured": ARM_COLOURS["equivariant"],
    "projected": ARM_COLOURS["augmented"],
    "free": ARM_COLOURS["ordinary"],
}
_DEGREES = " degrees"


@dataclass(frozen=True)
class FewTask:
    """What is learnt from few examples.

    Attributes
    ----------
    function
        Of `structviz.studies.manifolds`, which trains a network.
    table
        File of the runs that ship.
    ours, off
        What the structured network is called in a sentence, and what outputs of the free one leave.
    caption
        What was done.
    """

    function: str
    table: str
    ours: str
    off: str
    caption: str


TASKS: Mapping[str, FewTask] = MappingProxyType(
    {
        "wind": FewTask(
            "learn_wind",
            "winds.csv",
            "the network on the sphere",
            "the sphere",
            "Points of a globe, and where a wind carries them, seen with noise. All networks have the same 896 weights "
            "and layers along v = Bᵀσ(Az + b): on the sphere its tangent part along great circles, else forward Euler. "
            "Outputs off the sphere count by their direction.",
        ),
        "tumbling": FewTask(
            "learn_tumbling",
            "tumbling.csv",
            "the network on SO(3)",
            "the rotations",
            "Attitudes of the box above that tumbles, and those after unit time, seen with noise. All networks have "
            "1,976 weights: on SO(3) the layers are R ← R exp(hat(f(R))), else all nine numbers of R change freely. "
            "Outputs that are no rotations count by the closest one. `structviz train --recipe manifolds --dataset "
            "tumbling` trains such networks, too.",
        ),
    }
)
"""The tasks by name."""


@dataclass(frozen=True)
class PaysRecord:
    """What is said of the networks, by their names.

    Attributes
    ----------
    task
        One of `TASKS`.
    sizes
        Numbers of examples, in ascending order.
    n_seeds
        Over how many sets of examples means are taken.
    error
        Mean error of each network in degrees, for each number of examples.
    wins
        In how many of the sets of examples the structured network errs less than each of the others.
    n_sets
        Sets of examples in all.
    off
        The largest distance of an output from the manifold.
    """

    task: str
    sizes: tuple[int, ...]
    n_seeds: int
    error: Mapping[str, tuple[Displayed, ...]]
    wins: Mapping[str, int]
    n_sets: int
    off: Mapping[str, Displayed]


@lru_cache(maxsize=2)
def few_runs(task: str) -> tuple[ExampleRun, ...]:
    """The runs of a task that ship with the networks; the script of the section computes them again."""
    return read_runs((zoo.PRETRAINED / "manifolds" / TASKS[task].table).read_text(encoding="utf-8"))


def pays_record(task: str) -> PaysRecord:
    """The record of all runs of a task."""
    runs = few_runs(task)
    found = {(run.arm, run.n_train, run.seed): run.error for run in runs}
    sizes, seeds = (tuple(sorted({getattr(run, name) for run in runs})) for name in ("n_train", "seed"))
    sets = [(n, seed) for n in sizes for seed in seeds]
    return PaysRecord(
        task=task,
        sizes=sizes,
        n_seeds=len(seeds),
        error={
            a: tuple(number(fmean(found[a, n, s] for s in seeds), 1, _DEGREES) for n in sizes) for a in EXAMPLE_ARMS
        },
        wins={
            a: sum(found["structured", *one] < found[a, *one] for one in sets)
            for a in EXAMPLE_ARMS
            if a != "structured"
        },
        n_sets=len(sets),
        off={a: shown_distance(max(run.off for run in runs if run.arm == a)) for a in EXAMPLE_ARMS},
    )


def say_pays(record: PaysRecord) -> list[str]:
    """What to notice."""
    ours = record.error["structured"]
    others = {arm: errors for arm, errors in record.error.items() if arm != "structured"}
    ahead = [all(ours[k] < e[k] for e in others.values()) for k in range(len(record.sizes))]
    behind = [any(ours[k] > e[k] for e in others.values()) for k in range(len(record.sizes))]

    def examples(where: Sequence[bool]) -> str:
        return joined([str(n) for n, is_there in zip(record.sizes, where, strict=True) if is_there])

    said = []
    if any(ahead):
        k = ahead.index(True)
        rest = joined([f"{errors[k]} of the {EXAMPLE_ARMS[arm]} one" for arm, errors in others.items()])
        said.append(
            f"With {examples(ahead)} examples {TASKS[record.task].ours} errs least: with {record.sizes[k]} by "
            f"{ours[k]} on average, against {rest}."
        )
    if any(behind):
        said.append(f"With {examples(behind)} examples it is not ahead of all: there the structure does not pay.")
    wins = joined([f"in {record.wins[arm]} than the {EXAMPLE_ARMS[arm]} one" for arm in others])
    said.append(f"Of {counted(record.n_sets, 'set')} of examples it errs less {wins}.")
    said.append(
        f"Outputs of the free network are up to {record.off['free']} off {TASKS[record.task].off}; a projection at the "
        "end mends that without any structure in the layers."
    )
    return said


def pays_section(form: Form[ManifoldsChoice]) -> None:
    """Show the section."""
    form.ask("few")
    task = form.choice().few
    runs, record = few_runs(task), pays_record(task)
    from structviz.figures.lines import Line, line_plot

    lines = [Line(EXAMPLE_ARMS[a], record.sizes, list(map(float, record.error[a])), _COLOURS[a]) for a in EXAMPLE_ARMS]
    for arm in EXAMPLE_ARMS:
        own = [run for run in runs if run.arm == arm]
        sizes, errors = [run.n_train for run in own], [run.error for run in own]
        lines.append(Line("", sizes, errors, _COLOURS[arm], "markers"))
    plot = line_plot(lines, "examples", "mean error in degrees", log_x=True, log_y=True)
    show_chart(plot, key="manifolds_pays_errors")
    show_notice(say_pays(record))
    st.caption(f"{TASKS[task].caption} Lines are means over {record.n_seeds} sets of examples, points single sets.")
    files(
        form,
        Item("Runs (CSV)", lambda: write_runs(runs), TASKS[task].table, "text/csv"),
        Item("Script of the trainings (Python)", partial(pays_script, record), "few_examples.py", "text/x-python"),
        networks={},
    )


def pays_script(record: PaysRecord) -> str:
    """Python that trains all networks again."""
    function = TASKS[record.task].function
    return (
        "from statistics import fmean\n\n"
        f"from structviz.studies.manifolds import EXAMPLE_ARMS, {function}\n\n"
        f"sizes, seeds = {record.sizes}, range({record.n_seeds})\n"
        "for arm in EXAMPLE_ARMS:\n"
        f"    errors = [fmean({function}(arm, n, seed).error for seed in seeds) for n in sizes]\n"
        '    print(arm, *(f"{error:.1f}" for error in errors))\n'
    )
