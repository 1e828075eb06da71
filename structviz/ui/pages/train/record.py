"""What the train page shows of arms and runs: every number rounded once, for sentences, tiles and tables alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from structviz.arms import arm_words, is_augmented, is_equivariant, is_nonexpansive
from structviz.config import PlaneShape, TrainConfig
from structviz.displayed import PERCENT, Displayed, decibels, number, percent, significant
from structviz.jobs import State
from structviz.training import Recipe, recipe
from structviz.training.metric import Examples

__all__ = [
    "ONE_SEED",
    "Learner",
    "Result",
    "ShownRun",
    "ShownRuns",
    "Spread",
    "learners",
    "rate_text",
    "shown_runs",
    "spreads_of_seeds",
    "weights_words",
]


_WORST = "worst_ratio"
"""The figure of recipes that search for the pair of inputs that a network pulls apart most."""

_SMALL = 10
"""Ratios below it have two digits after the point."""


@dataclass(frozen=True)
class Learner:
    """An arm that would start.

    Attributes
    ----------
    name
        Within a sentence.
    rate
        Its learning rate.
    is_equivariant, is_augmented
        What it does about rotations.
    is_nonexpansive
        Whether it moves no two inputs apart.
    """

    name: str
    rate: Displayed
    is_equivariant: bool = False
    is_augmented: bool = False
    is_nonexpansive: bool = False


@dataclass(frozen=True)
class Spread:
    """How far the figures of equal runs lie apart: what differs by less is no lead.

    Attributes
    ----------
    size
        The distance.
    reason
        Where it comes from, as a part of a sentence.
    """

    size: Displayed
    reason: str


ONE_SEED: Mapping[str, Displayed] = MappingProxyType({" dB": decibels(1.0), PERCENT: percent(0.02).minus(percent(0.0))})
"""Where no study of seeds is known: differences up to these are not called a lead, by the unit of the figures."""


@dataclass(frozen=True)
class Result:
    """A run with its network's card.

    Attributes
    ----------
    title
        What the run is called on the page.
    config, metrics, n_parameters
        As on the card.
    state, step, seconds
        How the run stands, and how far and how long it went.
    weights_step
        After how many steps the weights of the network were taken.
    """

    title: str
    config: TrainConfig
    metrics: Mapping[str, float]
    n_parameters: int
    state: State
    step: int
    seconds: float
    weights_step: int

    @property
    def task(self) -> Recipe:
        """What it learnt."""
        return recipe(self.config.recipe)

    @property
    def weights(self) -> str:
        """Which weights the figures belong to."""
        return weights_words(self.weights_step)


@dataclass(frozen=True)
class ShownRun:
    """What the page shows of a run that has a network.

    Attributes
    ----------
    title
        What the run is called on the page.
    plural
        What it learnt from.
    is_equivariant
        Whether its layers commute with rotations.
    has_diverged, step, weights_step
        Whether it diverged, after how many steps that was seen, and after how many the weights were taken.
    rate
        Its learning rate, if the card has it.
    figures
        Those by which runs are compared, by the examples on which they were measured.
    worst
        The largest ratio of distances after and before the network that a search found; None if none was made.
    promised
        What the ratio cannot exceed, whatever the weights are; None if nothing is promised.
    """

    title: str
    plural: str
    is_equivariant: bool
    has_diverged: bool
    step: int
    weights_step: int
    rate: Displayed | None
    figures: Mapping[str, Displayed]
    worst: Displayed | None = None
    promised: Displayed | None = None


@dataclass(frozen=True)
class ShownRuns:
    """What the page shows of runs side by side.

    Attributes
    ----------
    runs
        One for each network.
    is_one_task
        Whether all learnt the same task.
    spreads
        By the examples: differences up to it are no lead.
    remark
        What to add where turned examples are compared with upright ones; empty if there is nothing.
    arms
        The run of each arm, as its place among the runs, where the arm has one only.
    """

    runs: tuple[ShownRun, ...]
    is_one_task: bool = True
    spreads: Mapping[str, Spread] = field(default_factory=dict)
    remark: str = ""
    arms: Mapping[str, int] = field(default_factory=dict)


def learners(rates: Mapping[str, float]) -> tuple[Learner, ...]:
    """The arms that would start, from their learning rates."""
    return tuple(
        Learner(arm_words(arm), significant(rate, 3), is_equivariant(arm), is_augmented(arm), is_nonexpansive(arm))
        for arm, rate in rates.items()
    )


def rate_text(config: TrainConfig) -> str:
    """The learning rate of settings; a dash if they leave it open."""
    return "–" if config.learning_rate is None else str(significant(config.learning_rate, 3))


def weights_words(step: int) -> str:
    """Which weights were taken after so many steps."""
    return f"after step {step:,}" if step else "initial weights"


def shown_runs(results: Sequence[Result], spreads: Mapping[str, Spread] | None = None) -> ShownRuns:
    """What the page shows of runs.

    Parameters
    ----------
    results
        The runs.
    spreads
        Of equal runs of their task, by the examples, as far as they were measured; elsewhere what is stated for a
        single seed.
    """
    arms = [result.config.arm for result in results]
    tasks = {result.config.recipe for result in results}
    measured = {(examples, figure.unit) for result in results for examples, figure in _figures(result).items()}
    units = dict(measured)
    stated = {examples: ONE_SEED[unit] for examples, unit in units.items() if unit in ONE_SEED}
    known = {
        examples: Spread(
            size, f"with one seed and one draw of noise each, a difference of up to {size} is not counted as one"
        )
        for examples, size in stated.items()
    } | {examples: spread for examples, spread in (spreads or {}).items() if examples in units}
    remarks = {metric.remark for result in results for metric in result.task.metrics.values() if metric.examples}
    return ShownRuns(
        tuple(map(_shown, results)),
        len(tasks) == 1 and len(units) == len(measured),  # a recipe may learn classes in one set, angles in another
        known,
        " ".join(sorted(filter(None, remarks))),
        {arm: arms.index(arm) for arm in dict.fromkeys(arms) if arms.count(arm) == 1},
    )


def spreads_of_seeds(seeds: Sequence[Mapping[str, Sequence[float]]]) -> dict[str, Spread]:
    """How far the runs with other seeds lie apart that cards tell of, in dB; empty if they tell of none.

    Parameters
    ----------
    seeds
        PSNR by the names of the figures, as on the cards.
    """
    ranges = [
        decibels(max(figures)).minus(decibels(min(figures)))
        for card in seeds
        for name, figures in card.items()
        if name.startswith("psnr") and len(figures) > 1
    ]
    if not ranges:
        return {}
    size = max(ranges, key=float)
    spread = Spread(size, f"equal runs with other seeds lie up to {size} apart")
    return {"upright": spread, "turned": spread}


def _shown(result: Result) -> ShownRun:
    rate, worst = result.config.learning_rate, result.metrics.get(_WORST)
    return ShownRun(
        title=result.title,
        plural=result.task.plural,
        is_equivariant=result.config.is_equivariant,
        has_diverged=result.state is State.DIVERGED,
        step=result.step,
        weights_step=result.weights_step,
        rate=None if rate is None else significant(rate, 3),
        figures=_figures(result),
        worst=None if worst is None else number(worst, 2) if worst < _SMALL else significant(worst, 2),
        promised=number(1, 0) if _is_bounded(result.config) else None,
    )


def _is_bounded(config: TrainConfig) -> bool:
    """Whether no weights can move two inputs apart."""
    gradient = isinstance(config.net, PlaneShape) and config.net.structure == "gradient" and config.net.share <= 1
    return is_nonexpansive(config.arm) or gradient


def _figures(result: Result) -> dict[str, Displayed]:
    every: tuple[Examples, ...] = ("turned", "upright", "new", "training")
    found = {examples: result.task.compared(result.metrics, examples) for examples in every}
    return {examples: pair[0].displayed(pair[1]) for examples, pair in found.items() if pair is not None}
