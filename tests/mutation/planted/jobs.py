"""Defects of the workers that train."""

from tests.mutation.defect import Defect

__all__ = ["DEFECTS"]

_DOORS = "tests/unit/jobs/test_engine.py::test_strangers_find_no_open_door"

DEFECTS = (
    Defect(
        name="workers-without-keys",
        breaks="Whoever reaches the scheduler of this machine can run code.",
        file="structviz/jobs/cluster.py",
        old="security=Security.temporary(),",
        new="security=None,",
        tests=_DOORS,
    ),
    Defect(
        name="http-of-workers",
        breaks="Each worker answers to HTTP.",
        file="structviz/jobs/worker_doors.py",
        old="    worker.http_server.stop()",
        new="    del worker",
        tests=_DOORS,
    ),
    Defect(
        name="http-of-the-scheduler",
        breaks="The scheduler answers to HTTP.",
        file="structviz/jobs/cluster.py",
        old="            cluster.scheduler.http_server.stop()\n",
        new="            pass\n",
        tests=_DOORS,
    ),
)
