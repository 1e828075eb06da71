"""Networks of coupling layers: one half of the coordinates moves, by what the other half says."""

from abc import abstractmethod
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import pixel_shuffle, pixel_unshuffle

from structviz.errors import ConfigError, ShapeError
from structviz.nets.claims import Claim
from structviz.nets.layered import InvertibleMap
from structviz.nets.shape import check_depth, shape_of
from structviz.types import Images

__all__ = ["COUPLINGS", "CouplingFlow", "CouplingMap", "InvertibleImageNet", "check_coupling", "haar", "haar_inverse"]

COUPLINGS = ("additive", "affine")
"""What a coupling layer does to its half: it shifts it, or stretches and shifts it."""

_LARGEST = 2.0
"""|s| stays below it, so that exp(s) neither overflows nor vanishes."""


class CouplingMap(InvertibleMap):
    """Layers z_b⁺ = exp(s(z_a)) z_b + t(z_a) along the second axis, with a and b exchanged from layer to layer.

    Each is undone by z_b = exp(−s)(z_b⁺ − t), whatever functions s and t are, and log |det| is Σ s. An additive layer
    has s = 0. |s| stays below 2.
    """

    kind: str
    conditioners: nn.ModuleList
    claims = (Claim("invertible", 1e-10, "data and codes"), Claim("volume", 1e-9, "data"))

    def transform_layer(
        self, k: int, z: Float[Tensor, "batch *rest"]
    ) -> tuple[Float[Tensor, "batch *rest"], Float[Tensor, "batch"]]:
        """What layer k makes of z, and Σ s."""
        a, b = self._halves(k, z)
        s, t = self._stretch_and_shift(k, a)
        return self._joined(k, a, b * s.exp() + t), s.flatten(1).sum(1)

    def undo_layer(self, k: int, z: Float[Tensor, "batch *rest"]) -> Float[Tensor, "batch *rest"]:
        """What layer k made z of: the shift is subtracted first."""
        a, b = self._halves(k, z)
        s, t = self._stretch_and_shift(k, a)
        return self._joined(k, a, (b - t) * (-s).exp())

    def _halves(self, k: int, z: Tensor) -> tuple[Tensor, Tensor]:
        """What stays and what moves in layer k."""
        first, second = z.tensor_split(2, dim=1)
        return (first, second) if k % 2 == 0 else (second, first)

    def _joined(self, k: int, a: Tensor, b: Tensor) -> Tensor:
        return torch.cat((a, b) if k % 2 == 0 else (b, a), dim=1)

    def _stretch_and_shift(self, k: int, a: Tensor) -> tuple[Tensor, Tensor]:
        found = self.conditioners[k](a)
        if self.kind == "additive":
            return torch.zeros_like(found), found
        s, t = found.chunk(2, dim=1)
        return _LARGEST * torch.tanh(s / _LARGEST), t

    @abstractmethod
    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """n inputs on which to measure, in float64."""


class CouplingFlow(CouplingMap):
    """Couplings of points; with maximum likelihood it learns the density of a set of points.

    Parameters
    ----------
    dim
        Coordinates of a point, 2 or more.
    width
        Neurons in each of the two hidden layers of s and t.
    n_layers
        The number K of couplings.
    kind
        "additive" or "affine".

    Raises
    ------
    ConfigError
        If a setting is unknown or out of range.

    References
    ----------
    Dinh, Krueger, Bengio: NICE: non-linear independent components estimation. ICLR workshop 2015.
    Dinh, Sohl-Dickstein, Bengio: Density estimation using real NVP. ICLR 2017.

    Examples
    --------
    >>> net = CouplingFlow(n_layers=4)
    >>> x = torch.ones(3, 2)
    >>> torch.allclose(net.inverse(net(x)), x, atol=1e-5)
    True
    """

    def __init__(self, dim: int = 2, width: int = 32, n_layers: int = 8, kind: str = "affine") -> None:
        super().__init__()
        check_coupling(n_layers, width, kind)
        if dim < 2:
            raise ConfigError(f"A coupling needs two coordinates or more; got {dim}.")
        self.dim, self.width, self.n_layers, self.kind = dim, width, n_layers, kind
        sizes = (dim - dim // 2, dim // 2)
        self.conditioners = nn.ModuleList(
            nn.Sequential(
                nn.Linear(sizes[k % 2], width),
                nn.Tanh(),
                nn.Linear(width, width),
                nn.Tanh(),
                nn.Linear(width, sizes[1 - k % 2] * (2 if kind == "affine" else 1)),
            )
            for k in range(n_layers)
        )

    @property
    def shape(self) -> dict[str, Any]:
        """The arguments that build a network of this shape."""
        return shape_of(self)

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Normal points."""
        return torch.randn(n, self.dim, generator=generator, dtype=torch.float64)


class InvertibleImageNet(CouplingMap):
    """Couplings of images: a photograph becomes a code of as many numbers, and the code the photograph.

    First an orthonormal wavelet packet (Haar) halves the sides `levels` times and makes 4^levels channels of the image,
    the coarse picture first; then halves of the channels move in turn.

    Parameters
    ----------
    width
        Channels of the hidden layers of s and t.
    n_layers
        The number K of couplings.
    levels
        How often the sides are halved, 1 to 4; sides are multiples of 2^levels.
    kind
        "additive" or "affine".

    Raises
    ------
    ConfigError
        If a setting is unknown or out of range.

    References
    ----------
    Jacobsen, Smeulders, Oyallon: i-RevNet: deep invertible networks. ICLR 2018.
    Etmann, Ke, Schönlieb: iUNets: learnable invertible up- and downsampling. MLSP 2020.

    Examples
    --------
    >>> net = InvertibleImageNet(width=4, n_layers=2)
    >>> net(torch.zeros(1, 1, 8, 12)).shape
    torch.Size([1, 16, 2, 3])
    """

    def __init__(self, width: int = 16, n_layers: int = 8, levels: int = 2, kind: str = "additive") -> None:
        super().__init__()
        check_coupling(n_layers, width, kind)
        if not 1 <= levels <= 4:
            raise ConfigError(f"The sides are halved 1 to 4 times; got {levels}.")
        self.width, self.n_layers, self.levels, self.kind = width, n_layers, levels, kind
        half = 4**levels // 2
        self.conditioners = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(half, width, 3, padding=1),
                nn.ReLU(),
                nn.Conv2d(width, width, 1),
                nn.ReLU(),
                nn.Conv2d(width, half * (2 if kind == "affine" else 1), 3, padding=1),
            )
            for _ in range(n_layers)
        )

    @property
    def shape(self) -> dict[str, Any]:
        """The arguments that build a network of this shape."""
        return shape_of(self)

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Noise on the smallest grid with unequal sides."""
        side = 2**self.levels
        return torch.rand(n, 1, side, 2 * side, generator=generator, dtype=torch.float64)

    def enter(self, x: Images) -> Float[Tensor, "batch code_channel code_row code_column"]:
        """The wavelet packet.

        Raises
        ------
        ShapeError
            If the sides cannot be halved as often.
        """
        side = 2**self.levels
        if x.ndim != 4 or x.shape[1] != 1 or x.shape[2] % side or x.shape[3] % side:
            raise ShapeError(f"Grey images with sides that are multiples of {side} go in; got {tuple(x.shape)}.")
        for _ in range(self.levels):
            x = haar(x)
        return x

    def leave(self, z: Float[Tensor, "batch code_channel code_row code_column"]) -> Images:
        """The image of a wavelet packet."""
        for _ in range(self.levels):
            z = haar_inverse(z)
        return z


def haar(x: Float[Tensor, "batch channel row column"]) -> Float[Tensor, "batch fourfold half_row half_column"]:
    """Mean and three differences of each 2×2 block, scaled so that lengths stay as they are.

    Examples
    --------
    >>> haar(torch.ones(1, 1, 2, 2)).flatten()
    tensor([2., 0., 0., 0.])
    """
    blocks = pixel_unshuffle(x, 2).unflatten(1, (-1, 4))
    return torch.einsum("ij,bcjhw->bcihw", _haar_matrix(x), blocks).flatten(1, 2)


def haar_inverse(z: Float[Tensor, "batch fourfold half_row half_column"]) -> Float[Tensor, "batch channel row column"]:
    """The images that `haar` made z of."""
    blocks = torch.einsum("ji,bcjhw->bcihw", _haar_matrix(z), z.unflatten(1, (-1, 4)))
    return pixel_shuffle(blocks.flatten(1, 2), 2)


def _haar_matrix(like: Tensor) -> Tensor:
    return like.new_tensor([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2


def check_coupling(n_layers: int, width: int, kind: str) -> None:
    """Check the settings of a network of couplings.

    Parameters
    ----------
    n_layers, width
        The number of couplings, and neurons or channels of their hidden layers.
    kind
        One of `COUPLINGS`.

    Raises
    ------
    ConfigError
        If one is unknown or out of range.
    """
    check_depth(n_layers)
    if width < 1:
        raise ConfigError(f"The width must be at least 1; got {width}.")
    if kind not in COUPLINGS:
        raise ConfigError(f"A coupling is {' or '.join(COUPLINGS)}; got {kind!r}.")
