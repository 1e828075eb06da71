"""Convolutions between fields of a planar group: the only file that imports escnn.

They take and give plain tensors; what they learn can be had as a plain kernel that commutes with the group.
"""

import contextlib
import warnings
from collections.abc import Iterator
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import conv2d, pad

from structviz.errors import MissingPackageError
from structviz.nets.circle import sampling
from structviz.nets.filters import FILTERS
from structviz.nets.groups import Group
from structviz.nets.projection import commuting_kernel

try:
    with warnings.catch_warnings():
        # escnn warns that it lacks py3nj, which serves SO(3) only.
        warnings.filterwarnings("ignore", message="`py3nj` package not found")
        import escnn
        import escnn.group
        import escnn.gspaces
except ModuleNotFoundError as error:
    raise MissingPackageError(
        "Training equivariant networks needs the package escnn, but it is not installed here: the README says under "
        "Start how to add it. The networks that ship need no escnn."
    ) from error

__all__ = ["CircleConv", "SteerableConv"]

_RANK = 1e-4
"""Singular values of a filter basis below this share of the largest are round-off: that reaches 7e-6, others 4e-3."""


class SteerableConv(nn.Module):
    """A convolution that commutes with a planar group, with replicate padding and stride 1.

    A regular field has |G| channels, which the group permutes; a grey field has one. Any nonlinearity that acts
    on each channel by itself commutes with both.

    Parameters
    ----------
    group
        The group.
    fields_in, fields_out
        Numbers of fields.
    regular_in, regular_out
        Whether they are regular fields; otherwise each is grey.
    kernel_size
        Odd side of the kernels, in pixels.
    dilation
        Distance of neighbouring entries of the kernel, in pixels.

    References
    ----------
    Weiler, Cesa: General E(2)-equivariant steerable CNNs. NeurIPS 2019.
    """

    def __init__(
        self,
        group: Group,
        fields_in: int,
        fields_out: int,
        *,
        regular_in: bool,
        regular_out: bool,
        kernel_size: int = 3,
        dilation: int = 1,
    ) -> None:
        super().__init__()
        self.group = group
        self.regular_in, self.regular_out = regular_in, regular_out
        with _single_precision():
            space = _plane(group)
            self.type_in, type_out = (
                escnn.nn.FieldType(space, fields * [space.regular_repr if regular else space.trivial_repr])
                for fields, regular in ((fields_in, regular_in), (fields_out, regular_out))
            )
            self.conv = escnn.nn.R2Conv(
                self.type_in,
                type_out,
                kernel_size,
                padding=dilation * (kernel_size // 2),
                padding_mode="replicate",
                dilation=dilation,
                **_rings(kernel_size, dilation),
            )

    def forward(self, z: Float[Tensor, "batch channel_in row column"]) -> Float[Tensor, "batch channel_out row column"]:
        """Convolve a batch of fields, one after the other along the channels."""
        return self.conv(escnn.nn.GeometricTensor(z, self.type_in)).tensor

    @torch.no_grad()
    def copy_to(self, plain: nn.Conv2d) -> None:
        """Write kernel and bias into a plain convolution, the kernel exactly symmetric.

        escnn keeps its filter basis in single precision and its own export forgets the padding mode; here the
        filter is averaged over the group, once, in double precision.
        """
        kernel, bias = self._kernel_and_bias()
        symmetric = commuting_kernel(
            kernel.double().cpu(), self.group, regular_in=self.regular_in, regular_out=self.regular_out
        )
        plain.weight.copy_(symmetric)
        plain.get_parameter("bias").copy_(bias)

    @property
    def n_redundant(self) -> int:
        """How many of the learned numbers change nothing that the others do not change too.

        escnn gives dilated kernels more waves round a ring than the ring has pixels: their samples are linearly
        dependent.
        """
        return _n_redundant(self.conv)

    def _kernel_and_bias(self) -> tuple[Tensor, Tensor]:
        kernel, bias = self.conv.expand_parameters()
        return kernel, bias


class CircleConv(nn.Module):
    """A convolution that commutes with all rotations, between samples of functions on the circle; stride 1.

    A field is a function on the circle with few waves, which rotations shift. It is given by its samples at equal
    angles, on which a nonlinearity can act one by one; what that makes of more waves is dropped by the next
    convolution. With the steerable kernel K between Fourier coefficients, the kernel between samples is A K Aᵀ. It also
    commutes with the cyclic group of as many elements as there are samples, exactly so with quarter turns.

    Parameters
    ----------
    group
        The cyclic group of the samples, a multiple of four in number.
    fields_in, fields_out, kernel_size, dilation
        As for `SteerableConv`.
    regular_in, regular_out
        Whether they are functions on the circle; otherwise each is grey.
    band
        Most waves of a field round the circle, for `structviz.nets.circle.sampling`.

    Raises
    ------
    ConfigError
        If there are too few samples for so many waves.

    References
    ----------
    Franzen, Wand: General nonlinearities in SO(2)-equivariant CNNs. NeurIPS 2021.
    """

    def __init__(
        self,
        group: Group,
        fields_in: int,
        fields_out: int,
        *,
        regular_in: bool,
        regular_out: bool,
        band: int,
        kernel_size: int = 3,
        dilation: int = 1,
    ) -> None:
        super().__init__()
        self.group = group
        self.regular_in, self.regular_out = regular_in, regular_out
        self.margin, self.dilation = dilation * (kernel_size // 2), dilation
        self.register_buffer("samples", sampling(band, group.order).float(), persistent=False)
        with _single_precision():
            space = escnn.gspaces.rot2dOnR2(-1, maximum_frequency=band)
            waves = escnn.group.directsum([space.fibergroup.irrep(k) for k in range(band + 1)], name=f"up_to_{band}")
            type_in, type_out = (
                escnn.nn.FieldType(space, fields * [waves if regular else space.trivial_repr])
                for fields, regular in ((fields_in, regular_in), (fields_out, regular_out))
            )
            self.conv = escnn.nn.R2Conv(
                type_in, type_out, kernel_size, dilation=dilation, **_rings(kernel_size, dilation)
            )

    def forward(self, z: Float[Tensor, "batch channel_in row column"]) -> Float[Tensor, "batch channel_out row column"]:
        """Convolve a batch of fields, given and returned as samples."""
        with torch.autocast(z.device.type, enabled=False):
            kernel, bias = self._kernel_and_bias()
        return conv2d(pad(z, (self.margin,) * 4, mode="replicate"), kernel, bias, dilation=self.dilation)

    @torch.no_grad()
    def copy_to(self, plain: nn.Conv2d) -> None:
        """Write the kernel between samples and the bias into a plain convolution, exact for quarter turns."""
        kernel, bias = self._kernel_and_bias()
        symmetric = commuting_kernel(
            kernel.double().cpu(), self.group, regular_in=self.regular_in, regular_out=self.regular_out
        )
        plain.weight.copy_(symmetric)
        plain.get_parameter("bias").copy_(bias)

    @property
    def n_redundant(self) -> int:
        """How many of the learned numbers change nothing that the others do not change too."""
        return _n_redundant(self.conv)

    def _kernel_and_bias(self) -> tuple[Tensor, Tensor]:
        """A K Aᵀ and A b."""
        kernel, bias = self.conv.expand_parameters()
        samples = self.get_buffer("samples")
        if self.regular_out:
            kernel = torch.einsum("sc,fcirk->fsirk", samples, kernel.unflatten(0, (-1, samples.shape[1]))).flatten(0, 1)
            bias = (bias.unflatten(0, (-1, samples.shape[1])) @ samples.T).flatten()
        if self.regular_in:
            kernel = torch.einsum("sc,ofcrk->ofsrk", samples, kernel.unflatten(1, (-1, samples.shape[1]))).flatten(1, 2)
        return kernel, bias


def _n_redundant(conv: escnn.nn.R2Conv) -> int:
    rank, learned = 0, 0
    for block in conv.basisexpansion.modules():
        basis = getattr(block, "sampled_basis", None)
        if isinstance(basis, Tensor):
            rank += int(torch.linalg.matrix_rank(basis.flatten(1).double(), rtol=_RANK))
            learned += len(basis)
    # The basis belongs to one pair of fields.
    return conv.weights.numel() // learned * (learned - rank)


@contextlib.contextmanager
def _single_precision() -> Iterator[None]:
    """Make float32 torch's default for a while: escnn compares its float32 matrices with others of the default."""
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float32)
    try:
        yield
    finally:
        torch.set_default_dtype(default)


def _rings(kernel_size: int, dilation: int) -> dict[str, Any]:
    """What escnn is told of the rings; the widths grow with the dilation, which escnn leaves out by itself."""
    filters = FILTERS.get(kernel_size)
    if filters is None:
        return {}
    return {
        "rings": [dilation * radius for radius in filters.radii],
        "sigma": [dilation * width for width in filters.widths],
        "frequencies_cutoff": filters.cut_off,
    }


def _plane(group: Group) -> escnn.gspaces.GSpace2D:
    """The plane with the action of `group`; the mirror swaps left and right, as in `Group.act`."""
    if group.reflections:
        return escnn.gspaces.flipRot2dOnR2(group.rotations)
    return escnn.gspaces.rot2dOnR2(group.rotations)
