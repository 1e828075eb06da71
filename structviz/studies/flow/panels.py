"""What stands side by side in a study of flows: networks, points, and the steps that move them."""

import dataclasses
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import torch
from jaxtyping import Float, Int
from torch import Tensor

from structviz.data import TOY_SETS, DrawnPoints, held_out
from structviz.errors import ConfigError
from structviz.nets import PLAIN
from structviz.studies.flow.networks import FlowNetwork, FlowPanel, Heading, Takes, shipped_network
from structviz.studies.flow.refinement import Interpolation
from structviz.types import Labels, Points

__all__ = ["COMPARISONS", "MAX_SHOWN", "SETS", "panels_for"]

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

_PAIRS = {
    "plain": (("plain", "Plain network", "Plain network"), ("resnet", "ResNet", "ResNet")),
    "trained": (
        ("resnet", "ResNet", "ResNet: Euler steps"),
        ("rk4", "Network of RK4 steps", "Network of RK4 steps"),
    ),
    "width": (("resnet", "Two dimensions", "Two dimensions"), ("wide", "Three dimensions", "Three dimensions")),
}
"""Kinds of the shipped networks that a comparison shows, with their names and headings."""


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
    horizon: float = 1.0,
    scale: float = 1.0,
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
        The steps of the shipped networks; "trained" compares two of them, each in steps of its own integrator. For
        "integrator" and "steps", those that are compared with the layers of training. Networks of one's own keep
        their layers otherwise. See `structviz.studies.flow.refined`.
    n_points, noise, seed
        How many points are drawn, their noise relative to that of training, and their seed.
    horizon, scale
        Multiply T and the weights of all networks; see `structviz.studies.flow.altered`.
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
        If the comparison or the set is unknown, a number is out of range, or there is no network for points of one's
        own.

    Examples
    --------
    >>> [panel.title for panel in panels_for("donut2d", "width")]
    ['Two dimensions', 'Three dimensions']
    """
    if compare not in COMPARISONS:
        raise ConfigError(f"A comparison is one of {', '.join(COMPARISONS)}; got {compare!r}.")

    def panel(network: FlowNetwork, heading: Heading, takes: Takes, points: _Moving) -> FlowPanel:
        """A film of a network with its layers, or with what it takes of the steps."""
        network = network.with_factors(horizon, scale)
        net, its_method, its_steps = network.net, None, 0
        if takes != "layers" and net.scheme != PLAIN:
            chosen = method if takes == "steps and integrator" else net.scheme
            is_changed = (chosen, n_steps, interpolation) != (net.scheme, net.n_layers, "constant")
            if is_changed or not heading.name:
                its_method, its_steps = chosen, n_steps
        shown = FlowPanel("", network, *points[:2], its_method, its_steps, interpolation, heading, takes, *points[2:])
        return dataclasses.replace(shown, title=heading.title(network, its_method, its_steps))

    def moving(dataset: str) -> _Moving:
        drawn, unit = held_out(dataset, n_points, seed), TOY_SETS[dataset].noise
        return drawn.at(noise * unit), drawn.labels, drawn, unit

    if isinstance(points, str):
        if points not in TOY_SETS:
            raise ConfigError(f"A set of points is one of {', '.join(TOY_SETS)}; got {points!r}.")
        here, main = moving(points), training or shipped_network("resnet", points)
    else:
        main = training or next(iter(networks), None)
        if main is None:
            raise ConfigError("No network was trained on these points; train one, or give one of your own.")
        here = (*_at_most(MAX_SHOWN, *points), None, 0.0)
    first = Heading(main.title, main.title) if main.title else _SHIPPED
    takes: Takes = "layers" if networks or training else "steps and integrator"
    if compare in ("steps", "integrator"):
        network = networks[0] if networks else main
        if network.net.scheme == PLAIN:
            return [panel(network, _own_heading(network) if networks else first, "layers", here)]
        both = [panel(network, _STEPS, "steps and integrator", here), panel(network, _STEPS, "layers", here)]
        return both if compare == "steps" else both[::-1]
    own = [panel(network, _own_heading(network), "layers", here) for network in networks[:2]]
    if own:
        if len(own) > 1 or compare == "one" or main is networks[0]:
            return own
        return [panel(main, first, "layers", here), *own]
    if compare == "one" or not isinstance(points, str):
        return [panel(main, first, takes, here)]
    if training is not None:
        return [panel(shipped_network("resnet", points), _SHIPPED, "layers", here), panel(main, first, "layers", here)]
    if compare == "sets":
        titles = {name: Heading(TOY_SETS[name].title, TOY_SETS[name].title) for name in SETS}
        return [panel(shipped_network("resnet", name), titles[name], takes, moving(name)) for name in SETS]
    takes = "steps" if compare == "trained" else takes
    return [panel(shipped_network(kind, points), Heading(*titles), takes, here) for kind, *titles in _PAIRS[compare]]


_Moving = tuple[Float[Tensor, "point 2"], Int[Tensor, "point"], DrawnPoints | None, float]
"""Points, their labels, and what they were before the noise had a level."""

_STEPS = Heading()
_SHIPPED = Heading("ResNet", "ResNet, as shipped")


def _own_heading(network: FlowNetwork) -> Heading:
    return Heading(network.title or "ResNet", network.title or "ResNet")


def _at_most(n: int, points: Points, labels: Labels) -> tuple[Float[Tensor, "shown 2"], Int[Tensor, "shown"]]:
    """A part of many points, the same each time; tables are often sorted, so not the first ones."""
    if len(points) <= n:
        return points, labels
    chosen = torch.randperm(len(points), generator=torch.Generator().manual_seed(0))[:n].sort().values
    return points[chosen], labels[chosen]
