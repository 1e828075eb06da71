"""Classifiers of points in the plane whose layers keep a structure, whatever their weights are."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from structviz.errors import ConfigError
from structviz.nets.claims import Claim
from structviz.nets.gradient_flows import GradientFlow
from structviz.nets.hamiltonian import AntisymmetricNet, HamiltonianNet
from structviz.nets.layered import LayeredMap
from structviz.nets.shape import shape_of

__all__ = ["STRUCTURES", "PlaneClassifier", "StructuredFlow"]

StructuredFlow = GradientFlow | AntisymmetricNet | HamiltonianNet


STRUCTURES = ("gradient", "antisymmetric", "hamiltonian")
"""The kinds of layers by name."""


class PlaneClassifier(LayeredMap):
    """Points go through structured layers; a line then tells two classes apart.

    At first all layers are alike, so that the network starts as a flow that does not change with time.

    Parameters
    ----------
    structure
        One of `STRUCTURES`.
    width
        Rows of A or K in each layer; antisymmetric layers have none to choose.
    n_layers
        The number K of layers.
    share
        Of the longest non-expansive step, for a gradient flow.
    time
        End time T, for the others.

    Raises
    ------
    ConfigError
        If a setting is unknown or out of range.

    Examples
    --------
    >>> net = PlaneClassifier("hamiltonian", n_layers=10)
    >>> net(torch.zeros(5, 2)).shape, net.trajectory(torch.zeros(5, 2)).shape
    (torch.Size([5]), torch.Size([11, 5, 2]))
    """

    def __init__(
        self, structure: str = "gradient", width: int = 2, n_layers: int = 40, share: float = 0.2, time: float = 8.0
    ) -> None:
        super().__init__()
        if structure not in STRUCTURES:
            raise ConfigError(f"A structure is one of {', '.join(STRUCTURES)}; got {structure!r}.")
        self.structure, self.width, self.n_layers = structure, width, n_layers
        self.share, self.time = float(share), float(time)
        self.flow = self._layers()
        with torch.no_grad():
            for weights in self.flow.parameters():
                weights.copy_(weights[:1].clone().expand_as(weights))
        self.normal = nn.Parameter(torch.tensor([1.0, 0.0]))
        self.offset = nn.Parameter(torch.zeros(()))

    def _layers(self) -> StructuredFlow:
        if self.structure == "gradient":
            return GradientFlow(2, self.width, self.n_layers, self.share)
        if self.structure == "antisymmetric":
            return AntisymmetricNet(2, self.n_layers, self.time)
        return HamiltonianNet(2, self.width, self.n_layers, self.time)

    @property
    def shape(self) -> dict[str, Any]:
        """The arguments that build a network of this shape."""
        return shape_of(self)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """With a gradient flow, the logit changes by at most ‖normal‖ times as much as the point."""
        if not isinstance(self.flow, GradientFlow) or not self.flow.claims:
            return ()
        return (Claim("lipschitz", self.normal.detach().double().norm().item(), "points"),)

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Normal points with standard deviation 2."""
        return 2 * torch.randn(n, 2, generator=generator, dtype=torch.float64)

    def layer(self, k: int, z: Float[Tensor, "batch 2"]) -> Float[Tensor, "batch 2"]:
        """What layer k makes of z."""
        return self.flow.layer(k, z)

    def classify(self, z: Float[Tensor, "batch 2"]) -> Float[Tensor, "batch"]:
        """Logits of class 1: positive on the side of the line where `normal` points to."""
        return z @ self.normal + self.offset

    def forward(self, x: Float[Tensor, "batch 2"]) -> Float[Tensor, "batch"]:
        """Logits of class 1 for points of the plane."""
        return self.classify(super().forward(x))
