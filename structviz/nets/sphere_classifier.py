"""Classifiers of points on the unit sphere: layers that keep them there, and twins whose layers do not."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from structviz.errors import ConfigError
from structviz.nets.claims import Claim
from structviz.nets.layered import LayeredMap
from structviz.nets.shape import shape_of
from structviz.nets.sphere import RETRACTIONS, SphereFlow

__all__ = ["SPHERE_LAYERS", "SphereClassifier"]

FREE = "free"

_START = 0.3
"""Factor of the first weights: with larger ones all points flow into one sink, and nothing tells them apart again."""

SPHERE_LAYERS = (*RETRACTIONS, "euler", "rk4", FREE)
"""Kinds of layers: the first two stay on the sphere; then the same tangent field with steps that leave it, and forward
Euler along a field that is not tangent."""


class SphereClassifier(LayeredMap):
    """Points of the sphere go through K layers; a plane then tells two classes apart.

    On the sphere that plane cuts along a circle, so the layers must bring each class to its own side of one. At first
    all layers are alike, so that the network starts as a flow that does not change with time. All kinds of layers have
    the same weights.

    Parameters
    ----------
    layers
        One of `SPHERE_LAYERS`.
    width
        Rows of A in each layer.
    n_layers
        The number K of layers.
    time
        End time T = K h.

    Raises
    ------
    ConfigError
        If a setting is unknown or out of range.

    Examples
    --------
    >>> net = SphereClassifier(n_layers=10)
    >>> north = torch.tensor([[0.0, 0.0, 1.0]])
    >>> net(north).shape, net.trajectory(north).detach().norm(dim=-1).round(decimals=3).unique()
    (torch.Size([1]), tensor([1.]))
    """

    def __init__(self, layers: str = "exponential", width: int = 16, n_layers: int = 20, time: float = 4.0) -> None:
        super().__init__()
        if layers not in SPHERE_LAYERS:
            raise ConfigError(f"Layers on the sphere are one of {', '.join(SPHERE_LAYERS)}; got {layers!r}.")
        self.layers, self.width, self.n_layers, self.time = layers, width, n_layers, float(time)
        free = layers == FREE
        self.flow = SphereFlow(3, width, n_layers, self.time, "euler" if free else layers, tangent=not free)
        with torch.no_grad():
            for weights in self.flow.parameters():
                weights.copy_(_START * weights[:1].clone().expand_as(weights))
        # Not along an axis: sets that are symmetric about it would give the layers no slope.
        self.normal = nn.Parameter(torch.tensor([0.6, 0.0, 0.8]))
        self.offset = nn.Parameter(torch.zeros(()))

    @property
    def shape(self) -> dict[str, Any]:
        """The arguments that build a network of this shape."""
        return shape_of(self)

    @property
    def stays(self) -> bool:
        """Whether its layers keep points on the sphere."""
        return self.layers in RETRACTIONS

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Points stay on the sphere until the plane tells them apart."""
        return self.flow.claims

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Points that are spread evenly over the sphere."""
        return self.flow.probe(n, generator)

    def enter(self, x: Float[Tensor, "batch 3"], /) -> Float[Tensor, "batch 3"]:
        """z⁰ = x/‖x‖, as of `structviz.nets.SphereFlow`."""
        return self.flow.enter(x)

    def layer(self, k: int, z: Float[Tensor, "batch 3"]) -> Float[Tensor, "batch 3"]:
        """What layer k makes of z."""
        return self.flow.layer(k, z)

    def last(self, x: Float[Tensor, "batch 3"], /) -> Float[Tensor, "batch 3"]:
        """z^K: where the points end."""
        return self.flow(x)

    def read(self, z: Float[Tensor, "batch 3"]) -> Float[Tensor, "batch"]:
        """Logits of class 1: positive on the side of the plane where `normal` points to."""
        return z @ self.normal + self.offset
