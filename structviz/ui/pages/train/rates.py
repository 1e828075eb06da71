"""Does the learning rate decide who leads? Final figures against the rate, from a study that ships, as displayed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from structviz.arms import ARMS, arm_words
from structviz.config import TrainConfig
from structviz.displayed import Displayed, decibels, significant
from structviz.figures.spread import SpreadCurve, SpreadPoint
from structviz.figures.theme import ARM_COLOURS, arm_title
from structviz.training import RATES, read_rows, recipe
from structviz.training.recipes import complete
from structviz.training.summary import summary
from structviz.training.table import Row
from structviz.training.wide_stripes import WIDE
from structviz.ui.kit.sentences import counted, joined
from structviz.ui.pages.train.record import Spread
from structviz.zoo import PRETRAINED

__all__ = ["RateCurve", "RatePoint", "RateStudy", "about_rates", "curves", "rate_study", "spreads_in", "study_of"]


@dataclass(frozen=True)
class RatePoint:
    """PSNR at one rate: the mean of the seeds, the smallest and the largest, and the mean on validation examples."""

    rate: Displayed
    mean: Displayed
    low: Displayed
    high: Displayed
    validation: Displayed | None = None


@dataclass(frozen=True)
class RateCurve:
    """What the rate does to one arm, on examples that lie in one way.

    Attributes
    ----------
    arm
        As in code.
    name
        In a sentence.
    examples
        How the held-out examples lie.
    points
        The smallest rate first.
    usual
        The rate that the recipe has for the arm.
    """

    arm: str
    name: str
    examples: str
    points: tuple[RatePoint, ...]
    usual: Displayed

    @property
    def best(self) -> RatePoint:
        """The rate that suits the arm best: by validation where it was measured, on held-out examples otherwise."""
        return max(self.points, key=lambda point: float(point.validation or point.mean))

    def at(self, rate: Displayed) -> RatePoint | None:
        """The point at a rate, if it was tried."""
        return next((point for point in self.points if point.rate == rate), None)


@dataclass(frozen=True)
class RateStudy:
    """What the table of a recipe says.

    Attributes
    ----------
    curves
        One for each arm and orientation.
    n_train, steps, seeds
        Of each run.
    plural
        What the networks learnt from.
    """

    curves: tuple[RateCurve, ...]
    n_train: int
    steps: int
    seeds: int
    plural: str

    def pair(self, examples: str) -> tuple[RateCurve, RateCurve] | None:
        """The ordinary and the equivariant arm on examples that lie in one way."""
        found = {curve.arm: curve for curve in self.curves if curve.examples == examples}
        return (found["ordinary"], found["equivariant"]) if {"ordinary", "equivariant"} <= set(found) else None


def study_of(name: str, dataset: str | None = None, folder: Path = PRETRAINED) -> RateStudy | None:
    """The study of a recipe that ships; None if none does.

    Parameters
    ----------
    name
        Of the recipe.
    dataset
        Of the recipe; wide stripes have no study.
    folder
        Where the networks and their tables lie.

    Returns
    -------
    RateStudy, optional
        As it was read from the file; kept until the file changes.
    """
    if name not in RATES or dataset == WIDE or not (folder / RATES[name]).is_file():
        return None
    path = folder / RATES[name]
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> RateStudy:
    del changed  # a rebuilt table is another one
    return rate_study(read_rows(path))


def rate_study(rows: Sequence[Row]) -> RateStudy:
    """What a table of runs at several rates says, as it is displayed.

    Parameters
    ----------
    rows
        Of one recipe, one size of the training set and one length.
    """
    task = recipe(rows[0].recipe)
    means = [mean for mean in summary(rows) if mean["n_train"] is not None and mean["rate"] is not None]
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for mean in means:
        found.setdefault((mean["arm"], mean["orientation"]), []).append(mean)
    arms = list(ARMS)
    curves = tuple(
        RateCurve(
            arm,
            arm_words(arm),
            examples,
            tuple(map(_point, sorted(members, key=lambda mean: mean["rate"]))),
            significant(complete(TrainConfig(task.name, arm), task).learning_rate or 0.0, 3),
        )
        for (arm, examples), members in sorted(found.items(), key=lambda item: arms.index(item[0][0]))
    )
    return RateStudy(curves, means[0]["n_train"], means[0]["steps"], max(mean["runs"] for mean in means), task.plural)


def _point(mean: dict[str, Any]) -> RatePoint:
    return RatePoint(
        significant(mean["rate"], 3),
        decibels(mean["psnr"]),
        decibels(mean["psnr_low"]),
        decibels(mean["psnr_high"]),
        None if mean["validation"] is None else decibels(mean["validation"], 2),
    )


def curves(study: RateStudy) -> list[SpreadCurve]:
    """What is drawn: the displayed numbers; a ring marks the rate that the recipe has for the arm."""
    return [
        SpreadCurve(
            arm_title(curve.arm),
            ARM_COLOURS[curve.arm],
            curve.examples,
            tuple(
                SpreadPoint(
                    float(point.rate),
                    float(point.mean),
                    float(point.low),
                    float(point.high),
                    is_marked=point.rate == curve.usual,
                )
                for point in curve.points
            ),
        )
        for curve in study.curves
    ]


def spreads_in(study: RateStudy) -> dict[str, Spread]:
    """How far equal runs of the study lie apart: the largest range over seeds of both arms at their usual rates."""
    found: dict[str, Displayed] = {}
    for curve in study.curves:
        point = curve.at(curve.usual) or curve.best
        size = point.high.minus(point.low)
        found[curve.examples] = max(size, found.get(curve.examples, size), key=float)
    return {
        "upright" if examples == "upright" else "turned": Spread(
            size,
            f"in the study of learning rates, equal runs with other seeds lie up to {size} apart",
        )
        for examples, size in found.items()
    }


def about_rates(study: RateStudy) -> list[str]:
    """Whether the rate decides who leads: sentences that follow from the displayed numbers."""
    sentences = []
    for examples in dict.fromkeys(curve.examples for curve in study.curves):
        pair = study.pair(examples)
        if pair is not None:
            sentences += [_leads(*pair), _at_their_best(*pair)]
    sentences.append(
        f"Each run: {study.n_train:,} {study.plural}, {counted(study.steps, 'step')}; {counted(study.seeds, 'seed')} "
        "at each rate. Bars reach from the smallest to the largest; rings mark the recipe's own rates."
    )
    return sentences


def _leads(ordinary: RateCurve, equivariant: RateCurve) -> str:
    """At which rates an arm leads: with all its seeds above all of the other's."""
    ahead: dict[str, list[tuple[Displayed, Displayed]]] = {}
    for one in ordinary.points:
        other = equivariant.at(one.rate)
        if other is None:
            continue
        if one.low > other.high:
            ahead.setdefault(ordinary.name, []).append((one.rate, one.mean.minus(other.mean)))
        elif other.low > one.high:
            ahead.setdefault(equivariant.name, []).append((one.rate, other.mean.minus(one.mean)))
        else:
            ahead.setdefault("", []).append((one.rate, one.mean.minus(other.mean)))
    start = f"**{ordinary.examples.capitalize()}**, both at the same rate:"
    unfinished = _unfinished(ordinary, equivariant) + _unfinished(equivariant, ordinary)
    missing = f" {' '.join(unfinished)}" if unfinished else ""
    if not ahead:
        return f"{start} runs of both finished at none.{missing}"
    leaders = [name for name in ahead if name]
    if len(ahead) == 1 and leaders:
        (name,) = leaders
        least = min((margin for _, margin in ahead[name]), key=float)
        where = "every rate at which both finished" if unfinished else "every rate"
        verdict = "Among these the rate does not decide it." if unfinished else "The rate does not decide it."
        return f"{start} the {name} network leads at {where}, by {least} at least. {verdict}{missing}"
    parts = [f"the {name} network leads at {joined([str(rate) for rate, _ in ahead[name]])}" for name in leaders]
    if "" in ahead:
        parts.append(f"the seeds overlap at {joined([str(rate) for rate, _ in ahead['']])}")
    verdict = " The rate decides who leads." if len(leaders) > 1 else ""
    return f"{start} {'; '.join(parts)}.{verdict}{missing}"


def _unfinished(one: RateCurve, other: RateCurve) -> list[str]:
    """At which rates an arm has no figures, though the other has: runs that diverge leave none."""
    rates = [str(point.rate) for point in other.points if one.at(point.rate) is None]
    return [f"No run of the {one.name} network finished at {joined(rates)}."] if rates else []


def _at_their_best(ordinary: RateCurve, equivariant: RateCurve) -> str:
    """What each arm reaches at the rate that suits it best."""
    one, other = ordinary.best, equivariant.best
    reached = (
        f"Each at the rate that suits it best: {ordinary.name} {one.mean} at {one.rate}, "
        f"{equivariant.name} {other.mean} at {other.rate}"
    )
    if one.low > other.high or other.low > one.high:
        lead = ordinary.name if one.low > other.high else equivariant.name
        return f"{reached}; the {lead} network leads."
    return f"{reached}; the seeds overlap, so neither leads."
