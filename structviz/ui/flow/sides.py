"""What a choice on the flow page puts side by side: networks, points, and the steps that move them."""

import hashlib
from dataclasses import dataclass

import streamlit as st
import torch
from jaxtyping import Float, Int
from torch import Tensor

from structviz import zoo
from structviz.data import TOY_SETS, toy_split
from structviz.errors import ConfigError
from structviz.flows import Interpolation, Motion, layers, refined
from structviz.nets import PLAIN, PointClassifier
from structviz.types import Labels, Points
from structviz.ui.flow.choices import INTEGRATOR_TITLES, OWN, FlowChoice

__all__ = ["MOST_SHOWN", "Network", "Side", "digest", "own_network", "shipped", "sides"]

MOST_SHOWN = 500
"""Points of the visitor that a film shows; more are too many to follow, and for the browser."""

N_TRAIN = 1000
"""Training points of the shipped networks."""


@dataclass(frozen=True)
class Network:
    """A network, and what tells it from every other one.

    Attributes
    ----------
    net, digest
        The network, and a digest of its weights and shape.
    step
        How many steps the visitor has trained it; None for those that ship.
    """

    net: PointClassifier
    digest: str
    step: int | None = None


@dataclass(frozen=True)
class Side:
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
    network: Network
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
    def key(self) -> tuple[str | int, ...]:
        """What tells it from every other one."""
        moving = digest(self.points, self.labels)
        return self.title, self.network.digest, moving, self.method or "", self.n_steps, self.interpolation


def digest(*tensors: Tensor) -> str:
    """What tells these tensors from others, the same in every process."""
    found = hashlib.sha256()
    for tensor in tensors:
        found.update(f"{tensor.dtype} {tuple(tensor.shape)}".encode())
        found.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return found.hexdigest()


@st.cache_resource(max_entries=64, show_spinner=False)
def _network(name: str, sha256: str) -> Network:
    """A shipped network, shared by all visitors; the digest makes a rebuilt file a new entry."""
    net = zoo.load(name)
    if not isinstance(net, PointClassifier):
        raise ConfigError(f"{name} does not move points; choose a network of the recipe flow.")
    return Network(net, sha256)


def shipped(kind: str, dataset: str) -> Network:
    """A shipped network: "resnet", "plain", "rk4" or "wide", for a set of points."""
    name = f"flow/{kind}-{dataset}"
    return _network(name, zoo.card(name).sha256)


def own_network(net: PointClassifier, step: int) -> Network:
    """A network that was trained here, so many steps."""
    return Network(net, f"{digest(*net.state_dict().values())} {net.shape}", step)


def sides(choice: FlowChoice, own: tuple[Points, Labels] | None, here: Network | None) -> list[Side]:
    """The films that a choice asks for: one, or two to compare.

    Parameters
    ----------
    choice
        What is chosen.
    own
        The visitor's points, if those are chosen.
    here
        The network that the visitor trains, if it is to be shown.

    Raises
    ------
    ConfigError
        If the visitor's points are chosen, and no network was trained on them.
    """
    if own is not None and here is None:
        raise ConfigError("No network was trained on your points yet; press Start below.")
    moving = _at_most(MOST_SHOWN, *own) if own is not None else _points(choice, choice.source)
    main = here or shipped("resnet", choice.source)
    alone = Side("ResNet" if main.step is None else f"Trained on this page, step {main.step}", main, *moving)
    if choice.compare in ("steps", "integrator"):
        return [alone] if main.net.scheme == PLAIN else _other_steps(choice, alone)
    if choice.compare == "one" or choice.source == OWN:
        return [alone]
    if here is not None:
        return [Side("ResNet, as shipped", shipped("resnet", choice.source), *moving), alone]
    return _two_networks(choice, moving)


def _other_steps(choice: FlowChoice, alone: Side) -> list[Side]:
    """The same weights with steps of one's choice, and as they were trained."""
    network, net = alone.network, alone.network.net
    moving = alone.points, alone.labels
    title = f"{INTEGRATOR_TITLES[choice.integrator]}, {choice.steps} steps of Δt = {net.time / choice.steps:.3g}"
    stepped = Side(title, network, *moving, choice.integrator, choice.steps, choice.interpolation)
    trained = "as trained" if network.step is None else f"step {network.step} of training"
    title = f"{INTEGRATOR_TITLES[net.scheme]}, {net.n_layers} layers of Δt = {net.dt:.3g}, {trained}"
    layered = Side(title, network, *moving, interpolation=choice.interpolation)
    return [stepped, layered] if choice.compare == "steps" else [layered, stepped]


_PAIRS = {
    "plain": (("plain", "Plain network"), ("resnet", "ResNet")),
    "trained": (("resnet", "ResNet: Euler steps"), ("rk4", "Network of RK4 steps")),
    "width": (("resnet", "Two dimensions"), ("wide", "Three dimensions")),
}
"""Kinds and headings of the shipped networks that a comparison shows."""


def _two_networks(choice: FlowChoice, moving: tuple[Points, Labels]) -> list[Side]:
    if choice.compare == "sets":
        pair = ("halfmoon2d", "donut2d")
        return [Side(TOY_SETS[name].title, shipped("resnet", name), *_points(choice, name)) for name in pair]
    return [Side(title, shipped(kind, choice.source), *moving) for kind, title in _PAIRS[choice.compare]]


def _points(choice: FlowChoice, dataset: str) -> tuple[Points, Labels]:
    """Points that the shipped networks were not trained on."""
    return toy_split(dataset, N_TRAIN, choice.n_points, choice.seed, choice.noise * TOY_SETS[dataset].noise)[1]


def _at_most(n: int, points: Points, labels: Labels) -> tuple[Float[Tensor, "shown 2"], Int[Tensor, "shown"]]:
    """A part of many points, the same each time; tables are often sorted, so not the first ones."""
    if len(points) <= n:
        return points, labels
    chosen = torch.randperm(len(points), generator=torch.Generator().manual_seed(0))[:n].sort().values
    return points[chosen], labels[chosen]
