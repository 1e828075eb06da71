"""What to notice in a race: sentences that follow from the figures on the cards."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from structviz.config import TrainConfig
from structviz.jobs import State

__all__ = ["Result", "gain", "score", "turned", "upright", "what_to_notice"]

_TIE_DB, _TIE_SHARE = 0.05, 0.0005
"""Differences below are called equal."""

_UPRIGHT = ("psnr_upright", "psnr_0")
_TURNED = ("psnr_turned", "psnr_rotated", "psnr_90")


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


def upright(metrics: Mapping[str, float]) -> float | None:
    """PSNR on held-out examples as they lie in training, by whatever name the recipe has for it."""
    return _first(metrics, _UPRIGHT)


def turned(metrics: Mapping[str, float]) -> float | None:
    """PSNR on the same, turned."""
    return _first(metrics, _TURNED)


def gain(results: Sequence[Result]) -> float | None:
    """PSNR of the equivariant run minus that of the ordinary one on turned examples; None without a pair."""
    values = {
        arm: [value for r in results if r.config.arm == arm and (value := turned(r.metrics)) is not None]
        for arm in ("ordinary", "equivariant")
    }
    if any(len(found) != 1 for found in values.values()) or len({r.config.recipe for r in results}) > 1:
        return None
    return values["equivariant"][0] - values["ordinary"][0]


def _first(metrics: Mapping[str, float], names: Sequence[str]) -> float | None:
    return next((metrics[name] for name in names if math.isfinite(metrics.get(name, math.nan))), None)


def score(metrics: Mapping[str, float]) -> str:
    """The one figure that sums a network up, for people; empty without one."""
    if (decibels := turned(metrics)) is not None:
        return f"{decibels:.1f} dB turned"
    share = metrics.get("accuracy_test", math.nan)
    return f"{100 * share:.1f} % right" if math.isfinite(share) else ""


def what_to_notice(results: Sequence[Result]) -> list[str]:
    """At most four sentences, each true of these figures."""
    sentences = [
        f"**{result.title}** diverged; its figures are those of the last good weights, after {result.step:,} steps."
        for result in results
        if result.state is State.DIVERGED
    ]
    if not results or len({result.config.recipe for result in results}) > 1:
        return [*sentences, "These runs learnt different tasks, so their figures do not compare."][:4]
    turning = _compared(results, "turned", [turned(r.metrics) for r in results])
    sentences += turning or [_alone(result) for result in results if len(results) == 1]
    sentences += _compared(results, "upright", [upright(r.metrics) for r in results])
    sentences += _losses_when_turned(results)
    sentences += _accuracies(results)
    return [sentence for sentence in sentences if sentence][:4]


def _compared(results: Sequence[Result], how: str, values: Sequence[float | None]) -> list[str]:
    """Who leads on examples that lie in one way."""
    known = [(value, result) for value, result in zip(values, results, strict=True) if value is not None]
    if len(known) < 2:
        return []
    known.sort(key=lambda pair: -pair[0])
    (best, leader), (second, follower) = known[:2]
    if best - second < _TIE_DB:
        return [f"On {how} examples **{leader.title}** and **{follower.title}** are equally good, at {best:.1f} dB."]
    sentence = (
        f"On {how} examples **{leader.title}** leads with {best:.1f} dB, {best - second:.1f} dB ahead of "
        f"**{follower.title}**."
    )
    if leader.config.arm != "equivariant" and any(result.config.arm == "equivariant" for _, result in known):
        sentence += " The equivariant one is behind here."
    return [sentence]


def _alone(result: Result) -> str:
    before, after = upright(result.metrics), turned(result.metrics)
    if before is None or after is None:
        return ""
    return f"**{result.title}** reaches {before:.1f} dB on upright examples and {after:.1f} dB on turned ones."


def _losses_when_turned(results: Sequence[Result]) -> list[str]:
    """What a turn costs each arm."""
    costs = [
        (result.title, before - after)
        for result in results
        if (before := upright(result.metrics)) is not None and (after := turned(result.metrics)) is not None
    ]
    if len(costs) < 2:
        return []
    words = [f"**{title}** {f'{cost:.1f} dB' if cost > _TIE_DB else 'nothing'}" for title, cost in costs]
    return [f"A turn costs {', '.join(words[:-1])} and {words[-1]}."]


def _accuracies(results: Sequence[Result]) -> list[str]:
    known = [
        (r.metrics["accuracy_test"], r) for r in results if math.isfinite(r.metrics.get("accuracy_test", math.nan))
    ]
    if not known:
        return []
    known.sort(key=lambda pair: -pair[0])
    best, leader = known[0]
    sentence = f"**{leader.title}** tells {100 * best:.1f} % of new points apart"
    train = leader.metrics.get("accuracy_train", math.nan)
    if math.isfinite(train):
        sentence += f", and {100 * train:.1f} % of those that it learnt from"
    if len(known) > 1:
        second, follower = known[1]
        tie = best - second < _TIE_SHARE
        sentence += f"; **{follower.title}** {'as many' if tie else f'{100 * second:.1f} %'}"
    return [sentence + "."]
