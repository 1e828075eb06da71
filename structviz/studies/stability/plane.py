"""Networks of the plane that keep something, each beside a free network for the same points: the twin."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from jaxtyping import Float
from torch import Tensor, nn

from structviz import zoo
from structviz.errors import ConfigError
from structviz.nets import FLOW_METHODS, AntisymmetricNet, Claim, GradientFlow, HamiltonianNet, LayeredMap, claims
from structviz.nets.points import PointClassifier
from structviz.ode import INTEGRATORS, SPLITTINGS

__all__ = ["MOST_SCALE", "PLANE_NETWORKS", "WELL", "FirstLayers", "PlaneNetworks", "plane_network", "twin_network"]

WELL = "well"
"""In place of a set of points: the same layer again and again, x ↦ x − h tanh(x), which needs no training."""

MOST_SCALE = 2.0
"""Of the step, at most."""

_SEED, _LAYERS = 3, 40


@dataclass(frozen=True)
class PlaneNetworks:
    """A kind of network of the plane.

    Attributes
    ----------
    name, title
        As used in code, and as shown.
    methods
        Whose steps its layers can be; the first is the one in training.
    bounded
        Whether a step has a longest length, of which `scale` is a share; else it is a multiple of that in training.
    """

    name: str
    title: str
    methods: tuple[str, ...]
    bounded: bool = False


PLANE_NETWORKS: Mapping[str, PlaneNetworks] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            PlaneNetworks("gradient", "Gradient flow", FLOW_METHODS, bounded=True),
            PlaneNetworks("antisymmetric", "Antisymmetric", tuple(n for n, m in INTEGRATORS.items() if m.explicit)),
            PlaneNetworks("hamiltonian", "Hamiltonian", (*SPLITTINGS, "euler")),
        )
    }
)
"""The kinds by name."""


class FirstLayers(LayeredMap):
    """The first layers of a network, without a classifier.

    Parameters
    ----------
    net
        A network whose layers keep the shape of their input.
    n_layers
        How many, up to all of them.

    Raises
    ------
    ConfigError
        If there are not as many.
    """

    def __init__(self, net: LayeredMap | PointClassifier, n_layers: int) -> None:
        super().__init__()
        if not 1 <= n_layers <= net.n_layers:
            raise ConfigError(f"The network has 1 to {net.n_layers} layers; got {n_layers}.")
        self.net, self.n_layers = net, n_layers

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What the whole network promises because each of its layers keeps it."""
        return claims(self.net)

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Normal points with standard deviation 2."""
        return 2 * torch.randn(n, 2, generator=generator, dtype=torch.float64)

    def layer(self, k: int, z: Float[Tensor, "batch 2"]) -> Float[Tensor, "batch 2"]:
        """What layer k makes of z."""
        return self.net.layer(k, z)


def plane_network(kind: str, points: str, method: str, scale: float, n_layers: int) -> FirstLayers:
    """A structured network, with its weights, in other steps if asked.

    Parameters
    ----------
    kind
        One of `PLANE_NETWORKS`.
    points
        The set of `structviz.data.TOY_SETS` that it belongs to, or `WELL`.
    method
        Whose steps its layers are.
    scale
        Of the steps: a share of the longest one, or a multiple of that in training.
    n_layers
        How many of the layers.

    Raises
    ------
    ConfigError
        If a setting is unknown or out of range.
    """
    if kind not in PLANE_NETWORKS or method not in PLANE_NETWORKS[kind].methods or not 0 < scale <= MOST_SCALE:
        raise ConfigError(
            f"A network of the plane is one of {', '.join(PLANE_NETWORKS)}, in steps of one of its methods and up to "
            f"{MOST_SCALE:g} times as long; got {kind!r}, {method!r} and {scale}."
        )
    with torch.random.fork_rng():
        torch.manual_seed(_SEED)
        net = _BUILD[kind](method, scale).double().requires_grad_(False)
    if points == WELL:
        _same_well(net)
    return FirstLayers(net, n_layers)


def twin_network(points: str, n_layers: int) -> FirstLayers:
    """The ResNet with free weights that was trained on the same points; without training points on half moons."""
    name = f"flow/resnet-{'halfmoon2d' if points == WELL else points}"
    found = zoo.load(name).double()
    if not isinstance(found, PointClassifier):
        raise ConfigError(f"{name} is no network of points.")
    return FirstLayers(found, min(n_layers, found.n_layers))


_BUILD = {
    "gradient": lambda method, scale: GradientFlow(width=2, n_layers=_LAYERS, share=scale, method=method),
    "antisymmetric": lambda method, scale: AntisymmetricNet(n_layers=_LAYERS, time=4.0 * scale, method=method),
    "hamiltonian": lambda method, scale: HamiltonianNet(width=2, n_layers=_LAYERS, time=4.0 * scale, method=method),
}


def _same_well(net: nn.Module) -> None:
    """The same weights in all layers and no bias, so that the origin stays where it is."""
    if isinstance(net, GradientFlow):
        net.A.copy_(torch.eye(2, dtype=net.A.dtype).expand_as(net.A))
        net.b.zero_()
    elif isinstance(net, AntisymmetricNet):
        net.K.copy_(torch.tensor([[0.0, 0.5], [-0.5, 0.0]], dtype=net.K.dtype).expand_as(net.K))
    elif isinstance(net, HamiltonianNet):
        net.K.copy_(torch.tensor([[1.0], [0.0]], dtype=net.K.dtype).expand_as(net.K))
        net.b.zero_()
