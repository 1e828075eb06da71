"""The work of a worker that measures how long a run would take: a few steps, and no longer than some seconds."""

import contextlib
import socket
from pathlib import Path

from structviz.errors import StructVizError
from structviz.jobs.folder import Run
from structviz.jobs.lease import RunLease
from structviz.jobs.records import State
from structviz.jobs.speed import measure_speed
from structviz.training.descent import is_lack_of_memory

__all__ = ["MOST_SECONDS", "measure"]

MOST_SECONDS = 20.0
"""Seconds after which a measurement ends, whatever it has found."""


def measure(folder: str, may_exit: bool = False) -> dict[str, float]:
    """The speed of the run in a folder, which is never trained; empty if the measurement was stopped or failed.

    Parameters
    ----------
    folder
        The run; see `structviz.jobs.store.Store.create_measurement`.
    may_exit
        Whether the process may end where a computation does not listen.

    Returns
    -------
    dict[str, float]
        As `structviz.jobs.speed.measure_speed` returns it; the status of the run says why it is empty.
    """
    run = Run(Path(folder))
    with contextlib.suppress(StructVizError):  # whoever asked for it has cancelled it, and it is gone
        status = run.written_status()
        if status.state.is_active:
            with RunLease(run, status, may_exit, MOST_SECONDS) as lease:
                return _measured(run, lease)
    return {}


def _measured(run: Run, lease: RunLease) -> dict[str, float]:
    lease.update(state=State.RUNNING, host=socket.gethostname())
    try:
        request = run.request()
        found = measure_speed(request.config, request.device, lambda: lease.should_stop)
    except (RuntimeError, MemoryError) as error:
        if not is_lack_of_memory(error):
            raise
        lease.update(state=State.OUT_OF_MEMORY)
        return {}
    if found is None:
        lease.update(state=lease.state_after, message=lease.message)
        return {}
    lease.update(state=State.FINISHED)
    return found
