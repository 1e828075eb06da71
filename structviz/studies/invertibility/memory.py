"""What a backward pass keeps in memory, with activations stored and with layers undone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from structviz.checks import peak_saved_bytes
from structviz.nets import CouplingFlow, recomputed
from structviz.seeding import seeded

__all__ = ["MemoryStudy", "memory_of_backward"]


@dataclass(frozen=True)
class MemoryStudy:
    """Most bytes of activations at any one time, for each depth.

    Attributes
    ----------
    depths
        Numbers of layers.
    stored
        If autograd stores what it needs.
    reversible
        If each layer is undone to find its input again.
    work
        Multiplications of the gradient with layers undone over those with activations stored, at the largest depth.
    """

    depths: tuple[int, ...]
    stored: tuple[int, ...]
    reversible: tuple[int, ...]
    work: float


def memory_of_backward(depths: Sequence[int] = (4, 8, 16, 32), n_points: int = 1000, width: int = 32) -> MemoryStudy:
    """Measure the memory of one gradient of the log-likelihood, for coupling flows of growing depth.

    Parameters
    ----------
    depths
        Numbers of layers.
    n_points
        Points in the batch.
    width
        Neurons of the hidden layers.

    Returns
    -------
    MemoryStudy
        Largest numbers of bytes at each depth, with stored activations and with layers undone.

    Examples
    --------
    >>> found = memory_of_backward((4, 8), n_points=100, width=8)
    >>> found.stored[1] > 1.9 * found.stored[0], found.reversible[1] == found.reversible[0]
    (True, True)
    """
    x = torch.randn(n_points, 2, generator=torch.Generator().manual_seed(0))
    with seeded(0):
        nets = [CouplingFlow(2, width, depth) for depth in depths]

    def loss(net: CouplingFlow, stored: bool) -> Tensor:
        z, log_det = net.transform(x) if stored else recomputed(net, x)
        return z.square().sum() / 2 - log_det.sum()

    def peaks(stored: bool) -> tuple[int, ...]:
        return tuple(peak_saved_bytes(lambda net=net: loss(net, stored), net.parameters()) for net in nets)

    deepest = nets[max(range(len(depths)), key=lambda k: depths[k])]
    work = _multiplications(lambda: loss(deepest, False)) / _multiplications(lambda: loss(deepest, True))
    return MemoryStudy(tuple(depths), peaks(stored=True), peaks(stored=False), work)


def _multiplications(compute: Callable[[], Tensor]) -> int:
    """Those of all matrix products, forwards and backwards."""
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        compute().backward()
    return counter.get_total_flops() // 2
