import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

import pytest

from structviz.stopping import StoppedError, stop_if_asked, stoppable
from structviz.ui.kit.fair_queue import _MOST_PAUSED, FairQueue, Place

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
    gate = case.block(seconds=10)
    case.ask("a", "long", 60)
    n_before = 0
    while not case.order and n_before < 20:
        n_before += 1
        case.now += 10
        newcomer = Gate()
        case.futures.append(case.queue.submit(newcomer, visitor=f"new {n_before}", seconds=10))
        gate.go.set()
        assert newcomer.begun.wait(SECONDS)
        gate = newcomer
    gate.go.set()
    assert case.end() == ["long"]
    assert n_before == 10, "with two to serve at a time, 100 seconds are 50 for each"


def test_who_comes_late_does_not_wait_until_all_is_done_that_came_before() -> None:
    case = Case()
    gate = case.block()
    for visitor in "abc":
        for k in range(3):
            case.ask(visitor, f"{visitor}{k}", 40)
    case.now = 100  # three visitors and the one who is served: the due time of all has come 25 seconds further
    case.ask("late", "late", 10)
    gate.go.set()
    assert case.end()[:2] == ["late", "a0"]


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


def pieces(case: Case, name: str, gate: Gate) -> Callable[[], None]:
    """A computation of two pieces, the first of which ends when the test says so."""

    def work() -> None:
        gate()
        stop_if_asked()
        case.order.append(name)

    return work


def test_a_long_computation_lets_what_is_due_before_it_go_first() -> None:
    case, gate = Case(), Gate()
    case.futures.append(case.queue.submit(pieces(case, "long", gate), visitor="a", seconds=60))
    assert gate.begun.wait(SECONDS)
    case.ask("b", "later", 90)
    case.ask("c", "earlier", 10)
    case.ask("a", "its own", 10)
    gate.go.set()
    assert case.end() == ["earlier", "long", "its own", "later"]


def test_what_goes_first_lets_others_go_first_as_well() -> None:
    case, gates = Case(), [Gate() for _ in range(_MOST_PAUSED + 2)]
    for k, gate in enumerate(gates):
        work = pieces(case, f"{k}", gate)
        case.futures.append(case.queue.submit(work, visitor=f"{k}", seconds=90.0 - 10 * k))
        if k:
            gates[k - 1].go.set()
        if k <= _MOST_PAUSED:
            assert gate.begun.wait(SECONDS)
    gates[-1].go.set()
    deepest = f"{_MOST_PAUSED}"  # no more may be paused, so the last one waits for it
    assert case.end() == [deepest, f"{_MOST_PAUSED + 1}", *(f"{k}" for k in reversed(range(_MOST_PAUSED)))]


def test_what_goes_first_has_its_own_context_and_its_errors_are_its_own() -> None:
    case, gate, asked = Case(), Gate(), []

    def fail() -> None:
        asked.append("before")
        stop_if_asked()
        raise ZeroDivisionError

    def work() -> None:
        with stoppable(lambda: len(asked) > 1):
            pieces(case, "long", gate)()

    case.futures.append(case.queue.submit(work, visitor="a", seconds=60))
    assert gate.begun.wait(SECONDS)
    failing = case.queue.submit(lambda: asked.append("given up") or fail(), visitor="b", seconds=10)
    gate.go.set()
    with pytest.raises(ZeroDivisionError):
        failing.result(SECONDS)  # although the long one should stop meanwhile
    with pytest.raises(StoppedError):
        case.futures[0].result(SECONDS)
    assert asked == ["given up", "before"]
    case.futures.clear()
    case.ask("a", "next", 10)
    assert case.end() == ["next"]


def test_pauses_count_for_nothing_and_who_is_paused_sees_for_whom() -> None:
    case, gate, second = Case(), Gate(), Gate()
    mine = case.queue.submit(pieces(case, "long", gate), visitor="a", seconds=60)
    case.futures.append(mine)
    assert gate.begun.wait(SECONDS)
    case.now = 20
    case.futures.append(case.queue.submit(second, visitor="b", seconds=15))
    gate.go.set()
    assert second.begun.wait(SECONDS)
    assert case.queue.place(mine) == Place(1, 15 + 40)
    case.now = 25
    assert case.queue.place(mine) == Place(1, 10 + 40)
    assert case.queue.place(case.futures[1]) == Place(0, 10)
    second.go.set()
    case.end()
    assert case.queue._pace == pytest.approx(1 + 0.9 * 0.1 * (5 / 15 - 1) + 0.1 * (20 / 60 - 1))


def test_what_is_given_up_costs_its_visitor_what_it_has_used() -> None:
    case, gate, next_one = Case(), Gate(), Gate()

    def work() -> None:
        gate()
        raise StoppedError

    given_up = case.queue.submit(work, visitor="a", seconds=60)
    assert gate.begun.wait(SECONDS)
    case.now = 12
    case.futures.append(case.queue.submit(next_one, visitor="b", seconds=5))
    gate.go.set()
    with pytest.raises(StoppedError):
        given_up.result(SECONDS)
    assert next_one.begun.wait(SECONDS)
    case.ask("c", "c", 30)
    case.ask("a", "a", 10)
    next_one.go.set()
    assert case.end() == ["a", "c"]


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
