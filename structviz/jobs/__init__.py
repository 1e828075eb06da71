"""Training runs that survive: a folder for each, and workers that train them."""

from structviz.jobs.folder import Command, Run
from structviz.jobs.importing import import_archive, import_network
from structviz.jobs.limits import (
    KEPT_FOR,
    LIMITS,
    MOST_ACTIVE,
    MOST_BYTES,
    MOST_BYTES_PER_VISITOR,
    MOST_PER_VISITOR,
    MOST_RUNS,
    MOST_RUNS_PER_VISITOR,
    check_limits,
)
from structviz.jobs.records import Entry, Request, State, Status
from structviz.jobs.store import Store, default_folder
from structviz.jobs.trained import Trained

__all__ = [
    "KEPT_FOR",
    "LIMITS",
    "MOST_ACTIVE",
    "MOST_BYTES",
    "MOST_BYTES_PER_VISITOR",
    "MOST_PER_VISITOR",
    "MOST_RUNS",
    "MOST_RUNS_PER_VISITOR",
    "Entry",
    "Command",
    "Request",
    "Run",
    "State",
    "Status",
    "Store",
    "Trained",
    "import_archive",
    "import_network",
    "check_limits",
    "default_folder",
]
