"""What a choice on the flow page puts side by side: networks, points, and the steps that move them."""

import dataclasses
import hashlib
from dataclasses import dataclass

import streamlit as st
import torch
from jaxtyping import Float, Int
from torch import Tensor

from structviz import zoo
from structviz.data import TOY_SETS, toy_split
from structviz.errors import ConfigError
from structviz.nets import PLAIN, PointClassifier
from structviz.studies.flow import Interpolation, Motion, layers, refined
from structviz.types import Labels, Points
from structviz.ui.kit.networks import TrainedNetwork, read_network
from structviz.ui.pages.flow.choice import INTEGRATOR_TITLES, OWN, FlowChoice

__all__ = ["MOST_SHOWN", "Network", "FlowPanel", "digest", "local_network", "own_network", "shipped", "sides"]

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
        How many steps the visitor has trained it on this page; None for all others.
    local
        Which network of this machine it is, if it is one.
    """

    net: PointClassifier
    digest: str
    step: int | None = None
    local: TrainedNetwork | None = None


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
        run = self.network.local.id if self.network.local else ""
        return self.title, self.network.digest, run, moving, self.method or "", self.n_steps, self.interpolation


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


def local_network(one: TrainedNetwork) -> Network:
    """A network that was trained on this machine, or brought to it.

    Raises
    ------
    ConfigError
        If it is none for points.
    JobError, CheckpointError
        If it is gone or damaged.
    """
    net = read_network(one)
    if not isinstance(net, PointClassifier):
        raise ConfigError(f"{one.title} does not move points; choose a network of the recipe flow.")
    return Network(net, one.sha256, local=one)


def sides(choice: FlowChoice, own: tuple[Points, Labels] | None, here: Network | None) -> list[FlowPanel]:
    """The films that a choice asks for: one, or two to compare.

    Parameters
    ----------
    choice
        What is chosen.
    own
        The visitor's points, if those are chosen.
    here
        The network that the visitor trains on this page, if it is to be shown.

    Raises
    ------
    ConfigError
        If the visitor's points are chosen, and no network was trained on them.
    """
    if own is not None and here is None and not choice.local:
        raise ConfigError("No network was trained on your points yet; press Start below.")
    moving = _at_most(MOST_SHOWN, *own) if own is not None else _points(choice, choice.source)
    local = [FlowPanel(_heading(one, choice), local_network(one), *moving) for one in choice.local]
    main = here or (local[0].network if own is not None else shipped("resnet", choice.source))
    alone = FlowPanel("ResNet" if main.step is None else f"Trained on this page, step {main.step}", main, *moving)
    if local:
        return _with_local(choice, local, alone)
    if choice.compare in ("steps", "integrator"):
        return [alone] if main.net.scheme == PLAIN else _other_steps(choice, alone)
    if choice.compare == "one" or choice.source == OWN:
        return [alone]
    if here is not None:
        return [FlowPanel("ResNet, as shipped", shipped("resnet", choice.source), *moving), alone]
    return _two_networks(choice, moving)


def _heading(one: TrainedNetwork, choice: FlowChoice) -> str:
    learnt_from = TOY_SETS.get(one.config.dataset or "")
    foreign = f" on “{learnt_from.title}”" if choice.source == OWN and learnt_from else ""
    return f"Yours: {one.title}{foreign}"


def _with_local(choice: FlowChoice, local: list[FlowPanel], alone: FlowPanel) -> list[FlowPanel]:
    """One or two networks of this machine; a single one beside what the page shows otherwise."""
    if choice.compare in ("steps", "integrator"):
        return local[:1] if local[0].network.net.scheme == PLAIN else _other_steps(choice, local[0])
    if len(local) > 1 or choice.compare == "one" or alone.network == local[0].network:
        return local[:2]
    return [dataclasses.replace(alone, title="ResNet, as shipped") if alone.network.step is None else alone, *local]


def _other_steps(choice: FlowChoice, alone: FlowPanel) -> list[FlowPanel]:
    """The same weights with steps of one's choice, and as they were trained."""
    network, net = alone.network, alone.network.net
    moving = alone.points, alone.labels
    title = f"{INTEGRATOR_TITLES[choice.integrator]}, {choice.steps} steps of Δt = {net.time / choice.steps:.3g}"
    stepped = FlowPanel(title, network, *moving, choice.integrator, choice.steps, choice.interpolation)
    trained = "as trained" if network.step is None else f"step {network.step} of training"
    title = f"{INTEGRATOR_TITLES[net.scheme]}, {net.n_layers} layers of Δt = {net.dt:.3g}, {trained}"
    layered = FlowPanel(title, network, *moving, interpolation=choice.interpolation)
    return [stepped, layered] if choice.compare == "steps" else [layered, stepped]


_PAIRS = {
    "plain": (("plain", "Plain network"), ("resnet", "ResNet")),
    "trained": (("resnet", "ResNet: Euler steps"), ("rk4", "Network of RK4 steps")),
    "width": (("resnet", "Two dimensions"), ("wide", "Three dimensions")),
}
"""Kinds and headings of the shipped networks that a comparison shows."""


def _two_networks(choice: FlowChoice, moving: tuple[Points, Labels]) -> list[FlowPanel]:
    if choice.compare == "sets":
        pair = ("halfmoon2d", "donut2d")
        return [FlowPanel(TOY_SETS[name].title, shipped("resnet", name), *_points(choice, name)) for name in pair]
    return [FlowPanel(title, shipped(kind, choice.source), *moving) for kind, title in _PAIRS[choice.compare]]


def _points(choice: FlowChoice, dataset: str) -> tuple[Points, Labels]:
    """Points that the shipped networks were not trained on."""
    return toy_split(dataset, N_TRAIN, choice.n_points, choice.seed, choice.noise * TOY_SETS[dataset].noise)[1]


def _at_most(n: int, points: Points, labels: Labels) -> tuple[Float[Tensor, "shown 2"], Int[Tensor, "shown"]]:
    """A part of many points, the same each time; tables are often sorted, so not the first ones."""
    if len(points) <= n:
        return points, labels
    chosen = torch.randperm(len(points), generator=torch.Generator().manual_seed(0))[:n].sort().values
    return points[chosen], labels[chosen]
