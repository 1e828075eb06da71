"""The section of the CT page on training sets of several sizes: figure, table of gains, and what follows from it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from structviz.arms import arm_words
from structviz.displayed import Displayed, decibels
from structviz.training import CT_SWEEPS, choose_by_validation, gains, read_rows
from structviz.training.lecture import lecture_means
from structviz.training.patients import N_PHOTONS
from structviz.training.table import Row
from structviz.ui.kit.form import Form
from structviz.ui.kit.sentences import counted, joined
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.zoo import PRETRAINED

__all__ = ["Gain", "about_gains", "about_the_sweep", "gains_table", "shown_gains", "show_sweep"]

_PAIRS = (("equivariant", "ordinary"), ("equivariant", "augmented"), ("equivariant-augmented", "augmented"))
"""Arms that are compared: the first one minus the second one."""


@dataclass(frozen=True)
class Gain:
    """By how much an arm is ahead of another, as it is shown.

    Attributes
    ----------
    arm, against
        The arms, as sentences call them.
    orientation, n_train
        How the held-out patients lie, and how many patients there are to learn from.
    mean, error
        In dB, over the seeds, with the standard error; the error is None for a single seed.
    """

    arm: str
    against: str
    orientation: str
    n_train: int
    mean: Displayed
    error: Displayed | None

    @property
    def is_certain(self) -> bool:
        """Whether what is shown exceeds twice its standard error."""
        return self.error is not None and abs(self.mean.value) > 2 * self.error.value

    def __str__(self) -> str:
        mean = self.mean.signed.removesuffix(" dB")
        return mean if self.error is None else f"{mean} ± {str(self.error).removesuffix(' dB')}"


def shown_gains(rows: Sequence[Row]) -> list[Gain]:
    """The gains of all pairs of arms that the rows have."""
    return [
        Gain(
            arm_words(arm),
            arm_words(against),
            orientation,
            n_train,
            decibels(spread.mean),
            None if spread.error is None else decibels(spread.error),
        )
        for arm, against in _PAIRS
        for (orientation, n_train), spread in sorted(gains(rows, arm, against).items(), key=lambda one: one[0][1])
    ]


def show_sweep(form: Form[ScanChoice]) -> None:
    """PSNR against the number of training patients: our own runs, and the lecture's means."""
    from structviz.figures.charts import CHART_CONFIG
    from structviz.figures.ct.sweep import violins

    with st.container(horizontal=True, vertical_alignment="bottom"):
        dataset, behind = form.ask("sweep_dataset"), form.ask("lecture")
    path = PRETRAINED / CT_SWEEPS[dataset]
    rows = choose_by_validation(read_rows(path))
    st.plotly_chart(violins(rows, lecture_means() if behind else None), config=dict(CHART_CONFIG), key="ct_violins")
    found = shown_gains(rows)
    st.markdown(gains_table(found))
    st.markdown(about_gains(found))
    settings = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["arms"]["ordinary"]
    st.caption(about_the_sweep(rows, settings))


def gains_table(found: Sequence[Gain]) -> str:
    """The gains as a table in Markdown: a line for each pair and orientation, a column for each size."""
    sizes = sorted({gain.n_train for gain in found})
    lines = [
        f"| dB, mean ± standard error | {' | '.join(f'N = {n}' for n in sizes)} |",
        "|---" * (len(sizes) + 1) + "|",
    ]
    for (arm, against, orientation), listed in _by_comparison(found).items():
        cells = [str(listed[n]) if n in listed else "–" for n in sizes]
        lines.append(f"| {arm.capitalize()} − {against}, {orientation} | {' | '.join(cells)} |")
    return "\n".join(lines)


def about_gains(found: Sequence[Gain]) -> str:
    """Who is ahead by more than twice the standard error, in words that follow from the table."""
    sentences = []
    for (arm, against, orientation), listed in _by_comparison(found).items():
        ahead = [n for n, gain in listed.items() if gain.is_certain and gain.mean.value > 0]
        behind = [n for n, gain in listed.items() if gain.is_certain and gain.mean.value < 0]
        parts = []
        if ahead:
            parts.append(f"the **{arm}** network is ahead of the {against} one at {_listed(ahead, listed)}")
        if behind:
            parts.append(f"the **{against}** network is ahead of the {arm} one at {_listed(behind, listed)}")
        where = f"On {orientation} patients"
        sentences.append(
            f"{where} {' and '.join(parts)}."
            if parts
            else f"{where} the {arm} and the {against} network do not differ by more than twice the standard error."
        )
    return " ".join(sentences)


def about_the_sweep(rows: Sequence[Row], settings: Mapping[str, Any]) -> str:
    """On what the violins were measured, and why they do not compare with the lecture's in height."""
    net = settings["net"]
    n_seeds = len({row.seed for row in rows if row.seed is not None})
    n_patients = len({row.image for row in rows})
    steps = {row.steps for row in rows if row.steps is not None}
    length = f"{settings['steps']:,} steps" if not steps else f"{joined([f'{n:,}' for n in sorted(steps)])} steps"
    chosen = ", the length for each arm and N chosen by validation" if len(steps) > 1 else ""
    start = {"fbp": "filtered backprojection", "zero": "zero"}[net["start"]]
    return (
        f"Ours: computer-made chests of {net['image_size']}×{net['image_size']} pixels, {net['n_views']} views, "
        f"{N_PHOTONS:,.0f} photons a ray; networks of {net['iterations']} steps that start from {start}, trained for "
        f"{length} with {counted(n_seeds, 'seed')}{chosen}; {n_patients} held-out patients, all of them in each "
        "violin. Bars are the means over seeds with their standard errors. The lecture's: 512×512 slices of real "
        "chests, larger networks, long training. Data, size and training differ, so compare the course, not the height."
    )


def _by_comparison(found: Sequence[Gain]) -> dict[tuple[str, str, str], dict[int, Gain]]:
    lines: dict[tuple[str, str, str], dict[int, Gain]] = {}
    for gain in found:
        lines.setdefault((gain.arm, gain.against, gain.orientation), {})[gain.n_train] = gain
    return lines


def _listed(sizes: Sequence[int], every: Mapping[int, Gain]) -> str:
    if len(sizes) == len(every) > 1:
        return "every N"
    return f"N = {joined([str(n) for n in sizes])}"
