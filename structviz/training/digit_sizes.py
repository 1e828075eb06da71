"""How accuracy grows with the number of digits that the classifiers learn from, by arm and seed."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch

from structviz import zoo
from structviz.arms import is_equivariant
from structviz.config import TrainConfig
from structviz.training.digits import DIGITS
from structviz.training.loop import fit
from structviz.training.run_table import read_runs, write_runs

__all__ = [
    "DIGIT_SEEDS",
    "DIGIT_SIZES",
    "DIGIT_TABLE",
    "SIZE_STEPS",
    "SizeRun",
    "read_size_study",
    "save_size_study",
    "size_config",
]

DIGIT_TABLE = Path("digits", "sizes.csv")
"""The figures of all trainings, beside the networks that ship."""

DIGIT_SIZES, DIGIT_SEEDS = (100, 600, 4000), 3
"""Digits to learn from, and trainings of each arm on each number."""

SIZE_STEPS = 600
"""Of each training: fewer than those that ship have."""


@dataclass(frozen=True)
class SizeRun:
    """What one training has reached.

    Attributes
    ----------
    arm, n_train, seed
        Of the training.
    upright, turned
        Accuracy on 1,000 upright digits, and on the same with an angle for each.
    certified
        The share of upright ones that are right and certified at the radius 1; nan without a Lipschitz bound.
    """

    arm: str
    n_train: int
    seed: int
    upright: float
    turned: float
    certified: float


def size_config(arm: str, n_train: int, seed: int) -> TrainConfig:
    """The settings of one training; those that are left open are the recipe's.

    Parameters
    ----------
    arm
        One of the recipe's.
    n_train, seed
        How many digits, and which.

    Returns
    -------
    TrainConfig
        With the group of the arm and the steps that all sizes share; `fit` fills in the rest.
    """
    group = "C8" if is_equivariant(arm) else None
    return TrainConfig("digits", arm, group, n_train=n_train, steps=SIZE_STEPS, seed=seed)


def save_size_study(folder: Path, on_each: Callable[[str], None] = lambda _name: None) -> Path:
    """Train all networks of the study on the CPU, and write their figures below `folder`."""
    runs = []
    for seed, n_train, arm in itertools.product(range(DIGIT_SEEDS), DIGIT_SIZES, DIGITS.arms):
        found = fit(DIGITS, size_config(arm, n_train, seed), "cpu").metrics
        certified = found.get("certified_1", torch.nan)
        runs.append(SizeRun(arm, n_train, seed, found["accuracy_test"], found["accuracy_turned"], certified))
        on_each(f"{arm}, {n_train} digits, seed {seed}")
    return write_runs(folder / DIGIT_TABLE, runs)


@lru_cache(maxsize=1)
def read_size_study(folder: Path = zoo.PRETRAINED) -> tuple[SizeRun, ...]:
    """The trainings of the study.

    Raises
    ------
    CheckpointError
        If the file is missing or damaged.
    """
    return read_runs(folder / DIGIT_TABLE, SizeRun)
