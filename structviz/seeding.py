"""First weights from a seed, in a process in which others draw theirs at the same time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

__all__ = ["seeded"]

_lock = threading.RLock()


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let what the block draws from torch's global generator follow from a seed; afterwards the generator is as before.

    All threads share that generator, so one block at a time is in here.

    Parameters
    ----------
    seed
        Of the generator of the CPU.

    Examples
    --------
    >>> with seeded(0):
    ...     one = torch.nn.Linear(2, 2)
    >>> with seeded(0):
    ...     other = torch.nn.Linear(2, 2)
    >>> torch.equal(one.weight, other.weight)
    True
    """
    with _lock, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield
