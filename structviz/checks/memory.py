"""How much does a backward pass keep in memory?"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

__all__ = ["peak_saved_bytes"]


def peak_saved_bytes(compute: Callable[[], Tensor], parameters: Iterable[Tensor] = ()) -> int:
    """Measure the most bytes of activations that are stored for a backward pass at any one time.

    The tensors that autograd saves are counted as they come and go, forwards and backwards, each storage once. That is
    what a network's depth decides; the process as a whole also holds what allocators keep back.

    Parameters
    ----------
    compute
        Returns a scalar; its derivative is taken with respect to all that asks for one.
    parameters
        Weights, which are there anyway and are not counted.

    Returns
    -------
    int
        Bytes.

    Examples
    --------
    >>> x = torch.ones(1000, requires_grad=True)
    >>> peak_saved_bytes(lambda: (2 * x).square().sum())
    4000
    """
    ledger = _Ledger({p.untyped_storage().data_ptr() for p in parameters})
    with torch.autograd.graph.saved_tensors_hooks(ledger.pack, lambda saved: saved.tensor), torch.enable_grad():
        compute().backward()
    return ledger.peak


class _Ledger:
    """Storages that are held, and by how many saved tensors."""

    def __init__(self, free: set[int]) -> None:
        self.free, self.holders, self.bytes, self.peak = free, dict[int, int](), 0, 0

    def pack(self, tensor: Tensor) -> "_Saved":
        return _Saved(self, tensor)

    def add(self, storage: Any) -> None:
        place = storage.data_ptr()
        if place not in self.free:
            self.holders[place] = self.holders.get(place, 0) + 1
            self.bytes += storage.nbytes() if self.holders[place] == 1 else 0
            self.peak = max(self.peak, self.bytes)

    def remove(self, storage: Any) -> None:
        place = storage.data_ptr()
        if place not in self.free:
            self.holders[place] -= 1
            self.bytes -= storage.nbytes() if self.holders[place] == 0 else 0


class _Saved:
    """A tensor that is held for a backward pass, until the graph lets it go."""

    def __init__(self, ledger: _Ledger, tensor: Tensor) -> None:
        self.ledger, self.tensor = ledger, tensor
        ledger.add(tensor.untyped_storage())

    def __del__(self) -> None:
        self.ledger.remove(self.tensor.untyped_storage())
