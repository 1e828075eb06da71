"""How runs stand that others have in hand, and how they ended: what the dispatcher learns of its workers."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from structviz.errors import StructVizError
from structviz.jobs.cluster import EmbeddedPlan
from structviz.jobs.folder import STALE_AFTER, Run
from structviz.jobs.records import State
from structviz.jobs.store import Store

if TYPE_CHECKING:
    from distributed import Future

__all__ = ["end_of", "if_there", "renew_lease", "sharing", "state_of"]

T = TypeVar("T")

_RECENT = 20
"""The newest runs, among which those of a group are looked for."""


def if_there(use: Callable[[], T]) -> T | None:
    """What reading or writing a run gives; None if it was deleted meanwhile or its disk is full."""
    try:
        return use()
    except (StructVizError, OSError):
        return None


def state_of(run: Run) -> State | None:
    """How a run stands; None if it was deleted or is damaged."""
    return if_there(lambda: run.status().state)


def renew_lease(run: Run) -> None:
    """Hold a run that waits for a worker; one whose worker is gone waits for another."""
    status = run.written_status()
    if status.state is State.RUNNING and (run.holder_is_gone() or run.heartbeat_age() > STALE_AFTER / 2):
        run.requeue("Its worker was lost; it waits for another.")
    elif status.state is State.QUEUED:
        run.touch_heartbeat()


def end_of(future: "Future", run: Run) -> tuple[State, str]:
    """How a run ended that its worker has left active, with a sentence if one is known; its log gets the error."""
    error = future.exception() if future.status == "error" else None
    if error is None:
        # The worker came back although the run was in other hands, or its disk was full.
        word = future.result()
        return (State(word) if word != State.RUNNING.value else State.INTERRUPTED), ""
    run.note(f"{error!r}")
    lost = type(error).__name__ == "KilledWorker"
    return (State.WORKER_LOST if lost else State.FAILED), str(error) if isinstance(error, StructVizError) else ""


def sharing(store: Store, run: Run, plan: EmbeddedPlan | None) -> int:
    """How many runs of a group have shared the cores of this machine.

    Parameters
    ----------
    store
        Where the runs of the group lie.
    run
        One of them.
    plan
        Of the workers; None where they are on a cluster.

    Returns
    -------
    int
        From 1, for a run alone, to the number of workers.
    """
    run_group = run.request().run_group
    if plan is None or plan.gpus or not run_group:
        return 1
    groups = [if_there(lambda other=other: other.request().run_group) for other in store.runs()[:_RECENT]]
    return min(groups.count(run_group), plan.workers)
