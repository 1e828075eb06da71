"""What the train page says of arms and runs: sentences that follow from the displayed numbers."""

from collections.abc import Mapping, Sequence

from structviz.displayed import Displayed
from structviz.training import Recipe
from structviz.training.metric import DEGREES, NATS, Examples
from structviz.ui.kit.sentences import counted, joined
from structviz.ui.pages.train.record import Learner, ShownRun, ShownRuns, Spread

__all__ = ["about_shipped", "gain", "opening", "rates_in_words", "score", "what_to_notice"]

_MOST = 5
"""Sentences at most."""


def opening(arms: Sequence[Learner]) -> str:
    """What is compared, on which terms, and what one can learn from it."""
    if not arms:
        return "Choose one arm or more, and watch them learn."
    if len(arms) == 1:
        return f"One network learns a task from examples. Its {rates_in_words(arms)}; watch the loss go down."
    is_stable = any(arm.is_nonexpansive for arm in arms)
    parts = [
        _part(
            "equivariant",
            [arm for arm in arms if arm.is_equivariant and not arm.is_nonexpansive],
            "built to treat a turned image like an upright one",
        ),
        _part("non-expansive", [arm for arm in arms if arm.is_nonexpansive], "built to move no two images apart"),
        _part("augmented", [arm for arm in arms if arm.is_augmented and not arm.is_equivariant], "shown turned images"),
        _part(
            "ordinary",
            [arm for arm in arms if not (arm.is_augmented or arm.is_equivariant or arm.is_nonexpansive)],
            "free to do otherwise" if is_stable else "shown upright images only",
        ),
    ]
    claims = joined([part for part in parts if part])
    question = "What does that cost?" if is_stable else "Does that help when examples are few?"
    return (
        f"The networks see the same examples in equally many steps; the {rates_in_words(arms)}. "
        f"{claims[0].upper()}{claims[1:]}. {question}"
    )


def rates_in_words(arms: Sequence[Learner]) -> str:
    """The learning rates, for the middle of a sentence."""
    rates = {arm.name: arm.rate for arm in arms}
    if len(rates) == 1:
        return f"learning rate is {arms[0].rate}"
    if len(set(rates.values())) == 1:
        return f"learning rate is {arms[0].rate} for all"
    return f"learning rates are each arm's own: {joined([f'{name} {rate}' for name, rate in rates.items()])}"


def _part(kind: str, arms: Sequence[Learner], what: str) -> str:
    if not arms:
        return ""
    return f"the **{kind}** {'networks are' if len(arms) > 1 else 'network is'} {what}"


def gain(shown: ShownRuns) -> Displayed | None:
    """How much better the equivariant run is than the ordinary one on turned examples; None without a fair pair."""
    if not shown.is_one_task or not {"ordinary", "equivariant"} <= set(shown.arms):
        return None
    ordinary, equivariant = (shown.runs[shown.arms[arm]] for arm in ("ordinary", "equivariant"))
    if ordinary.has_diverged or equivariant.has_diverged:
        return None
    before, after = (run.figures.get("turned") for run in (ordinary, equivariant))
    return None if before is None or after is None else after.minus(before)


def score(task: Recipe, metrics: Mapping[str, float]) -> str:
    """The one figure that sums a network up, for people; empty without one."""
    found = task.compared(metrics, "turned") or task.compared(metrics, "new")
    return found[0].sentence(found[1]) if found else ""


def about_shipped(shown: ShownRuns) -> str:
    """What networks that ship with the app reach, before anything is trained on the page."""
    runs = shown.runs
    lengths = list(dict.fromkeys(run.step for run in runs))
    steps = counted(lengths[0], "step") if len(lengths) == 1 else f"{joined([f'{n:,}' for n in lengths])} steps"
    where = " on upright examples" if all("turned" in run.figures for run in runs) else ""
    many = "These two ship" if len(runs) == 2 else "These ship" if len(runs) > 1 else "This one ships"
    rates = dict.fromkeys(str(run.rate) for run in runs if run.rate is not None)
    at = f" at the learning rate{'s' if len(rates) > 1 else ''} {joined(list(rates))}" if rates else ""
    reached = (
        _compared(runs, "turned", shown.spreads)
        or _accuracies(runs, shown.spreads.get("new"))
        or [_alone(run) for run in runs]
    )
    words = [
        f"**{many} with the app**, after {steps}{where}{at}.",
        *reached,
        *_distances(runs),
        "Press **Start** and watch yours get there.",
    ]
    return " ".join(filter(None, words))


def what_to_notice(shown: ShownRuns) -> list[str]:
    """A few sentences, each true of what is shown."""
    sentences = [_about_divergence(run) for run in shown.runs if run.has_diverged]
    if not shown.runs or not shown.is_one_task:
        return [*sentences, "These runs learnt different tasks, so their figures cannot be compared."][:_MOST]
    # The weights that are left of a run that diverged say nothing about its arm.
    runs = [run for run in shown.runs if not run.has_diverged]
    sentences += _compared(runs, "turned", shown.spreads) or [_alone(run) for run in runs if len(runs) == 1]
    sentences += _compared(runs, "upright", shown.spreads)
    sentences += _costs_of_a_turn(runs, shown.remark)
    sentences += _accuracies(runs, shown.spreads.get("new"))
    sentences += _distances(runs)
    sentences += _rates(shown.runs)
    return [sentence for sentence in sentences if sentence][:_MOST]


def _about_divergence(run: ShownRun) -> str:
    after = f"those after {counted(run.weights_step, 'step')}, the last good ones"
    kept = after if run.weights_step else "the initial ones"
    diverged = f"**{run.title}** diverged within {counted(run.step, 'step')}."
    return f"{diverged} Its figures belong to the weights that were kept: {kept}."


def _ranked(runs: Sequence[ShownRun], examples: Examples) -> list[tuple[Displayed, ShownRun]]:
    """Who has a figure of such examples, the best first."""
    known = [(run.figures[examples], run) for run in runs if examples in run.figures]
    return sorted(
        known, key=lambda pair: float(pair[0]), reverse=not any(figure.unit == DEGREES for figure, _ in known)
    )


def _compared(runs: Sequence[ShownRun], examples: Examples, spreads: Mapping[str, Spread]) -> list[str]:
    """Who leads on examples that lie in one way."""
    ranked, spread = _ranked(runs, examples), spreads.get(examples)
    if len(ranked) < 2:
        return []
    (best, leader), (second, follower) = ranked[:2]
    if best == second:
        return [f"On {examples} examples **{leader.title}** and **{follower.title}** are equally good, at {best}."]
    ahead = best.minus(second)
    if _is_within(ahead, spread):
        return [
            f"On {examples} examples **{leader.title}** has {best} and **{follower.title}** {second}. "
            f"That is no lead{_reason(spread)}."
        ]
    sentence = f"On {examples} examples **{leader.title}** leads with {best}, {ahead} ahead of **{follower.title}**."
    behind = [run for _, run in ranked[1:] if run.is_equivariant]
    if behind and not leader.is_equivariant:
        sentence += f" The equivariant {'ones are' if len(behind) > 1 else 'one is'} behind here."
    return [sentence]


def _is_within(difference: Displayed, spread: Spread | None) -> bool:
    return spread is not None and abs(difference.value) <= spread.size.value


def _reason(spread: Spread | None) -> str:
    return f": {spread.reason}" if spread else ""


def _alone(run: ShownRun) -> str:
    before, after = run.figures.get("upright"), run.figures.get("turned")
    if before is None or after is None:
        return ""
    return f"**{run.title}** reaches {before} on upright examples and {after} on turned ones."


def _costs_of_a_turn(runs: Sequence[ShownRun], remark: str) -> list[str]:
    """What a turn costs each arm."""
    costs: list[str] = []
    gains: list[str] = []
    for run in runs:
        before, after = run.figures.get("upright"), run.figures.get("turned")
        if before is not None and after is not None:
            cost = before.minus(after)
            if cost.value < 0:
                gains.append(f"**{run.title}** gains {abs(cost)} by it")
            else:
                costs.append(f"**{run.title}** {cost if cost.value else 'nothing'}")
    if len(costs) + len(gains) < 2:
        return []
    sentence = "; ".join([*([f"a turn costs {joined(costs)}"] if costs else []), *gains])
    if not costs:
        sentence = f"when examples are turned, {joined([words.removesuffix(' by it') for words in gains])}"
    return [f"{sentence[0].upper()}{sentence[1:]}.{f' {remark}' if remark else ''}"]


def _accuracies(runs: Sequence[ShownRun], spread: Spread | None) -> list[str]:
    """Who tells new examples apart best, gives them the largest likelihood, or misses them by the smallest angle."""
    ranked = _ranked(runs, "new")
    if not ranked:
        return []
    best, leader = ranked[0]
    if best.unit == NATS:
        sentence = f"**{leader.title}** gives a new point a log-likelihood of {best} on average"
        learnt, equal = "to one", "the same"
    elif best.unit == DEGREES:
        sentence = f"**{leader.title}** misses new attitudes by {best} on average"
        learnt, equal = "those", "by as much"
    else:
        sentence = f"**{leader.title}** classifies {best} of new {leader.plural} correctly"
        learnt, equal = "of those", "as many"
    if "training" in leader.figures:
        sentence += f", and {leader.figures['training']} {learnt} that it learnt from"
    if len(ranked) > 1:
        second, follower = ranked[1]
        sentence += f"; **{follower.title}** {equal if best == second else second}"
        if best != second and _is_within(best.minus(second), spread):
            sentence += f", which is no lead{_reason(spread)}"
    return [f"{sentence}."]


def _distances(runs: Sequence[ShownRun]) -> list[str]:
    """How far a search could pull two inputs apart, and what is promised."""
    found = [
        f"**{run.title}** {run.worst}{f' of at most {run.promised}, which is promised' if run.promised else ''}"
        for run in runs
        if run.worst is not None
    ]
    return (
        [f"A search for two inputs that are pulled apart multiplied distances by: {'; '.join(found)}."] if found else []
    )


def _rates(runs: Sequence[ShownRun]) -> list[str]:
    """At which rates the runs learnt."""
    rates = [(run.title, run.rate) for run in runs if run.rate is not None]
    if len(rates) < 2:
        return []
    if len({rate for _, rate in rates}) == 1:
        return [f"All of them learnt at the rate {rates[0][1]}."]
    return [f"The learning rates differ: {joined([f'**{title}** {rate}' for title, rate in rates])}."]
