"""What to notice: sentences that follow from one record of displayed numbers."""

from dataclasses import dataclass

from structviz.displayed import Displayed, number, significant
from structviz.studies.stability import PLANE_NETWORKS, PairStudy
from structviz.ui.pages.stability.choice import StabilityChoice

__all__ = ["PairRecord", "headline", "record_of", "what_to_notice"]

_MOST = 1e6
"""Ratios beyond it are called diverged."""


@dataclass(frozen=True)
class PairRecord:
    """What the page says of the pair.

    Attributes
    ----------
    network
        As in `structviz.studies.stability.PLANE_NETWORKS`.
    scale
        Of the step.
    is_promised
        Whether no pair can end further apart than it starts.
    ratio, twin
        Distance at the end by that at the start, through the network and through its twin.
    is_lost, is_twin_lost
        Whether they have left all bounds.
    """

    network: str
    scale: Displayed
    is_promised: bool
    ratio: Displayed
    twin: Displayed
    is_lost: bool
    is_twin_lost: bool


def record_of(choice: StabilityChoice, studies: tuple[PairStudy, PairStudy]) -> PairRecord:
    """The record of what is shown.

    Parameters
    ----------
    choice
        What was asked for.
    studies
        Of the pair, for the network and for its twin.
    """
    ratio, twin = (study.ratios.item() for study in studies)
    return PairRecord(
        choice.network,
        number(choice.scale, 2),
        studies[0].bound <= 1,
        _shown(ratio),
        _shown(twin),
        not ratio < _MOST,
        not twin < _MOST,
    )


def _shown(ratio: float) -> Displayed:
    return number(ratio, 2) if ratio < 10 else significant(ratio, 2)


def headline(record: PairRecord) -> str:
    """The one sentence."""
    if record.network == "gradient":
        if record.is_promised:
            return (
                "A **gradient flow** in small steps moves no two points apart, whatever its weights are. Drag the "
                "pair, and then the step beyond 1."
            )
        return "Beyond its longest step a **gradient flow** promises nothing any more. Drag the pair, or the step back."
    if record.network == "antisymmetric":
        return (
            "**Antisymmetric** layers have eigenvalues that neither grow nor shrink; distances can grow all the same. "
            "Drag the pair."
        )
    return "A **Hamiltonian** network keeps areas, not distances: it bends the plane and can be undone. Drag the pair."


def what_to_notice(record: PairRecord) -> list[str]:
    """Two or three sentences about the pair on the screen."""
    title = PLANE_NETWORKS[record.network].title
    ends = "leaves all bounds" if record.is_lost else f"ends at {record.ratio} times its distance at the start"
    if record.is_promised:
        seen = [f"{title}: the pair {ends}; the promise is at most 1."]
    elif record.network == "gradient":
        seen = [f"{title}: with steps of {record.scale} times the longest, nothing is promised; this pair {ends}."]
    else:
        seen = [f"{title}: the pair {ends}; no bound on distances is promised."]
    end = "is lost" if record.is_twin_lost else f"ends at {record.twin} times its distance"
    seen.append(f"In the ResNet with free weights, the same pair {end}.")
    if record.network == "gradient" and not record.is_promised and not record.is_lost and float(record.ratio) <= 1:
        seen.append("A promise that is gone need not be broken by each pair: drag it somewhere else.")
    return seen
