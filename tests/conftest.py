"""Shared fixtures."""

import signal
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import jaxtyping
import pytest
import torch
from xdist.remote import Producer

from tests.parallel import Scheduling, hangs_on_the_clock, last

_FOLDERS = count()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    return Scheduling(config, log)


def pytest_configure() -> None:
    # A shell has what it starts in the background ignore Ctrl-C, and all that is started from there.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # The numbers of a test do not depend on the machine, nor on the tests before; most tensors here are small, too.
    torch.set_num_threads(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = last(items)
    for item in items:
        if hangs_on_the_clock(item.nodeid):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(20211)


@pytest.fixture(autouse=True)
def runs_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each test has an empty folder of runs, and leaves that of the machine alone."""
    # A number of our own: pytest would look at the folders of all tests before.
    folder = tmp_path_factory.mktemp(f"runs-{next(_FOLDERS)}", numbered=False)
    monkeypatch.setenv("STRUCTVIZ_RUNS", str(folder))
    monkeypatch.delenv("STRUCTVIZ_SCHEDULER", raising=False)
    return folder


@pytest.fixture(autouse=True)
def main_module_as_before() -> Iterator[None]:
    """Pages that a test runs take the place of the main module, which processes that are spawned later import."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture
def without_shape_checks() -> Iterator[None]:
    """Let bad input reach the code: what a user of the library sees, who runs without a type checker."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)
