"""The conditions that a tableau of a given order must meet: one for each rooted tree."""

import math
from collections.abc import Iterator
from itertools import combinations_with_replacement

import torch
from torch import Tensor

from structviz.ode import Integrator

__all__ = ["Tree", "defect", "trees"]

Tree = tuple["Tree", ...]


def trees(n: int) -> Iterator[Tree]:
    """Rooted trees with n nodes, each as the sorted tuple of the trees that hang from its root."""
    for k in range(n):
        candidates = [tree for size in range(1, n) for tree in trees(size)]
        for branches in combinations_with_replacement(candidates, k):
            if sum(map(size_of, branches)) == n - 1:
                yield branches


def size_of(tree: Tree) -> int:
    return 1 + sum(map(size_of, tree))


def density(tree: Tree) -> int:
    return size_of(tree) * math.prod(map(density, tree))


def defect(method: Integrator, tree: Tree) -> float:
    """How far one order condition is missed: Σ_i w_i Φ_i(tree) = 1 / density (Hairer, Nørsett, Wanner, II.2)."""
    a, w = (torch.tensor(entries, dtype=torch.float64) for entries in (method.a, method.w))

    def weight(tree: Tree) -> Tensor:
        return math.prod((a @ weight(branch) for branch in tree), start=torch.ones_like(w))

    return (w @ weight(tree) - 1 / density(tree)).abs().item()
