"""What a table of a sweep says: settings chosen by validation, means with their spread over seeds, gains of an arm."""

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any, Literal, TypeVar

from structviz.errors import ConfigError
from structviz.training.table import Row

__all__ = ["Length", "Spread", "choose_by_validation", "chosen_lengths", "gains", "leads", "summary"]

Setting = Literal["rate", "steps"]

_Task = tuple[str, str, int | None, tuple[Any, ...]]
"""Arm, group, size of the training set, and what is not chosen."""

_Choice = tuple[Any, ...]
"""The values of the settings that are chosen."""

_BySeed = Mapping[int | None, float | None]
"""A figure of validation for each seed."""

_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True)
class Spread:
    """A figure that was measured with several seeds.

    Attributes
    ----------
    mean, low, high
        Over the seeds.
    error
        Standard error of the mean; None for a single seed.
    n
        How many seeds.

    Examples
    --------
    >>> Spread.of([1.0, 2.0, 3.0])
    Spread(mean=2.0, low=1.0, high=3.0, error=0.5773502691896258, n=3)
    """

    mean: float
    low: float
    high: float
    error: float | None
    n: int

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """The spread of one number for each seed.

        Raises
        ------
        ConfigError
            If there is none.
        """
        if not values:
            raise ConfigError("A spread needs one value at least; got none.")
        error = stdev(values) / math.sqrt(len(values)) if len(values) > 1 else None
        return cls(fmean(values), min(values), max(values), error, len(values))


def choose_by_validation(rows: Sequence[Row], settings: Sequence[Setting] = ("rate", "steps")) -> tuple[Row, ...]:
    """The rows of those runs whose settings are best by validation; figures on held-out images are not looked at.

    For each arm, group and size of the training set one choice is made for all seeds: that of the largest mean over
    the seeds. Only choices with as many seeds as the one that has most are compared.

    Parameters
    ----------
    rows
        A table with several learning rates or lengths; yardsticks remain in it.
    settings
        What is chosen; runs that differ in the other setting are kept apart.

    Returns
    -------
    tuple of Row
        In the order of `rows`.

    Raises
    ------
    ConfigError
        If there is something to choose, but a run has no figure of validation.
    """
    best = {task: _best(found) for task, found in _validations(rows, settings).items()}
    return tuple(row for row in rows if row.n_train is None or best[_task(row, settings)] == _choice(row, settings))


@dataclass(frozen=True)
class Length:
    """How long an arm was trained with a training set of one size.

    Attributes
    ----------
    chosen
        The number of steps that is best by validation.
    compared
        It and all numbers of steps that are worse by validation with the seeds that both have, ascending.
    seeds
        With how many seeds the comparison was made that had the fewest.
    """

    chosen: int
    compared: tuple[int, ...]
    seeds: int

    @property
    def is_longest(self) -> bool:
        """Whether it is the longest of several, so that a still longer training might be better."""
        return len(self.compared) > 1 and self.chosen == self.compared[-1]


def chosen_lengths(rows: Sequence[Row]) -> dict[tuple[str, int], Length]:
    """Which lengths of the training were compared by validation, and which one is best, by arm and size.

    Parameters
    ----------
    rows
        A table of one group and one learning rate for each arm; runs without a number of steps are left out.

    Raises
    ------
    ConfigError
        As for `choose_by_validation`, or if an arm has several groups or rates at one size.
    """
    of_length = [row for row in rows if row.steps is not None]
    lengths: dict[tuple[str, int], Length] = {}
    for (arm, _, n_train, _), found in _validations(of_length, ("steps",)).items():
        if n_train is None:
            continue
        if (arm, n_train) in lengths:
            raise ConfigError(f"The arm {arm} has several groups or rates at N = {n_train}. Choose one first.")
        best = _best(found)
        shared = {choice: seeds.keys() & found[best].keys() for choice, seeds in found.items()}
        worse = [
            choice
            for choice, seeds in shared.items()
            if choice == best or (seeds and _mean(found[choice], seeds) < _mean(found[best], seeds))
        ]
        lengths[arm, n_train] = Length(
            best[0], tuple(sorted(steps for (steps,) in worse)), min(len(shared[choice]) for choice in worse)
        )
    return lengths


def _validations(rows: Sequence[Row], settings: Sequence[Setting]) -> Mapping[_Task, Mapping[_Choice, _BySeed]]:
    """The figures of validation of all runs: by task, by choice, by seed."""
    choices: dict[_Task, dict[_Choice, dict[int | None, float | None]]] = {}
    for row in rows:
        if row.n_train is not None:
            seeds = choices.setdefault(_task(row, settings), {}).setdefault(_choice(row, settings), {})
            seeds[row.seed] = row.validation
    return choices


def _best(found: Mapping[_Choice, _BySeed]) -> _Choice:
    """The choice of the largest mean; one with fewer seeds than another is none."""
    most = max(map(len, found.values()))
    rivals = {choice: seeds for choice, seeds in found.items() if len(seeds) == most}
    if len(rivals) == 1:
        return next(iter(rivals))
    return max(rivals, key=lambda choice: _mean(rivals[choice], rivals[choice]))


def _mean(validations: _BySeed, seeds: Iterable[int | None]) -> float:
    values = [validations[seed] for seed in seeds]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        raise ConfigError("Runs without a figure of validation cannot be compared. Sweep again into another file.")
    return fmean(known)


def _task(row: Row, settings: Sequence[Setting]) -> _Task:
    """What is not chosen: each of these gets a choice of its own."""
    kept = tuple(getattr(row, name) for name in ("rate", "steps") if name not in settings)
    return row.arm, row.group, row.n_train, kept


def _choice(row: Row, settings: Sequence[Setting]) -> _Choice:
    return tuple(getattr(row, name) for name in settings)


def summary(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Mean PSNR and SSIM over images and seeds, for each arm, size, orientation, rate and length.

    Parameters
    ----------
    rows
        Of a table, which decide the order.

    Returns
    -------
    list of dict
        What was trained and how; `psnr` in dB and `ssim`; `runs`, the number of seeds; `psnr_low`, `psnr_high` and
        `psnr_error`, the smallest and the largest mean of a seed and the standard error over seeds, None for one seed;
        `validation`, the mean over seeds, or None.
    """
    means = []
    for key, members in _grouped(
        rows, lambda row: (row.arm, row.group, row.n_train, row.orientation, row.rate, row.steps)
    ).items():
        seeds = _grouped(members, lambda row: row.seed)
        spread = Spread.of([fmean(row.psnr for row in images) for images in seeds.values()])
        validation = [images[0].validation for images in seeds.values() if images[0].validation is not None]
        means.append(
            {
                **dict(zip(("arm", "group", "n_train", "orientation", "rate", "steps"), key, strict=True)),
                "psnr": fmean(row.psnr for row in members),
                "ssim": fmean(row.ssim for row in members),
                "runs": len(seeds),
                "psnr_low": spread.low,
                "psnr_high": spread.high,
                "psnr_error": spread.error,
                "validation": fmean(validation) if validation else None,
            }
        )
    return means


def gains(rows: Sequence[Row], arm: str, against: str) -> dict[tuple[str, int], Spread]:
    """By how many dB an arm is ahead of another, by orientation and size, over the seeds that both have.

    Parameters
    ----------
    rows, arm, against
        As for `leads`.

    Returns
    -------
    dict
        Mean and spread in dB over the seeds, by orientation and size.

    Raises
    ------
    ConfigError
        If an arm has several rates, lengths or groups for a size.
    """
    return {key: Spread.of(list(seeds.values())) for key, seeds in leads(rows, arm, against).items()}


def leads(rows: Sequence[Row], arm: str, against: str) -> dict[tuple[str, int], dict[int | None, float]]:
    """By how many dB an arm is ahead of another with each seed that both have, by orientation and size.

    Parameters
    ----------
    rows
        A table in which each arm has one rate and one length for each size, as from `choose_by_validation`.
    arm, against
        The two arms.

    Returns
    -------
    dict
        Differences in dB by seed, by orientation and size. Both arms of a seed learn from the same training set.

    Raises
    ------
    ConfigError
        If an arm has several rates, lengths or groups for a size.
    """
    table: dict[tuple[str, int], dict[str, dict[int | None, float]]] = {}
    for (name, orientation, n_train), members in _grouped(
        [row for row in rows if row.arm in (arm, against)], lambda row: (row.arm, row.orientation, row.n_train)
    ).items():
        if n_train is None:
            continue
        if len({(row.group, row.rate, row.steps) for row in members}) > 1:
            raise ConfigError(
                f"The arm {name} has several rates, lengths or groups at N = {n_train}. Choose one first."
            )
        seeds = _grouped(members, lambda row: row.seed)
        table.setdefault((orientation, n_train), {})[name] = {
            seed: fmean(row.psnr for row in images) for seed, images in seeds.items()
        }
    return {
        key: {seed: arms[arm][seed] - arms[against][seed] for seed in arms[arm] if seed in arms[against]}
        for key, arms in table.items()
        if arms.keys() >= {arm, against} and arms[arm].keys() & arms[against].keys()
    }


def _grouped(rows: Sequence[Row], key: Callable[[Row], _Key]) -> dict[_Key, list[Row]]:
    groups: dict[_Key, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups
