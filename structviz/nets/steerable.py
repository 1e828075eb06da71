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

from structviz.errors import MissingPackageError
from structviz.nets.filters import FILTERS
from structviz.nets.groups import Group
from structviz.nets.projection import commuting_kernel

try:
    with warnings.catch_warnings():
        # escnn warns that it lacks py3nj, which serves SO(3) only.
        warnings.filterwarnings("ignore", message="`py3nj` package not found")
        import escnn
        import escnn.gspaces
except ModuleNotFoundError as error:
    raise MissingPackageError(
        "Training equivariant networks needs the package escnn, but it is not installed here: the README says under "
        "Start how to add it. The networks that ship need no escnn."
    ) from error

__all__ = ["SteerableConv"]

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
        rank, learned = 0, 0
        for block in self.conv.basisexpansion.modules():
            basis = getattr(block, "sampled_basis", None)
            if isinstance(basis, Tensor):
                rank += int(torch.linalg.matrix_rank(basis.flatten(1).double(), rtol=_RANK))
                learned += len(basis)
        # The basis belongs to one pair of fields.
        return self.conv.weights.numel() // learned * (learned - rank)

    def _kernel_and_bias(self) -> tuple[Tensor, Tensor]:
        kernel, bias = self.conv.expand_parameters()
        return kernel, bias


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
