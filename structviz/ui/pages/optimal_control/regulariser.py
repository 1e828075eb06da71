"""The section on the weight of the regulariser: what smooth controls do to the flow and to new points."""

from dataclasses import dataclass
from functools import partial

import streamlit as st

from structviz.displayed import POINTS, Displayed, number, percent, significant
from structviz.studies.control import ControlOutcome
from structviz.training import SMOOTHNESS_WEIGHTS, read_smoothness_study
from structviz.training.control_weights import STUDY_POINTS
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.form import Form
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.tables import markdown_table, show_tables
from structviz.ui.pages.optimal_control.choice import ControlChoice
from structviz.ui.pages.optimal_control.training_files import smooth_csv, smooth_script
from structviz.ui.pages.optimal_control.trainings import Clock, show_trainings

__all__ = ["SmoothNetwork", "SmoothRecord", "say_smoothness", "show_smoothness", "smooth_record", "smooth_tables"]


@dataclass(frozen=True)
class SmoothNetwork:
    """What the page says of the networks with one weight μ.

    Attributes
    ----------
    weight
        μ.
    change, path
        By how much θ changes from layer to layer, and how far a point travels; of the network that is drawn.
    train, test
        Training points and new ones in the right class, the mean of all trainings.
    gap, least_gap, most_gap
        The first minus the second in percentage points: the mean, the least and the most of all trainings.
    """

    weight: Displayed
    change: Displayed
    path: Displayed
    train: Displayed
    test: Displayed
    gap: Displayed
    least_gap: Displayed
    most_gap: Displayed


@dataclass(frozen=True)
class SmoothRecord:
    """What the page says of the weights.

    Attributes
    ----------
    n_points, n_seeds
        On how many points each network was trained, and how many there are with each weight.
    at
        Which weight is shown.
    networks
        One for each weight, from 0 on.
    """

    n_points: int
    n_seeds: int
    at: int
    networks: tuple[SmoothNetwork, ...]

    @property
    def now(self) -> SmoothNetwork:
        """Those with the weight that is shown."""
        return self.networks[self.at]


def smooth_record(choice: ControlChoice) -> SmoothRecord:
    """The record of all weights for a set of points."""
    found = _measured(choice.smooth_set)
    n_seeds = len(found[0])
    return SmoothRecord(
        n_points=STUDY_POINTS,
        n_seeds=n_seeds,
        at=choice.smooth_weight,
        networks=tuple(map(_network, SMOOTHNESS_WEIGHTS, found)),
    )


@st.cache_data(max_entries=8, show_spinner=False)
def _measured(dataset: str) -> list[list[ControlOutcome]]:
    """Figures of the networks with each weight."""
    histories = read_smoothness_study(dataset)
    return [[history.outcome(frame) for history in histories] for frame in range(len(SMOOTHNESS_WEIGHTS))]


def _network(weight: float, found: list[ControlOutcome]) -> SmoothNetwork:
    gaps = [number(100 * (one.accuracy_train - one.accuracy_test), 1, POINTS) for one in found]
    train, test = (percent(sum(shares) / len(shares)) for shares in zip(*map(_shares, found), strict=True))
    return SmoothNetwork(
        weight=significant(weight, 1),
        change=significant(found[0].change, 2),
        path=number(found[0].path, 2),
        train=train,
        test=test,
        gap=train.minus(test),
        least_gap=min(gaps),
        most_gap=max(gaps),
    )


def _shares(found: ControlOutcome) -> tuple[float, float]:
    return found.accuracy_train, found.accuracy_test


def say_smoothness(record: SmoothRecord) -> list[str]:
    """What the weight that is shown does, against none."""
    now, free = record.now, record.networks[0]
    if not record.at:
        return [
            f"Without a weight θ changes by {now.change} from layer to layer, and a point travels {now.path}.",
            f"Trained on {record.n_points} points, the networks are right on {now.train} of these and on {now.test} of "
            f"new ones: a gap of {now.gap}, from {now.least_gap.bare} to {now.most_gap.bare} in {record.n_seeds} "
            "trainings.",
            "Move the weight μ to the right.",
        ]
    smoother = _compared(now.change, free.change, "smoother", "no smoother", "as smooth as")
    calmer = _compared(now.path, free.path, "calmer", "no calmer", "as calm as")
    ranges = f"{now.least_gap.bare} to {now.most_gap.bare} in {record.n_seeds} trainings"
    gap = f"The gap between both goes from {free.gap.bare} to {now.gap} ({ranges})"
    new = now.test.minus(free.test)
    kept = f"the weight gains {new}" if new.value > 0 else f"the weight costs {abs(new)}"
    return [
        f"With μ = {now.weight} θ changes by {now.change} from layer to layer, without a weight by {free.change}: the "
        f"control is {smoother}. A point travels {now.path} instead of {free.path}: the flow is {calmer}.",
        f"{now.train} of training points are right and {now.test} of new ones, without a weight {free.train} and "
        f"{free.test}. {gap}.",
        f"On new points {kept if new.value else 'the weight changes nothing'}.",
    ]


def _compared(now: Displayed, free: Displayed, less: str, more: str, same: str) -> str:
    if now == free:
        return f"{same} without one"
    return less if now < free else more


def smooth_tables(record: SmoothRecord) -> tuple[str, ...]:
    """The controls of all weights, and what they reach, in Markdown: three narrow tables, so that they fit a phone."""
    weights = [f"**{one.weight}**" if k == record.at else f"{one.weight}" for k, one in enumerate(record.networks)]
    calm = [(f"{one.change}", f"{one.path}") for one in record.networks]
    reached = [(f"{one.train.bare}", f"{one.test.bare}") for one in record.networks]
    gaps = [(f"{one.least_gap.bare} to {one.most_gap.bare}",) for one in record.networks]
    return tuple(
        markdown_table(("μ", *head), ((weight, *cells) for weight, cells in zip(weights, rows, strict=True)))
        for head, rows in (
            (("change of θ", "path"), calm),
            (("training, %", "new, %"), reached),
            (("gap, points",), gaps),
        )
    )


def show_smoothness(form: Form[ControlChoice]) -> None:
    """Show the section: the networks of all weights, sentences, formulas and a table."""
    form.ask("smooth_set")
    choice = form.choice()
    words = tuple(str(significant(weight, 1)) for weight in SMOOTHNESS_WEIGHTS)
    clock = Clock("Weight μ =", words, "weight μ", (words[0], words[-1]), "Play the weights")
    first = read_smoothness_study(choice.smooth_set)[:1]
    show_trainings(form, choice.smooth_set, first, clock, "smooth_weight", weights=True)
    record = smooth_record(choice)
    show_notice(say_smoothness(record))
    st.latex(
        r"\begin{aligned}"
        r"R(\theta) &= \frac\lambda2 \int_0^T \|\theta\|^2\, dt\\&\quad + \frac\mu2 \int_0^T \|\dot\theta\|^2\, dt\\"
        r"&\approx \frac\lambda2 \sum_k \Delta t\, \|\theta^k\|^2\\"
        r"&\quad + \frac\mu2 \sum_k \frac{\|\theta^{k+1} - \theta^k\|^2}{\Delta t}"
        r"\end{aligned}"
    )
    show_tables(smooth_tables(record))
    st.caption(
        f"ResNets of 20 layers, each trained on {record.n_points} points by 1,000 steps of gradient descent with "
        f"backtracking, λ = 10⁻⁴; accuracies are means over {record.n_seeds} trainings "
        "with points and first weights of their own, tested on 500 others; gaps go from the least to the most of them. "
        "Change and path are those of the network that is drawn."
    )
    script = partial(smooth_script, choice.smooth_set, choice.smooth_weight)
    files(
        form,
        Item("Weights μ (CSV)", partial(smooth_csv, choice.smooth_set), "smoothness.csv", "text/csv"),
        Item("Script of the weights (Python)", script, "weights.py", "text/x-python"),
        networks={},
    )
