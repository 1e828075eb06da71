"""What a card tells of other seeds: taken from the table of a sweep in which its run stands."""

import json
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean
from types import MappingProxyType

from structviz.config import TrainConfig
from structviz.errors import CheckpointError
from structviz.training.images import IMAGES_RECIPE, ROTATED
from structviz.training.stripes import STRIPES
from structviz.training.summary import choose_by_validation
from structviz.training.sweep import shared_settings
from structviz.training.sweep_report import IMAGES_SWEEP
from structviz.training.table import Row, read_rows
from structviz.zoo import PRETRAINED

__all__ = ["choice_in_sweep", "seeds_in_sweep"]


_TABLES: Mapping[str, str] = MappingProxyType(
    {
        IMAGES_RECIPE.name: f"{IMAGES_SWEEP.with_suffix('')}*.csv",
        STRIPES.name: "stripes/wide*.csv",
    }
)
"""By recipe, where its tables lie, if there are any. Networks that differ in more than a table tells have their own."""

_METRICS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        IMAGES_RECIPE.name: {"upright": "psnr_0", "rotated": f"psnr_{ROTATED}"},
        STRIPES.name: {"0°": "psnr_upright", "45°": "psnr_45"},
    }
)
"""By recipe and the orientation in its tables: the figure of a card that is measured in the same way."""


def seeds_in_sweep(config: TrainConfig, path: Path | None = None) -> dict[str, list[float]]:
    """Mean PSNR in dB of the runs that differ from a complete configuration in the seed alone, by the name on a card.

    Parameters
    ----------
    config
        Of the run that is stored.
    path
        The table of a sweep; by default those of the recipe that ship.

    Returns
    -------
    dict
        A number for each seed, in the order of the seeds; empty if no table has several runs of these settings.
    """
    images: dict[str, dict[int, list[float]]] = {}
    for row in _runs(config, path):
        if (row.rate, row.steps) == (config.learning_rate, config.steps):
            images.setdefault(row.orientation, {}).setdefault(row.seed or 0, []).append(row.psnr)
    means = {lying: {seed: fmean(seeds[seed]) for seed in sorted(seeds)} for lying, seeds in images.items()}
    found = {name: means[lying] for lying, name in _METRICS.get(config.recipe, {}).items() if lying in means}
    if config.recipe == STRIPES.name and means:
        every = {seed: [of[seed] for of in means.values()] for seed in next(iter(means.values()))}
        found |= {f"psnr_{name}": {s: pick(v) for s, v in every.items()} for name, pick in _EXTREMES.items()}
    return {name: [round(value, 4) for value in seeds.values()] for name, seeds in found.items() if len(seeds) > 1}


_EXTREMES = MappingProxyType({"best": max, "worst": min})


def choice_in_sweep(config: TrainConfig, path: Path | None = None) -> str:
    """How rate and length of a complete configuration were chosen, in a sentence; "" if not by a table.

    For wide stripes the seed was chosen too.

    Parameters
    ----------
    config
        Of the run that is stored.
    path
        The table of a sweep; by default those of the recipe that ship.

    Returns
    -------
    str
        Which lengths, rates and seeds were compared by their figures of validation.
    """
    rows = _runs(config, path)
    lengths, rates = ({getattr(row, name) for row in rows} for name in ("steps", "rate"))
    chosen = choose_by_validation(rows)
    if {(row.rate, row.steps) for row in chosen} != {(config.learning_rate, config.steps)}:
        return ""
    tried = [
        f"{' or '.join(f'{value:g}' for value in sorted(values))} {unit}"
        for values, unit in ((lengths, "steps"), (rates, "as the rate"))
        if len(values) > 1
    ]
    validation = {row.seed: row.validation or 0.0 for row in chosen}
    is_wide = config.recipe == STRIPES.name
    if is_wide and len(validation) > 1 and max(validation, key=lambda seed: validation[seed]) == config.seed:
        tried.append(f"{len(validation)} seeds")
    if not tried:
        return ""
    where = (
        "this has the highest PSNR at the worst angle that the arm should master, on stripes for validation."
        if is_wide
        else "this was best on patches for validation, which are neither for training nor held out."
    )
    return f"Of {' and '.join(tried)}, {where}"


def _runs(config: TrainConfig, path: Path | None) -> list[Row]:
    """The rows of runs that differ in seed, rate and length alone, in a table or in the first of those that ship."""
    if path is None:
        pattern = _TABLES.get(config.recipe)
        tables = sorted(PRETRAINED.glob(pattern)) if pattern else []
        return next(filter(None, (_runs(config, table) for table in tables)), [])
    try:
        arms = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["arms"]
        rows = read_rows(path)
    except (OSError, ValueError, KeyError, CheckpointError):
        return []
    if arms.get(config.arm) != shared_settings(config):
        return []
    return [
        row for row in rows if (row.arm, row.group, row.n_train) == (config.arm, config.group or "", config.n_train)
    ]
