"""The section of the CT page on training sets of several sizes: figure, table of gains, and what follows from it."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from structviz.arms import arm_words
from structviz.displayed import Displayed, decibels
from structviz.training import CT_SWEEPS, choose_by_validation, chosen_lengths, gains, read_rows
from structviz.training.lecture import lecture_means
from structviz.training.patients import N_PHOTONS
from structviz.training.table import Row
from structviz.ui.kit.charts import show_chart
from structviz.ui.kit.form import Form
from structviz.ui.kit.sentences import counted, joined
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.zoo import PRETRAINED

__all__ = [
    "ChosenLength",
    "Gain",
    "about_gains",
    "about_lengths",
    "about_the_sweep",
    "gains_table",
    "lengths_table",
    "show_sweep",
    "shown_gains",
    "shown_lengths",
]

_PAIRS = (
    ("equivariant", "ordinary"),
    ("equivariant", "augmented"),
    ("equivariant-augmented", "augmented"),
    ("equivariant-augmented", "equivariant"),
)
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


@dataclass(frozen=True)
class ChosenLength:
    """How long an arm was trained with a number of patients, as it is shown.

    Attributes
    ----------
    arm
        As sentences call it.
    n_train
        How many patients there are to learn from.
    steps
        The length that is best by validation.
    compared
        The lengths of which it is the best, ascending.
    is_longest
        Whether it is the longest of several.
    seeds
        With how many seeds it was compared.
    """

    arm: str
    n_train: int
    steps: int
    compared: tuple[int, ...]
    is_longest: bool
    seeds: int

    def __str__(self) -> str:
        others = f" of {joined([f'{n:,}' for n in self.compared])}" if len(self.compared) > 1 else ""
        return f"{self.steps:,}{others}"


def shown_lengths(rows: Sequence[Row]) -> list[ChosenLength]:
    """The lengths of a whole table, by arm and size; none if its runs have one length."""
    found = [
        ChosenLength(arm_words(arm), n_train, length.chosen, length.compared, length.is_longest, length.seeds)
        for (arm, n_train), length in chosen_lengths(rows).items()
    ]
    return sorted(found, key=lambda length: length.n_train)


def shown_gains(rows: Sequence[Row]) -> list[Gain]:
    """The gains of all pairs of arms that the rows have."""
    return [
        Gain(
            arm_words(arm),
            arm_words(against),
            orientation,
            n_train,
            decibels(spread.mean, 2),
            None if spread.error is None else decibels(spread.error, 2),
        )
        for arm, against in _PAIRS
        for (orientation, n_train), spread in sorted(gains(rows, arm, against).items(), key=lambda one: one[0][1])
    ]


def show_sweep(form: Form[ScanChoice]) -> None:
    """PSNR against the number of training patients: our own runs, and the lecture's means."""
    from structviz.figures.ct.sweep import violins

    with st.container(horizontal=True, vertical_alignment="bottom"):
        dataset, behind = form.ask("sweep_dataset"), form.ask("lecture")
    path = PRETRAINED / CT_SWEEPS[dataset]
    every = read_rows(path)
    rows = choose_by_validation(every)
    show_chart(violins(rows, lecture_means() if behind else None), key="ct_violins")
    found = shown_gains(rows)
    st.markdown(gains_table(found))
    st.markdown(about_gains(found))
    lengths = shown_lengths(every)
    if lengths:
        st.markdown(lengths_table(lengths))
        st.markdown(about_lengths(lengths))
    settings = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["arms"]["ordinary"]
    st.caption(about_the_sweep(rows, settings, lengths))


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
        if parts:
            sentences.append(f"{where} {' and '.join(parts)}.")
        elif any(gain.error is not None for gain in listed.values()):
            sentences.append(
                f"{where} the {arm} and the {against} network do not differ by more than twice the standard error."
            )
    if any(gain.error is None for gain in found):
        sentences.append("Differences without an error were measured with one seed alone.")
    return " ".join(sentences)


def lengths_table(found: Sequence[ChosenLength]) -> str:
    """The lengths as a table in Markdown: a line for each arm, a column for each size."""
    sizes = sorted({length.n_train for length in found})
    lines = [
        f"| steps, chosen by validation | {' | '.join(f'N = {n}' for n in sizes)} |",
        "|---" * (len(sizes) + 1) + "|",
    ]
    for arm, listed in _by_arm(found).items():
        cells = [str(listed[n]) if n in listed else "–" for n in sizes]
        lines.append(f"| {arm.capitalize()} | {' | '.join(cells)} |")
    return "\n".join(lines)


def about_lengths(found: Sequence[ChosenLength]) -> str:
    """What the size of the training set does to the length that is best, and where a longer one might be better.

    Parameters
    ----------
    found
        Ordered by the size, as from `shown_lengths`.
    """
    wants: dict[str, list[str]] = {"longer": [], "shorter": []}
    ends = []
    for arm, listed in _by_arm(found).items():
        compared = [length for length in listed.values() if len(length.compared) > 1]
        if len(compared) > 1 and compared[0].steps != compared[-1].steps:
            fewest, most = compared[0], compared[-1]
            wants["longer" if most.steps > fewest.steps else "shorter"].append(
                f"the **{arm}** network {fewest.steps:,} steps with {fewest.n_train:,} patients, {most.steps:,} with "
                f"{most.n_train:,}"
            )
        longest = [n for n, length in listed.items() if length.is_longest]
        if longest:
            ends.append(f"for the {arm} network at {_listed(longest, listed)}")
    sentences = [
        f"By validation more patients want {how} training: {'; '.join(arms)}." for how, arms in wants.items() if arms
    ]
    if ends:
        best = f"The longest training that was compared is the best one {joined(ends)}"
        sentences.append(f"{best}: a longer one might do better.")
    return " ".join(sentences)


def about_the_sweep(rows: Sequence[Row], settings: Mapping[str, Any], lengths: Sequence[ChosenLength] = ()) -> str:
    """On what the violins were measured, and why they do not compare with the lecture's in height.

    Parameters
    ----------
    rows
        Those that are shown.
    settings
        Of all runs of an arm.
    lengths
        Which numbers of steps were compared, if they were.

    Returns
    -------
    str
        Sentences for below the violins.
    """
    net = settings["net"]
    n_patients = len({row.image for row in rows})
    steps = {row.steps for row in rows if row.steps is not None}
    length = f"{settings['steps']:,} steps" if not steps else f"{joined([f'{n:,}' for n in sorted(steps)])} steps"
    compared = {one.seeds for one in lengths if len(one.compared) > 1}
    chosen = (
        f", the length for each arm and N chosen by validation with {_counts(compared)}"
        if compared
        else ", one length for all"
    )
    both = (
        " The equivariant + augmented arm stands in this table alone: no network of it ships."
        if any(row.arm == "equivariant-augmented" for row in rows)
        else ""
    )
    start = {"fbp": "filtered backprojection", "zero": "zero"}[net["start"]]
    return (
        f"Ours: computer-made chests of {net['image_size']}×{net['image_size']} pixels, {net['n_views']} views, "
        f"{N_PHOTONS:,.0f} photons a ray; networks of {net['iterations']} iterations that start from {start}, "
        f"trained for {length} with {_counts(_seed_counts(rows))}{chosen}; {n_patients} held-out patients, all of them "
        "in each violin. Bars are the means over seeds with their standard errors. The lecture's: 512×512 slices of "
        "real chests, larger networks, long training. Data, size and training differ, so compare the course, not the "
        f"height.{both}"
    )


def _by_comparison(found: Sequence[Gain]) -> dict[tuple[str, str, str], dict[int, Gain]]:
    lines: dict[tuple[str, str, str], dict[int, Gain]] = {}
    for gain in found:
        lines.setdefault((gain.arm, gain.against, gain.orientation), {})[gain.n_train] = gain
    return lines


def _by_arm(found: Sequence[ChosenLength]) -> dict[str, dict[int, ChosenLength]]:
    lines: dict[str, dict[int, ChosenLength]] = {}
    for length in found:
        lines.setdefault(length.arm, {})[length.n_train] = length
    return lines


def _seed_counts(rows: Sequence[Row]) -> set[int]:
    """How many seeds there are for an arm and a size."""
    seeds: dict[tuple[str, int], set[int]] = {}
    for row in rows:
        if row.n_train is not None and row.seed is not None:
            seeds.setdefault((row.arm, row.n_train), set()).add(row.seed)
    return {len(found) for found in seeds.values()}


def _counts(numbers: Collection[int]) -> str:
    """Numbers of seeds: "3 seeds", "1 to 3 seeds"."""
    few, many = min(numbers), max(numbers)
    return counted(few, "seed") if few == many else f"{few} to {many} seeds"


def _listed(sizes: Sequence[int], every: Mapping[int, object]) -> str:
    if len(sizes) == len(every) > 1:
        return "every N"
    return f"N = {joined([str(n) for n in sizes])}"
