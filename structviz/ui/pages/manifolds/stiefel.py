"""The section on orthogonal weights: in training, in the product of 100 layers, and for gradients through them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st
import torch

from structviz.displayed import Displayed, scientific, significant
from structviz.figures.theme import ARM_COLOURS, NEUTRAL
from structviz.studies.manifolds import (
    WEIGHTS,
    WeightTraining,
    gradient_norms,
    layer_weights,
    product_singular_values,
    train_weights,
)
from structviz.ui.kit.charts import show_chart
from structviz.ui.kit.compute import ComputeQueue
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.form import Form
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.sentences import joined
from structviz.ui.kit.waiting import waiting
from structviz.ui.pages.manifolds.choice import ManifoldsChoice
from structviz.ui.pages.manifolds.scripts import stiefel_script

__all__ = [
    "StiefelFound",
    "StiefelRecord",
    "find_stiefel",
    "say_stiefel",
    "stiefel_record",
    "stiefel_section",
]

_DEPTH, _DIM, _STEPS = 100, 16, 80
_ORTHOGONAL = ("cayley", "exponential")

_COLOURS = {
    "cayley": ARM_COLOURS["equivariant"],
    "exponential": ARM_COLOURS["augmented"],
    "free": ARM_COLOURS["ordinary"],
}
_DASHES = {"cayley": "solid", "exponential": "dash", "free": "solid"}
_WORDS = {"abs": "the absolute value", "max-min": "MaxMin", "relu": "the ReLU"}
_QUEUE: ComputeQueue["StiefelFound"] = ComputeQueue(most_bytes=2_000_000)


@dataclass(frozen=True)
class StiefelFound:
    """What was measured, by kind of weights.

    Attributes
    ----------
    training
        A short training.
    logs
        Natural logarithms of the singular values of the product, largest first.
    gradients
        Norms of gradients at all layers, relative to the last.
    """

    training: Mapping[str, WeightTraining]
    logs: Mapping[str, tuple[float, ...]]
    gradients: Mapping[str, tuple[float, ...]]

    def singular_values(self, kind: str) -> tuple[float, ...]:
        """Of the product of weights of this kind."""
        return tuple(torch.tensor(self.logs[kind], dtype=torch.float64).exp().tolist())


@dataclass(frozen=True)
class StiefelRecord:
    """What is said, by kind of weights.

    Attributes
    ----------
    activation, gain
        What was chosen.
    off, loss
        ‖WᵀW − I‖ and the loss after the training.
    largest, smallest
        Singular values of the product.
    spread
        By how much the logarithms of the singular values differ from 0 at most.
    arrived
        The norm of the gradient at the first layer, relative to the last.
    """

    activation: str
    gain: Displayed
    off: Mapping[str, Displayed]
    loss: Mapping[str, Displayed]
    largest: Mapping[str, Displayed]
    smallest: Mapping[str, Displayed]
    spread: Mapping[str, Displayed]
    arrived: Mapping[str, Displayed]


def find_stiefel(activation: str, gain: float) -> StiefelFound:
    """Train, multiply and differentiate.

    Parameters
    ----------
    activation
        One of `structviz.nets.ORTHOGONAL_ACTIVATIONS`.
    gain
        Of the free weights that are not trained.
    """

    def drawn(seed: int) -> torch.Generator:
        return torch.Generator().manual_seed(seed)

    weights = {kind: layer_weights(kind, _DEPTH, _DIM, drawn(0), gain) for kind in WEIGHTS}
    return StiefelFound(
        {kind: train_weights(kind, _STEPS, activation) for kind in WEIGHTS},
        {kind: tuple(product_singular_values(W).tolist()) for kind, W in weights.items()},
        {kind: tuple(gradient_norms(W, activation, drawn(1)).tolist()) for kind, W in weights.items()},
    )


def stiefel_record(activation: str, gain: float, found: StiefelFound) -> StiefelRecord:
    """The record of what is shown.

    Parameters
    ----------
    activation, gain
        What was chosen.
    found
        What was measured with them.

    Returns
    -------
    StiefelRecord
        All numbers by the kinds of weights, rounded as they are displayed.
    """
    values = {kind: found.singular_values(kind) for kind in WEIGHTS}
    return StiefelRecord(
        activation=activation,
        gain=significant(gain),
        off={kind: significant(one.off[-1], 1) for kind, one in found.training.items()},
        loss={kind: significant(one.loss[-1]) for kind, one in found.training.items()},
        largest={kind: significant(one[0], 1) for kind, one in values.items()},
        smallest={kind: significant(one[-1], 1) for kind, one in values.items()},
        spread={kind: scientific(max(map(abs, logs))) for kind, logs in found.logs.items()},
        arrived={kind: significant(norms[0]) for kind, norms in found.gradients.items()},
    )


def say_stiefel(record: StiefelRecord) -> list[str]:
    """What to notice."""
    off = joined([f"{record.off[kind]} by the {WEIGHTS[kind]}" for kind in _ORTHOGONAL])
    losses = joined([str(record.loss[kind]) for kind in _ORTHOGONAL])
    costs = all(record.loss["free"] < record.loss[kind] for kind in _ORTHOGONAL)
    exact = all(record.spread[kind] < scientific(1e-12) for kind in _ORTHOGONAL)
    arrived = list(dict.fromkeys(str(record.arrived[kind]) for kind in _ORTHOGONAL))
    times = "" if arrived == ["1"] else f"{joined(arrived)} times "
    said = [
        f"After {_STEPS} steps of training ‖WᵀW − I‖ is {off}, and {record.off['free']} for free weights, which "
        "started orthogonal too.",
        f"The loss of the free ones is {record.loss['free']}, that of the orthogonal ones {losses}"
        + (": here the structure costs." if costs else "."),
        f"The singular values of {_DEPTH} orthogonal layers in a row "
        + ("are all 1, up to rounding" if exact else "are not all 1")
        + f"; those of free layers with gain {record.gain} range from {record.smallest['free']} to "
        f"{record.largest['free']}.",
        f"With {_WORDS[record.activation]}, gradients arrive at the first of {_DEPTH} orthogonal layers {times}"
        f"as long as they were at the last, and at the first free one {record.arrived['free']} times.",
    ]
    if record.activation == "relu":
        said.append(
            "The derivative of the ReLU is not orthogonal, it erases coordinates: orthogonal weights alone do not save "
            "gradients. The absolute value and MaxMin do."
        )
    return said


def stiefel_section(form: Form[ManifoldsChoice]) -> None:
    """Show the section."""
    left, right = st.columns(2)
    with left:
        form.ask("activation")
    with right:
        form.ask("gain")
    choice = form.choice()
    activation, gain = choice.activation, choice.gain
    with waiting("Training three networks, and multiplying 100 layers") as on_wait:
        found = _QUEUE.get((activation, gain), partial(find_stiefel, activation, gain), on_wait, seconds=2)
    from structviz.figures.lines import Line, line_plot, lines_csv

    def lines(values: Mapping[str, tuple[float, ...]], first: int = 0) -> list[Line]:
        return [
            Line(title, range(first, first + len(values[kind])), values[kind], _COLOURS[kind], _DASHES[kind])
            for kind, title in WEIGHTS.items()
        ]

    off = {kind: one.off for kind, one in found.training.items()}
    level = Line("", (0, _DEPTH), (1, 1), NEUTRAL, "dot")
    values = {kind: found.singular_values(kind) for kind in WEIGHTS}
    left, right = st.columns(2)
    with left:
        plot = line_plot([*lines(found.gradients), level], "layer", "norm of the gradient", log_y=True)
        show_chart(plot, key="manifolds_stiefel_gradients")
    with right:
        plot = line_plot(lines(values, 1), f"number, of {_DIM}", f"singular values of {_DEPTH} layers", log_y=True)
        show_chart(plot, key="manifolds_stiefel_product")
    plot = line_plot(lines(off), "step of the training", "largest ‖WᵀW − I‖", log_y=True, least=1e-17)
    show_chart(plot, key="manifolds_stiefel_training")
    show_notice(say_stiefel(stiefel_record(activation, gain, found)))
    plots = {
        "norm of the gradient over layers": lines(found.gradients),
        "singular values of the product": lines(values, 1),
        "largest distance from the orthogonal matrices over steps": lines(off),
    }
    table = Item("Curves of the weights (CSV)", partial(lines_csv, plots), "orthogonal_weights.csv", "text/csv")
    script = partial(stiefel_script, choice, _DEPTH, _DIM, _STEPS)
    made_again = Item("Script of the weights (Python)", script, "orthogonal_weights.py", "text/x-python")
    files(form, table, made_again, networks={})
    st.caption(
        f"Gradients and products: random weights in {_DIM} dimensions, no biases. Trained: networks of 10 layers in 8 "
        "dimensions, on the donut. Cayley transforms and exponentials of skew matrices are rotations; −1 is never an "
        "eigenvalue of a Cayley transform. Lezcano-Casado, Martínez-Rubio: *Cheap orthogonal constraints in neural "
        "networks*, ICML 2019. Anil, Lucas, Grosse: *Sorting out Lipschitz function approximation*, ICML 2019."
    )
