"""What a card tells of other seeds: taken from the table of a sweep in which its run stands."""

import json
from pathlib import Path
from statistics import fmean

from structviz.config import TrainConfig
from structviz.errors import CheckpointError
from structviz.training.images import ROTATED
from structviz.training.summary import choose_by_validation
from structviz.training.sweep import shared_settings
from structviz.training.sweep_report import IMAGES_SWEEP
from structviz.training.table import Row, read_rows
from structviz.zoo import PRETRAINED

__all__ = ["choice_in_sweep", "seeds_in_sweep"]

_METRICS = {"upright": "psnr_0", "rotated": f"psnr_{ROTATED}"}
"""By the orientation in the table of the photographs: the figure of a card that is measured in the same way."""


def seeds_in_sweep(config: TrainConfig, path: Path = PRETRAINED / IMAGES_SWEEP) -> dict[str, list[float]]:
    """Mean PSNR in dB of the runs that differ from a complete configuration in the seed alone, by the name on a card.

    Parameters
    ----------
    config
        Of the run that is stored.
    path
        The table of the sweep over photographs.

    Returns
    -------
    dict
        A number for each seed, in the order of the seeds; empty if the table has no run of these settings.
    """
    found = {}
    for orientation, name in _METRICS.items():
        images: dict[int | None, list[float]] = {}
        for row in _runs(config, path):
            if row.orientation == orientation and (row.rate, row.steps) == (config.learning_rate, config.steps):
                images.setdefault(row.seed, []).append(row.psnr)
        if images:
            found[name] = [round(fmean(images[seed]), 4) for seed in sorted(images, key=lambda seed: seed or 0)]
    return found


def choice_in_sweep(config: TrainConfig, path: Path = PRETRAINED / IMAGES_SWEEP) -> str:
    """How rate and length of a complete configuration were chosen, in a sentence; "" if not by this table.

    Parameters
    ----------
    config
        Of the run that is stored.
    path
        The table of the sweep over photographs.

    Returns
    -------
    str
        Which lengths and rates were compared by their figures of validation.
    """
    rows = _runs(config, path)
    lengths, rates = ({getattr(row, name) for row in rows} for name in ("steps", "rate"))
    chosen = {(row.rate, row.steps) for row in choose_by_validation(rows)}
    if len(lengths) * len(rates) < 2 or chosen != {(config.learning_rate, config.steps)}:
        return ""
    tried = [
        f"{' or '.join(f'{value:g}' for value in sorted(values))} {unit}"
        for values, unit in ((lengths, "steps"), (rates, "as the rate"))
        if len(values) > 1
    ]
    return (
        f"Of {' and '.join(tried)}, this was best on patches for validation, "
        "which are neither for training nor held out."
    )


def _runs(config: TrainConfig, path: Path) -> list[Row]:
    """The rows of runs that differ in seed, rate and length alone."""
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
