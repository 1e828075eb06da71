"""What the invertibility page says, as displayed numbers."""

from dataclasses import dataclass

import streamlit as st

from structviz import zoo
from structviz.displayed import Displayed, number, percent, significant
from structviz.studies.invertibility import KINDS, PushAndPull, push_and_pull, returned
from structviz.ui.pages.invertibility.choice import InvertibilityChoice

__all__ = ["TripRecord", "digests", "key_of", "measured", "record_of"]


@dataclass(frozen=True)
class TripRecord:
    """What is said of the ways there and back.

    Attributes
    ----------
    network, phrase, undone_by
        What the network with an inverse is called, in a heading and in a sentence, and how it undoes a layer.
    n_layers, is_trained, n_points
        Its layers, whether its weights were trained, and how many points are sent.
    precision
        Of its arithmetic.
    error
        ‖Φ⁻¹(Φ(x)) − x‖ / ‖x‖ over all points.
    back
        Points that come back.
    shrunk, grown
        The least and the largest |det Φ′| at the points.
    contraction, iterations
        Of an invertible ResNet; None for others.
    twin_steps
        Layers of the ResNet.
    twin_folded
        Share of the points at which it reverses the orientation.
    twin_error, twin_lost
        Error of its search, and points that do not come back.
    n_pairs
        Points with another one that has the same code.
    """

    network: str
    phrase: str
    undone_by: str
    n_layers: int
    is_trained: bool
    n_points: int
    precision: str
    error: Displayed
    back: int
    shrunk: Displayed
    grown: Displayed
    contraction: Displayed | None
    iterations: int | None
    twin_steps: int
    twin_folded: Displayed
    twin_error: Displayed
    twin_lost: int
    n_pairs: int


def measured(choice: InvertibilityChoice) -> PushAndPull:
    """The ways there and back, computed once for each choice."""
    return _measured(choice, key_of(choice))


def key_of(choice: InvertibilityChoice) -> tuple[object, ...]:
    """What decides both networks and the points."""
    key = (choice.dataset, choice.network, choice.layers, choice.contraction, choice.iterations, choice.steps)
    return (*key, choice.precision, choice.seed, *digests(choice).values())


def digests(choice: InvertibilityChoice) -> dict[str, str]:
    """The sha256 of the trained networks on the page, by their names in the zoo."""
    names = [name for name in (choice.trained_name, choice.twin_name) if name is not None]
    return {name: zoo.card(name).sha256 for name in names}


@st.cache_resource(max_entries=64, show_spinner=False)
def _measured(_choice: InvertibilityChoice, key: tuple[object, ...]) -> PushAndPull:
    del key
    return push_and_pull(_choice.net, _choice.twin, _choice.points[0], _choice.n_iterations)


def record_of(choice: InvertibilityChoice, found: PushAndPull) -> TripRecord:
    """The record of what is shown.

    Parameters
    ----------
    choice
        What was asked for.
    found
        What was measured for it.
    """
    kind, areas = KINDS[choice.network], found.trip.log_dets[-1].double().exp()
    is_contractive = choice.n_iterations is not None
    return TripRecord(
        network=kind.title,
        phrase=kind.phrase,
        undone_by=kind.undone_by,
        n_layers=len(found.trip.there) - 1,
        is_trained=choice.trained_name is not None,
        n_points=len(found.folded),
        precision=choice.precision,
        error=significant(found.trip.errors[0].item(), 1),
        back=int(returned(found.trip).sum()),
        shrunk=significant(areas.min().item()),
        grown=significant(areas.max().item()),
        contraction=number(choice.contraction, 2) if is_contractive else None,
        iterations=choice.n_iterations,
        twin_steps=choice.steps,
        twin_folded=percent(found.folded.double().mean().item(), 0),
        twin_error=significant(found.twin.errors[0].item(), 1),
        twin_lost=int((~returned(found.twin)).sum()),
        n_pairs=len(found.pairs.codes),
    )
