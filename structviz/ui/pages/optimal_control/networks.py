"""Which network steers the points: one that ships or the visitor's, trained or not, and in which steps."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import streamlit as st

from structviz.config import ODENetShape, PointShape
from structviz.data import TOY_SETS
from structviz.nets import PLAIN, STEP_RULES, ODENet, PointClassifier
from structviz.ode import INTEGRATORS
from structviz.seeding import seeded
from structviz.training import CONTROL_SETS
from structviz.ui.kit.choice import Networks, One, Values
from structviz.ui.kit.form import Form
from structviz.ui.kit.networks import TrainedNetwork, asked_for, load_shipped, load_trained
from structviz.ui.pages.optimal_control.own_points import OWN

__all__ = [
    "AS_TRAINED",
    "EXPLICIT",
    "NETWORKS",
    "kind_of",
    "local",
    "method",
    "network",
    "network_name",
    "open_for_network",
    "projection",
    "steps_of",
    "trained_network",
    "trained_set",
    "with_steps",
]

NETWORKS: Mapping[str, str] = MappingProxyType(
    {
        "rk4": "RK4 network",
        "resnet": "ResNet",
        PLAIN: "Plain network, no steps",
        "none": "Net of the paper, no steps",
        "fixed": "ResNet of the paper",
        "learned": "ODENet, learned steps",
        "simplex": "ODENet on the simplex",
    }
)
"""The kinds of networks, with titles; the last four are those of `structviz.nets.STEP_RULES`."""

AS_TRAINED = "trained"

EXPLICIT = {name: method.title for name, method in INTEGRATORS.items() if method.explicit}
"""Methods that layers can take steps of, with titles."""

_SCHEMES: Mapping[str, str] = {"rk4": "rk4", "resnet": "euler", PLAIN: PLAIN}


def trained_set(values: Values) -> str:
    """The points on which the network was trained."""
    return values["trained_on"] if values["dataset"] == OWN else values["dataset"]


def kind_of(values: Values) -> str:
    """What takes the steps of the network that is shown: one of `STEP_RULES`, or of `structviz.nets.SCHEMES`."""
    shape = values["local"][0].config.net if values["local"] else None
    if isinstance(shape, ODENetShape):
        return shape.steps
    if isinstance(shape, PointShape):
        return shape.scheme
    chosen: str = values["network"]
    return _SCHEMES.get(chosen, chosen)


def steps_of(values: Values) -> str:
    """In which steps the network is shown: `kind_of` as it was trained, or another of those."""
    kind = kind_of(values)
    asked = values["projection"] if _has_free_steps(values) else values["method"] if _has_method(values) else AS_TRAINED
    return kind if asked == AS_TRAINED else asked


def network_name(values: Values) -> str:
    """The name of the network in the zoo that it is in."""
    if values["local"]:
        return values["local"][0].name
    recipe = "control" if values["network"] in STEP_RULES else "flow"
    return f"{recipe}/{values['network']}-{trained_set(values)}"


def trained_network(values: Values) -> PointClassifier | ODENet:
    """The network as it was trained; shared, so leave it as it is.

    Raises
    ------
    ConfigError, JobError, CheckpointError
        If it does not move points, is gone or damaged.
    """
    kind = ODENet if kind_of(values) in STEP_RULES else PointClassifier
    if values["local"]:
        return load_trained(values["local"][0], kind).net
    return load_shipped(network_name(values), kind).net


def with_steps(trained: PointClassifier | ODENet, steps: str, weights: str, seed: int) -> PointClassifier | ODENet:
    """A network of the same shape in other steps, in float64.

    Parameters
    ----------
    trained
        It is not changed.
    steps
        One of `structviz.nets.SCHEMES`, or of `STEP_RULES` for an ODENet.
    weights
        "trained", or "random" for those before a training.
    seed
        Of the latter.

    Returns
    -------
    PointClassifier or ODENet
        In evaluation mode, without gradients.
    """
    name = "steps" if isinstance(trained, ODENet) else "scheme"
    with seeded(seed):
        net = type(trained)(**{**trained.shape, name: steps})
    if weights == "trained":
        net.load_state_dict(trained.state_dict())
    return net.double().eval().requires_grad_(False)


def open_for_network(form: Form[Any]) -> None:
    """Show the points of a network of this machine that the address asks for, and let it join the race.

    Parameters
    ----------
    form
        The page's controls; what the visitor or the address has chosen stays.
    """
    asked = asked_for(form.key("local"), ("control", "flow"))
    if asked is None:
        return
    of_paper, dataset = isinstance(asked.config.net, ODENetShape), asked.config.dataset
    wanted = {"network": "learned" if of_paper else "resnet", "dataset": dataset if dataset in TOY_SETS else OWN}
    if of_paper and dataset in CONTROL_SETS:
        wanted |= {"race": True, "race_set": dataset}
    for name, value in wanted.items():
        if form.is_untouched(name):
            st.session_state[form.key(name)] = value


def _networks(values: Values) -> dict[str, str]:
    """Networks of the paper ship for its sets only."""
    of_paper = trained_set(values) in CONTROL_SETS
    return {name: title for name, title in NETWORKS.items() if of_paper or name not in STEP_RULES}


def _recipe(values: Values) -> str:
    return "control" if values["network"] in STEP_RULES else "flow"


def _fits(network: TrainedNetwork, values: Values) -> bool:
    """Networks of this machine steer the points that they were trained on, or the visitor's."""
    return values["dataset"] in (OWN, network.config.dataset)


def _about_local(values: Values) -> str | None:
    return "Yours steers the points instead of the network above." if values["local"] else None


def _has_method(values: Values) -> bool:
    return kind_of(values) not in (PLAIN, *STEP_RULES)


def _has_free_steps(values: Values) -> bool:
    return kind_of(values) == "learned"


network = One("Network", place="sidebar", options=_networks)
local = Networks(
    "Networks of this kind from this machine",
    place="sidebar",
    recipe=_recipe,
    others=("flow", "control"),
    most=1,
    fits=_fits,
    caption=_about_local,
)
method = One(
    "Steps of the layers",
    place="sidebar",
    options={AS_TRAINED: "as trained", **EXPLICIT},
    applies=_has_method,
    help="Each layer is a step for ż = σ(A(t)z + b(t)). The costates take steps of the method that belongs to it.",
)
projection = One(
    "Time steps h",
    place="sidebar",
    options={AS_TRAINED: "as learned", "simplex": "moved to the simplex"},
    applies=_has_free_steps,
    help="On the simplex no step is negative, and all add up to T. Of learned steps the nearest ones there are taken.",
)
