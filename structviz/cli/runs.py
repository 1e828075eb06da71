"""Commands for runs: train in a new folder, on this machine or on a cluster, and resume."""

import argparse
import contextlib
import dataclasses
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from structviz.cli.networks import figures
from structviz.cli.progress import Bar, say

if TYPE_CHECKING:
    from structviz.config import TrainConfig
    from structviz.jobs import Run, Store

__all__ = ["config_of", "resume", "train"]

_CHECK_EVERY = 0.2
"""Seconds between two readings of a status."""


def config_of(options: argparse.Namespace, **settings: Any) -> "TrainConfig":
    """The settings that a command line asks for."""
    from structviz import training

    return training.TrainConfig(
        recipe=options.recipe,
        group=options.group,
        matching=options.matching,
        steps=options.steps,
        batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        seed=options.seed,
        net=None if options.net is None else training.read_shape(options.net),
        dataset=options.dataset,
        precision=options.precision,
        compiled=options.compiled,
        **settings,
    )


def train(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    """Train one arm in a new folder."""
    from structviz import training, zoo
    from structviz.jobs import Store
    from structviz.training.descent import check_place

    config = config_of(
        options,
        arm=options.arm,
        n_train=options.n_train,
        regularisation=options.regularisation,
        smoothness=options.smoothness,
        optimiser=options.optimiser,
    )
    name = f"{config.recipe}/{options.name or config.arm}"
    zoo.check_name(name)
    if options.scheduler is None:
        check_place(config, training.pick_device(options.device))
    store = Store(options.runs)
    run = store.create(config, options.device, shared=False)
    _follow(store, [run], options.scheduler)
    values = _outcome(run, name)
    if options.out is not None and run.status().state.has_network:
        card = dataclasses.replace(run.card(), name=name, command=training.command_line(config, name))
        zoo.save(run.load(), card, options.out)
        values["folder"] = str(options.out)
    return _status([values]), values, _text(values)


def resume(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    """Resume runs from their last checkpoints."""
    from structviz.errors import JobError
    from structviz.jobs import Run, Store

    store = Store(options.runs)
    named = [Run(Path(name).resolve()) if Path(name).is_dir() else store.get(name) for name in options.names]
    if options.all:
        named += [run for run in store.runs() if _can_resume(run) and run.id not in options.names]
    if not named:
        raise JobError("No run is named, and none can go on; name the runs to resume, or ask for --all.")
    store.requeue(*named, shared=False)
    _follow(store, named, options.scheduler)
    told = [_outcome(run, run.network_name) for run in named]
    return _status(told), {"runs": told}, "\n".join(map(_text, told))


def _can_resume(run: "Run") -> bool:
    """Whether a run can go on; a damaged one cannot."""
    from structviz.errors import StructVizError

    with contextlib.suppress(StructVizError):
        return run.status().state.can_resume
    return False


def _follow(store: "Store", runs: Sequence["Run"], scheduler: str | None) -> None:
    """Train runs and show their progress until all are over; Ctrl-C pauses them."""
    from structviz.jobs import Command

    for run in runs:
        run.send(Command.RUN)
    with _trained(store, runs, scheduler) as trouble:
        try:
            for run in runs:
                _show(run, trouble)
        except KeyboardInterrupt:
            for run in runs:
                if run.status().state.is_active:
                    run.send(Command.PAUSE)
            _wait(runs)
            # One that has not paused by now is interrupted when this process ends.
            states = [(run.id, run.status().state) for run in runs]
            names = " ".join(name for name, state in states if state.can_resume or state.is_active)
            where = f" --runs {store.folder}"
            say(f"structviz: paused; go on with: structviz resume {names}{where}")
            raise


@contextlib.contextmanager
def _trained(store: "Store", runs: Sequence["Run"], scheduler: str | None) -> Iterator[Callable[[], str]]:
    """Train runs while the block lasts: in a thread of this process, one after the other, or on a cluster.

    The block gets a function that says what is wrong with the training, or "" if nothing is.
    """
    if scheduler is None:
        from structviz.jobs.lease import renew_leases
        from structviz.jobs.work import work

        def train_all() -> None:
            for run in runs:
                work(str(run.folder))

        thread = threading.Thread(target=train_all, daemon=True)
        thread.start()
        with renew_leases(lambda: [run for run in runs if run.status().state.is_active]):
            yield lambda: "" if thread.is_alive() else "The training ended without a word; see the log of the run."
        thread.join()
        return
    from structviz.jobs.engine import Engine

    engine = Engine(store, scheduler)
    for run in runs:
        engine.start(run)
    try:
        yield lambda: engine.machine().sentence if engine.machine().state == "lost" else ""
    finally:
        engine.close()


def _show(run: "Run", trouble: Callable[[], str]) -> None:
    from structviz.errors import JobError
    from structviz.jobs import State

    with Bar(f"{run.request().config.recipe} {run.request().config.arm}") as bar:
        seen = 0
        while True:
            problem, status = trouble(), run.status()
            if not status.state.is_active:
                return
            if problem:
                run.lease(uuid.uuid4().hex)  # a worker that trains on without its scheduler lets go
                run.write_status(dataclasses.replace(status, state=State.INTERRUPTED, message=problem))
                raise JobError(problem)
            history = run.history()
            if history and history[-1].step != seen:
                last = history[-1]
                seen = last.step
                bar.show(last.step, status.steps, last.loss, last.examples_per_second)
            time.sleep(_CHECK_EVERY)


def _wait(runs: Sequence["Run"]) -> None:
    deadline = time.monotonic() + 10
    while any(run.status().state.is_active for run in runs) and time.monotonic() < deadline:
        time.sleep(_CHECK_EVERY)


def _outcome(run: "Run", name: str) -> dict[str, Any]:
    """The outcome of a run, in plain values."""
    status = run.status()
    values: dict[str, Any] = {
        "name": name,
        "run": run.id,
        "outcome": status.state.name,
        "message": status.sentence,
        "step": status.step,
        "learning_rate": run.request().config.learning_rate,
        "seconds": status.seconds,
        "device": status.device,
        "metrics": {},
        "folder": str(run.folder),
    }
    if status.state.has_network:
        card = run.card()
        values |= {"metrics": dict(card.metrics), "sha256": card.sha256, "device": card.device}
    return values


def _status(told: Sequence[dict[str, Any]]) -> int:
    return int(any(values["outcome"] != "FINISHED" for values in told))


def _text(values: dict[str, Any]) -> str:
    told = f"{values['seconds']:g} s, learning rate {values['learning_rate']:g}, run {values['run']}"
    head = f"{values['name']}: {values['message']} ({told})"
    return "\n".join(filter(None, [head, figures(values["metrics"])]))
