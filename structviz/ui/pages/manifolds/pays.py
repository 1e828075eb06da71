"""The section on where structure pays: the wind on a globe, learnt from few examples, on the sphere and off it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import fmean

import streamlit as st

from structviz import zoo
from structviz.displayed import Displayed, number, scientific
from structviz.figures.theme import ARM_COLOURS
from structviz.studies.manifolds import WIND_ARMS, WindRun, read_winds, write_winds
from structviz.ui.kit.charts import show_chart
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.form import Form
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.sentences import counted, joined
from structviz.ui.pages.manifolds.choice import ManifoldsChoice

__all__ = ["PaysRecord", "pays_record", "pays_section", "say_pays", "wind_runs"]

_COLOURS = {
    "sphere": ARM_COLOURS["equivariant"],
    "projected": ARM_COLOURS["augmented"],
    "free": ARM_COLOURS["ordinary"],
}
_DEGREES = " degrees"


@dataclass(frozen=True)
class PaysRecord:
    """What is said of the networks, by their names.

    Attributes
    ----------
    sizes
        Numbers of examples, in ascending order.
    n_seeds
        Over how many sets of examples means are taken.
    error
        Mean error of each network in degrees, for each number of examples.
    wins
        In how many of the sets of examples the network on the sphere errs less than each of the others.
    n_sets
        Sets of examples in all.
    off
        The largest distance of an output from the sphere.
    """

    sizes: tuple[int, ...]
    n_seeds: int
    error: Mapping[str, tuple[Displayed, ...]]
    wins: Mapping[str, int]
    n_sets: int
    off: Mapping[str, Displayed]


@lru_cache(maxsize=1)
def wind_runs() -> tuple[WindRun, ...]:
    """The runs that ship with the networks; the script of the section computes them again."""
    return read_winds((zoo.PRETRAINED / "manifolds" / "winds.csv").read_text(encoding="utf-8"))


def pays_record(runs: Sequence[WindRun]) -> PaysRecord:
    """The record of all runs."""
    found = {(run.arm, run.n_train, run.seed): run.error for run in runs}
    sizes, seeds = (tuple(sorted({getattr(run, name) for run in runs})) for name in ("n_train", "seed"))
    sets = [(n, seed) for n in sizes for seed in seeds]
    return PaysRecord(
        sizes=sizes,
        n_seeds=len(seeds),
        error={a: tuple(number(fmean(found[a, n, s] for s in seeds), 1, _DEGREES) for n in sizes) for a in WIND_ARMS},
        wins={a: sum(found["sphere", *one] < found[a, *one] for one in sets) for a in WIND_ARMS if a != "sphere"},
        n_sets=len(sets),
        off={a: scientific(max(run.off for run in runs if run.arm == a)) for a in WIND_ARMS},
    )


def say_pays(record: PaysRecord) -> list[str]:
    """What to notice."""
    ours = record.error["sphere"]
    others = {arm: errors for arm, errors in record.error.items() if arm != "sphere"}
    ahead = [all(ours[k] < e[k] for e in others.values()) for k in range(len(record.sizes))]
    behind = [any(ours[k] > e[k] for e in others.values()) for k in range(len(record.sizes))]

    def examples(where: Sequence[bool]) -> str:
        return joined([str(n) for n, is_there in zip(record.sizes, where, strict=True) if is_there])

    said = []
    if any(ahead):
        k = ahead.index(True)
        rest = joined([f"{errors[k]} of the {WIND_ARMS[arm]} one" for arm, errors in others.items()])
        said.append(
            f"With {examples(ahead)} examples the network on the sphere errs least: with {record.sizes[k]} by "
            f"{ours[k]} on average, against {rest}."
        )
    if any(behind):
        said.append(f"With {examples(behind)} examples it is not ahead of all: there the structure does not pay.")
    wins = joined([f"in {record.wins[arm]} than the {WIND_ARMS[arm]} one" for arm in others])
    said.append(f"Of {counted(record.n_sets, 'set')} of examples it errs less {wins}.")
    said.append(
        f"Outputs of the free network are up to {record.off['free']} off the sphere; a projection at the end mends "
        "that without any structure in the layers."
    )
    return said


def pays_section(form: Form[ManifoldsChoice]) -> None:
    """Show the section."""
    runs = wind_runs()
    record = pays_record(runs)
    from structviz.figures.lines import Line, line_plot

    lines = [Line(WIND_ARMS[a], record.sizes, list(map(float, record.error[a])), _COLOURS[a]) for a in WIND_ARMS]
    lines += [
        Line("", [run.n_train for run in runs if run.arm == a], [run.error for run in runs if run.arm == a],
             _COLOURS[a], "markers")
        for a in WIND_ARMS
    ]  # fmt: skip
    plot = line_plot(lines, "examples", "mean error in degrees", log_x=True, log_y=True)
    show_chart(plot, key="manifolds_pays_errors")
    show_notice(say_pays(record))
    st.caption(
        f"Points of a globe, and where a wind carries them, seen with noise; lines are means over {record.n_seeds} "
        "sets of examples, points single sets. All networks have the same 896 weights and layers along "
        "v = Bᵀσ(Az + b): on the sphere its tangent part along great circles, else forward "
        "Euler. Outputs off the sphere count by their direction. "
        "`studies.manifolds.learn_wind(arm, n_train, seed)` trains one again."
    )
    files(form, Item("Runs (CSV)", lambda: write_winds(runs), "winds.csv", "text/csv"), networks={})
