"""What to notice in runs that are over: sentences that follow from the figures on the cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from structviz.config import TrainConfig
from structviz.jobs import State
from structviz.training import Metric, Recipe, recipe
from structviz.training.metric import Examples

__all__ = ["Result", "gain", "score", "what_to_notice"]


@dataclass(frozen=True)
class Result:
    """A run with its network's card, as far as sentences and tables need it.

    Attributes
    ----------
    title
        What the run is called on the page.
    config, metrics, n_parameters
        As on the card.
    state, step, seconds
        How the run stands, and how far and how long it went.
    """

    title: str
    config: TrainConfig
    metrics: Mapping[str, float]
    n_parameters: int
    state: State
    step: int
    seconds: float

    @property
    def task(self) -> Recipe:
        """What it learnt."""
        return recipe(self.config.recipe)

    def metric(self, name: str) -> Metric:
        """How one of its figures is named and written."""
        return self.task.metric(name)

    def compared(self, examples: Examples) -> tuple[Metric, float] | None:
        """The figure by which runs are compared on such examples, if the card has it."""
        return self.task.compared(self.metrics, examples)


def gain(results: Sequence[Result]) -> str | None:
    """How much better the equivariant run is than the ordinary one on turned examples; None without a pair."""
    found = {
        arm: [value for result in results if result.config.arm == arm and (value := result.compared("turned"))]
        for arm in ("ordinary", "equivariant")
    }
    if any(len(values) != 1 for values in found.values()) or len({r.config.recipe for r in results}) > 1:
        return None
    (metric, before), (_, after) = (values[0] for values in found.values())
    difference = after - before
    return f"{'+' if difference > 0 else ''}{metric.text(difference)}"


def score(task: Recipe, metrics: Mapping[str, float]) -> str:
    """The one figure that sums a network up, for people; empty without one."""
    found = task.compared(metrics, "turned") or task.compared(metrics, "new")
    return found[0].sentence(found[1]) if found else ""


def what_to_notice(results: Sequence[Result]) -> list[str]:
    """At most four sentences, each true of these figures."""
    sentences = [
        f"**{result.title}** diverged; its figures are those of the last good weights, after {result.step:,} steps."
        for result in results
        if result.state is State.DIVERGED
    ]
    if not results or len({result.config.recipe for result in results}) > 1:
        return [*sentences, "These runs learnt different tasks, so their figures do not compare."][:4]
    turning = _compared(results, "turned")
    sentences += turning or [_alone(result) for result in results if len(results) == 1]
    sentences += _compared(results, "upright")
    sentences += _losses_when_turned(results)
    sentences += _accuracies(results)
    return [sentence for sentence in sentences if sentence][:4]


def _ranked(results: Sequence[Result], examples: Examples) -> tuple[Metric, list[tuple[float, Result]]] | None:
    """The figure of such examples, and who has it, the best first; None if nobody has."""
    known = [(found, result) for result in results if (found := result.compared(examples)) is not None]
    if not known:
        return None
    metric = known[0][0][0]
    ranked = [(value, result) for (_, value), result in known]
    ranked.sort(key=lambda pair: pair[0], reverse=metric.higher_is_better)
    return metric, ranked


def _compared(results: Sequence[Result], examples: Examples) -> list[str]:
    """Who leads on examples that lie in one way."""
    found = _ranked(results, examples)
    if found is None or len(found[1]) < 2:
        return []
    metric, ranked = found
    (best, leader), (second, follower) = ranked[:2]
    if abs(best - second) < metric.tie:
        return [
            f"On {examples} examples **{leader.title}** and **{follower.title}** are equally good, "
            f"at {metric.text(best)}."
        ]
    sentence = (
        f"On {examples} examples **{leader.title}** leads with {metric.text(best)}, "
        f"{metric.text(abs(best - second))} ahead of **{follower.title}**."
    )
    behind = [result for _, result in ranked[1:] if result.config.is_equivariant]
    if behind and not leader.config.is_equivariant:
        sentence += f" The equivariant {'ones are' if len(behind) > 1 else 'one is'} behind here."
    return [sentence]


def _alone(result: Result) -> str:
    before, after = result.compared("upright"), result.compared("turned")
    if before is None or after is None:
        return ""
    return (
        f"**{result.title}** reaches {before[0].text(before[1])} on upright examples and "
        f"{after[0].text(after[1])} on turned ones."
    )


def _losses_when_turned(results: Sequence[Result]) -> list[str]:
    """What a turn costs each arm."""
    words: list[str] = []
    for result in results:
        before, after = result.compared("upright"), result.compared("turned")
        if before is not None and after is not None:
            metric, cost = before[0], before[1] - after[1]
            words.append(f"**{result.title}** {metric.text(cost) if cost > metric.tie else 'nothing'}")
    return [f"A turn costs {', '.join(words[:-1])} and {words[-1]}."] if len(words) > 1 else []


def _accuracies(results: Sequence[Result]) -> list[str]:
    """Who tells new examples apart best."""
    found = _ranked(results, "new")
    if found is None:
        return []
    metric, ranked = found
    best, leader = ranked[0]
    sentence = f"**{leader.title}** tells {metric.text(best)} of new {leader.task.plural} apart"
    if (learnt := leader.compared("training")) is not None:
        sentence += f", and {learnt[0].text(learnt[1])} of those that it learnt from"
    if len(ranked) > 1:
        second, follower = ranked[1]
        same = abs(best - second) < metric.tie
        sentence += f"; **{follower.title}** {'as many' if same else metric.text(second)}"
    return [sentence + "."]
