"""The list of learned reconstructions: what joins it inherits every test of a network from sinograms to images."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from structviz.nets import GROUPS, Group, LearnedProximalGradient
from structviz.nets.equivariant_unrolled import EquivariantProximalGradient

__all__ = ["EQUIVARIANT", "RECONSTRUCTIONS", "ReconstructionCase", "randomise"]


@dataclass(frozen=True)
class ReconstructionCase:
    """How to build a network for a geometry of n×n pixels, and the group that it promises, if any."""

    name: str
    build: Callable[[int, int], LearnedProximalGradient]
    group: Group | None = None

    def __call__(self, image_size: int = 13, n_views: int = 6) -> LearnedProximalGradient:
        """The network with random weights and biases, in evaluation mode."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            return self.build(image_size, n_views).eval().requires_grad_(False)


def randomise(net: nn.Module) -> nn.Module:
    """Put numbers in the places of the zeros of a new network, which would hide mistakes."""
    for parameter in net.parameters():
        if not parameter.any():
            nn.init.normal_(parameter, std=0.1)
    return net


def _ordinary(image_size: int, n_views: int, start: str, memory: int) -> LearnedProximalGradient:
    net = LearnedProximalGradient(image_size, n_views, iterations=3, width=8, memory=memory, start=start)
    randomise(net)
    return net


def _equivariant(group_name: str, image_size: int, n_views: int, start: str, memory: int) -> LearnedProximalGradient:
    net = EquivariantProximalGradient(
        group_name, image_size, n_views, iterations=3, width=8, memory=memory, start=start
    )
    randomise(net)
    return net.export()


STARTS = [("zero", 2), ("fbp", 0)]

EQUIVARIANT = [
    ReconstructionCase(
        f"{g}-{start}", lambda n, v, g=g, start=start, memory=memory: _equivariant(g, n, v, start, memory), GROUPS[g]
    )
    for g in ("C4", "C8", "D4")
    for start, memory in STARTS
]

RECONSTRUCTIONS = [
    *(
        ReconstructionCase(f"ordinary-{start}", lambda n, v, start=start, memory=memory: _ordinary(n, v, start, memory))
        for start, memory in STARTS
    ),
    *EQUIVARIANT,
]
