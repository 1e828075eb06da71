"""The equivariant twin of the denoiser: trained with escnn, exported to plain torch.

The only file that imports escnn. After `export` the twin is a `ConvDenoiser` like the ordinary one: the
same operations at the same cost, with kernels that commute with the group.
"""

import math
import warnings
from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from structviz.nets.denoisers import ConvDenoiser, check_layers
from structviz.nets.groups import Group, group
from structviz.nets.projection import Kernel, commuting_kernel
from structviz.types import Images

with warnings.catch_warnings():
    # escnn warns that it lacks py3nj, which serves SO(3) only.
    warnings.filterwarnings("ignore", message="`py3nj` package not found")
    import escnn
    import escnn.gspaces

__all__ = ["EquivariantDenoiser", "fields_for_parameters"]


class EquivariantDenoiser(nn.Module):
    """Denoiser with Φ(Rx) = RΦ(x), by convolutions between regular fields of a planar group.

    Each field holds |G| channels, so `fields` × |G| is the width of the exported network.

    Parameters
    ----------
    group_name
        "C4", "C8", "D4" or "D8".
    fields
        Regular fields of each hidden layer.
    dilations, kernel_size, residual
        As for `ConvDenoiser`.

    References
    ----------
    Weiler, Cesa: General E(2)-equivariant steerable CNNs. NeurIPS 2019.
    Celledoni et al.: Equivariant neural networks for inverse problems. Inverse Problems 37, 2021.
    """

    def __init__(
        self,
        group_name: str = "C4",
        fields: int = 8,
        dilations: Sequence[int] = (1, 1, 1),
        kernel_size: int = 3,
        residual: bool = False,
    ) -> None:
        super().__init__()
        self.group = group(group_name)
        check_layers(fields, dilations, kernel_size)
        self.fields = fields
        self.dilations = tuple(dilations)
        self.kernel_size = kernel_size
        self.residual = residual
        space = _plane(self.group)
        self.grey = escnn.nn.FieldType(space, [space.trivial_repr])
        hidden = escnn.nn.FieldType(space, fields * [space.regular_repr])
        types = [self.grey, *[hidden] * (len(dilations) - 1), self.grey]
        self.layers = nn.ModuleList(
            escnn.nn.R2Conv(
                before,
                after,
                kernel_size,
                padding=dilation * (kernel_size // 2),
                padding_mode="replicate",
                dilation=dilation,
            )
            for before, after, dilation in zip(types[:-1], types[1:], dilations, strict=True)
        )
        self.relu = escnn.nn.ReLU(hidden)

    def forward(self, y: Images) -> Images:
        """Denoise a batch of grey images of any size."""
        z = escnn.nn.GeometricTensor(y, self.grey)
        for layer in self.layers[:-1]:
            z = self.relu(layer(z))
        f = self.layers[-1](z).tensor
        return y - f if self.residual else f

    @torch.no_grad()
    def export(self) -> ConvDenoiser:
        """Copy the network as plain convolutions with exactly symmetric kernels.

        escnn keeps its filter basis in single precision and its own export forgets the padding mode;
        here the filters are copied layer by layer and averaged over the group, once, in double precision.
        """
        width = self.fields * self.group.order
        with torch.device("meta"):  # draws no initial weights
            plain = ConvDenoiser(width, self.dilations, self.kernel_size, self.residual)
        plain = plain.to_empty(device="cpu")
        last = len(self.layers) - 1
        for k, (ours, theirs) in enumerate(zip(plain.convolutions, self.layers, strict=True)):
            kernel, bias = _filter_and_bias(theirs)
            symmetric = commuting_kernel(kernel.double().cpu(), self.group, regular_in=k > 0, regular_out=k < last)
            ours.weight.copy_(symmetric)
            ours.get_parameter("bias").copy_(bias)
        return plain.eval().requires_grad_(False)


def fields_for_parameters(n_parameters: int, group_name: str, dilations: Sequence[int], kernel_size: int = 3) -> int:
    """Number of fields with which the twin has about `n_parameters` trainable numbers.

    Raises
    ------
    ConfigError
        If the group is unknown or the layers are not valid.
    """
    # With f fields a twin has a f² + b f + 1 parameters: hidden layers, outer layers with biases, last bias.
    one, two = (
        sum(p.numel() for p in EquivariantDenoiser(group_name, f, dilations, kernel_size).parameters()) for f in (1, 2)
    )
    a = (two - 1) / 2 - (one - 1)
    b = one - 1 - a
    fields = (-b + math.sqrt(b * b + 4 * a * (n_parameters - 1))) / (2 * a) if a else (n_parameters - 1) / b
    return max(1, round(fields))


def _plane(group: Group) -> escnn.gspaces.GSpace2D:
    """The plane with the action of `group`; the mirror swaps left and right, as in `Group.act`."""
    if group.reflections:
        return escnn.gspaces.flipRot2dOnR2(group.rotations)
    return escnn.gspaces.rot2dOnR2(group.rotations)


def _filter_and_bias(layer: Any) -> tuple[Kernel, torch.Tensor]:
    """The plain kernel and bias that an escnn convolution stands for."""
    kernel, bias = layer.expand_parameters()
    return kernel, bias
