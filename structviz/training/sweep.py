"""Sweeps: the arms of a recipe over sizes of the training set and seeds, in one tidy table."""

import dataclasses
import json
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from structviz.config import TrainConfig
from structviz.errors import CheckpointError, ConfigError
from structviz.training.events import Event, Outcome
from structviz.training.files import write_whole
from structviz.training.loop import fit
from structviz.training.recipes import Recipe, complete
from structviz.training.table import Row, read_rows, write_rows

__all__ = ["Run", "Sweep", "plan", "sweep"]


@dataclass(frozen=True)
class Run:
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
    failed: tuple[Run, ...]


def plan(recipe: Recipe, base: TrainConfig, sizes: Sequence[int], arms: Sequence[str], seeds: int) -> list[TrainConfig]:
    """The complete configurations of a sweep, seeds outermost, so that early results show all sizes and arms.

    Raises
    ------
    ConfigError
        If the recipe cannot be swept, nothing is asked for, or a setting is not valid.
    """
    if recipe.scores is None:
        raise ConfigError(f"The recipe {recipe.name} has no figures for single images, so it cannot be swept.")
    if not sizes or not arms or seeds < 1:
        raise ConfigError(f"A sweep needs sizes, arms and at least one seed; got {sizes}, {arms} and {seeds}.")
    return [
        complete(
            dataclasses.replace(
                base,
                recipe=recipe.name,
                arm=arm,
                group=base.group if arm == "equivariant" else None,
                n_train=n_train,
                seed=base.seed + seed,
            ),
            recipe,
        )
        for seed in range(seeds)
        for n_train in sorted(set(sizes))
        for arm in dict.fromkeys(arms)
    ]


def sweep(
    recipe: Recipe,
    sizes: Sequence[int],
    arms: Sequence[str],
    seeds: int = 3,
    base: TrainConfig | None = None,
    path: Path | None = None,
    device: str = "auto",
    on_event: Callable[[Event], None] | None = None,
    on_run: Callable[[Run], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Sweep:
    """Train every arm on every size with every seed, and measure all on the same held-out images.

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

    Raises
    ------
    ConfigError
        If the sweep is not valid, or the table belongs to other settings.
    CheckpointError
        If the table cannot be read.
    """
    configs = plan(recipe, base or TrainConfig(recipe=recipe.name), sizes, arms, seeds)
    rows = [] if path is None else _resume(path, configs)
    known = {row.run for row in rows}
    failed: list[Run] = []

    def keep(new: list[Row]) -> None:
        rows.extend(new)
        if path is not None:
            write_rows(rows, path)

    if recipe.references is not None and not any(row.n_train is None for row in rows):
        for name, scores in recipe.references(configs[0]).items():
            keep([Row(recipe.name, name, "", None, None, **dataclasses.asdict(one)) for one in scores])
    for done, config in enumerate(configs, 1):
        key = (config.arm, config.group or "", config.n_train, config.seed)
        if key in known:
            continue
        if should_stop is not None and should_stop():
            break
        result = fit(recipe, config, device, on_event, should_stop)
        run = Run(config, result.outcome, result.seconds, done, len(configs))
        if result.outcome is not Outcome.FINISHED:
            failed.append(run)
        elif recipe.scores is not None:
            keep([Row(recipe.name, *key, **dataclasses.asdict(one)) for one in recipe.scores(result.net, config)])
        if on_run is not None:
            on_run(run)
    return Sweep(tuple(rows), tuple(failed))


def _resume(path: Path, configs: Sequence[TrainConfig]) -> list[Row]:
    """The rows that are there already, after a look at the settings beside them, which are written anew."""
    rows, settings = [], path.with_suffix(".json")
    arms = {config.arm: _shared(config) for config in configs}
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
    versions = {"python": platform.python_version(), "torch": version("torch"), "escnn": version("escnn")}
    write_whole(settings, json.dumps({"arms": arms, "versions": versions}, indent=2, ensure_ascii=False) + "\n")
    return rows


def _shared(config: TrainConfig) -> dict[str, object]:
    """The settings of all runs of an arm, as they come back from JSON; the others stand in the table."""
    in_table = ("arm", "group", "n_train", "seed")
    return {key: value for key, value in json.loads(config.to_json()).items() if key not in in_table}
