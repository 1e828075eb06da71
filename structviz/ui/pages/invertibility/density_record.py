"""What the page says of a learned density: displayed numbers, and the sentences that follow from them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from structviz.data import TOY_SETS
from structviz.displayed import Displayed, number, percent
from structviz.studies.invertibility import DensityStudy
from structviz.ui.pages.invertibility.densities import LearnedFlow

__all__ = ["DensityRecord", "about_density", "density_record"]

_FAINT = 0.01
"""Share of the highest true density below which a place counts as empty."""

_PIECES: Mapping[str, str] = MappingProxyType(
    {
        "donut2d": "The set has a hole and the Gaussian has none",
        "halfmoon2d": "The set is in two pieces and the Gaussian in one",
        "spiral2d": "The set is in two pieces and the Gaussian in one",
        "xor": "The set is in four pieces and the Gaussian in one",
    }
)
"""What a flow of the plane cannot change, for sets whose pieces lie apart."""


@dataclass(frozen=True)
class DensityRecord:
    """What is said of a density.

    Attributes
    ----------
    network, dataset, kind
        Titles, and the kind as in code.
    topology
        What a continuous map with an inverse cannot change between Gaussian and data; empty if there is nothing.
    exact, flow, kernel, gaussian
        Mean log-likelihoods of held-out points, in nats.
    n_held_out
        How many points these are.
    bandwidth
        Of the kernels.
    highest, ceiling
        The highest density on the map, and 1/(2π), that of the standard Gaussian.
    stray, empty
        Share of the map's probability where the true density is below 1 % of its highest value, for the flow and for
        the true density itself.
    """

    network: str
    dataset: str
    kind: str
    topology: str
    exact: Displayed
    flow: Displayed
    kernel: Displayed
    gaussian: Displayed
    n_held_out: int
    bandwidth: Displayed
    highest: Displayed
    ceiling: Displayed
    stray: Displayed
    empty: Displayed


def density_record(flow: LearnedFlow, study: DensityStudy) -> DensityRecord:
    """The record of a study of a flow."""
    exact, learnt = study.maps["exact"].density, study.maps["flow"].density
    faint = exact < _FAINT * exact.max()
    return DensityRecord(
        network=flow.title,
        dataset=TOY_SETS[flow.dataset].title,
        kind=flow.kind,
        topology=_PIECES.get(flow.dataset, ""),
        **{name: number(study.nats[name], 2, " nats") for name in ("exact", "flow", "kernel", "gaussian")},
        n_held_out=study.n_held_out,
        bandwidth=number(study.bandwidth, 3),
        highest=number(learnt.max().item(), 2),
        ceiling=number(1 / (2 * math.pi), 2),
        stray=percent((learnt[faint].sum() / learnt.sum()).item()),
        empty=percent((exact[faint].sum() / exact.sum()).item()),
    )


def about_density(record: DensityRecord) -> list[str]:
    """How good the density is, and where its structure costs."""
    found = [_likelihood(record)]
    if record.kind == "additive":
        found.append(
            f"Additive couplings keep every area, |det| = 1, so no density exceeds the Gaussian's {record.ceiling}; "
            f"here it reaches {record.highest}. That is what the structure costs."
        )
    if record.topology and record.stray > record.empty:
        found.append(
            f"{record.topology}, and no continuous map with an inverse can change that: {record.stray} of the "
            f"probability on the map lies where the true density is next to nothing; of the true one, {record.empty}."
        )
    return found


def _likelihood(record: DensityRecord) -> str:
    gap = record.exact.minus(record.flow)
    distance = (
        f"{gap} below the true density's {record.exact}"
        if gap > number(0, 2, " nats")
        else f"as much as the true density's {record.exact} up to chance"
    )
    rivals = (("the Gaussian fit", record.gaussian), ("the kernel density estimate", record.kernel))
    parts = [f"{_relation(record.flow, value)} {title} ({value})" for title, value in rivals]
    return (
        f"**{record.network}**: {record.n_held_out:,} held-out points have a log-likelihood of {record.flow} each on "
        f"average, {distance}. That is {' and '.join(parts)}."
    )


def _relation(flow: Displayed, other: Displayed) -> str:
    if flow > other:
        return "better than"
    return "worse than" if flow < other else "as good as"
