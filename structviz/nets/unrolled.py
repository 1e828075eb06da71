"""Learned reconstruction: a few steps of proximal gradient descent in which the proximal maps are networks."""

import copy
from collections.abc import Iterator
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import leaky_relu

from structviz.errors import ConfigError
from structviz.nets.claims import Claim, equivariance_claims
from structviz.nets.groups import Element, Group
from structviz.nets.shape import shape_of
from structviz.tomography import ParallelBeam, RayTransform, fbp
from structviz.tomography.turns import mirror_sinogram, turn_sinogram
from structviz.types import Sinograms, SquareImages

__all__ = ["SLOPE", "STARTS", "UNIT", "LearnedProximalGradient", "ProxBlock", "check_unrolled", "unroll"]

STARTS = ("zero", "fbp")
"""Where the iteration may start: x⁰ = 0 or filtered backprojection."""

UNIT = 0.25
"""Attenuation in 1/cm that the blocks see as 1: a little denser than tissue, so that their channels are of order 1."""

SLOPE = 0.01
"""Slope of the LeakyReLU below zero."""


class ProxBlock(nn.Module):
    """One learned proximal map: a convolution that lifts, a residual one, and one that projects.

    z = σ(A¹u), z ← z + σ(A²z), result A³z, with σ the LeakyReLU.

    Parameters
    ----------
    channels_in, width, channels_out
        Channels before, inside and after.
    """

    def __init__(self, channels_in: int, width: int, channels_out: int) -> None:
        super().__init__()
        self.lift = _convolution(channels_in, width)
        self.middle = _convolution(width, width)
        self.project = _convolution(width, channels_out)
        for parameter in self.project.parameters():  # a new network leaves x⁰ as it is
            nn.init.zeros_(parameter)

    @property
    def convolutions(self) -> tuple[nn.Conv2d, nn.Conv2d, nn.Conv2d]:
        """The three convolutions, first to last."""
        return self.lift, self.middle, self.project

    def forward(self, u: Float[Tensor, "batch channel_in row column"]) -> Float[Tensor, "batch channel_out row column"]:
        """The new image and memory, from image, gradient and memory."""
        z = leaky_relu(self.lift(u), SLOPE)
        z = z + leaky_relu(self.middle(z), SLOPE)
        return self.project(z)


class LearnedProximalGradient(nn.Module):
    """Φ(y) = x for computed tomography: from sinograms to attenuation images.

    From x⁰ and s⁰ = 0, each step takes (x, s) ← (x, 0) + f_k(x, ∇E(x), s), where ∇E(x) = Aᵀ(Ax - y) / ‖A‖² is the
    gradient of the data's misfit ½‖Ax - y‖², scaled so that x - ∇E(x) is the longest step that never overshoots,
    whatever the number of views. The blocks f_k share no weights. s are channels of memory. Inside, images are
    counted in units of `UNIT`.

    The projector is no parameter: it is made when it is first needed, from the geometry.

    Parameters
    ----------
    image_size
        Side of the image in pixels.
    n_views
        Number of parallel views over half a turn; with an even number quarter turns map views to views.
    field_of_view
        Side of the image in cm.
    iterations
        Number of steps and of blocks.
    width
        Channels inside a block.
    memory
        Channels s that are handed from step to step, 0 or more.
    start
        "zero" or "fbp".

    Attributes
    ----------
    group
        Name of the group for which the blocks were made, if any: a promise, and no part of the shape.

    References
    ----------
    Celledoni et al.: Equivariant neural networks for inverse problems. Inverse Problems 37, 2021.
    Adler, Öktem: Learned primal-dual reconstruction. IEEE TMI 37, 2018.

    Examples
    --------
    >>> net = LearnedProximalGradient(image_size=16, n_views=10, iterations=2, width=4)
    >>> net(torch.zeros(3, 1, *net.geometry.sinogram_shape)).shape
    torch.Size([3, 1, 16, 16])
    """

    def __init__(
        self,
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
        self.geometry = ParallelBeam(image_size, n_views, pixel_size=field_of_view / image_size)
        self.image_size, self.n_views, self.field_of_view = image_size, n_views, field_of_view
        self.iterations, self.width, self.memory = iterations, width, memory
        self.start = start
        self.group: str | None = None
        self.blocks = nn.ModuleList(ProxBlock(2 + memory, width, 1 + memory) for _ in range(iterations))

    @property
    def shape(self) -> dict[str, Any]:
        """The arguments that build a network of this shape."""
        return shape_of(self)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Equivariance, if the blocks were made for a group and turns map views to views."""
        return equivariance_claims(self.group if self.geometry.n_views % 2 == 0 else None)

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Line integrals as large as those through a chest, though of nothing."""
        return 7 * torch.rand(n, 1, *self.geometry.sinogram_shape, generator=generator, dtype=torch.float64)

    def act_on_input(self, group: Group, g: Element, y: Sinograms) -> Sinograms:
        """What becomes of sinograms when the images are mirrored and turned.

        Parameters
        ----------
        group, g
            A group and one of its elements that permute pixels.
        y
            The sinograms.

        Returns
        -------
        Tensor
            Sinograms of the same shape and unit: the views are permuted, and detectors reversed where a mirror or half
            a turn does so.
        """
        mirrored = mirror_sinogram(y, self.geometry) if g.flip else y
        return turn_sinogram(mirrored, self.geometry, 4 * g.turns // group.rotations)

    @property
    def prox_blocks(self) -> tuple[ProxBlock, ...]:
        """The blocks with their type."""
        return tuple(block for block in self.blocks if isinstance(block, ProxBlock))

    def forward(self, y: Sinograms) -> SquareImages:
        """Reconstruct a batch of sinograms; attenuation in 1/cm."""
        *_, x = unroll(self.blocks, self.geometry, self.memory, self.start, y)
        return x

    def iterates(self, y: Sinograms) -> Float[Tensor, "iterate batch 1 n n"]:
        """x⁰, …, x^K, as they are on the way; attenuation in 1/cm."""
        return torch.stack(list(unroll(self.blocks, self.geometry, self.memory, self.start, y)))

    def with_geometry(self, geometry: ParallelBeam) -> "LearnedProximalGradient":
        """A copy that reconstructs from other views, for which it was not trained.

        Its `shape`, and so its card, remain those of the training.
        """
        other = copy.deepcopy(self)
        other.geometry = geometry
        return other


def unroll(blocks: nn.ModuleList, geometry: ParallelBeam, memory: int, start: str, y: Sinograms) -> Iterator[Tensor]:
    """Iterates x⁰, …, x^K of an unrolled network, one after the other.

    Parameters
    ----------
    blocks
        The networks of the K steps; equivariant ones, too, before their export.
    geometry
        How the sinograms were measured.
    memory
        Number of channels of the memory s.
    start
        What x⁰ is: "zero" or "fbp".
    y
        The sinograms.

    Returns
    -------
    Iterator of Tensor
        The iterates in 1/cm, each ``(batch, 1, n, n)``.
    """
    A = RayTransform(geometry, y.device, y.dtype)
    A.check_sinograms(y)
    step, n = 1 / A.norm() ** 2, geometry.image_size
    y = y / UNIT
    x = fbp(A, y) if start == "fbp" else y.new_zeros(len(y), 1, n, n)
    s = y.new_zeros(len(y), memory, n, n)
    yield UNIT * x
    for block in blocks:
        gradient = step * A.adjoint(A(x) - y)
        change, s = block(torch.cat((x, gradient, s), dim=1)).split((1, memory), dim=1)
        x = x + change
        yield UNIT * x


def check_unrolled(iterations: int, width: int, memory: int, start: str) -> None:
    """Check the settings of an unrolled network.

    Parameters
    ----------
    iterations
        Number of its steps.
    width
        Channels of the hidden layers of a block.
    memory
        Channels of the memory s.
    start
        What x⁰ is: "zero" or "fbp".

    Raises
    ------
    ConfigError
        If a number is out of range or the start is unknown.
    """
    if not 1 <= iterations <= 100:
        raise ConfigError(f"The number of iterations must be from 1 to 100; got {iterations}.")
    if width < 1:
        raise ConfigError(f"The width must be at least 1 channel; got {width}.")
    if memory < 0:
        raise ConfigError(f"The number of memory channels must not be negative; got {memory}.")
    if start not in STARTS:
        raise ConfigError(f"The iteration starts from {' or '.join(STARTS)}; got {start!r}.")


def _convolution(channels_in: int, channels_out: int) -> nn.Conv2d:
    # Odd kernels and replicate padding treat all four sides alike.
    return nn.Conv2d(channels_in, channels_out, 3, padding=1, padding_mode="replicate")
