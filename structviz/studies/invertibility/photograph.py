"""A photograph and its code: the way there and back in grey values, and what an edited code gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError
from structviz.nets import WaveletFlow
from structviz.types import Images

__all__ = ["CODE_PARTS", "PhotographTrip", "code_mosaic", "edited_code", "photograph_trip", "to_levels"]

_LEVELS = 256

CODE_PARTS: Mapping[str, tuple[int, int]] = MappingProxyType({"coarse": (0, 1), "middle": (1, 4), "fine": (4, 16)})
"""First channel and the one after the last: of the picture at a quarter of the size, of what halves of it add, and of
what pixels add. No part of a picture depends on finer parts of its code."""


@dataclass(frozen=True, eq=False)
class PhotographTrip:
    """A photograph on its way to the code and back.

    Attributes
    ----------
    x, back
        As it was, and as it comes back, in float32.
    code
        As many numbers as the photograph has pixels.
    largest
        The largest |back − x|, of grey values in [0, 1].
    unequal
        How many pixels of 256 grey levels differ.
    """

    x: Images
    code: Float[Tensor, "1 code_channel code_row code_column"]
    back: Images
    largest: float
    unequal: int


def to_levels(x: Images) -> Images:
    """Grey values in [0, 1) at the middle of their level of 256."""
    return ((x * (_LEVELS - 1)).round() + 0.5) / _LEVELS


@torch.no_grad()
def photograph_trip(net: WaveletFlow, x: Images) -> PhotographTrip:
    """Send a photograph of 256 grey levels to its code and back, in float32.

    Parameters
    ----------
    net
        The network.
    x
        One photograph, grey values in [0, 1].

    Examples
    --------
    >>> photograph_trip(WaveletFlow(4, 2), torch.rand(1, 1, 16, 16)).unequal
    0
    """
    x = to_levels(x)
    code = net(x)
    back = net.inverse(code)
    unequal = int(((back * _LEVELS).floor() != (x * _LEVELS).floor()).sum())
    return PhotographTrip(x, code, back, (back - x).abs().max().item(), unequal)


def edited_code(
    code: Float[Tensor, "1 code_channel code_row code_column"],
    part: str,
    factor: float = 1.0,
    other: Float[Tensor, "1 code_channel code_row code_column"] | None = None,
) -> Float[Tensor, "1 code_channel code_row code_column"]:
    """A copy of a code with some channels changed.

    Parameters
    ----------
    code
        Of 16 channels.
    part
        One of `CODE_PARTS`.
    factor
        What its channels are multiplied by.
    other
        The code that its channels are taken from, if not the same one.

    Returns
    -------
    Tensor
        The changed copy, shape as given; channels of other parts are those of `code`.

    Raises
    ------
    ConfigError
        If there is no such part.
    """
    if part not in CODE_PARTS:
        raise ConfigError(f"A part of a code is one of {', '.join(CODE_PARTS)}; got {part!r}.")
    first, end = CODE_PARTS[part]
    edited = code.clone()
    edited[:, first:end] = factor * (code if other is None else other)[:, first:end]
    return edited


def code_mosaic(code: Float[Tensor, "1 code_channel code_row code_column"]) -> Float[Tensor, "tall wide"]:
    """The channels of a code side by side, in as many rows as columns."""
    n = round(code.shape[1] ** 0.5)
    rows = code[0].unflatten(0, (n, n)).transpose(1, 2)
    return rows.reshape(n * code.shape[2], n * code.shape[3])
