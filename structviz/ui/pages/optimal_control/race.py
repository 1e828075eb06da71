"""The section on the four networks of the paper: their maps, losses and accuracies, and the objective in numbers."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from structviz.config import ODENetShape
from structviz.displayed import Displayed
from structviz.nets import STEP_RULES, ODENet
from structviz.training import OPTIMISERS, TrainingHistory, control_config, read_histories, record_history
from structviz.ui.kit.compute import ComputeQueue, Job
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.form import Form
from structviz.ui.kit.guard import callback
from structviz.ui.kit.networks import TrainedNetwork, load_trained
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.sentences import joined
from structviz.ui.kit.tables import markdown_table, show_tables
from structviz.ui.kit.waiting import waiting
from structviz.ui.pages.optimal_control.choice import ControlChoice
from structviz.ui.pages.optimal_control.steps import shipped_digests, training_clock
from structviz.ui.pages.optimal_control.training_files import race_csv, race_script
from structviz.ui.pages.optimal_control.trainings import (
    ShownNetwork,
    show_trainings,
    shown,
)

__all__ = ["RaceRecord", "race_record", "race_tables", "say_race", "show_race"]

_SECONDS = 12.0
"""Roughly how long a network trains."""


@st.cache_resource
def _queue() -> ComputeQueue[TrainingHistory]:
    """Where networks of other seeds are trained; each history has 13 kB."""
    return ComputeQueue(most_bytes=5_000_000)


@dataclass(frozen=True)
class RaceRecord:
    """What the page says of the four networks.

    Attributes
    ----------
    steps, trained_by
        How long they were trained, and by what.
    n_points
        On how many points.
    networks
        All four, in the order of the paper.
    """

    steps: int
    trained_by: str
    n_points: int
    networks: tuple[ShownNetwork, ...]


def race_record(histories: Sequence[TrainingHistory]) -> RaceRecord:
    """The record of networks at the end of their training."""
    config = histories[0].config
    found = tuple(map(shown, histories))
    return RaceRecord(
        steps=histories[0].steps[-1],
        trained_by=OPTIMISERS[config.optimiser or ""],
        n_points=config.n_train or 0,
        networks=found,
    )


def say_race(record: RaceRecord) -> list[str]:
    """Who is ahead on training points and on new ones, and by how much the two differ."""
    least = min(network.total for network in record.networks)
    lowest = [network.title for network in record.networks if network.total == least]
    best = max(network.test for network in record.networks)
    leaders = [network.title for network in record.networks if network.test == best]
    sentences = [
        f"After {record.steps:,} steps of {record.trained_by} **{joined(lowest)}** "
        f"{'has' if len(lowest) == 1 else 'have'} the lowest objective, J = {least}.",
        f"On new points **{joined(leaders)}** {'leads' if len(leaders) == 1 else 'lead'}, with {best} right.",
    ]
    gap, network = max(((_gap(one), one) for one in record.networks), key=lambda pair: pair[0].value)
    if gap.value > 0:
        sentences.append(f"The widest gap between training points and new ones is that of {network.title}: {gap}.")
    worst = min(network.test for network in record.networks)
    behind = [network.title for network in record.networks if network.test == worst]
    if worst < best:
        sentences.append(f"{joined(behind)} {'is' if len(behind) == 1 else 'are'} last, with {worst}.")
    return sentences


def _gap(network: ShownNetwork) -> Displayed:
    return network.train.minus(network.test)


def race_tables(record: RaceRecord) -> tuple[str, ...]:
    """The objective of each network, and what it reaches, in Markdown: two narrow tables, so that they fit a phone."""
    names = [f"**{one.title}**" for one in record.networks]
    objectives = [(f"{one.loss}", f"{one.cost}", f"{one.total}") for one in record.networks]
    reached = [(f"{one.train.bare}", f"{one.test.bare}", f"{one.sum or '–'}") for one in record.networks]
    return tuple(
        markdown_table(("Network", *head), ((name, *cells) for name, cells in zip(names, rows, strict=True)))
        for head, rows in ((("loss", "+ R(θ)", "= J"), objectives), (("training, %", "new, %", "Σh"), reached))
    )


def show_race(form: Form[ControlChoice]) -> None:
    """Show the section: controls, the four networks, sentences, and the objective in numbers."""
    with st.container(horizontal=True):
        for name in ("race_set", "race_by", "race_seed"):
            form.ask(name)
    choice = form.choice()
    histories = _histories(form, choice)
    if histories is None:
        return
    own = tuple(_own(network, histories[0]) for network in choice.local if _joins(network, choice))
    name = " ".join([choice.race_set, choice.race_by, str(choice.race_seed), *(history.title for history in own)])
    histories = (*histories, *own)
    show_trainings(form, name, histories, training_clock(histories[0].steps), "race_frame", bars=True)
    record = race_record(histories)
    show_notice(say_race(record))
    n, weight = record.n_points, f"{histories[0].config.regularisation or 0:f}".rstrip("0")
    st.latex(
        r"\begin{aligned}"
        rf"J(\theta) &= \frac1{{{n}}} \sum_{{n=1}}^{{{n}}} \log\bigl(1 + e^{{\mp \Phi_\theta(x_n)}}\bigr)\\"
        rf"&\quad + R(\theta)\\ R(\theta) &= \frac{{{weight}}}{{2}} \sum_k \Delta t\, \|\theta^k\|^2"
        r"\end{aligned}"
    )
    show_tables(race_tables(record))
    st.caption(
        "All four start with the same weights. **Net** has no skip connection, and for it R = 0, as it has no time; "
        "**ResNet** has steps of 1/20, **ODENet** learns its steps, and **ODENet on the simplex** learns them under "
        "h ≥ 0, Σh = 1. The paper has a squared loss after a sigmoid; here it is the logistic one. All train with "
        f"{OPTIMISERS[choice.race_by]}. The second table has the shares of points in the right class."
    )
    script = partial(race_script, choice.race_set, choice.race_by, choice.race_seed)
    files(
        form,
        Item("Race (CSV)", partial(race_csv, histories), "race.csv", "text/csv"),
        Item("Script of the race (Python)", script, "race.py", "text/x-python"),
        networks={} if choice.race_seed else shipped_digests(choice.race_set, choice.race_by, STEP_RULES),
    )


def _joins(network: TrainedNetwork, choice: ControlChoice) -> bool:
    """Whether a network of this machine has learnt the points of the race, in the plane and with σ = tanh."""
    shape = network.config.net
    is_plane = isinstance(shape, ODENetShape) and (shape.width, shape.activation) == (2, "tanh")
    return is_plane and network.config.dataset == choice.race_set


def _own(network: TrainedNetwork, beside: TrainingHistory) -> TrainingHistory:
    """A network of this machine as it is after its training, measured on the points of the others."""
    net = load_trained(network, ODENet).net
    frames = len(beside.steps)
    weights = {name: value.cpu().expand(frames, *value.shape) for name, value in net.state_dict().items()}
    config = dataclasses.replace(beside.config, net=network.config.net)
    return TrainingHistory(config, beside.steps, weights, title=f"Yours: {network.title}")


def _histories(form: Form[ControlChoice], choice: ControlChoice) -> tuple[TrainingHistory, ...] | None:
    """The trainings that ship, or those of another seed; None until somebody starts these."""
    if not choice.race_seed:
        return read_histories(choice.race_set, choice.race_by)
    wanted = (choice.race_set, choice.race_by, choice.race_seed)
    asked = form.key("race_asked")
    if st.session_state.get(asked) != wanted:

        def start() -> None:
            st.session_state[asked] = wanted

        st.button("Train all four with this seed", key=form.key("race_start"), on_click=callback(start))
        st.caption("It takes about a minute on two cores; the race of seed 0 ships with the app.")
        return None
    configs = [
        dataclasses.replace(control_config(rule, choice.race_set, choice.race_by), seed=choice.race_seed)
        for rule in STEP_RULES
    ]
    jobs = [Job(config.to_json(), partial(record_history, config), _SECONDS) for config in configs]
    with waiting("Training four networks") as on_wait:
        return tuple(_queue().get_all(jobs, on_wait))
