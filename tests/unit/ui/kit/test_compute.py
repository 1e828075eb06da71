import threading

import pytest

from structviz.ui.kit.compute import ComputeQueue

SECONDS = 10


def test_all_who_ask_for_the_same_get_one_result() -> None:
    shop: ComputeQueue[object] = ComputeQueue(4)
    begun, go, calls = threading.Event(), threading.Event(), []

    def work() -> object:
        calls.append(1)
        begun.set()
        assert go.wait(SECONDS)
        return object()

    results: list[object] = []
    visitors = [threading.Thread(target=lambda: results.append(shop.get("key", work))) for _ in range(8)]
    for visitor in visitors:
        visitor.start()
    assert begun.wait(SECONDS)
    go.set()
    for visitor in visitors:
        visitor.join(SECONDS)
    assert len(results) == 8
    assert len(set(map(id, results))) == len(calls) == 1


def test_one_computation_runs_at_a_time() -> None:
    shop: ComputeQueue[int] = ComputeQueue(8)
    running, most = threading.Semaphore(1), []

    def work() -> int:
        most.append(running.acquire(blocking=False))
        running.release()
        return 1

    visitors = [threading.Thread(target=shop.get, args=(k, work)) for k in range(8)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join(SECONDS)
    assert most == [True] * 8


class MovedOnError(Exception):
    pass


def test_what_nobody_waits_for_is_never_begun() -> None:
    shop: ComputeQueue[str] = ComputeQueue(4)
    begun, go, calls = threading.Event(), threading.Event(), []

    def long() -> str:
        begun.set()
        assert go.wait(SECONDS)
        return "long"

    def move_on() -> None:
        raise MovedOnError

    first = threading.Thread(target=shop.get, args=("long", long))
    first.start()
    assert begun.wait(SECONDS)
    with pytest.raises(MovedOnError):
        shop.get("clicked away", lambda: calls.append("clicked away") or "", move_on)
    go.set()
    first.join(SECONDS)
    assert shop.get("next", lambda: "next") == "next"
    assert calls == []
    assert shop.get("clicked away", lambda: "asked again") == "asked again"


def test_work_that_has_begun_is_kept_for_later() -> None:
    shop: ComputeQueue[str] = ComputeQueue(4)
    begun, go = threading.Event(), threading.Event()

    def work() -> str:
        begun.set()
        assert go.wait(SECONDS)
        return "first"

    def move_on() -> None:
        assert begun.wait(SECONDS)
        raise MovedOnError

    with pytest.raises(MovedOnError):
        shop.get("key", work, move_on)
    go.set()
    assert shop.get("key", lambda: "second") == "first"


def test_jobs_that_come_together_are_done_together() -> None:
    shop: ComputeQueue[str] = ComputeQueue(16)
    begun, go, order = threading.Event(), threading.Event(), []

    def blocker() -> str:
        begun.set()
        assert go.wait(SECONDS)
        return ""

    def visit(name: str, entered: threading.Event) -> None:
        jobs = [(f"{name}{k}", lambda k=k: order.append(f"{name}{k}") or name) for k in range(3)]
        assert list(shop.get_all(jobs, entered.set)) == [name] * 3

    first = threading.Thread(target=shop.get, args=("blocker", blocker))
    first.start()
    assert begun.wait(SECONDS)
    visitors = []
    for name in "ab":
        entered = threading.Event()
        visitors.append(threading.Thread(target=visit, args=(name, entered)))
        visitors[-1].start()
        assert entered.wait(SECONDS)
    go.set()
    for visitor in (first, *visitors):
        visitor.join(SECONDS)
    assert order == ["a0", "a1", "a2", "b0", "b1", "b2"]


def test_failures_are_not_kept() -> None:
    shop: ComputeQueue[int] = ComputeQueue(4)

    def fail() -> int:
        raise TimeoutError("of the work itself")

    with pytest.raises(TimeoutError, match="of the work itself"):
        shop.get("key", fail)
    assert shop.get("key", lambda: 3) == 3


def test_the_store_is_bounded_and_forgets_the_oldest() -> None:
    shop: ComputeQueue[int] = ComputeQueue(2)
    for key in ("a", "b", "a", "c"):
        shop.get(key, lambda: 1)
    assert shop.get("a", lambda: 2) == 1
    assert shop.get("b", lambda: 2) == 2
