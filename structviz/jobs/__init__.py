"""Training runs that survive: a folder for each, and workers that train them."""

from structviz.jobs.adoption import adopt
from structviz.jobs.folder import Order, Run
from structviz.jobs.limits import LIMITS, MOST_ACTIVE, MOST_PER_VISITOR, check_limits
from structviz.jobs.records import Entry, Request, State, Status
from structviz.jobs.store import MOST_BYTES, MOST_RUNS, Store, Trained, default_folder

__all__ = [
    "LIMITS",
    "MOST_ACTIVE",
    "MOST_BYTES",
    "MOST_PER_VISITOR",
    "MOST_RUNS",
    "Entry",
    "Order",
    "Request",
    "Run",
    "State",
    "Status",
    "Store",
    "Trained",
    "adopt",
    "check_limits",
    "default_folder",
]
