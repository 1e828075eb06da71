"""How a choice on the flow page becomes films, with the numbers that belong to them."""

import math
from dataclasses import dataclass
from functools import partial

import streamlit as st

from structviz import zoo
from structviz.data import TOY_SETS, toy_split
from structviz.errors import ConfigError
from structviz.figures.player import Panel, encode
from structviz.flows import (
    CloseUp,
    Film,
    Interpolation,
    Motion,
    StepStudy,
    close_up,
    distance_to_flow,
    film,
    layers,
    refined,
    study_steps,
)
from structviz.metrics import accuracy
from structviz.nets import PLAIN, PointClassifier
from structviz.types import Labels, Points
from structviz.ui.flow.choices import INTEGRATOR_TITLES, OWN, FlowChoice
from structviz.ui.workshop import Workshop

__all__ = ["Network", "Screening", "Side", "look_closer", "own_network", "screen", "shipped", "sides", "study"]

N_TRAIN = 1000
"""Training points of the shipped networks."""

_STUDIED = 50
"""Points whose distance to the flow is measured."""


@dataclass(frozen=True)
class Network:
    """A network, and what tells it from every other one."""

    net: PointClassifier
    digest: str


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
    method, n_steps, interpolation
        Steps of another integrator with the same weights; without a method, the layers of the network itself.
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


@dataclass(frozen=True)
class Screening:
    """A film and its numbers.

    Attributes
    ----------
    side, film
        What is shown.
    accuracy
        Of the classifier at the end, on the points of the film.
    folded
        Share of the grid whose orientation is reversed at the end; nan if the network is wider than the plane.
    distance
        The largest distance of any of its points from where the continuous flow takes it; nan where it was
        not measured.
    """

    side: Side
    film: Film
    accuracy: float
    folded: float
    distance: float


@st.cache_resource
def _workshop() -> Workshop:
    return Workshop(capacity=64)


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


def own_network(net: PointClassifier) -> Network:
    """A network that was trained here."""
    content = b"".join(value.cpu().numpy().tobytes() for value in net.state_dict().values())
    return Network(net, f"{hash((content, repr(net.shape))):x}")


def _points(choice: FlowChoice, dataset: str) -> tuple[Points, Labels]:
    """Points that the shipped networks were not trained on."""
    return toy_split(dataset, N_TRAIN, choice.n_points, choice.seed, choice.noise * TOY_SETS[dataset].noise)[1]


def sides(choice: FlowChoice, own: tuple[Points, Labels] | None, here: PointClassifier | None) -> list[Side]:
    """The films that a choice asks for.

    Parameters
    ----------
    choice
        What is chosen.
    own
        The visitor's points, if those are chosen.
    here
        The network that the visitor trains, if it is to be shown.
    """
    source = choice.source
    moving = own if source == OWN and own is not None else _points(choice, source)
    if here is not None:
        main = own_network(here)
        title = "Trained on this page"
    elif source == OWN:
        raise ConfigError("No network was trained on your points yet; press Start below.")
    else:
        main, title = shipped("resnet", source), "ResNet"

    def beside(kind: str, heading: str, dataset: str = source) -> Side:
        return Side(heading, shipped(kind, dataset), *(moving if dataset == source else _points(choice, dataset)))

    own_side = Side(title, main, *moving)
    stepped = Side(_steps_title(choice, main.net), main, *moving, choice.integrator, choice.steps, choice.interpolation)
    layered = Side(_layers_title(main.net), main, *moving)
    match choice.compare:
        case "steps" | "integrator" if main.net.scheme == PLAIN:
            return [own_side]
        case "steps":
            return [stepped, layered]
        case "integrator":
            return [layered, stepped]
        case "one":
            return [own_side]
    if source == OWN:
        return [own_side]
    if here is not None:
        return [beside("resnet", "ResNet, as shipped"), own_side]
    match choice.compare:
        case "sets":
            return [beside("resnet", TOY_SETS[name].title, name) for name in ("halfmoon2d", "donut2d")]
        case "plain":
            return [beside("plain", "Plain network"), beside("resnet", "ResNet")]
        case "trained":
            return [beside("resnet", "ResNet: Euler steps"), beside("rk4", "Network of RK4 steps")]
        case _:
            return [beside("resnet", "Two dimensions"), beside("wide", "Three dimensions")]


def _steps_title(choice: FlowChoice, net: PointClassifier) -> str:
    return f"{INTEGRATOR_TITLES[choice.integrator]}, {choice.steps} steps of Δt = {net.time / choice.steps:g}"


def _layers_title(net: PointClassifier) -> str:
    title = INTEGRATOR_TITLES.get(net.scheme, "Plain")
    return f"{title}, {net.n_layers} layers of Δt = {net.dt:g}, as trained"


def screen(chosen: list[Side]) -> tuple[list[Screening], bytes]:
    """Record films, or find them; visitors with the same choice share one result.

    Returns
    -------
    list[Screening]
        One for each side.
    bytes
        All films, packed for the player.
    """
    key = ("films", tuple(_key(side) for side in chosen))

    def work() -> tuple[list[Screening], bytes]:
        # Only films of the same weights are compared by their distances to the flow.
        same = len({side.network.digest for side in chosen}) < len(chosen)
        shown = [_record(side, measured=same) for side in chosen]
        return shown, encode([Panel(one.side.title, one.film, _caption(one)) for one in shown])

    return _workshop().get(key, work, breathe=st.empty)


def _key(side: Side) -> tuple:
    moving = (side.points.numpy().tobytes(), side.labels.numpy().tobytes())
    return side.title, side.network.digest, *moving, side.method, side.n_steps, side.interpolation


def _record(side: Side, measured: bool) -> Screening:
    net = side.network.net
    shown = film(net, side.motion, side.points, side.labels)
    planar = net.width == 2
    distance = math.nan
    if measured and net.scheme != PLAIN:
        method = side.method or net.scheme
        distance = distance_to_flow(net, side.points[:_STUDIED], method, side.n_steps or net.n_layers)
    return Screening(
        side,
        shown,
        accuracy(net.classify(shown.positions[-1]), side.labels),
        shown.folded[-1].double().mean().item() if planar else math.nan,
        distance,
    )


def _caption(screening: Screening) -> str:
    return f"{100 * screening.accuracy:.1f} % of the points on the right side"


def study(side: Side) -> StepStudy:
    """How the distance to the flow falls with Δt, for the weights and points of a film."""
    key = ("study", side.network.digest, side.points[:_STUDIED].numpy().tobytes(), side.interpolation)
    points, net, interpolation = side.points[:_STUDIED], side.network.net, side.interpolation
    return _workshop().get(key, lambda: study_steps(net, points, interpolation=interpolation), breathe=st.empty)


def look_closer(side: Side) -> CloseUp:
    """The classifier pulled back to the input plane, and where the steps squeeze or fold it."""
    half_width = 1.15 * side.points.abs().max().item()
    work = partial(close_up, side.network.net, side.motion, half_width)
    return _workshop().get(("close", _key(side)), work, breathe=st.empty)
