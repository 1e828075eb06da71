"""Runs of several visitors take turns."""

from structviz.jobs.turns import Turns


def taken(turns: Turns, names: str) -> list[str]:
    """Let runs in whose names begin with their owner's."""
    found = names.split()
    for name in found:
        turns.take(name, name[0])
    return found


def test_whoever_asks_for_one_run_does_not_wait_for_all_of_anothers() -> None:
    turns = Turns()
    assert turns.in_order(taken(turns, "a1 a2 a3 b1 c1 b2")) == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_a_visitors_own_runs_keep_their_order() -> None:
    turns = Turns()
    waiting = taken(turns, "a1 a2 a3")
    turns.end("a1")
    waiting = [*waiting[1:], *taken(turns, "a4")]
    assert turns.in_order(waiting) == ["a2", "a3", "a4"]
    assert turns.take("a2", "a") == 1, "who has a turn keeps it"


def test_nobody_is_owed_anything_for_having_been_away() -> None:
    turns = Turns()
    for k in range(9):
        (name,) = taken(turns, f"a{k}")
        taken(turns, f"a{k + 1}")
        turns.end(name)
    waiting = taken(turns, "a9 b1 b2 b3")
    assert turns.in_order(waiting) == ["b1", "a9", "b2", "b3"]


def test_what_is_not_known_is_over() -> None:
    turns = Turns()
    turns.end("never")
    assert turns.take("a1", "a") == 0
