"""Turns at the decoder: one at a time, and whoever has used it least of late goes first."""

import threading
import time
from collections.abc import Sequence

import pytest

from structviz.decoding.turns import HALF_LIFE, Turns

PATIENCE = 60.0


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def turns(clock: Clock) -> Turns:
    return Turns(clock)


def use(turns: Turns, clock: Clock, names: Sequence[str], seconds: float) -> None:
    with turns.take(names, PATIENCE):
        clock.now += seconds


def order(turns: Turns, waiting: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Who comes first, of several who wait while somebody else has the turn."""
    came: list[Sequence[str]] = []

    def wait(names: Sequence[str]) -> None:
        with turns.take(names, PATIENCE) as is_mine:
            assert is_mine
            came.append(names)

    threads = []
    with turns.take(["holder"], PATIENCE):
        for names in waiting:
            before = len(turns._waiting)
            threads.append(threading.Thread(target=wait, args=(names,)))
            threads[-1].start()
            while len(turns._waiting) == before:
                time.sleep(0.001)
        assert came == []
    for thread in threads:
        thread.join(PATIENCE)
    return came


def test_the_turn_is_of_one_at_a_time_and_the_first_comes_first(turns: Turns) -> None:
    assert order(turns, [["a"], ["b"], ["c"]]) == [["a"], ["b"], ["c"]]
    assert order(turns, [["c"], ["a"]]) == [["c"], ["a"]]


def test_who_has_used_it_least_goes_first(turns: Turns, clock: Clock) -> None:
    use(turns, clock, ["a"], 8)
    use(turns, clock, ["b"], 2)
    assert order(turns, [["a"], ["a"], ["b"], ["new"]]) == [["new"], ["b"], ["a"], ["a"]]


def test_the_address_counts_beside_the_visitor(turns: Turns, clock: Clock) -> None:
    """New names from one address do not go before everybody else; whoever shares the address goes before its user."""
    use(turns, clock, ["a", "here"], 8)
    assert order(turns, [["fresh", "here"], ["b", "there"]]) == [["b", "there"], ["fresh", "here"]]
    assert order(turns, [["a", "here"], ["honest", "here"]]) == [["honest", "here"], ["a", "here"]]


def test_uses_are_forgotten(turns: Turns, clock: Clock) -> None:
    use(turns, clock, ["a"], 8)
    clock.now += HALF_LIFE
    assert turns.used("a") == pytest.approx(4)
    use(turns, clock, ["b"], 5)
    assert turns.used("a") == pytest.approx(4 * 0.5 ** (5 / HALF_LIFE))
    assert order(turns, [["b"], ["a"]]) == [["a"], ["b"]]
    clock.now += 20 * HALF_LIFE
    use(turns, clock, ["c"], 1)
    assert set(turns._used) == {"c"}, "names must not pile up"


def test_patience_ends_and_the_place_with_it(turns: Turns) -> None:
    with turns.take(["a"], PATIENCE):
        with turns.take(["b"], 0.01) as is_mine:
            assert not is_mine
        assert turns._waiting == []
    with turns.take(["b"], 0) as is_mine:
        assert is_mine


def test_an_error_ends_the_turn(turns: Turns) -> None:
    with pytest.raises(ValueError, match="broken"), turns.take(["a"], PATIENCE):
        raise ValueError("broken")
    with turns.take(["b"], 0) as is_mine:
        assert is_mine
