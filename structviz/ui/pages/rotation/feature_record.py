"""What is said of feature maps that turn: a record of displayed changes, its table and its sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from structviz.arms import arm_words
from structviz.displayed import Displayed, percent, scientific
from structviz.figures import heading
from structviz.nets import group
from structviz.studies.features import FeatureFilm
from structviz.ui.kit.networks import TrainedNetwork, headings
from structviz.ui.kit.sentences import joined

__all__ = ["Changes", "FeatureRecord", "MapsRecord", "changes", "changes_table", "feature_record", "what_moves"]

_ROUND_OFF = 1e-5
"""Changes below this are none."""


@dataclass(frozen=True)
class Changes:
    """By how much the maps of a network change in the co-moving frame, as shares of what they are at 0°."""

    worst_quarter: float
    mean_quarter: float
    worst: float
    mean: float


@dataclass(frozen=True)
class MapsRecord:
    """What is shown of the maps of one network.

    Attributes
    ----------
    title, phrase
        The network in the table and in a sentence.
    group
        Of its symmetry; empty without one.
    worst_quarter, mean_quarter, worst, mean
        The changes, rounded once.
    is_still
        Whether the change at quarter turns is round-off.
    """

    title: str
    phrase: str
    group: str
    worst_quarter: Displayed
    mean_quarter: Displayed
    worst: Displayed
    mean: Displayed
    is_still: bool


@dataclass(frozen=True)
class FeatureRecord:
    """The networks of a film, in their order."""

    maps: tuple[MapsRecord, ...]


def changes(film: FeatureFilm) -> Changes:
    """Sum up the changes of a film, without the angle 0, where there is none."""
    n = len(film.angles)
    quarters, turned = film.change[n // 4 :: n // 4], film.change[1:]
    return Changes(quarters.max().item(), quarters.mean().item(), turned.max().item(), turned.mean().item())


def feature_record(
    found: Mapping[str, Changes], groups: Mapping[str, str], local: Sequence[TrainedNetwork] = ()
) -> FeatureRecord:
    """Round the changes of the maps.

    Parameters
    ----------
    found
        By the column of the network.
    groups
        The symmetry of each; empty without one.
    local
        Networks of this machine among them.

    Returns
    -------
    FeatureRecord
        A record for each network in the order of `found`, rounded as displayed.
    """
    phrases = {network.key: f"**{network.phrase}**" for network in local}
    named = headings(local)
    return FeatureRecord(
        tuple(
            MapsRecord(
                heading(arm, named).title,
                phrases.get(arm) or f"the **{arm_words(arm)}** network",
                groups[arm],
                _share(change.worst_quarter),
                _share(change.mean_quarter),
                _share(change.worst),
                _share(change.mean),
                change.worst_quarter < _ROUND_OFF,
            )
            for arm, change in found.items()
        )
    )


def _share(change: float) -> Displayed:
    """A relative change: percent, or a power of ten where percent would say 0; rounded as in the film."""
    if change == 0 or change >= 0.0995:
        return percent(change, 0)
    return percent(change, 1) if change >= 1e-3 else scientific(change, 2)


def changes_table(seen: FeatureRecord) -> str:
    """The changes as a table."""
    lines = [
        "| Change of the maps | at quarter turns: worst | mean | at all angles: worst | mean |",
        "|:--|--:|--:|--:|--:|",
    ]
    for maps in seen.maps:
        values = (maps.worst_quarter, maps.mean_quarter, maps.worst, maps.mean)
        lines.append(f"| {maps.title} | {' | '.join(map(str, values))} |")
    return "\n".join(lines)


def what_moves(seen: FeatureRecord) -> list[str]:
    """What the maps do at quarter turns, what they do between, and why; each true of these numbers."""
    still = [maps for maps in seen.maps if maps.is_still]
    moving = [maps for maps in seen.maps if not maps.is_still]
    parts = []
    if still:
        each = joined([str(value) for value in dict.fromkeys(maps.worst_quarter for maps in still)])
        names = joined([maps.phrase for maps in still])
        parts.append(f"the maps of {names} stand still in the co-moving frame (change {each}: round-off)")
    if moving:
        parts.append(joined([f"those of {maps.phrase} change by up to {maps.worst_quarter}" for maps in moving]))
    means = joined([f"{maps.mean} for {maps.phrase}" for maps in seen.maps])
    return [
        f"At quarter turns {', '.join(parts)}.",
        f"Over all angles the change is {means} on average.{''.join(_why(name) for name in _groups(still))}",
    ]


def _groups(still: list[MapsRecord]) -> list[str]:
    return sorted({maps.group for maps in still if maps.group}, key=lambda name: (group(name).order, name))


def _why(name: str) -> str:
    """Why maps of a network with a group move between quarter turns."""
    if group(name).rotations <= 4:
        return (
            f" The only turns in {name} are quarter turns: nothing forces its network to turn at angles between them."
        )
    return (
        f" {name} contains other turns too, but only quarter turns move pixels to pixels: for the others kernels are "
        "sampled on a turned grid."
    )
