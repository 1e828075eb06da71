import threading
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from structviz.stopping import pausable, stop_if_asked
from structviz.ui.kit.byte_cache import ByteCache, n_bytes

SECONDS = 10


@dataclass(frozen=True)
class Film:
    frames: torch.Tensor
    notes: dict[str, object]


def test_the_size_of_what_a_result_consists_of() -> None:
    film = Film(torch.zeros(50, 100), {"sheet": bytes(7_000), "rows": [np.zeros(500), "text"]})
    assert n_bytes(film) == pytest.approx(20_000 + 7_000 + 4_000, rel=0.05)


def test_a_view_counts_as_what_it_keeps_alive_and_only_once() -> None:
    large = torch.zeros(1000)
    assert n_bytes(large[:1]) == pytest.approx(4_000, rel=0.05)
    assert n_bytes([large[:1], large[1:]]) == pytest.approx(4_000, rel=0.1)


def test_what_was_not_used_for_longest_goes_first() -> None:
    cache: ByteCache[bytes] = ByteCache(most_bytes=10_000)
    for key in "abac":
        cache.get(key, lambda: bytes(4_000))
    assert cache.n_bytes < 10_000
    assert cache.get("a", lambda: b"new") == bytes(4_000)
    assert cache.get("b", lambda: b"new") == b"new"


def test_the_latest_result_is_kept_whatever_its_size() -> None:
    cache: ByteCache[bytes] = ByteCache(most_bytes=10)
    cache.get("a", lambda: bytes(100))
    assert cache.get("a", lambda: b"new") == bytes(100)


def test_two_threads_that_ask_at_the_same_time_get_one_result() -> None:
    cache: ByteCache[object] = ByteCache(most_bytes=1000)
    begun, go, found = threading.Event(), threading.Event(), []

    def make() -> object:
        begun.set()
        assert go.wait(SECONDS)
        return object()

    threads = [threading.Thread(target=lambda: found.append(cache.get("key", make))) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert begun.wait(SECONDS)
    go.set()
    for thread in threads:
        thread.join(SECONDS)
    assert len(found) == 4
    assert len(set(map(id, found))) == 1


def test_after_a_failure_whoever_waits_tries_again() -> None:
    cache: ByteCache[str] = ByteCache(most_bytes=1000)
    begun, go, found = threading.Event(), threading.Event(), []

    def fail() -> str:
        begun.set()
        assert go.wait(SECONDS)
        raise ZeroDivisionError

    def first() -> None:
        with pytest.raises(ZeroDivisionError):
            cache.get("key", fail)

    threads = [threading.Thread(target=first), threading.Thread(target=lambda: found.append(cache.get("key", str)))]
    threads[0].start()
    assert begun.wait(SECONDS)
    threads[1].start()
    go.set()
    for thread in threads:
        thread.join(SECONDS)
    assert found == [""]


def test_what_is_made_for_all_who_ask_is_not_paused() -> None:
    pauses = []
    with pausable(lambda: pauses.append("what goes first asks for the same, and would wait for ever")):
        ByteCache[None](100).get("key", stop_if_asked)
        assert not pauses
        stop_if_asked()
    assert len(pauses) == 1
