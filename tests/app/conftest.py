"""Fixtures of the tests without a browser."""

from collections.abc import Iterator
from functools import partial

import pytest

from structviz.flows import study_steps
from structviz.ui.flow import films
from structviz.ui.flow.runs import runs


@pytest.fixture
def quick_study(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two integrators are enough here; the implicit one takes most of the time."""
    monkeypatch.setattr(films, "study_steps", partial(study_steps, methods=("euler", "rk4")))


@pytest.fixture
def no_run_is_left() -> Iterator[None]:
    yield
    for lesson in runs()._lessons.values():
        lesson.run.stop()
