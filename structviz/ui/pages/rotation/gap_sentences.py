"""What is said of leads against the size of the training set: sentences that follow from the displayed numbers."""

from collections.abc import Mapping, Sequence

from structviz.arms import arm_words
from structviz.displayed import Displayed
from structviz.ui.kit.sentences import counted, joined
from structviz.ui.pages.rotation.gap_record import Gap, GapCurve, GapStudy, Level

__all__ = ["about_gaps", "about_leads"]

_AHEAD: dict[int | None, str] = {
    1: "with every seed ahead at",
    -1: "with every seed behind at",
    0: "the seeds disagree at",
}
_CHANGED: dict[int | None, str] = {
    None: "the mean stays at",
    1: "larger with every seed at",
    -1: "smaller with every seed at",
    0: "not alike with every seed at",
}
"""By the sign of a change; None where none is displayed."""


def about_leads(study: GapStudy) -> list[str]:
    """Where the equivariant network is ahead, and where it is not, and what tuning the rates adds to that."""
    groups: dict[tuple[str, str], list[GapCurve]] = {}
    for curve in study.curves:
        groups.setdefault((curve.examples, curve.title), []).append(curve)
    return [_about_pair(examples, title, curves) for (examples, title), curves in groups.items()]


def _about_pair(examples: str, title: str, curves: Sequence[GapCurve]) -> str:
    parts = [
        f"{_span([gap.mean for gap in curve.gaps])} at {curve.terms}, {_verdicts(curve.gaps, _AHEAD)}"
        for curve in curves
    ]
    sentence = f"**{examples.capitalize()}, {title.lower()}**: {'; '.join(parts)}."
    changes = [change for curve in curves for change in curve.changes]
    if not changes:
        return sentence
    if not any(change.mean.value for change in changes):
        return f"{sentence} Tuned rates give the same leads as equal ones."
    changed = _span([change.mean for change in changes])
    return f"{sentence} Tuning the rates changes this lead by {changed}: {_verdicts(changes, _CHANGED)}."


def _span(values: Sequence[Displayed]) -> str:
    """From the smallest to the largest, with signs."""
    ordered = sorted(values, key=float)
    low, high = ordered[0], ordered[-1]
    return low.signed if low == high else f"{low.signed} to {high.signed}"


def _verdicts(gaps: Sequence[Gap], words: Mapping[int | None, str]) -> str:
    """At which sizes the seeds agree."""
    sizes: dict[int | None, list[str]] = {sign: [] for sign in words}
    for gap in gaps:
        sizes[None if None in words and gap.mean.value == 0 else gap.sign].append(f"{gap.n_train:,}")
    if len(gaps) > 2 and any(len(of_sign) == len(gaps) for of_sign in sizes.values()):
        (sign,) = (sign for sign, of_sign in sizes.items() if of_sign)
        return f"{words[sign]} every N from {sizes[sign][0]} to {sizes[sign][-1]}"
    return "; ".join(f"{words[sign]} N = {joined(of_sign)}" for sign, of_sign in sizes.items() if of_sign)


def about_gaps(study: GapStudy) -> list[str]:
    """What stands beside the leads: yardsticks, the networks on the page, and how all was measured."""
    sizes = sorted({gap.n_train for curve in study.curves for gap in curve.gaps})
    sentences = [f"Only N = {sizes[0]:,} was measured."] if len(sizes) == 1 else []
    sentences += [_about_level(level, study.steps) for level in study.levels]
    if study.shown.n_train in sizes:
        sentences.append(_about_shown(study))
    sentences += _about_arms(study)
    rates = f" and tuned rates (of {joined([str(rate) for rate in study.tried])})" if study.tried else ""
    sentences.append(
        f"{counted(study.seeds, 'seed')}; all networks of a seed learn from the same patches, and bars reach from the "
        f"smallest value of a seed to the largest. Lengths{rates} were chosen on patches for validation."
    )
    return sentences


def _about_arms(study: GapStudy) -> list[str]:
    """What tuned rates do to each arm by itself."""
    means = {(point.arm, point.n_train, point.rates): point.mean for point in study.arms}
    changes: dict[str, list[Displayed]] = {}
    for (arm, n_train, rates), mean in means.items():
        if rates == "tuned" and (before := means.get((arm, n_train, "equal"))):
            changes.setdefault(arm, []).append(mean.minus(before))
    if not changes:
        return []
    words = [f"**{arm_words(arm)}** by {_span(of_arm)}" for arm, of_arm in changes.items()]
    sentence = f"On upright photographs tuning changes the means of {joined(words)}"
    if any(change.value < 0 for of_arm in changes.values() for change in of_arm):
        sentence += ": what is better on patches for validation can be worse on held-out photographs"
    return [f"{sentence}."]


def _about_shown(study: GapStudy) -> str:
    patches = f"The networks on this page learnt from N = {study.shown.n_train:,} patches"
    if study.is_point:
        return f"{patches} at equal rates, with one of the seeds: see the rings."
    return f"{patches}, too, but in {counted(study.shown.steps, 'step')}: no point shows them."


def _about_level(level: Level, steps: int) -> str:
    """Whether what learns nothing is ahead of every arm."""
    reached = joined([f"{value} with {name.lower()}" for name, value in level.yardsticks.items()])
    below = [name.lower() for name, value in level.yardsticks.items() if value > level.best]
    above = [name.lower() for name, value in level.yardsticks.items() if value < level.best]
    if len(below) == len(level.yardsticks):
        verdict = "every mean of this training is below"
    elif len(above) == len(level.yardsticks):
        verdict = "the best mean is above"
    elif below:
        verdict = f"only {joined(below)} {'is' if len(below) == 1 else 'are'} ahead of it"
    else:
        verdict = "none is ahead of it"
    return (
        f"{level.examples.capitalize()}, the best mean over seeds is {level.best} ({arm_words(level.arm)}, "
        f"N = {level.n_train:,}), after {counted(steps, 'step')} at most. Without learning, but told the level of the "
        f"noise, one gets {reached}: {verdict}."
    )
