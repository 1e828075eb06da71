"""Couplings of images from coarse to fine: a code whose parts are those of the picture."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from structviz.errors import ShapeError
from structviz.nets.couplings import CouplingMap, check_coupling, haar, haar_inverse
from structviz.nets.shape import shape_of
from structviz.types import Images

__all__ = ["WaveletFlow"]

_CHANNELS = 16
_COARSE, _MIDDLE = (0,), (1, 2, 3)
_ONE, _OTHER = tuple(range(4, 10)), tuple(range(10, 16))
"""Halves of the fine details."""

_PLAN = (
    ((*_COARSE, *_MIDDLE, *_ONE), _OTHER),
    ((*_COARSE, *_MIDDLE, *_OTHER), _ONE),
    (_COARSE, _MIDDLE),
    ((), _COARSE),
)
"""Channels that are seen and channels that move by them, layer by layer and then again: nothing sees what is finer."""


class WaveletFlow(CouplingMap):
    """Couplings of images, coarse to fine: details move by what coarser ones say, and never the other way round.

    First an orthonormal wavelet packet (Haar) makes 16 channels of a quarter of the size: the coarse picture, three
    middle details, twelve fine ones. Then fine details move by the others and by each other, middle details by the
    coarse picture, and that by constants. So a code is made of the same three parts, and each part of the picture
    depends on its own part of the code and on coarser ones alone.

    Parameters
    ----------
    width
        Channels of the hidden layers of s and t.
    n_layers
        The number K of couplings; four are a round.
    kind
        "additive" or "affine".

    Raises
    ------
    ConfigError
        If a setting is unknown or out of range.

    References
    ----------
    Yu, Derpanis, Brubaker: Wavelet flow: fast training of high resolution normalizing flows. NeurIPS 2020.

    Examples
    --------
    >>> net = WaveletFlow(width=4, n_layers=4)
    >>> net(torch.zeros(1, 1, 8, 12)).shape
    torch.Size([1, 16, 2, 3])
    """

    def __init__(self, width: int = 32, n_layers: int = 12, kind: str = "affine") -> None:
        super().__init__()
        check_coupling(n_layers, width, kind)
        self.width, self.n_layers, self.kind = width, n_layers, kind
        self.conditioners = nn.ModuleList(self._conditioner(*_PLAN[k % len(_PLAN)]) for k in range(n_layers))

    def _conditioner(self, seen: tuple[int, ...], moves: tuple[int, ...]) -> nn.Module:
        numbers = len(moves) * (2 if self.kind == "affine" else 1)
        return nn.Sequential(
            nn.Conv2d(len(seen) or 1, self.width, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(self.width, self.width, 1),
            nn.ReLU(),
            nn.Conv2d(self.width, numbers, 3, padding=1),
        )

    @property
    def shape(self) -> dict[str, Any]:
        """The arguments that build a network of this shape."""
        return shape_of(self)

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Noise on the smallest grid with unequal sides."""
        return torch.rand(n, 1, 4, 8, generator=generator, dtype=torch.float64)

    def enter(self, x: Images) -> Float[Tensor, "batch code_channel code_row code_column"]:
        """The wavelet packet.

        Raises
        ------
        ShapeError
            If the image has colours, or sides that are no multiples of 4.
        """
        if x.ndim != 4 or x.shape[1] != 1 or x.shape[2] % 4 or x.shape[3] % 4:
            raise ShapeError(f"Grey images with sides that are multiples of 4 go in; got {tuple(x.shape)}.")
        return haar(haar(x))

    def leave(self, z: Float[Tensor, "batch code_channel code_row code_column"]) -> Images:
        """The image of a wavelet packet."""
        return haar_inverse(haar_inverse(z))

    def _halves(self, k: int, z: Tensor) -> tuple[Tensor, Tensor]:
        """What stays, that which is seen first, and what moves in layer k."""
        stays, moves = _order(k)
        return z[:, stays], z[:, moves]

    def _joined(self, k: int, a: Tensor, b: Tensor) -> Tensor:
        stays, moves = _order(k)
        order = (*stays, *moves)
        return torch.cat([a, b], 1)[:, [order.index(channel) for channel in range(_CHANNELS)]]

    def _stretch_and_shift(self, k: int, a: Tensor) -> tuple[Tensor, Tensor]:
        seen, _ = _PLAN[k % len(_PLAN)]
        given = a[:, : len(seen)] if seen else a.new_zeros(len(a), 1, *a.shape[2:])
        return super()._stretch_and_shift(k, given)


def _order(k: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Channels that stay in layer k, those that are seen first, and channels that move."""
    seen, moves = _PLAN[k % len(_PLAN)]
    unseen = (channel for channel in range(_CHANNELS) if channel not in seen and channel not in moves)
    return (*seen, *unseen), moves
