"""Small matrices on one thread: sharing them costs more than it saves, and far more on a busy machine."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

__all__ = ["one_thread"]


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch compute on the calling thread alone, as a block or as a decorator.

    Layers of ten dimensions take a hundred times as long on two threads as on one while other processes are running.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
