"""How many photographs? What the equivariant network is ahead by, against the size of the training set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import streamlit as st

from structviz.arms import arm_words
from structviz.displayed import Displayed, decibels, significant
from structviz.figures.theme import ARM_COLOURS
from structviz.nets.classical import CLASSICAL
from structviz.training import IMAGES_SWEEP, LARGE, SMALL, read_rows
from structviz.training.summary import Spread, choose_by_validation, gains, summary
from structviz.training.table import Row
from structviz.ui.kit.charts import show_chart
from structviz.ui.kit.form import Form
from structviz.ui.kit.sentences import counted, joined
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.zoo import PRETRAINED

__all__ = [
    "Gap",
    "GapCurve",
    "GapStudy",
    "Level",
    "about_gaps",
    "gap_study",
    "photographs_section",
    "study_of_photographs",
]

_PAIRS = (("equivariant", "ordinary"), ("equivariant", "augmented"))
"""Whose lead over whom is drawn."""

_GROUPS = ("", "C4")
"""Of the networks that are compared; the table may hold others."""

_DASHES = {"equal": "solid", "tuned": "dot"}


@dataclass(frozen=True)
class Gap:
    """By how much an arm is ahead of another at one size: over the seeds, which are paired."""

    n_train: int
    mean: Displayed
    low: Displayed
    high: Displayed

    @property
    def sign(self) -> int:
        """1 if the arm is ahead with every seed, −1 if it is behind with every seed, 0 if the seeds disagree."""
        return (self.low.value > 0) - (self.high.value < 0)


@dataclass(frozen=True)
class GapCurve:
    """The leads of one arm over another on examples that lie in one way.

    Attributes
    ----------
    arm, against
        As in code.
    title
        The two arms, for people.
    examples
        How the held-out photographs lie.
    rates
        "equal" if both learn at the same rate, "tuned" if each has the one that validation chose.
    rate
        The common rate.
    gaps
        The smallest size first.
    """

    arm: str
    against: str
    title: str
    examples: str
    rates: str
    rate: Displayed | None
    gaps: tuple[Gap, ...]

    @property
    def terms(self) -> str:
        """At which rates the two learn."""
        return "tuned rates" if self.rate is None else f"equal rates ({self.rate})"


@dataclass(frozen=True)
class Level:
    """What a yardstick reaches on photographs that lie in one way, and the best mean of an arm over its seeds.

    Attributes
    ----------
    examples
        How the held-out photographs lie.
    yardsticks
        PSNR by the title of the yardstick.
    arm, n_train, best
        The arm with the largest mean, at which size, and that mean.
    """

    examples: str
    yardsticks: Mapping[str, Displayed]
    arm: str
    n_train: int
    best: Displayed


@dataclass(frozen=True)
class GapStudy:
    """What the table of the sweep over photographs says.

    Attributes
    ----------
    curves
        Those that are drawn.
    seeds
        Of each run.
    marked
        Size of the training set of the networks on the page.
    steps
        The longest training.
    levels
        What learns nothing, beside the best of the arms; empty if nothing of the kind was measured.
    """

    curves: tuple[GapCurve, ...]
    seeds: int
    marked: int
    steps: int = 0
    levels: tuple[Level, ...] = ()


def study_of_photographs(marked: int, folder: Path = PRETRAINED) -> GapStudy | None:
    """The study that ships; None if none does.

    Parameters
    ----------
    marked
        Size of the training set of the networks on the page.
    folder
        Where the networks and their tables lie.
    """
    path = folder / IMAGES_SWEEP
    return _read(path, path.stat().st_mtime_ns, marked) if path.is_file() else None


@lru_cache(maxsize=8)
def _read(path: Path, changed: int, marked: int) -> GapStudy:
    del changed  # a rebuilt table is another one
    return gap_study(read_rows(path), marked)


def gap_study(rows: Sequence[Row], marked: int) -> GapStudy:
    """What a table of several sizes says, as it is displayed.

    Parameters
    ----------
    rows
        Of the recipe `images`. Where several lengths were tried, validation chooses one for each arm and size.
    marked
        Size of the training set of the networks on the page.
    """
    trained = [row for row in rows if row.n_train is not None and row.group in _GROUPS]
    curves: list[GapCurve] = []
    for arm, against in _PAIRS:
        pair = [row for row in trained if row.arm in (arm, against)]
        title = f"{arm_words(arm).capitalize()} − {arm_words(against)}"
        if (rate := _common_rate(pair, arm, against)) is not None:
            found = gains(choose_by_validation([row for row in pair if row.rate == rate], ["steps"]), arm, against)
            curves += _curves(found, GapCurve(arm, against, title, "", "equal", significant(rate, 3), ()))
        tuned = {size for size in {row.n_train for row in pair} if _has_rates(pair, size, (arm, against))}
        found = gains(choose_by_validation([row for row in pair if row.n_train in tuned]), arm, against)
        curves += _curves(found, GapCurve(arm, against, title, "", "tuned", None, ()))
    orientations = list(dict.fromkeys(row.orientation for row in trained))
    curves.sort(key=lambda curve: orientations.index(curve.examples))
    steps = max((row.steps or 0 for row in trained), default=0)
    return GapStudy(tuple(curves), len({row.seed for row in trained}), marked, steps, _levels(rows))


def _levels(rows: Sequence[Row]) -> tuple[Level, ...]:
    """Yardsticks beside the best mean of an arm, for each orientation."""
    means = summary(choose_by_validation([row for row in rows if row.group in _GROUPS]))
    found = []
    for examples in dict.fromkeys(mean["orientation"] for mean in means):
        here = [mean for mean in means if mean["orientation"] == examples]
        trained = [mean for mean in here if mean["n_train"] is not None]
        yardsticks = {CLASSICAL[m["arm"]].title: decibels(m["psnr"]) for m in here if m["n_train"] is None}
        if trained and yardsticks:
            best = max(trained, key=lambda mean: mean["psnr"])
            found.append(Level(examples, yardsticks, best["arm"], best["n_train"], decibels(best["psnr"])))
    return tuple(found)


def _common_rate(rows: Sequence[Row], arm: str, against: str) -> float | None:
    """The rate that both arms have at the most sizes."""
    sizes: dict[float, int] = {}
    for rate in sorted({row.rate for row in rows if row.rate is not None}):
        at = [{row.n_train for row in rows if row.rate == rate and row.arm == name} for name in (arm, against)]
        if both := len(at[0] & at[1]):
            sizes[rate] = both
    return max(sizes, key=lambda rate: sizes[rate]) if sizes else None


def _has_rates(rows: Sequence[Row], n_train: int | None, arms: Sequence[str]) -> bool:
    """Whether each of the arms was trained at several rates, so that each has one of its own."""
    return all(len({row.rate for row in rows if row.n_train == n_train and row.arm == arm}) > 1 for arm in arms)


def _curves(found: dict[tuple[str, int], Spread], empty: GapCurve) -> list[GapCurve]:
    """A curve for each orientation."""
    gaps: dict[str, list[Gap]] = {}
    for (examples, n_train), spread in sorted(found.items()):
        gap = Gap(n_train, decibels(spread.mean), decibels(spread.low), decibels(spread.high))
        gaps.setdefault(examples, []).append(gap)
    return [
        GapCurve(empty.arm, empty.against, empty.title, examples, empty.rates, empty.rate, tuple(members))
        for examples, members in gaps.items()
    ]


def about_gaps(study: GapStudy) -> list[str]:
    """Where the equivariant network is ahead, and where it is not: sentences that follow from the displayed numbers."""
    sentences = [_about(curve) for curve in study.curves]
    sizes = sorted({gap.n_train for curve in study.curves for gap in curve.gaps})
    if len(sizes) == 1:
        sentences.append(f"Only N = {sizes[0]:,} was measured.")
    sentences += [_about_level(level, study.steps) for level in study.levels]
    if study.marked in sizes:
        sentences.append(f"The networks on this page learnt from N = {study.marked:,} patches, which has a ring.")
    sentences.append(
        f"{counted(study.seeds, 'seed')}; both networks of a seed learn from the same patches, and bars reach from the "
        "smallest lead of a seed to the largest. Lengths were chosen on patches for validation."
    )
    return sentences


def _about_level(level: Level, steps: int) -> str:
    """Whether what learns nothing is ahead of every arm."""
    reached = joined([f"{value} with {name.lower()}" for name, value in level.yardsticks.items()])
    below = [name.lower() for name, value in level.yardsticks.items() if value > level.best]
    above = [name.lower() for name, value in level.yardsticks.items() if value < level.best]
    if len(below) == len(level.yardsticks):
        verdict = "every mean of this training is below"
    elif len(above) == len(level.yardsticks):
        verdict = "the best mean is above"
    elif below:
        verdict = f"only {joined(below)} {'is' if len(below) == 1 else 'are'} ahead of it"
    else:
        verdict = "none is ahead of it"
    return (
        f"{level.examples.capitalize()}, the best mean over seeds is {level.best} ({arm_words(level.arm)}, "
        f"N = {level.n_train:,}), after {counted(steps, 'step')} at most. Without learning, but told the level of the "
        f"noise, one gets {reached}: {verdict}."
    )


def _about(curve: GapCurve) -> str:
    listed = joined([f"{gap.mean.signed} at N = {gap.n_train:,}" for gap in curve.gaps])
    verdicts = {1: "with every seed ahead at", -1: "with every seed behind at", 0: "the seeds disagree at"}
    parts = [
        f"{words} N = {joined([f'{gap.n_train:,}' for gap in curve.gaps if gap.sign == sign])}"
        for sign, words in verdicts.items()
        if any(gap.sign == sign for gap in curve.gaps)
    ]
    return f"**{curve.examples.capitalize()}, {curve.terms}**: {curve.title.lower()} {listed}; {'; '.join(parts)}."


def photographs_section(form: Form[RotationChoice], choice: RotationChoice) -> None:
    """A part of the page with the study, as far as one ships."""
    study = study_of_photographs(LARGE if choice.training == "large" else SMALL)
    if study is not None:
        with form.section("photographs") as is_open:
            if is_open:
                _show(study)


def _show(study: GapStudy) -> None:
    """Show leads against the size of the training set, and what follows from them."""
    from structviz.figures.spread import SpreadCurve, SpreadPoint, spread_figure

    curves = [
        SpreadCurve(
            f"{curve.title}, {curve.terms}",
            ARM_COLOURS[curve.against],
            curve.examples,
            tuple(
                SpreadPoint(gap.n_train, float(gap.mean), float(gap.low), float(gap.high), gap.n_train == study.marked)
                for gap in curve.gaps
            ),
            _DASHES[curve.rates],
        )
        for curve in study.curves
    ]
    figure = spread_figure(curves, "patches, N", "lead in dB", has_zero=True)
    show_chart(figure, key="rot_photographs_figure")
    st.markdown(" ".join(about_gaps(study)))
