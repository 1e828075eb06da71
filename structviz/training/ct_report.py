"""The figures of the recipe `ct` for people: networks, yardsticks, and what the size of the training set does."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from structviz import zoo
from structviz.errors import CheckpointError
from structviz.files import atomic_write
from structviz.tomography import ParallelBeam
from structviz.training.ct import CT
from structviz.training.ct_baselines import N_TUNE, ct_baselines
from structviz.training.patients import (
    DATA_RANGE,
    MEASURED_ONCE,
    N_PHOTONS,
    N_TEST,
    NEW_PHOTONS,
    mean_figures,
)
from structviz.training.recipes import Recipe
from structviz.training.sweep_report import RATES, rate_lines, size_lines

__all__ = ["CT_BASELINES", "CT_SWEEPS", "ct_section", "read_ct_baselines", "save_ct_baselines", "table_number"]

CT_BASELINES = Path("ct", "baselines.json")
"""Figures of the yardsticks on the patients of the networks, beside these."""

CT_SWEEPS: Mapping[str, Path] = MappingProxyType(
    {dataset: Path("ct", f"sweep-{dataset}.csv") for dataset in (MEASURED_ONCE, NEW_PHOTONS)}
)
"""The tables of the sweeps, by the data set of the recipe; a file beside each has its settings."""

_KEYS = ("psnr_upright", "psnr_rotated", "ssim_upright", "ssim_rotated", "equivariance_error_90")


def save_ct_baselines(folder: Path, geometry: ParallelBeam) -> Path:
    """Measure the yardsticks of a geometry, and write their settings and mean figures below `folder`."""
    figures = {
        name: {"setting": one.setting, **mean_figures(one.scores)} for name, one in ct_baselines(geometry).items()
    }
    path = folder / CT_BASELINES
    atomic_write(path, json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
    return path


def read_ct_baselines(folder: Path = zoo.PRETRAINED) -> Mapping[str, Mapping[str, Any]]:
    """Settings and mean figures of FBP and total variation on the patients of the networks.

    Raises
    ------
    CheckpointError
        If they have not been measured.
    """
    path = folder / CT_BASELINES
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"The figures of FBP and TV are missing in {path}: {error}. Run pretrain.") from error


def ct_section(folder: Path) -> list[str]:
    """The lines of the report about the recipe `ct`; none if it has no networks in `folder`."""
    cards = [zoo.card(name, folder) for name in zoo.names(folder) if name.startswith("ct/")]
    if not cards:
        return []
    shape = cards[0].network
    lines = [
        "",
        "## ct",
        "",
        f"Learned proximal gradient networks for chests of {shape['image_size']}×{shape['image_size']} pixels, "
        f"{shape['n_views']} views and {N_PHOTONS:g} photons a ray,",
        f"tested on {N_TEST} patients that none of them has seen, upright and each turned by an angle of its own,",
        f"inside the inscribed disc; peak {DATA_RANGE:g} / cm. The filter of FBP and the weight of TV are tuned on "
        f"{N_TUNE} validation patients.",
        "",
        f"| network | parameters | {' | '.join(key.replace('_', ' ') for key in _KEYS)} | trained on |",
        "|---" * (len(_KEYS) + 3) + "|",
        *(
            _line(f"{c.name}, N = {c.config.n_train}", c.n_parameters, c.metrics, f"{c.device}, {c.seconds:.0f} s")
            for c in cards
        ),
    ]
    for name, figures in read_ct_baselines(folder).items():
        lines.append(_line(f"{name}, {figures['setting']}", None, figures, "–"))
    for choice in dict.fromkeys(card.choice for card in cards if card.choice):
        lines += ["", f"One seed ships. {choice}"]
    for path in CT_SWEEPS.values():
        if (folder / path).is_file():
            lines += size_lines(folder / path, "patients, in smaller images")
    if (folder / RATES[CT.name]).is_file():
        lines += rate_lines(folder / RATES[CT.name])
    return lines


def _line(title: str, n_parameters: int | None, figures: Mapping[str, Any], trained: str) -> str:
    count = "–" if n_parameters is None else f"{n_parameters:,}"
    return f"| {title} | {count} | {' | '.join(table_number(CT, figures, key) for key in _KEYS)} | {trained} |"


def table_number(recipe: Recipe, figures: Mapping[str, Any], key: str) -> str:
    """A figure as the table of the networks that ship has it; a dash where there is none.

    Parameters
    ----------
    recipe
        Whose figure it is.
    figures
        Numbers by name.
    key
        The name of the one to write.

    Returns
    -------
    str
        The number, without its unit.
    """
    return format(figures[key], recipe.metric(key).table_format) if key in figures else "–"
