"""Kernels that commute with a group: the projection onto them by averaging."""

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ShapeError
from structviz.nets.groups import Group

__all__ = ["Kernel", "commuting_kernel"]

Kernel = Float[Tensor, "channel_out channel_in row column"]
"""Weights of a convolution, as torch keeps them."""


def commuting_kernel(kernel: Kernel, group: Group, *, regular_in: bool, regular_out: bool) -> Kernel:
    """Average ρ_out(g) · (gK) · ρ_in(g)⁻¹ over the elements that permute pixels.

    The result is the nearest kernel whose convolution commutes with those elements. The summands are
    sorted before they are added, so that entries which should be equal are equal bit for bit, and stay so
    after any rounding or change of precision.

    Parameters
    ----------
    kernel
        Weights, square in space.
    group
        The group; of C8 and D8 only the quarter turns and mirrors act exactly on a pixel grid.
    regular_in, regular_out
        Whether the input and output channels are regular fields; otherwise each is a grey image of its own.

    Returns
    -------
    Tensor
        The averaged kernel, in shape, dtype and order of channels like `kernel`.

    Raises
    ------
    ShapeError
        If the kernel is not square or its channels do not fill regular fields.
    """
    rows, columns = kernel.shape[-2:]
    if rows != columns:
        raise ShapeError(f"A kernel that commutes with turns is square; got {rows}×{columns}.")
    for side, channels, regular in (
        ("in", kernel.shape[1], regular_in),
        ("out", kernel.shape[0], regular_out),
    ):
        if regular and channels % group.order:
            raise ShapeError(
                f"Regular fields of {group.name} hold {group.order} channels each; "
                f"got {channels} channels {side}, which is no multiple."
            )
    images_of_kernel = []
    for g in group.exact_elements:
        moved = group.act(g, kernel)
        moved = moved[_channels(kernel.shape[0], group, group.permutation(g), regular_out)]
        images_of_kernel.append(moved[:, _channels(kernel.shape[1], group, group.permutation(g), regular_in)])
    return torch.stack(images_of_kernel).sort(0).values.mean(0)


def _channels(channels: int, group: Group, permutation: list[int], regular: bool) -> Tensor:
    """Positions of all channels of a layer after `permutation` has acted within each regular field."""
    positions = torch.arange(channels)
    return positions.reshape(-1, group.order)[:, permutation].reshape(-1) if regular else positions
