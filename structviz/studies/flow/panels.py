"""What stands side by side in a study of flows: networks, points, and the steps that move them."""

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import torch
from jaxtyping import Float, Int
from torch import Tensor

from structviz import zoo
from structviz.data import TOY_SETS, toy_split
from structviz.errors import ConfigError
from structviz.nets import PLAIN, PointClassifier
from structviz.ode import INTEGRATORS
from structviz.studies.flow.refinement import Interpolation, Motion, layers, refined
from structviz.types import Labels, Points

__all__ = ["COMPARISONS", "MAX_SHOWN", "SETS", "FlowNetwork", "FlowPanel", "digest", "panels_for", "shipped_network"]

COMPARISONS: Mapping[str, str] = MappingProxyType(
    {
        "sets": "half moons and donut",
        "one": "one network alone",
        "plain": "plain network and ResNet",
        "trained": "ResNet and Runge–Kutta network",
        "integrator": "two integrators, same weights",
        "steps": "few steps and many, same weights",
        "width": "two dimensions and three",
    }
)
"""What can stand side by side, with titles."""

SETS = ("halfmoon2d", "donut2d")
"""The sets of points that the comparison "sets" shows."""

MAX_SHOWN = 500
"""Points of one's own that a film shows; more are too many to follow, and for the browser."""

_N_TRAIN = 1000
"""Training points of the shipped networks."""

_PAIRS = {
    "plain": (("plain", "Plain network"), ("resnet", "ResNet")),
    "trained": (("resnet", "ResNet: Euler steps"), ("rk4", "Network of RK4 steps")),
    "width": (("resnet", "Two dimensions"), ("wide", "Three dimensions")),
}
"""Kinds and headings of the shipped networks that a comparison shows."""


@dataclass(frozen=True)
class FlowNetwork:
    """A network that moves points, and what tells it from every other one.

    Attributes
    ----------
    net
        The network.
    digest
        Of its weights and shape.
    title
        Its heading; that of the comparison if empty.
    step
        How many steps it has been trained so far; None once training is over.
    """

    net: PointClassifier
    digest: str
    title: str = ""
    step: int | None = None


@dataclass(frozen=True)
class FlowPanel:
    """One of the films side by side.

    Attributes
    ----------
    title
        Its heading.
    network
        The weights.
    points, labels
        What moves.
    method, n_steps
        Steps of another integrator with the same weights; without a method, the layers of the network itself.
    interpolation
        What the weights are between layers, for such steps and for the flow that they approximate.
    """

    title: str
    network: FlowNetwork
    points: Points
    labels: Labels
    method: str | None = None
    n_steps: int = 0
    interpolation: Interpolation = "constant"

    @property
    def motion(self) -> Motion:
        """The steps that move the points."""
        if self.method is None:
            return layers(self.network.net)
        return refined(self.network.net, self.method, self.n_steps, self.interpolation)

    @property
    def half_width(self) -> float:
        """Half the side of a window of the input plane that holds the points."""
        return 1.15 * self.points.abs().max().item() or 1.0

    @property
    def key(self) -> tuple[str | int, ...]:
        """Differs for panels that show something different; the same in every process."""
        moving = digest(self.points, self.labels)
        return self.title, self.network.digest, moving, self.method or "", self.n_steps, self.interpolation


def digest(*tensors: Tensor) -> str:
    """A digest of the types, shapes and contents of tensors, the same in every process."""
    found = hashlib.sha256()
    for tensor in tensors:
        found.update(f"{tensor.dtype} {tuple(tensor.shape)}".encode())
        found.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return found.hexdigest()


def shipped_network(kind: str, dataset: str) -> FlowNetwork:
    """A network that ships with the package; loaded once.

    Parameters
    ----------
    kind
        "resnet", "plain", "rk4" or "wide".
    dataset
        The set of points that it was trained on, of `structviz.data.TOY_SETS`.

    Raises
    ------
    CheckpointError
        If there is no such network.
    """
    name = f"flow/{kind}-{dataset}"
    return _shipped(name, zoo.card(name).sha256)


# The digest makes a rebuilt file a new entry.
@lru_cache(maxsize=64)
def _shipped(name: str, sha256: str) -> FlowNetwork:
    net = zoo.load(name)
    if not isinstance(net, PointClassifier):
        raise ConfigError(f"{name} does not move points; choose a network of the recipe flow.")
    return FlowNetwork(net, sha256)


def panels_for(
    points: str | tuple[Points, Labels],
    compare: str = "one",
    *,
    method: str = "euler",
    n_steps: int = 40,
    interpolation: Interpolation = "constant",
    n_points: int = 300,
    noise: float = 1.0,
    seed: int = 0,
    training: FlowNetwork | None = None,
    networks: Sequence[FlowNetwork] = (),
) -> list[FlowPanel]:
    """One panel, or two to compare.

    Parameters
    ----------
    points
        The name of a set, of which points are drawn that the shipped networks were not trained on; or points
        (n, 2) and labels (n,) of one's own, of which at most `MAX_SHOWN` are shown.
    compare
        What stands side by side, of `COMPARISONS`; "sets" shows half moons and donut, whatever the points are.
    method, n_steps, interpolation
        For "integrator" and "steps": the steps that are compared with those of training; for "sets", those that both
        networks take. See `structviz.studies.flow.refined`.
    n_points, noise, seed
        How many points are drawn, their noise in parts of that in training, and their seed.
    training
        A network that is being trained on these points. It stands for the shipped ResNet, or beside it.
    networks
        At most two networks of one's own, with titles. A single one stands beside what would be shown alone.

    Returns
    -------
    list of FlowPanel
        One or two.

    Raises
    ------
    ConfigError
        If the comparison or the set is unknown, or there is no network for points of one's own.

    Examples
    --------
    >>> [panel.title for panel in panels_for("donut2d", "width")]
    ['Two dimensions', 'Three dimensions']
    """
    if compare not in COMPARISONS:
        raise ConfigError(f"A comparison is one of {', '.join(COMPARISONS)}; got {compare!r}.")

    def drawn(dataset: str) -> tuple[Points, Labels]:
        return toy_split(dataset, _N_TRAIN, n_points, seed, noise * TOY_SETS[dataset].noise)[1]

    if isinstance(points, str):
        if points not in TOY_SETS:
            raise ConfigError(f"A set of points is one of {', '.join(TOY_SETS)}; got {points!r}.")
        moving, main = drawn(points), training or shipped_network("resnet", points)
    else:
        main = training or next(iter(networks), None)
        if main is None:
            raise ConfigError("No network was trained on these points; train one, or give one of your own.")
        moving = _at_most(MAX_SHOWN, *points)
    alone = FlowPanel(main.title or "ResNet, as shipped", main, *moving)
    own = [FlowPanel(network.title or "ResNet", network, *moving) for network in networks[:2]]
    if compare in ("steps", "integrator"):
        stepped = own[0] if own else alone
        if stepped.network.net.scheme == PLAIN:
            return [stepped]
        return _other_steps(stepped, compare, method, n_steps, interpolation)
    if own:
        if len(own) > 1 or compare == "one" or main is own[0].network:
            return own
        return [alone, *own]
    if compare == "one" or not isinstance(points, str):
        return [alone]
    if training is not None:
        return [FlowPanel("ResNet, as shipped", shipped_network("resnet", points), *moving), alone]
    if compare == "sets":
        sets = [FlowPanel(TOY_SETS[name].title, shipped_network("resnet", name), *drawn(name)) for name in SETS]
        return [_in_steps(panel, method, n_steps, interpolation) for panel in sets]
    return [FlowPanel(title, shipped_network(kind, points), *moving) for kind, title in _PAIRS[compare]]


def _in_steps(panel: FlowPanel, method: str, n_steps: int, interpolation: Interpolation) -> FlowPanel:
    """A panel in other steps, if they are others than its layers."""
    net = panel.network.net
    if (method, n_steps, interpolation) == (net.scheme, net.n_layers, "constant"):
        return panel
    title = f"{panel.title}: {_steps_title(method, n_steps, net.time)}"
    return dataclasses.replace(panel, title=title, method=method, n_steps=n_steps, interpolation=interpolation)


def _steps_title(method: str, n_steps: int, time: float) -> str:
    return f"{INTEGRATORS[method].title}, {n_steps} steps of Δt = {time / n_steps:.3g}"


def _other_steps(
    panel: FlowPanel, compare: str, method: str, n_steps: int, interpolation: Interpolation
) -> list[FlowPanel]:
    """The weights of a panel with other steps, and as they were trained."""
    network, net = panel.network, panel.network.net
    title = _steps_title(method, n_steps, net.time)
    stepped = FlowPanel(title, network, panel.points, panel.labels, method, n_steps, interpolation)
    trained = "as trained" if network.step is None else f"step {network.step} of training"
    many = "layer" if net.n_layers == 1 else "layers"
    title = f"{INTEGRATORS[net.scheme].title}, {net.n_layers} {many} of Δt = {net.dt:.3g}, {trained}"
    layered = dataclasses.replace(panel, title=title, interpolation=interpolation)
    return [stepped, layered] if compare == "steps" else [layered, stepped]


def _at_most(n: int, points: Points, labels: Labels) -> tuple[Float[Tensor, "shown 2"], Int[Tensor, "shown"]]:
    """A part of many points, the same each time; tables are often sorted, so not the first ones."""
    if len(points) <= n:
        return points, labels
    chosen = torch.randperm(len(points), generator=torch.Generator().manual_seed(0))[:n].sort().values
    return points[chosen], labels[chosen]
