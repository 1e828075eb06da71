"""The equivariant twin of the denoiser: trained with escnn, exported to plain torch.

After `export` the twin is a `ConvDenoiser` like the ordinary one: the same operations at the same cost, with
kernels that commute with the group.
"""

import math
from collections.abc import Sequence
from functools import partial

import torch
from torch import nn

from structviz.nets.activations import pixelwise
from structviz.nets.denoisers import ConvDenoiser, check_layers
from structviz.nets.groups import group
from structviz.nets.parameters import n_free_parameters
from structviz.nets.steerable import CircleConv, SteerableConv
from structviz.types import Images

__all__ = ["EquivariantDenoiser", "fields_for_parameters"]


class EquivariantDenoiser(nn.Module):
    """Denoiser with Φ(Rx) = RΦ(x), by convolutions between regular fields of a planar group.

    Each field holds |G| channels, so `fields` × |G| is the width of the exported network.

    Parameters
    ----------
    group_name
        "C4", "C8", "C16", "D4" or "D8".
    fields
        Regular fields of each hidden layer.
    dilations, kernel_size, residual, activation
        As for `ConvDenoiser`. Only undilated kernels turn well between quarter turns.
    band
        If given, the layers commute with all rotations: fields are functions on the circle with at most so many waves,
        of which the cyclic group has the samples. Between two layers the nonlinearity acts on the samples.

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
        activation: str = "relu",
        band: int | None = None,
    ) -> None:
        super().__init__()
        self.group = group(group_name)
        check_layers(fields, dilations, kernel_size)
        self.fields = fields
        self.dilations = tuple(dilations)
        self.kernel_size = kernel_size
        self.residual = residual
        self.nonlinearity = pixelwise(activation)
        last = len(self.dilations) - 1
        build = SteerableConv if band is None else partial(CircleConv, band=band)
        self.layers = nn.ModuleList(
            build(
                self.group,
                fields if k > 0 else 1,
                fields if k < last else 1,
                regular_in=k > 0,
                regular_out=k < last,
                kernel_size=kernel_size,
                dilation=dilation,
            )
            for k, dilation in enumerate(self.dilations)
        )

    def forward(self, y: Images) -> Images:
        """Denoise a batch of grey images of any size."""
        z = y
        for layer in self.layers[:-1]:
            z = self.nonlinearity(layer(z))
        f = self.layers[-1](z)
        return y - f if self.residual else f

    @torch.no_grad()
    def export(self) -> ConvDenoiser:
        """Copy the network as plain convolutions with exactly symmetric kernels."""
        width = self.fields * self.group.order
        with torch.device("meta"):  # draws no initial weights
            plain = ConvDenoiser(width, self.dilations, self.kernel_size, self.residual)
        plain = plain.float().to_empty(device="cpu")  # as all networks, whatever torch's default is
        steerable = [layer for layer in self.layers if isinstance(layer, SteerableConv | CircleConv)]
        for ours, theirs in zip(plain.convolutions, steerable, strict=True):
            theirs.copy_to(ours)
        plain.nonlinearity = self.nonlinearity
        plain.group = self.group.name
        return plain.eval().requires_grad_(False)


def fields_for_parameters(n_parameters: int, group_name: str, dilations: Sequence[int], kernel_size: int = 3) -> int:
    """Number of fields with which the equivariant twin has about `n_parameters` free ones.

    Parameters
    ----------
    n_parameters
        Of the ordinary network.
    group_name
        The group of the twin, for example "C4".
    dilations, kernel_size
        Its layers, as for `EquivariantDenoiser`.

    Returns
    -------
    int
        Fields of a layer, 1 or more.

    Raises
    ------
    ConfigError
        If the group is unknown or the layers are not valid.
    """
    # With f fields a twin has a f² + b f + 1 parameters: hidden layers, outer layers with biases, last bias.
    one, two = (n_free_parameters(EquivariantDenoiser(group_name, f, dilations, kernel_size)) for f in (1, 2))
    a = (two - 1) / 2 - (one - 1)
    b = one - 1 - a
    fields = (-b + math.sqrt(b * b + 4 * a * (n_parameters - 1))) / (2 * a) if a else (n_parameters - 1) / b
    return max(1, round(fields))
