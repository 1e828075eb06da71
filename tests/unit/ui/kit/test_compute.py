import threading
from collections.abc import Callable
from concurrent.futures import Future

import pytest

from structviz.stopping import StoppedError, stop_if_asked
from structviz.ui.kit.compute import ComputeQueue, Job, asking, on_behalf_of
from structviz.ui.kit.fair_queue import FairQueue, Place

SECONDS = 10
LONG = 30.0
"""Seconds that the only worker for long computations takes, as the tests say."""


def store(most_bytes: int = 10_000) -> ComputeQueue[str]:
    return ComputeQueue(most_bytes, FairQueue(cores=1), lambda: threading.current_thread().name)


class Gate:
    """Work that begins, and ends when the test says so."""

    def __init__(self, result: str) -> None:
        self.begun, self.go, self.result = threading.Event(), threading.Event(), result

    def __call__(self) -> str:
        self.begun.set()
        assert self.go.wait(SECONDS)
        return self.result


def start(visit: Callable[[], object], name: str) -> threading.Thread:
    thread = threading.Thread(target=visit, name=name)
    thread.start()
    return thread


class MovedOnError(Exception):
    pass


def move_on(_: Place) -> None:
    raise MovedOnError


def test_all_who_ask_for_the_same_get_one_result() -> None:
    shop, gate, calls = store(), Gate("result"), []

    def work() -> str:
        calls.append(1)
        return gate()

    results: list[str] = []
    visitors = [start(lambda: results.append(shop.get("key", work)), f"{k}") for k in range(8)]
    assert gate.begun.wait(SECONDS)
    gate.go.set()
    for visitor in visitors:
        visitor.join(SECONDS)
    assert results == ["result"] * 8
    assert calls == [1]


def test_what_nobody_waits_for_is_never_begun() -> None:
    shop, gate, calls = store(), Gate("long"), []
    first = start(lambda: shop.get("long", gate, seconds=LONG), "first")
    assert gate.begun.wait(SECONDS)
    with pytest.raises(MovedOnError):
        shop.get("clicked away", lambda: calls.append("clicked away") or "", move_on, seconds=LONG)
    gate.go.set()
    first.join(SECONDS)
    assert shop.get("next", lambda: "next", seconds=LONG) == "next"
    assert calls == []
    assert shop.get("clicked away", lambda: "asked again") == "asked again"


def test_what_another_visitor_still_waits_for_stays() -> None:
    shop, gate, results = store(), Gate("long"), []
    first = start(lambda: shop.get("long", gate, seconds=LONG), "first")
    assert gate.begun.wait(SECONDS)
    waits = threading.Event()
    stays = start(
        lambda: results.append(shop.get("both", lambda: "both", lambda _: waits.set(), seconds=LONG)), "stays"
    )
    assert waits.wait(SECONDS)
    with pytest.raises(MovedOnError):
        shop.get("both", lambda: "never", move_on, seconds=LONG)
    gate.go.set()
    for visitor in (first, stays):
        visitor.join(SECONDS)
    assert results == ["both"]


def test_work_that_has_begun_is_kept_for_later() -> None:
    shop, gate = store(), Gate("first")

    def leave(_: Place) -> None:
        assert gate.begun.wait(SECONDS)
        raise MovedOnError

    with pytest.raises(MovedOnError):
        shop.get("key", gate, leave)
    gate.go.set()
    assert shop.get("key", lambda: "second") == "first"


def film(gate: Gate, pieces: list[str]) -> Callable[[], str]:
    """A computation of two pieces."""

    def work() -> str:
        pieces.append(gate())
        stop_if_asked()
        pieces.append("last")
        return "whole"

    return work


def leave_when_begun(shop: ComputeQueue[str], gate: Gate, work: Callable[[], str]) -> Future[str]:
    with pytest.raises(MovedOnError):
        shop.get("film", work, lambda place: gate.begun.wait(SECONDS) and move_on(place), seconds=LONG)
    return shop._results["film"]


def test_what_all_have_left_is_given_up_between_two_pieces() -> None:
    now, gate, pieces = [0.0], Gate("first"), []
    shop = ComputeQueue[str](10_000, FairQueue(cores=1), lambda: "a", lambda: now[0])
    left = leave_when_begun(shop, gate, film(gate, pieces))
    now[0] = 6.0
    gate.go.set()
    assert isinstance(left.exception(SECONDS), StoppedError)
    assert pieces == ["first"]
    assert shop.get("film", lambda: "anew") == "anew"


def test_who_comes_back_soon_finds_it_going_on() -> None:
    now, gate, pieces = [0.0], Gate("first"), []
    shop = ComputeQueue[str](10_000, FairQueue(cores=1), lambda: "a", lambda: now[0])
    leave_when_begun(shop, gate, film(gate, pieces))
    now[0] = 4.0

    def go_on(_: Place) -> None:
        now[0] = 60.0
        gate.go.set()

    assert shop.get("film", lambda: "anew", go_on) == "whole"
    assert pieces == ["first", "last"]


def test_visitors_take_turns_with_their_jobs_and_see_their_places() -> None:
    shop, gate, order = store(), Gate(""), []
    first = start(lambda: shop.get("blocker", gate, seconds=LONG), "first")
    assert gate.begun.wait(SECONDS)

    places: dict[str, Place] = {}

    def visit(name: str, entered: threading.Event) -> None:
        def wait(place: Place) -> None:
            places.setdefault(name, place)
            entered.set()

        jobs = [Job(f"{name}{k}", lambda k=k: order.append(f"{name}{k}") or name, LONG) for k in range(3)]
        assert list(shop.get_all(jobs, wait)) == [name] * 3

    visitors = []
    for name in "ab":
        entered = threading.Event()
        visitors.append(start(lambda name=name, entered=entered: visit(name, entered), name))
        assert entered.wait(SECONDS)
    gate.go.set()
    for visitor in (first, *visitors):
        visitor.join(SECONDS)
    assert order == ["a0", "b0", "a1", "b1", "a2", "b2"]
    assert [places[name].before for name in "ab"] == [1, 2]


def test_failures_are_not_kept() -> None:
    shop = store()

    def fail() -> str:
        raise TimeoutError("of the work itself")

    with pytest.raises(TimeoutError, match="of the work itself"):
        shop.get("key", fail)
    assert shop.get("key", lambda: "3") == "3"


def test_the_store_is_bounded_in_bytes_and_forgets_the_oldest() -> None:
    shop = store(most_bytes=10_000)
    for key in ("a", "b", "a", "c"):
        shop.get(key, lambda: "x" * 4_000)
    assert shop.get("a", lambda: "new") == "x" * 4_000
    assert shop.get("b", lambda: "new") == "new"


def test_a_result_that_is_larger_than_the_store_is_not_kept() -> None:
    shop = store(most_bytes=10_000)
    assert len(shop.get("large", lambda: "x" * 20_000)) == 20_000
    assert shop.get("large", lambda: "new") == "new"


def test_what_failed_after_its_visitor_had_left_is_forgotten() -> None:
    shop, gate = store(), Gate("")

    def fail() -> str:
        gate()
        raise ValueError("no such image")

    with pytest.raises(MovedOnError):
        shop.get("fails", fail, lambda place: gate.begun.wait(SECONDS) and move_on(place), seconds=LONG)
    failure = shop._results["fails"]
    gate.go.set()
    assert isinstance(failure.exception(SECONDS), ValueError)
    shop.get("next", lambda: "next")
    assert set(shop._results) == {"next"}


def test_files_made_outside_of_scripts_are_their_visitors() -> None:
    assert asking() == ""
    with on_behalf_of("ada"):
        assert asking() == "ada"
    assert asking() == ""
