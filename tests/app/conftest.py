"""Fixtures of the tests without a browser."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from structviz.jobs import Store
from structviz.studies.flow import study_steps
from structviz.ui.kit import page, screen
from structviz.ui.pages.flow import films
from structviz.ui.pages.flow.live_trainings import live_trainings
from structviz.ui.pages.train import shared
from tests.app.lab import FakeEngine


@pytest.fixture(autouse=True, scope="package")
def plain_spaces() -> Iterator[None]:
    """Pages show sentences as their records have them, so that tests can compare; `tests/unit/ui/kit` has the units."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (page, screen):
            patch.setattr(module, "unbroken", lambda sentence: sentence)
        yield


@pytest.fixture
def quick_study(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two integrators are enough here; the implicit one takes most of the time."""
    monkeypatch.setattr(films, "study_steps", partial(study_steps, methods=("euler", "rk4")))


@pytest.fixture
def no_run_is_left() -> Iterator[None]:
    yield
    live_trainings().stop_all()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The folder of runs that the lab's pages see."""
    found = Store(tmp_path)
    monkeypatch.setattr(shared, "store", lambda: found)
    return found


@pytest.fixture
def engine(store: Store, monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """What the lab's pages take for the engine; it trains nothing."""
    found = FakeEngine(store)
    monkeypatch.setattr(shared, "engine", lambda: found)
    return found


@pytest.fixture
def strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Visitors of a server in the network: each has runs of his own."""
    monkeypatch.setenv("STRUCTVIZ_SHARED", "0")
