"""The list of networks: what joins it inherits every test of a denoiser's structure."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import torch
from torch import nn

from structviz.nets import GROUPS, ConvDenoiser, Group, Symmetrised
from structviz.nets.equivariant import EquivariantDenoiser

__all__ = ["DENOISERS", "EQUIVARIANT", "Case"]


@dataclass(frozen=True)
class Case:
    """How to build a network, and the group that its architecture promises, if any."""

    name: str
    build: Callable[[], nn.Module]
    group: Group | None = None

    def __call__(self, seed: int = 0) -> nn.Module:
        """The network with random weights and biases, in evaluation mode."""
        return copy.deepcopy(_built(self, seed))


@cache
def _built(case: Case, seed: int) -> nn.Module:
    """Shared, since an equivariant one takes half a second to build."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return case.build().eval().requires_grad_(False)


def _equivariant(group_name: str, dilations: tuple[int, ...], residual: bool) -> nn.Module:
    net = EquivariantDenoiser(group_name, 2, dilations, residual=residual)
    for name, parameter in net.named_parameters():
        if "bias" in name:  # escnn starts with zero biases, which would hide a wrong one
            nn.init.normal_(parameter)
    return net.export()


EQUIVARIANT = [
    *(
        Case(f"{g}-{label}", lambda g=g, d=dilations, r=residual: _equivariant(g, d, r), GROUPS[g])
        for g in ("C4", "C8", "D4", "D8")
        for label, dilations, residual in (("plain", (1, 1, 1), False), ("dilated", (1, 3, 2), True))
    ),
    *(
        Case(
            f"symmetrised-{g}",
            lambda g=g: Symmetrised(ConvDenoiser(8, (1, 2, 1), residual=True), g),
            GROUPS[g],
        )
        for g in ("C4", "D4")
    ),
]

DENOISERS = [
    Case("ordinary", lambda: ConvDenoiser(8, (1, 2, 1))),
    Case("ordinary-residual", lambda: ConvDenoiser(8, (1, 2, 1), residual=True)),
    *EQUIVARIANT,
]
