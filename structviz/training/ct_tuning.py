"""The table of the best settings of FBP and total variation for several doses and numbers of views."""

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from structviz.data import FIELD_OF_VIEW
from structviz.files import atomic_write
from structviz.studies.ct.tuned import TUNED
from structviz.tomography import ParallelBeam
from structviz.training.ct_baselines import N_TUNE, tune_fbp, tune_tv

__all__ = ["TUNED_DOSES", "TUNED_VIEWS", "save_tuned", "tune_cell"]

TUNED_DOSES = (1e3, 1e4, 1e5, math.inf)
"""Photons in each ray for which settings are tuned; a visitor's doses lie between."""

TUNED_VIEWS = (10, 20, 50, 100, 200)
"""Numbers of views for which settings are tuned."""

_SIZE = 128


def tune_cell(n_photons: float, n_views: int, image_size: int = _SIZE) -> dict[str, Any]:
    """The best filter and the best weight for a dose and a number of views, as the table has them.

    Parameters
    ----------
    n_photons
        Photons that enter each ray.
    n_views
        Over half a turn.
    image_size
        Side of the images in pixels.

    Returns
    -------
    dict
        `n_photons` (None for infinitely many), `n_views`, and under `fbp` and `tv` the setting with its mean
        PSNR in dB.
    """
    geometry = ParallelBeam(image_size, n_views, pixel_size=FIELD_OF_VIEW / image_size)
    fbp, tv = tune_fbp(geometry, n_photons), tune_tv(geometry, n_photons)
    return {
        "n_photons": None if n_photons == math.inf else n_photons,
        "n_views": n_views,
        "fbp": {"filter": fbp.setting, "psnr": round(fbp.psnr, 3)},
        "tv": {"weight": tv.setting, "psnr": round(tv.psnr, 3)},
    }


def save_tuned(
    folder: Path,
    on_cell: Callable[[dict[str, Any]], None] = lambda _cell: None,
    doses: Sequence[float] = TUNED_DOSES,
    views: Sequence[int] = TUNED_VIEWS,
    image_size: int = _SIZE,
) -> list[dict[str, Any]]:
    """Tune the methods that learn nothing, and write the table below a folder.

    Parameters
    ----------
    folder
        Of the networks that ship.
    on_cell
        Called with each cell as soon as it is measured.
    doses, views
        Photons in each ray, and numbers of views; every combination is a cell.
    image_size
        Side of the images in pixels.

    Returns
    -------
    list of dict
        The cells.
    """
    cells = []
    for n_views in views:
        for dose in doses:
            cells.append(tune_cell(dose, n_views, image_size))
            on_cell(cells[-1])
    table = {
        "command": "structviz tune",
        "data": f"{N_TUNE} validation patients, upright; neither training patients nor the held-out ones",
        "image_size": image_size,
        "field_of_view": FIELD_OF_VIEW,
        "cells": cells,
    }
    atomic_write(folder / TUNED, json.dumps(table, indent=2, ensure_ascii=False) + "\n")
    return cells
