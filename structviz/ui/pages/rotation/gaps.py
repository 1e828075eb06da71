"""Leads of the equivariant network against the size of the training set, as numbers that are displayed."""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from structviz import zoo
from structviz.arms import ROTATION_ARMS, arm_words
from structviz.displayed import decibels, significant
from structviz.errors import CheckpointError
from structviz.nets.classical import CLASSICAL
from structviz.training import IMAGES_SWEEP, RATES_BY_SIZE, read_rows
from structviz.training.summary import Spread, choose_by_validation, leads, summary
from structviz.training.table import Row
from structviz.ui.pages.rotation.gap_record import ArmPoint, Gap, GapCurve, GapStudy, Level, Shown

__all__ = ["gap_study", "study_of_photographs"]

_PAIRS = (("equivariant", "ordinary"), ("equivariant", "augmented"))
"""Whose lead over whom is drawn."""

_GROUPS = ("", "C4")
"""Of the networks that are compared; the table may hold others."""

_Leads = Mapping[tuple[str, int], Mapping[int | None, float]]
"""By orientation and size: the lead in dB by seed."""


def study_of_photographs(training: str, folder: Path = zoo.PRETRAINED) -> GapStudy | None:
    """The study that ships; None if none does.

    Parameters
    ----------
    training
        "small" or "large": which networks the page shows.
    folder
        Where the networks and their tables lie.
    """
    paths = [path for name in (IMAGES_SWEEP, RATES_BY_SIZE) if (path := folder / name).is_file()]
    if folder / IMAGES_SWEEP not in paths:
        return None
    return _read(tuple(paths), tuple(path.stat().st_mtime_ns for path in paths), training)


@lru_cache(maxsize=8)
def _read(paths: tuple[Path, ...], changed: tuple[int, ...], training: str) -> GapStudy:
    del changed  # a rebuilt table is another one
    first, *others = map(read_rows, paths)
    trained = [row for rows in others for row in rows if row.n_train is not None]
    return gap_study([*first, *trained], _shown(training))


def _shown(training: str) -> Shown:
    ordinary, equivariant = (zoo.card(f"images/{name}-{training}").config for name in ("ordinary", "equivariant-c4"))
    rates = {config.learning_rate for config in (ordinary, equivariant)}
    rate = ordinary.learning_rate
    if ordinary.n_train is None or ordinary.steps is None or rate is None:
        raise CheckpointError(f"The card of images/ordinary-{training} lacks patches, steps or rate. Run pretrain.")
    return Shown(ordinary.n_train, ordinary.steps, significant(rate, 3) if len(rates) == 1 else None)


def gap_study(rows: Sequence[Row], shown: Shown) -> GapStudy:
    """What a table of several sizes says, as it is displayed.

    Parameters
    ----------
    rows
        Of the recipe `images`. Where several lengths were tried, validation chooses one for each arm and size.
    shown
        How the networks on the page were trained.
    """
    trained = [row for row in rows if row.n_train is not None and row.group in _GROUPS]
    curves: list[GapCurve] = []
    for arm, against in _PAIRS:
        pair = [row for row in trained if row.arm in (arm, against)]
        title = f"{arm_words(arm).capitalize()} − {arm_words(against)}"
        equal: _Leads = {}
        if (rate := _common_rate(pair, arm, against)) is not None:
            equal = leads(choose_by_validation([row for row in pair if row.rate == rate], ["steps"]), arm, against)
            curves += _curves(equal, GapCurve(arm, against, title, "", "equal", significant(rate, 3), ()))
        sizes = {size for size in {row.n_train for row in pair} if _has_rates(pair, size, (arm, against))}
        tuned = leads(choose_by_validation([row for row in pair if row.n_train in sizes]), arm, against)
        curves += _curves(tuned, GapCurve(arm, against, title, "", "tuned", None, ()), equal)
    orientations = list(dict.fromkeys(row.orientation for row in trained))
    curves.sort(key=lambda curve: orientations.index(curve.examples))
    steps = max((row.steps or 0 for row in trained), default=0)
    arms = (*_arms(trained, "equal"), *_arms(trained, "tuned"))
    is_point = any(
        (row.n_train, row.steps, significant(row.rate, 3)) == (shown.n_train, shown.steps, shown.rate)
        for row in choose_by_validation(trained, ["steps"])
        if row.rate is not None
    )
    tuned_sizes = {point.n_train for point in arms if point.rates == "tuned"}
    tried = sorted({row.rate for row in trained if row.n_train in tuned_sizes and row.rate is not None})
    return GapStudy(
        curves=tuple(curves),
        seeds=len({row.seed for row in trained}),
        shown=shown,
        is_point=is_point,
        steps=steps,
        arms=arms,
        tried=tuple(significant(rate, 3) for rate in tried),
        levels=_levels(rows),
    )


def _arms(trained: Sequence[Row], rates: str) -> tuple[ArmPoint, ...]:
    """What each arm reaches on upright photographs, at the rate that most of them share or at its own."""
    upright = [row for row in trained if row.orientation == "upright"]
    common = _common_rate(upright, *_PAIRS[0])
    if rates == "equal":
        upright = [row for row in upright if row.rate == common]
    else:
        upright = [row for row in upright if _has_rates(upright, row.n_train, (row.arm,))]
    means = summary(choose_by_validation(upright))
    means.sort(key=lambda mean: (mean["n_train"], ROTATION_ARMS.index(mean["arm"])))
    return tuple(
        ArmPoint(
            mean["arm"],
            mean["n_train"],
            rates,
            significant(mean["rate"], 3),
            *(decibels(mean[name]) for name in ("psnr", "psnr_low", "psnr_high")),
        )
        for mean in means
        if mean["rate"] is not None
    )


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
    """The rate that both arms have at the most sizes; of several the one that the table begins with."""
    sizes: dict[float, int] = {}
    for rate in dict.fromkeys(row.rate for row in rows if row.rate is not None):
        at = [{row.n_train for row in rows if row.rate == rate and row.arm == name} for name in (arm, against)]
        if both := len(at[0] & at[1]):
            sizes[rate] = both
    return max(sizes, key=lambda rate: sizes[rate]) if sizes else None


def _has_rates(rows: Sequence[Row], n_train: int | None, arms: Sequence[str]) -> bool:
    """Whether each of the arms was trained at several rates with all its seeds, so that each has one of its own."""
    for arm in arms:
        seeds: dict[float | None, set[int | None]] = {}
        for row in rows:
            if (row.n_train, row.arm) == (n_train, arm):
                seeds.setdefault(row.rate, set()).add(row.seed)
        most = max(map(len, seeds.values()), default=0)
        if sum(len(of_rate) == most for of_rate in seeds.values()) < 2:
            return False
    return True


def _curves(found: _Leads, empty: GapCurve, before: _Leads | None = None) -> list[GapCurve]:
    """A curve for each orientation, with what was added to the leads `before`."""
    gaps: dict[str, list[Gap]] = {}
    changes: dict[str, list[Gap]] = {}
    for (examples, n_train), by_seed in sorted(found.items()):
        gaps.setdefault(examples, []).append(gap := _gap(n_train, by_seed.values()))
        if before and (earlier := before.get((examples, n_train))):
            added = _gap(n_train, [by_seed[seed] - earlier[seed] for seed in by_seed.keys() & earlier.keys()])
            mean = gap.mean.minus(_gap(n_train, earlier.values()).mean)  # of what a reader sees
            changes.setdefault(examples, []).append(dataclasses.replace(added, mean=mean))
    return [
        dataclasses.replace(empty, examples=examples, gaps=tuple(members), changes=tuple(changes.get(examples, ())))
        for examples, members in gaps.items()
    ]


def _gap(n_train: int, values: Collection[float]) -> Gap:
    spread = Spread.of(list(values))
    return Gap(n_train, decibels(spread.mean), decibels(spread.low), decibels(spread.high))
