"""Settings of the methods that learn nothing, each the best on validation patients for its dose and number of views.

A fixed setting would be unfair to them: with few photons total variation must smooth more, and backprojection needs
another filter. `structviz tune` measures the table; between its doses and numbers of views the weight is interpolated.
"""

import itertools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from structviz.errors import CheckpointError
from structviz.studies.ct.scan import Scan
from structviz.zoo import PRETRAINED

__all__ = ["TUNED", "TunedCell", "TunedTable", "read_tuned"]

TUNED = Path("ct", "tuned.json")
"""The table, below the folder of the networks that ship."""


@dataclass(frozen=True)
class TunedCell:
    """The best settings for one dose and number of views.

    Attributes
    ----------
    n_photons
        Photons that enter each ray; infinitely many make no noise.
    n_views
        Over half a turn.
    filter
        Of the backprojection.
    weight
        Of total variation, in cm, with rays weighed by their counts.
    fbp_psnr, tv_psnr
        Mean PSNR in dB that they reach on the validation patients.
    """

    n_photons: float
    n_views: int
    filter: str
    weight: float
    fbp_psnr: float
    tv_psnr: float


@dataclass(frozen=True)
class TunedTable:
    """Cells for every combination of some doses and numbers of views, measured with pixels of one size.

    Attributes
    ----------
    cells
        In any order.
    pixel_size
        In cm.
    """

    cells: tuple[TunedCell, ...]
    pixel_size: float

    def weight(self, scan: Scan) -> float:
        """The weight of total variation for a scan, in cm, with three digits.

        Linear in the logarithms of photons and views, constant beyond the table. It grows with the side of a pixel: in
        pixels twice as wide an image of half the attenuation gives the same data and half the total variation.
        """
        doses = sorted({cell.n_photons for cell in self.cells})
        counts = sorted({float(cell.n_views) for cell in self.cells})
        weights = {(cell.n_photons, float(cell.n_views)): math.log(cell.weight) for cell in self.cells}
        # "No noise" is no dose between which and another one could be interpolated.
        finite = [dose for dose in doses if dose < math.inf]
        parts = {math.inf: 1.0} if scan.n_photons == math.inf else _shares(finite, scan.n_photons)
        logarithm = sum(
            share * part * weights[dose, n_views]
            for dose, share in parts.items()
            for n_views, part in _shares(counts, scan.n_views).items()
        )
        return float(f"{math.exp(logarithm) * scan.geometry.pixel_size / self.pixel_size:.3g}")

    def filter(self, scan: Scan) -> str:
        """The filter of the closest cell."""

        def distance(cell: TunedCell) -> tuple[float, float]:
            doses = (cell.n_photons, scan.n_photons)
            apart = 0.0 if doses[0] == doses[1] else abs(math.log(doses[0]) - math.log(doses[1]))
            return apart, abs(math.log(cell.n_views / scan.n_views))

        return min(self.cells, key=distance).filter


def _shares(nodes: list[float], value: float) -> Mapping[float, float]:
    """How much each of the two nodes around a value counts, by logarithms; the last node alone beyond all."""
    value = min(max(value, nodes[0]), nodes[-1])
    for low, high in itertools.pairwise(nodes):
        if low <= value <= high:
            share = math.log(value / low) / math.log(high / low)
            return {low: 1 - share, high: share}
    return {nodes[0]: 1.0}


@lru_cache(maxsize=4)
def read_tuned(folder: Path = PRETRAINED) -> TunedTable:
    """The table that ships.

    Raises
    ------
    CheckpointError
        If it is missing or damaged.
    """
    path = folder / TUNED
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return TunedTable(tuple(map(_cell, values["cells"])), values["field_of_view"] / values["image_size"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"The tuned settings should stand in {path}: {error!r}. Run `structviz tune`.") from error


def _cell(values: Mapping[str, Any]) -> TunedCell:
    dose = math.inf if values["n_photons"] is None else values["n_photons"]
    fbp, tv = values["fbp"], values["tv"]
    return TunedCell(dose, values["n_views"], fbp["filter"], tv["weight"], fbp["psnr"], tv["psnr"])
