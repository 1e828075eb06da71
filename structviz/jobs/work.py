"""The work of a worker: train a run in its folder, from its last checkpoint on, and leave nothing half done."""

import contextlib
import errno
import platform
import socket
import time
import traceback
from pathlib import Path

from structviz.errors import CheckpointError, JobError, StructVizError
from structviz.jobs.folder import Run
from structviz.jobs.lease import RunLease
from structviz.jobs.records import Entry, Request, State
from structviz.training import Checkpoint, Outcome, Training, command_line, recipe, save_result
from structviz.training.descent import is_lack_of_memory
from structviz.training.memory import largest_that_fits, memory_used

__all__ = ["work"]

_SAVE = 10.0
"""Seconds between two checkpoints."""

_PREVIEW_EVERY = 4
"""Reports from one preview to the next; more where that would give more than `_MOST_PREVIEWS` in a run."""

_MOST_PREVIEWS = 25

_FULL = (errno.ENOSPC, errno.EDQUOT)

_ENDS = {
    Outcome.FINISHED: State.FINISHED,
    Outcome.DIVERGED: State.DIVERGED,
}


def work(folder: str, may_exit: bool = False) -> str:
    """Train the run in a folder until it is over or told to stop; return the word for its state then.

    Parameters
    ----------
    folder
        The run. If it has a checkpoint, it goes on there.
    may_exit
        Whether the process may end where a computation does not listen to a command to stop.

    Returns
    -------
    str
        The value of a `State`.

    Raises
    ------
    JobError
        If this machine does not see the folder.
    """
    run = Run(Path(folder))
    if not (run.folder / "request.json").is_file():
        raise JobError(
            f"The worker on {socket.gethostname()} does not see the folder {folder} of the run; "
            "workers need the folder of runs under the same path."
        )
    status = run.written_status()
    if not status.state.is_active:  # it was stopped before it began
        return status.state.value
    with RunLease(run, status, may_exit) as lease:
        try:
            state, message = _train(run, run.request(), lease)
        except Exception as error:  # noqa: BLE001 - whatever happens becomes a sentence, and the log keeps the rest
            state, message = _failed(run, error, lease)
        if lease.is_held:
            lease.update(state=state, message=message)
            run.note(f"{state.value}: {message or state.sentence}")
    return state.value


def _train(run: Run, request: Request, lease: RunLease) -> tuple[State, str]:
    task = recipe(request.config.recipe)
    start, message = _start(run)
    again = bool(run.history()) or start is not None
    with contextlib.suppress(OSError):  # then it must do without
        run.reserve()
    run.note(f"{'resumed' if again else 'begins'} on {platform.node()}, step {start.step if start else 0}")
    lease.update(state=State.RUNNING, message=message, step=start.step if start else 0, host=socket.gethostname())
    if again:
        run.mark_resumed(start.step if start else 0)
    training = Training(task, request.config, request.device, start)
    lease.update(device=str(training.place), n_parameters=training.n_parameters, seconds=training.seconds)
    if not training.step:
        _save_preview(run, training)
        training.rest()
    saved, memory = time.monotonic(), 0
    outcome = Outcome.FINISHED
    while training.step < training.steps:
        if lease.should_stop:
            if lease.is_held:
                training.checkpoint().save(run.checkpoint_path)
            return _stopped(lease, training)
        if not training.advance():
            outcome = Outcome.DIVERGED
            break
        if training.reported:
            _report(run, training)
            memory = memory_used(training.place)
        lease.update(at_once=False, step=training.step, seconds=round(training.seconds, 2), memory=memory)
        if time.monotonic() - saved > _SAVE:
            training.checkpoint().save(run.checkpoint_path)
            saved = time.monotonic()
    lease.update(step=training.step, seconds=round(training.seconds, 2), memory=memory)
    if outcome is Outcome.FINISHED:
        # What follows takes a while too; whoever stops it finds all steps taken.
        training.checkpoint().save(run.checkpoint_path)
    return _measure(run, request, training, outcome, lease)


def _measure(run: Run, request: Request, training: Training, outcome: Outcome, lease: RunLease) -> tuple[State, str]:
    result = training.result(outcome)
    if lease.should_stop:
        return _stopped(lease, training)
    name = run.network_name
    data = training.recipe.data_of(training.config)
    save_result(result, name, run.folder, data, command_line(request.config, name))
    lease.update(network=name)
    run.checkpoint_path.unlink(missing_ok=True)
    return _ENDS[result.outcome], result.sentence if result.outcome is Outcome.DIVERGED else ""


def _stopped(lease: RunLease, training: Training) -> tuple[State, str]:
    lease.update(step=training.step, seconds=round(training.seconds, 2))
    return lease.state_after, ""


def _start(run: Run) -> tuple[Checkpoint | None, str]:
    """The checkpoint to go on from, or a sentence if there is one that cannot be read."""
    if not run.checkpoint_path.exists():
        return None, ""
    try:
        return Checkpoint.load(run.checkpoint_path), ""
    except CheckpointError as error:
        run.note(f"{error}")
        return None, "Its checkpoint is damaged or from a former version, so the training begins anew."


def _report(run: Run, training: Training) -> None:
    report = training.watch.history[-1]
    number = len(training.watch.history)
    apart = max(_PREVIEW_EVERY, training.reports // _MOST_PREVIEWS)
    has_preview = number <= 2 or number % apart == 0 or training.step == training.steps
    figures = _save_preview(run, training) if has_preview else {}
    run.append(Entry(report.step, report.loss, report.examples_per_second, round(training.seconds, 3), figures))
    training.rest()


def _save_preview(run: Run, training: Training) -> dict[str, float]:
    preview = training.recipe.preview(training.network(), training.config)
    run.save_preview(training.step, preview.pictures)
    return {name: float(value) for name, value in preview.figures.items()}


def _failed(run: Run, error: Exception, lease: RunLease) -> tuple[State, str]:
    run.note("".join(traceback.format_exception(error)))
    if lease.should_stop:
        return lease.state_after, ""
    if any(isinstance(one, OSError) and one.errno in _FULL for one in (error, error.__cause__)):
        return State.DISK_FULL, ""
    if isinstance(error, RuntimeError | MemoryError) and is_lack_of_memory(error):
        return State.OUT_OF_MEMORY, _what_fits(run, error)
    return State.FAILED, str(error) if isinstance(error, StructVizError) else ""


def _what_fits(run: Run, error: Exception) -> str:
    """A sentence with smaller settings that fit. The traceback keeps the run in memory, so it is removed first."""
    error.__traceback__ = None
    request = run.request()
    config = request.config
    smaller = largest_that_fits(recipe(config.recipe), config, request.device)
    if smaller is None:
        return "The device ran out of memory, and even one example at a time does not fit; ask for a smaller network."
    wishes = []
    if smaller.batch_size != config.batch_size:
        wishes.append(f"a batch of {smaller.batch_size} instead of {config.batch_size}")
    if smaller.n_train != config.n_train:
        wishes.append(f"{smaller.n_train} training examples instead of {config.n_train}")
    fitting = " and ".join(wishes) if wishes else "the same run, tried again now,"
    return f"The device ran out of memory; {fitting} would fit."
