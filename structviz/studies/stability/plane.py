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
from structviz.nets.plane_classifier import PlaneClassifier
from structviz.nets.points import PointClassifier
from structviz.ode import INTEGRATORS, SPLITTINGS

__all__ = [
    "AVERAGE",
    "MOST_SCALE",
    "PLANE_NETWORKS",
    "TRAINED_SCALE",
    "WELL",
    "FirstLayers",
    "PlaneNetworks",
    "longest_scale",
    "network_name",
    "plane_network",
    "trained_scale",
    "twin_name",
    "twin_network",
]

WELL = "well"
"""In place of a set of points: the same layer again and again, x ↦ x − h tanh(x), which needs no training."""

MOST_SCALE = 2.0
"""Of the step, at most."""

TRAINED_SCALE = 0.2
"""Of the steps in training: of the longest step of a gradient flow, and h = T / K of the others."""

AVERAGE = 0.5
"""Weight of the layer in an averaged network."""

_LAYERS, _WIDTH = 40, 2


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
        Whether a step has a longest length, of which `scale` is a share; else it is the step h itself.
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
            PlaneNetworks("averaged", "Averaged gradient flow", FLOW_METHODS, bounded=True),
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
    average
        Weight α of the layer in (1 − α) z + α f(z); 1 leaves it as it is.

    Raises
    ------
    ConfigError
        If there are not as many.
    """

    def __init__(self, net: LayeredMap | PointClassifier, n_layers: int, average: float = 1.0) -> None:
        super().__init__()
        if not 1 <= n_layers <= net.n_layers:
            raise ConfigError(f"The network has 1 to {net.n_layers} layers; got {n_layers}.")
        self.net, self.n_layers, self.average = net, n_layers, average

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What the whole network promises because each of its layers keeps it.

        The average of an Euler step with where it starts is a shorter Euler step, so it may take longer ones.
        """
        if self.average < 1 and isinstance(self.net, GradientFlow) and self.net.method == "euler":
            return (Claim("non-expansive", 1.0, "points"),) if self.average * self.net.share <= 1 else ()
        return claims(self.net)

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Normal points with standard deviation 2."""
        return 2 * torch.randn(n, 2, generator=generator, dtype=torch.float64)

    def layer(self, k: int, z: Float[Tensor, "batch 2"]) -> Float[Tensor, "batch 2"]:
        """What layer k makes of z."""
        return torch.lerp(z, self.net.layer(k, z), self.average)


def plane_network(
    kind: str, points: str, method: str, scale: float, n_layers: int, trained: PlaneClassifier | None = None
) -> LayeredMap:
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
        Of the steps: a share of the longest one, or h itself; `TRAINED_SCALE` in training.
    n_layers
        How many of the layers.
    trained
        Has the weights, in place of the network that ships for these points.

    Returns
    -------
    LayeredMap
        The map of the first `n_layers` layers, in float64, with fixed weights.

    Raises
    ------
    ConfigError
        If a setting is unknown or out of range, or the trained network has layers of another kind.
    """
    if kind not in PLANE_NETWORKS or method not in PLANE_NETWORKS[kind].methods or not 0 < scale <= MOST_SCALE:
        raise ConfigError(
            f"A network of the plane is one of {', '.join(PLANE_NETWORKS)}, in steps of one of its methods and up to "
            f"{MOST_SCALE:g} times as long; got {kind!r}, {method!r} and {scale}."
        )
    most, width = (_LAYERS, _WIDTH) if trained is None else (trained.n_layers, trained.width)
    if not 1 <= n_layers <= most:
        raise ConfigError(f"The network has 1 to {most} layers; got {n_layers}.")
    net = _untrained(kind, method, scale, n_layers, width).double().requires_grad_(False)
    if points == WELL:
        _same_well(net)
    else:
        flow = (trained or _shipped(network_name(kind, points))).flow
        if type(flow) is not type(net):
            raise ConfigError(f"A network of the kind {kind!r} has layers of the same kind; got {type(flow).__name__}.")
        net.load_state_dict({key: weights[:n_layers] for key, weights in flow.state_dict().items()})
    return FirstLayers(net, n_layers, AVERAGE) if kind == "averaged" else net


def _shipped(name: str) -> PlaneClassifier:
    found = zoo.load(name)
    if not isinstance(found, PlaneClassifier):
        raise ConfigError(f"{name} is no classifier with structured layers.")
    return found


def trained_scale(net: PlaneClassifier) -> float:
    """The scale of the steps in training, as `plane_network` takes it."""
    return net.share if net.structure == "gradient" else net.time / net.n_layers


def longest_scale(kind: str, method: str) -> float:
    """The scale up to which a network promises to move no two points apart; 0 if it never does.

    Parameters
    ----------
    kind, method
        As for `plane_network`.
    """
    if not PLANE_NETWORKS[kind].bounded:
        return 0.0
    return 1 / AVERAGE if kind == "averaged" and method == "euler" else 1.0


def network_name(kind: str, points: str) -> str:
    """The name in the zoo of a structured network of one of `PLANE_NETWORKS`.

    Parameters
    ----------
    kind, points
        As for `plane_network`, without `WELL`.
    """
    return f"plane/{'gradient' if kind == 'averaged' else kind}-{points}"


def twin_name(points: str) -> str:
    """The name in the zoo of the free network for a set of points; with `WELL` the one for half moons."""
    return f"flow/resnet-{'halfmoon2d' if points == WELL else points}"


def twin_network(points: str, n_layers: int) -> FirstLayers:
    """The ResNet with free weights that was trained on the same points; without training points on half moons."""
    name = twin_name(points)
    found = zoo.load(name).double()
    if not isinstance(found, PointClassifier):
        raise ConfigError(f"{name} is no network of points.")
    return FirstLayers(found, min(n_layers, found.n_layers))


def _untrained(
    kind: str, method: str, scale: float, n_layers: int, width: int
) -> GradientFlow | AntisymmetricNet | HamiltonianNet:
    if kind == "antisymmetric":
        return AntisymmetricNet(n_layers=n_layers, time=n_layers * scale, method=method)
    if kind == "hamiltonian":
        return HamiltonianNet(width=width, n_layers=n_layers, time=n_layers * scale, method=method)
    return GradientFlow(width=width, n_layers=n_layers, share=scale, method=method)


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
