"""What digits for validation say of the temperature by which the classifier with a known Lipschitz constant learns."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from structviz import zoo
from structviz.arms import is_nonexpansive
from structviz.config import LipschitzShape, TrainConfig
from structviz.data import DIGIT_COUNTS, digits
from structviz.displayed import percent
from structviz.errors import CheckpointError
from structviz.training.digits import CERTIFIED_RADIUS, DIGITS, accuracy_and_certified
from structviz.training.loop import fit
from structviz.training.run_table import read_runs, write_runs

__all__ = [
    "TEMPERATURES",
    "TEMPERATURE_SEEDS",
    "TEMPERATURE_TABLE",
    "TemperatureRun",
    "best_temperature",
    "choice_of_temperature",
    "read_temperature_study",
    "save_temperature_study",
    "temperature_config",
]

TEMPERATURE_TABLE = Path("digits", "temperatures.csv")
"""The figures of all trainings, beside the networks that ship."""

TEMPERATURES, TEMPERATURE_SEEDS = (0.1, 0.25, 0.5, 1.0, 2.0), 2
"""What is compared, and trainings with each."""


@dataclass(frozen=True)
class TemperatureRun:
    """What one training has reached on the digits for validation.

    Attributes
    ----------
    temperature, seed
        Of the training.
    upright
        Accuracy.
    certified
        The share that is right and certified at the radius 1.
    """

    temperature: float
    seed: int
    upright: float
    certified: float


def temperature_config(temperature: float, seed: int) -> TrainConfig:
    """The settings of one training: those of the network that ships, but for temperature and seed."""
    return TrainConfig("digits", "nonexpansive", seed=seed, net=LipschitzShape(temperature=temperature))


def save_temperature_study(folder: Path, on_each: Callable[[str], None] = lambda _name: None) -> Path:
    """Train with all temperatures on the CPU, and write the figures of validation below `folder`."""
    runs = []
    for seed, temperature in itertools.product(range(TEMPERATURE_SEEDS), TEMPERATURES):
        net = fit(DIGITS, temperature_config(temperature, seed), "cpu").net
        runs.append(TemperatureRun(temperature, seed, *accuracy_and_certified(net, *digits("validation"))))
        on_each(f"temperature {temperature:g}, seed {seed}")
    return write_runs(folder / TEMPERATURE_TABLE, runs)


def read_temperature_study(folder: Path = zoo.PRETRAINED) -> tuple[TemperatureRun, ...]:
    """The trainings of the study.

    Raises
    ------
    CheckpointError
        If the file is missing or damaged.
    """
    return read_runs(folder / TEMPERATURE_TABLE, TemperatureRun)


def best_temperature(runs: Sequence[TemperatureRun]) -> float:
    """The temperature with the largest share of certified digits, in the mean over seeds.

    Examples
    --------
    >>> best_temperature([TemperatureRun(0.5, 0, 0.9, 0.6), TemperatureRun(1.0, 0, 0.8, 0.7)])
    1.0
    """
    temperatures = dict.fromkeys(run.temperature for run in runs)
    return max(temperatures, key=lambda tried: fmean(run.certified for run in runs if run.temperature == tried))


def choice_of_temperature(config: TrainConfig, folder: Path = zoo.PRETRAINED) -> str:
    """How the temperature of a complete configuration was chosen, and what validation says of it; "" if nothing.

    Parameters
    ----------
    config
        Of the run that is stored.
    folder
        Where the study lies.
    """
    if not (isinstance(config.net, LipschitzShape) and is_nonexpansive(config.arm) and config.recipe == DIGITS.name):
        return ""
    try:
        runs = read_temperature_study(folder)
    except CheckpointError:
        return ""
    own = [run for run in runs if run.temperature == config.net.temperature]
    if not own:
        return ""
    best = [run for run in runs if run.temperature == best_temperature(runs)]
    where = f"on {DIGIT_COUNTS['validation']} digits for validation"
    means = f"in the mean over {len(own)} seeds"
    if own == best:
        tried = [f"{value:g}" for value in sorted({run.temperature for run in runs})]
        return (
            f"The temperature {own[0].temperature:g} was chosen {where}: of {', '.join(tried[:-1])} and {tried[-1]} it "
            f"certifies most at the radius {CERTIFIED_RADIUS:g}, {percent(fmean(run.certified for run in own))} "
            f"{means}."
        )
    (certified, more), (right, fewer) = (
        [percent(fmean(getattr(run, name) for run in some)) for some in (own, best)]
        for name in ("certified", "upright")
    )
    return (
        f"The temperature {own[0].temperature:g} is not the one that validation chooses: {best[0].temperature:g} "
        f"certifies {more} instead of {certified} at the radius {CERTIFIED_RADIUS:g} and has {fewer} right instead of "
        f"{right}, {where}, {means}."
    )
