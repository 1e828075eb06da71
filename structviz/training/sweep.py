"""Sweeps: the arms of a recipe over sizes of the training set, rates, lengths and seeds, in one tidy table."""

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from structviz.arms import is_equivariant
from structviz.config import TrainConfig
from structviz.errors import CheckpointError, ConfigError
from structviz.files import atomic_write
from structviz.training.events import Event, Outcome
from structviz.training.loop import fit
from structviz.training.recipes import Recipe, Score, complete
from structviz.training.table import Row, RunKey, read_rows, write_rows
from structviz.training.versions import versions

__all__ = ["SweepRun", "Scored", "Sweep", "TrainAll", "plan", "rows_of", "score_run", "shared_settings", "sweep"]


@dataclass(frozen=True)
class Scored:
    """A run of a sweep that is over; without figures if it did not finish.

    Attributes
    ----------
    config, outcome, seconds
        What was trained, how it ended and how long it took.
    scores
        Its figures on held-out images.
    validation
        Its figure on the examples for validation, if the recipe has some.
    """

    config: TrainConfig
    outcome: Outcome
    seconds: float
    scores: tuple[Score, ...]
    validation: float | None = None


TrainAll = Callable[[Recipe, Sequence[TrainConfig], str], Iterable[Scored]]
"""Trains many configurations on a device, in whatever order, and gives each as soon as it is over."""


@dataclass(frozen=True)
class SweepRun:
    """A finished run of a sweep, and how many there are."""

    config: TrainConfig
    outcome: Outcome
    seconds: float
    done: int
    total: int


@dataclass(frozen=True)
class Sweep:
    """The table, and the runs that did not finish; these have no rows."""

    rows: tuple[Row, ...]
    failed: tuple[SweepRun, ...]


def plan(
    recipe: Recipe,
    base: TrainConfig,
    sizes: Sequence[int],
    arms: Sequence[str],
    seeds: int,
    rates: Sequence[float | None] = (None,),
    lengths: Sequence[int | None] = (None,),
) -> list[TrainConfig]:
    """The complete configurations of a sweep, seeds outermost, so that early results show all sizes and arms.

    Parameters
    ----------
    recipe
        The task.
    base
        Settings that all runs share; the group is that of the equivariant arm.
    sizes
        Numbers of training images.
    arms
        Which arms.
    seeds
        How many runs of each kind.
    rates
        Learning rates; None is that of `base`, or the arm's own.
    lengths
        Numbers of steps; None is that of `base`, or the recipe's.

    Returns
    -------
    list of TrainConfig
        One for each size, arm, rate, length and seed; no two are the same.

    Raises
    ------
    ConfigError
        If the recipe cannot be swept, nothing is asked for, or a setting is not valid.
    """
    if recipe.scores is None:
        raise ConfigError(f"The recipe {recipe.name} has no figures for single images, so it cannot be swept.")
    if not (sizes and arms and rates and lengths) or seeds < 1:
        raise ConfigError(
            "A sweep needs sizes, arms, rates, lengths and at least one seed; "
            f"got {sizes}, {arms}, {rates}, {lengths} and {seeds}."
        )
    configs = [
        complete(
            dataclasses.replace(
                base,
                recipe=recipe.name,
                arm=arm,
                group=base.group if is_equivariant(arm) else None,
                n_train=n_train,
                seed=base.seed + seed,
                learning_rate=rate or base.learning_rate,
                steps=steps or base.steps,
            ),
            recipe,
        )
        for seed in range(seeds)
        for n_train in sorted(set(sizes))
        for arm in dict.fromkeys(arms)
        for rate in rates
        for steps in lengths
    ]
    return list(dict.fromkeys(configs))  # the arm's own rate can stand in the list too


def sweep(
    recipe: Recipe,
    sizes: Sequence[int],
    arms: Sequence[str],
    seeds: int = 3,
    base: TrainConfig | None = None,
    path: Path | None = None,
    device: str = "auto",
    on_event: Callable[[Event], None] | None = None,
    on_run: Callable[[SweepRun], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    train_all: TrainAll | None = None,
    rates: Sequence[float | None] = (None,),
    lengths: Sequence[int | None] = (None,),
) -> Sweep:
    """Train every arm on every size with every rate, length and seed; measure all on the same held-out images.

    Parameters
    ----------
    recipe
        The task; it must have figures for single images.
    sizes
        Numbers of training images.
    arms
        Which arms.
    seeds
        How many runs of each kind, seeded `base.seed`, `base.seed + 1`, …
    base
        Settings that all runs share; the group is that of the equivariant arm.
    path
        Table to write after each run, whole each time; its runs are not repeated. The settings lie beside it in a
        JSON file, and a table of other settings is not continued.
    device, on_event
        As for `structviz.training.train`.
    on_run
        Called after each run.
    should_stop
        Asked before each step of each run.
    train_all
        Who trains; by default this process, one run after the other. The table does not depend on it.
    rates, lengths
        As for `plan`; see `structviz.training.choose_by_validation` for what to do with the table.

    Returns
    -------
    Sweep
        All rows of the table, those that it had before too.

    Raises
    ------
    ConfigError
        If the sweep is not valid, or the table belongs to other settings.
    CheckpointError
        If the table cannot be read.
    """
    configs = plan(recipe, base or TrainConfig(recipe=recipe.name), sizes, arms, seeds, rates, lengths)
    before = [] if path is None else _resume(path, configs)
    known = {row.run for row in before}
    found: dict[TrainConfig, tuple[Row, ...]] = {}
    yardsticks: list[Row] = []
    failed: list[SweepRun] = []

    def rows() -> list[Row]:
        """The rows in the order of the plan, whatever the order in which the runs were over."""
        return [*before, *yardsticks, *(row for config in configs for row in found.get(config, ()))]

    def keep() -> None:
        if path is not None:
            write_rows(rows(), path)

    if recipe.references is not None and not any(row.n_train is None for row in before):
        for name, scores in recipe.references(configs[0]).items():
            yardsticks += [Row(recipe.name, name, "", None, None, **dataclasses.asdict(one)) for one in scores]
        keep()
    missing = [config for config in configs if _key(config) not in known]
    everyone = _one_by_one(on_event, should_stop) if train_all is None else train_all
    for done, scored in enumerate(everyone(recipe, missing, device), len(configs) - len(missing) + 1):
        config = scored.config
        run = SweepRun(config, scored.outcome, scored.seconds, done, len(configs))
        if scored.outcome is not Outcome.FINISHED:
            failed.append(run)
        else:
            found[config] = rows_of(recipe, scored)
            keep()
        if on_run is not None:
            on_run(run)
    return Sweep(tuple(rows()), tuple(failed))


def rows_of(recipe: Recipe, scored: Scored) -> tuple[Row, ...]:
    """The rows of a finished run in the table of a sweep."""
    arm, group, n_train, seed, rate, steps = _key(scored.config)
    return tuple(
        Row(
            recipe.name,
            arm,
            group,
            n_train,
            seed,
            **dataclasses.asdict(one),
            rate=rate,
            steps=steps,
            validation=scored.validation,
        )
        for one in scored.scores
    )


def score_run(
    recipe: Recipe,
    config: TrainConfig,
    device: str = "auto",
    on_event: Callable[[Event], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Scored:
    """Train one configuration, and measure it on the held-out images if it finished.

    Parameters
    ----------
    recipe, config
        What to train.
    device, on_event, should_stop
        As for `structviz.training.train`.

    Returns
    -------
    Scored
        Without scores if the run did not finish.
    """
    result = fit(recipe, config, device, on_event, should_stop)
    if result.outcome is not Outcome.FINISHED or recipe.scores is None:
        return Scored(config, result.outcome, result.seconds, ())
    scores = tuple(recipe.scores(result.net, config))
    validation = None if recipe.validate is None else recipe.validate(result.net, config)
    return Scored(config, result.outcome, result.seconds, scores, validation)


def _one_by_one(on_event: Callable[[Event], None] | None, should_stop: Callable[[], bool] | None) -> TrainAll:
    def train_all(recipe: Recipe, configs: Sequence[TrainConfig], device: str) -> Iterator[Scored]:
        for config in configs:
            if should_stop is not None and should_stop():
                return
            yield score_run(recipe, config, device, on_event, should_stop)

    return train_all


def _key(config: TrainConfig) -> RunKey:
    """What tells a run from the others of its sweep."""
    return config.arm, config.group or "", config.n_train, config.seed, config.learning_rate, config.steps


def _resume(path: Path, configs: Sequence[TrainConfig]) -> list[Row]:
    """The rows that are there already, after a look at the settings beside them, which are written anew."""
    rows, settings = [], path.with_suffix(".json")
    arms = {config.arm: shared_settings(config) for config in configs}
    if path.exists():
        rows = list(read_rows(path))
        try:
            before = json.loads(settings.read_text(encoding="utf-8"))["arms"]
            changed = {arm for arm in arms.keys() & before.keys() if arms[arm] != before[arm]}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise CheckpointError(
                f"The settings of {path.name} should stand in {settings.name} beside it: {error!r}. "
                "Name another file, or remove the table."
            ) from error
        if changed:
            raise ConfigError(
                f"{path.name} was made with other settings for {', '.join(sorted(changed))}; see {settings.name}. "
                "Name another file for new settings."
            )
        arms = {**before, **arms}
    atomic_write(settings, json.dumps({"arms": arms, "versions": versions()}, indent=2, ensure_ascii=False) + "\n")
    return rows


def shared_settings(config: TrainConfig) -> dict[str, object]:
    """The settings of all runs of an arm, as they come back from JSON; the others stand in the table."""
    unsaid = {"precision": "float32", "compiled": False, "smoothness": None, "optimiser": None}
    in_table = ("arm", "group", "n_train", "seed", "learning_rate", "steps")
    values = json.loads(config.to_json())
    return {k: value for k, value in values.items() if k not in in_table and (k, value) not in unsaid.items()}
