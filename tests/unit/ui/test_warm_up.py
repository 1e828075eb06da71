"""What the server imports before the first visitor comes."""

import gc
import sys
import threading
import types
from collections.abc import Iterator

import pytest

from structviz.ui import warm_up


@pytest.fixture(autouse=True)
def nobody_waits_in_the_end() -> Iterator[None]:
    yield
    warm_up._done.set()
    gc.unfreeze()


def test_a_run_of_the_app_waits_until_imports_are_over(monkeypatch: pytest.MonkeyPatch) -> None:
    may_end, has_waited = threading.Event(), threading.Event()

    def load(name: str) -> types.ModuleType:
        assert may_end.wait(10)
        return sys.modules[name]

    monkeypatch.setattr(warm_up, "import_module", load)
    imports = warm_up.start_imports(["sys"])
    run = threading.Thread(target=lambda: (warm_up.wait_for_imports(), has_waited.set()))
    run.start()
    assert not has_waited.wait(0.2)
    may_end.set()
    imports.join()
    run.join()
    assert has_waited.is_set()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_import_that_fails_holds_nobody_up() -> None:
    warm_up.start_imports(["structviz.no_such_module"]).join()
    run = threading.Thread(target=warm_up.wait_for_imports, daemon=True)
    run.start()
    run.join(10)
    assert not run.is_alive()


def test_the_collector_of_garbage_leaves_out_what_was_imported() -> None:
    gc.unfreeze()
    known = types.ModuleType("there_before")
    assert _is_looked_through(known)
    warm_up.start_imports(["sys"]).join()
    assert not _is_looked_through(known)
    assert _is_looked_through(types.ModuleType("made_later"))


def _is_looked_through(thing: object) -> bool:
    return any(one is thing for one in gc.get_objects())
