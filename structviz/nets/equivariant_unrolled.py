"""The equivariant twin of the learned proximal gradient network: trained with escnn, exported to plain torch."""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from structviz.errors import ConfigError
from structviz.nets.groups import Group, group
from structviz.nets.steerable import SteerableConv
from structviz.nets.unrolled import SLOPE, LearnedProximalGradient, ProxBlock, check_unrolled, unroll
from structviz.tomography import ParallelBeam
from structviz.tomography.turns import check_turns
from structviz.types import Sinograms, SquareImages

__all__ = ["EquivariantProximalGradient"]


class EquivariantProximalGradient(nn.Module):
    """Learned reconstruction that turns with the patient, by blocks between regular fields of a planar group.

    The projector commutes with quarter turns as long as views are mapped to views, so the whole network does.
    Image, gradient and memory are grey fields, as in the reference.

    Parameters
    ----------
    group_name
        "C4", "C8", "D4" or "D8".
    image_size, n_views, field_of_view, iterations, width, memory, start
        As for `LearnedProximalGradient`; the width must fill regular fields, and the number of views be even.

    Raises
    ------
    ConfigError
        If a setting is out of range.

    References
    ----------
    Celledoni et al.: Equivariant neural networks for inverse problems. Inverse Problems 37, 2021.
    """

    def __init__(
        self,
        group_name: str = "C4",
        image_size: int = 64,
        n_views: int = 30,
        field_of_view: float = 44.0,
        iterations: int = 5,
        width: int = 32,
        memory: int = 5,
        start: str = "zero",
    ) -> None:
        super().__init__()
        check_unrolled(iterations, width, memory, start)
        self.group = group(group_name)
        fields, rest = divmod(width, self.group.order)
        if rest:
            raise ConfigError(
                f"{group_name} needs a width that is a multiple of {self.group.order} channels; got {width}."
            )
        self.arguments = (image_size, n_views, field_of_view, iterations, width, memory, start)
        self.geometry = ParallelBeam(image_size, n_views, pixel_size=field_of_view / image_size)
        check_turns(self.geometry)
        self.memory = memory
        self.start = start
        self.blocks = nn.ModuleList(
            _SteerableProxBlock(self.group, 2 + memory, fields, 1 + memory) for _ in range(iterations)
        )

    def forward(self, y: Sinograms) -> SquareImages:
        """Reconstruct a batch of sinograms; attenuation in 1/cm."""
        *_, x = unroll(self.blocks, self.geometry, self.memory, self.start, y)
        return x

    @torch.no_grad()
    def export(self) -> LearnedProximalGradient:
        """Copy the network as plain convolutions with exactly symmetric kernels."""
        with torch.device("meta"):  # draws no initial weights
            plain = LearnedProximalGradient(*self.arguments)
        plain = plain.float().to_empty(device="cpu")  # as all networks, whatever torch's default is
        steerable = [block for block in self.blocks if isinstance(block, _SteerableProxBlock)]
        for ours, theirs in zip(plain.prox_blocks, steerable, strict=True):
            theirs.copy_to(ours)
        plain.group = self.group.name
        return plain.eval().requires_grad_(False)


class _SteerableProxBlock(nn.Module):
    """As `ProxBlock`, between grey and regular fields."""

    def __init__(self, group: Group, channels_in: int, fields: int, channels_out: int) -> None:
        super().__init__()
        self.lift = SteerableConv(group, channels_in, fields, regular_in=False, regular_out=True)
        self.middle = SteerableConv(group, fields, fields, regular_in=True, regular_out=True)
        self.project = SteerableConv(group, fields, channels_out, regular_in=True, regular_out=False)
        for parameter in self.project.parameters():
            nn.init.zeros_(parameter)

    def forward(self, u: Float[Tensor, "batch channel_in row column"]) -> Float[Tensor, "batch channel_out row column"]:
        z = leaky_relu(self.lift(u), SLOPE)
        z = z + leaky_relu(self.middle(z), SLOPE)
        return self.project(z)

    def copy_to(self, plain: ProxBlock) -> None:
        for ours, theirs in zip(plain.convolutions, (self.lift, self.middle, self.project), strict=True):
            theirs.copy_to(ours)
