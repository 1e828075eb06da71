"""What a table of a sweep says: settings chosen by validation, means with their spread over seeds, gains of an arm."""

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any, Literal, TypeVar

from structviz.errors import ConfigError
from structviz.training.table import Row

__all__ = ["Spread", "choose_by_validation", "gains", "summary"]

Setting = Literal["rate", "steps"]

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
    trained = [row for row in rows if row.n_train is not None]
    choices: dict[Hashable, dict[Hashable, dict[int | None, float | None]]] = {}
    for row in trained:
        seeds = choices.setdefault(_task(row, settings), {}).setdefault(_choice(row, settings), {})
        seeds[row.seed] = row.validation
    best: dict[Hashable, Hashable] = {}
    for task, found in choices.items():
        most = max(map(len, found.values()))
        means = {choice: _mean_validation(seeds, found) for choice, seeds in found.items() if len(seeds) == most}
        best[task] = max(means, key=lambda choice: means[choice])
    return tuple(row for row in rows if row.n_train is None or best[_task(row, settings)] == _choice(row, settings))


def _task(row: Row, settings: Sequence[Setting]) -> Hashable:
    """What is not chosen: each of these gets a choice of its own."""
    kept = tuple(getattr(row, name) for name in ("rate", "steps") if name not in settings)
    return row.arm, row.group, row.n_train, kept


def _choice(row: Row, settings: Sequence[Setting]) -> Hashable:
    return tuple(getattr(row, name) for name in settings)


def _mean_validation(seeds: Mapping[int | None, float | None], found: Mapping[Hashable, object]) -> float:
    values = [value for value in seeds.values() if value is not None]
    if len(values) == len(seeds):
        return fmean(values)
    if len(found) > 1:
        raise ConfigError("Runs without a figure of validation cannot be compared. Sweep again into another file.")
    return 0.0


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
    rows
        A table in which each arm has one rate and one length for each size, as from `choose_by_validation`.
    arm, against
        The two arms.

    Returns
    -------
    dict
        Seeds are paired: both arms of a seed learn from the same training set.

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
        key: Spread.of([arms[arm][seed] - arms[against][seed] for seed in arms[arm].keys() & arms[against].keys()])
        for key, arms in table.items()
        if arms.keys() >= {arm, against} and arms[arm].keys() & arms[against].keys()
    }


def _grouped(rows: Sequence[Row], key: Callable[[Row], _Key]) -> dict[_Key, list[Row]]:
    groups: dict[_Key, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups
