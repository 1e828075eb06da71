import threading
from concurrent.futures import Future
from dataclasses import dataclass, field

import pytest

from structviz.ui.kit.fair_queue import FairQueue, Place

SECONDS = 10


@dataclass
class Gate:
    """Work that begins, and ends when the test says so."""

    begun: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    def __call__(self) -> None:
        self.begun.set()
        assert self.go.wait(SECONDS)


class Case:
    """A queue of a machine with two cores whose clock the test turns: one worker for all, one for short things."""

    def __init__(self, cores: int = 2) -> None:
        self.now = 0.0
        self.threads: list[int] = []
        self.order: list[str] = []
        self.queue = FairQueue(cores, self.threads.append, lambda: self.now)
        self.futures: list[Future[None]] = []

    def block(self, visitor: str = "other", seconds: float = 100.0) -> Gate:
        """Keep a worker busy."""
        gate = Gate()
        self.futures.append(self.queue.submit(gate, visitor=visitor, seconds=seconds))
        assert gate.begun.wait(SECONDS)
        return gate

    def ask(self, visitor: str, name: str, seconds: float) -> Future[None]:
        future = self.queue.submit(lambda: self.order.append(name), visitor=visitor, seconds=seconds)
        self.futures.append(future)
        return future

    def end(self) -> list[str]:
        for future in self.futures:
            if not future.cancelled():
                future.result(SECONDS)
        return self.order


def test_visitors_take_turns() -> None:
    case = Case()
    gate = case.block()
    for k in range(3):
        case.ask("a", f"a{k}", 10)
    for k in range(3):
        case.ask("b", f"b{k}", 10)
    gate.go.set()
    assert case.end() == ["a0", "b0", "a1", "b1", "a2", "b2"]


def test_what_is_short_goes_before_what_is_long_of_another_visitor() -> None:
    case = Case()
    gate = case.block()
    case.ask("a", "long", 60)
    case.now = 5
    case.ask("b", "medium", 10)
    gate.go.set()
    assert case.end() == ["medium", "long"]


def test_nobody_waits_for_ever_behind_shorter_things_of_new_visitors() -> None:
    case = Case()
    gate = case.block()
    case.ask("a", "long", 60)
    for k in range(6):
        case.now = 10.0 * (k + 1)
        case.ask(f"new {k}", f"{case.now:g}", 5)
    gate.go.set()
    assert case.end() == ["10", "20", "30", "40", "50", "long", "60"]


def test_who_used_an_idle_machine_does_not_pay_for_it_later() -> None:
    case = Case()
    for k in range(5):
        case.ask("a", f"alone {k}", 60).result(SECONDS)
    case.order.clear()
    gate = case.block(seconds=1.0)
    case.now = 2.0
    for k in range(8):
        case.ask("b", f"b{k}", 10)
    case.ask("a", "a", 10)
    gate.go.set()
    assert case.end().index("a") < 8


def test_equal_computations_go_in_the_order_in_which_they_came() -> None:
    case = Case()
    gate = case.block()
    for name in "abcd":
        case.ask(name, name, 10)
    gate.go.set()
    assert case.end() == ["a", "b", "c", "d"]


def test_a_short_computation_does_not_wait_for_a_long_one() -> None:
    case = Case()
    gate = case.block()
    case.ask("a", "long", 60)
    case.ask("b", "short", 0.5).result(SECONDS)  # while the long one before it runs
    assert case.order == ["short"]
    gate.go.set()
    assert case.end() == ["short", "long"]


def test_a_short_computation_behind_a_long_one_of_the_same_visitor_is_done_as_well() -> None:
    case = Case()
    gate = case.block()
    case.ask("a", "long", 60)
    case.ask("a", "short", 0.5)
    gate.go.set()
    assert set(case.end()) == {"long", "short"}


@pytest.mark.parametrize("cores", [1, 2, 4])
def test_as_many_run_at_once_as_there_are_cores_and_long_ones_leave_one_free(cores: int) -> None:
    case = Case(cores)
    n_long = max(1, cores - 1)
    gates = [case.block(f"visitor {k}") for k in range(n_long)]
    waits = Gate()
    case.futures.append(case.queue.submit(waits, visitor="last", seconds=100))
    case.ask("short", "short", 0.5).result(SECONDS)  # had a worker been free, the long one would have been taken first
    assert not waits.begun.is_set()
    waits.go.set()
    for gate in gates:
        gate.go.set()
    case.end()


def test_what_is_cancelled_leaves_the_queue_and_costs_its_visitor_nothing() -> None:
    case = Case()
    gate = case.block()
    case.ask("a", "a0", 10)
    for k in range(8):
        assert case.ask("a", f"clicked away {k}", 30).cancel()
    case.ask("a", "a1", 10)
    assert case.queue.place(case.ask("b", "b", 25)) == Place(2, 100 + 10 + 10 + 25)
    gate.go.set()
    assert case.end() == ["a0", "a1", "b"]


def test_a_visitor_sees_who_comes_first_and_how_long_it_takes() -> None:
    case = Case()
    gate = case.block(seconds=20)
    case.ask("a", "a0", 10)
    case.ask("a", "a1", 10)
    mine = case.ask("me", "mine", 15)
    assert case.queue.place(mine) == Place(2, 20 + 10 + 15)
    case.now = 8
    assert case.queue.place(mine) == Place(2, 12 + 10 + 15)
    assert case.queue.place(case.futures[0]) == Place(0, 12)
    gate.go.set()
    case.end()
    assert case.queue.place(mine) == Place(0, 0)


def test_on_a_quicker_machine_less_is_announced() -> None:
    case = Case()
    for k in range(60):  # each takes no time at all
        case.ask("a", f"{k}", 10).result(SECONDS)
    gate = case.block()
    assert case.queue.place(case.ask("me", "mine", 10)).seconds < 0.2 * 110
    gate.go.set()
    case.end()


def test_a_computation_alone_has_all_cores_and_shares_them_with_those_that_wait() -> None:
    case = Case(cores=4)
    case.ask("a", "alone", 10).result(SECONDS)
    assert case.threads == [4]
    gates = [case.block(f"visitor {k}") for k in range(3)]
    assert case.threads == [4, 4, 2, 1]
    for gate in gates:
        gate.go.set()
    case.end()


def test_errors_reach_those_who_wait_and_the_queue_goes_on() -> None:
    case = Case()

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        case.queue.submit(fail, visitor="a", seconds=1).result(SECONDS)
    case.ask("a", "next", 1)
    assert case.end() == ["next"]


def test_many_visitors_leave_no_trace() -> None:
    case = Case()
    for k in range(20):
        case.now = 10.0 * k
        case.ask(f"visitor {k}", "", 5).result(SECONDS)
    case.now = 1000
    case.ask("last", "", 5).result(SECONDS)
    assert set(case.queue._lines) <= {"last"}


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place(2, 9.2), "2 before you, about 10 s"),
        (Place(0, 0.1), "about 1 s"),
        (Place(1, 31), "1 before you, about 35 s"),
        (Place(0, 150), "about 3 min"),
    ],
)
def test_a_place_in_words(place: Place, words: str) -> None:
    assert str(place) == words
