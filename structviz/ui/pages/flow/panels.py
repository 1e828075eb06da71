"""The panels that a choice on the flow page asks for."""

import streamlit as st

from structviz.data import TOY_SETS
from structviz.nets import PointClassifier
from structviz.studies.flow import FlowNetwork, FlowPanel, panels_for
from structviz.types import Labels, Points
from structviz.ui.kit.form import Form
from structviz.ui.kit.networks import TrainedNetwork, asked_for, load_trained
from structviz.ui.pages.flow.choice import OWN, SOURCES, FlowChoice

__all__ = ["choose_points_of_network", "network_of", "panels_of"]


def choose_points_of_network(form: Form[FlowChoice]) -> None:
    """Choose the points that a network in the address was trained on, unless the address asks for others."""
    if form.is_untouched("source") and (network := asked_for(form.key("local"), ("flow",))) is not None:
        dataset = network.config.dataset
        st.session_state[form.key("source")] = dataset if dataset in SOURCES else OWN


def network_of(trained: TrainedNetwork, source: str) -> FlowNetwork:
    """A network of this machine, with its heading.

    Raises
    ------
    ConfigError
        If it does not move points.
    JobError, CheckpointError
        If it is gone or damaged.
    """
    loaded = load_trained(trained, PointClassifier)
    dataset = TOY_SETS.get(trained.config.dataset or "")
    foreign = f" on “{dataset.title}”" if source == OWN and dataset else ""
    return FlowNetwork(loaded.net, loaded.sha256, f"Yours: {trained.title}{foreign}")


def panels_of(
    choice: FlowChoice, own: tuple[Points, Labels] | None = None, training: FlowNetwork | None = None
) -> list[FlowPanel]:
    """The panels that a choice asks for: one, or two to compare.

    Parameters
    ----------
    choice
        What is chosen.
    own
        The visitor's points, if those are chosen.
    training
        The network that the visitor trains on this page, if it is to be shown.

    Returns
    -------
    list of FlowPanel
        From left to right.

    Raises
    ------
    ConfigError
        If the visitor's points are chosen, and there is no network for them.
    JobError, CheckpointError
        If a network of this machine is gone or damaged.
    """
    return panels_for(
        own or choice.source,
        choice.compare,
        method=choice.integrator,
        n_steps=choice.steps,
        interpolation=choice.interpolation,
        n_points=choice.n_points,
        noise=choice.noise,
        seed=choice.seed,
        horizon=choice.horizon,
        scale=choice.scale,
        training=training,
        networks=[network_of(trained, choice.source) for trained in choice.local],
    )
