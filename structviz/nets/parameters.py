"""How many numbers a network can learn."""

from torch import nn

__all__ = ["n_free_parameters"]


def n_free_parameters(net: nn.Module) -> int:
    """Number of independent directions in which training can move a network's layers.

    An equivariant layer may learn the coefficients of linearly dependent kernels; those count by the rank that they
    span, so that two networks which can represent the same maps have the same number.

    Examples
    --------
    >>> n_free_parameters(nn.Linear(3, 2))
    8
    """
    learned = sum(p.numel() for p in net.parameters())
    return learned - sum(int(getattr(module, "n_redundant", 0)) for module in net.modules())
