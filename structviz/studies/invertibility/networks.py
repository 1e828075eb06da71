"""Networks to send points through and back: structured ones with random weights, and a ResNet with large steps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import torch

from structviz.errors import ConfigError
from structviz.nets import CouplingFlow, HamiltonianNet, InvertibleMap, InvertibleResNet, PointClassifier
from structviz.seeding import seeded
from structviz.studies.flow.refinement import weight_schedule

__all__ = ["KINDS", "MAX_CONTRACTION", "MAX_LAYERS", "InvertibleKind", "coarse_resnet", "random_network"]

MAX_LAYERS = 32
"""The most layers of a network on the page."""

MAX_CONTRACTION = 1.2
"""The largest Lipschitz constant of a branch; from 1 on no inverse is promised."""

_WIDTH = 16
_GAIN = 4.0
"""By how much the last layer of s and t is enlarged, so that random weights move points as far as trained ones do."""


@dataclass(frozen=True)
class InvertibleKind:
    """A way to build layers that can be undone.

    Attributes
    ----------
    title, phrase
        Name for people, in a heading and in a sentence.
    undone_by
        How a layer is undone, to complete a sentence that begins with "A layer is undone".
    build
        Makes a network from its number of layers and the contraction c, which only some kinds have.
    """

    title: str
    phrase: str
    undone_by: str
    build: Callable[[int, float], InvertibleMap]


def _coupling(kind: str) -> Callable[[int, float], InvertibleMap]:
    def build(n_layers: int, contraction: float) -> CouplingFlow:
        del contraction
        net = CouplingFlow(2, _WIDTH, n_layers, kind)
        for conditioner in net.conditioners:
            *_, last = conditioner.children()
            with torch.no_grad():
                for parameter in last.parameters():
                    parameter.mul_(_GAIN / n_layers**0.5)
        return net

    return build


KINDS: Mapping[str, InvertibleKind] = MappingProxyType(
    {
        "additive": InvertibleKind(
            "Additive coupling", "the additive coupling network", "by a subtraction", _coupling("additive")
        ),
        "affine": InvertibleKind(
            "Affine coupling", "the affine coupling network", "by a subtraction and a division", _coupling("affine")
        ),
        "contractive": InvertibleKind(
            "Invertible ResNet",
            "the invertible ResNet",
            "by a fixed-point iteration",
            lambda n_layers, contraction: InvertibleResNet(2, _WIDTH, n_layers, contraction),
        ),
        "hamiltonian": InvertibleKind(
            "Hamiltonian network",
            "the Hamiltonian network",
            "by two subtractions",
            lambda n_layers, _contraction: HamiltonianNet(2, 4, n_layers, time=1.0),
        ),
    }
)
"""The kinds of networks that points come back from, by name."""


def random_network(kind: str, n_layers: int = 8, contraction: float = 0.8, seed: int = 0) -> InvertibleMap:
    """A network of a kind with random weights, in float64 and for evaluation only.

    Parameters
    ----------
    kind
        One of `KINDS`.
    n_layers
        The number K of layers, 1 to `MAX_LAYERS`.
    contraction
        Lipschitz constant c of the branches of an invertible ResNet, above 0 and at most `MAX_CONTRACTION`.
    seed
        Of the weights.

    Returns
    -------
    InvertibleMap
        Data → code in the plane, with fixed weights that the seed decides.

    Raises
    ------
    ConfigError
        If the kind is unknown or a number out of range.

    Examples
    --------
    >>> net = random_network("additive", n_layers=4)
    >>> x = torch.ones(3, 2).double()
    >>> (net.inverse(net(x)) - x).abs().max().item() < 1e-12
    True
    """
    if kind not in KINDS:
        raise ConfigError(f"A network with an inverse is one of {', '.join(KINDS)}; got {kind!r}.")
    if not 1 <= n_layers <= MAX_LAYERS:
        raise ConfigError(f"A network here has 1 to {MAX_LAYERS} layers; got {n_layers}.")
    if not 0 < contraction <= MAX_CONTRACTION:
        raise ConfigError(f"The contraction lies above 0 and not above {MAX_CONTRACTION:g}; got {contraction}.")
    with seeded(seed):
        net = KINDS[kind].build(n_layers, contraction)
    return net.double().eval().requires_grad_(False)


def coarse_resnet(net: PointClassifier, n_steps: int) -> PointClassifier:
    """The ResNet that takes a trained one's time in other steps: with large ones it folds the plane.

    Each of its layers has the mean weights over its time.

    Parameters
    ----------
    net
        A trained ResNet of the plane.
    n_steps
        The number of its layers, which are equal steps from 0 to T.

    Returns
    -------
    PointClassifier
        In float64.

    Raises
    ------
    ConfigError
        If there is no step.
    """
    theta, times = weight_schedule(net), [k * net.time / n_steps for k in range(n_steps + 1)]
    found = [theta.mean(start, end) for start, end in pairwise(times)]
    coarse = PointClassifier("euler", net.width, n_steps, net.time, net.activation, net.classifier)
    coarse.load_state_dict(
        {**net.state_dict(), "A": torch.stack([A for A, _ in found]), "b": torch.stack([b for _, b in found])}
    )
    return coarse.double().eval().requires_grad_(False)
