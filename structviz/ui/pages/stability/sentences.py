"""What to notice: sentences that follow from one record of displayed numbers."""

from dataclasses import dataclass
from pathlib import Path

from structviz import zoo
from structviz.displayed import Displayed, number, percent, significant
from structviz.studies.stability import (
    PLANE_NETWORKS,
    TRAINED_SCALE,
    WELL,
    PairStudy,
    network_name,
    trained_scale,
    twin_name,
)
from structviz.ui.pages.stability.choice import N_LAYERS, StabilityChoice
from structviz.ui.pages.stability.pairs import own_network, title_of

__all__ = ["PairRecord", "headline", "record_of", "shown_ratio", "what_to_notice"]

_MOST = 1e6
"""Ratios beyond it are called diverged."""


@dataclass(frozen=True)
class PairRecord:
    """What the page says of the pair.

    Attributes
    ----------
    network, title
        As in `structviz.studies.stability.PLANE_NETWORKS`, and what it is called.
    method
        Whose steps its layers are.
    scale
        Of the step.
    is_promised
        Whether no pair can end further apart than it starts.
    is_repeated
        Whether it is one layer, again and again, that nobody has trained.
    ratio, twin
        Distance at the end by that at the start, through the network and through its twin.
    is_lost, is_twin_lost
        Whether they have left all bounds.
    accuracy, twin_accuracy
        Shares of new points that both classify correctly; None if the network is not as it was trained.
    spectra
        Whether eigenvalues are shown.
    expansion
        By which factor one repeated layer of Euler steps multiplies distances about the origin; None if it does not
        expand, or is another layer.
    """

    network: str
    title: str
    method: str
    scale: Displayed
    is_promised: bool
    is_repeated: bool
    ratio: Displayed
    twin: Displayed
    is_lost: bool
    is_twin_lost: bool
    accuracy: Displayed | None
    twin_accuracy: Displayed | None
    spectra: bool
    expansion: Displayed | None


def record_of(choice: StabilityChoice, studies: tuple[PairStudy, PairStudy]) -> PairRecord:
    """The record of what is shown.

    Parameters
    ----------
    choice
        What was asked for.
    studies
        Of the pair, for the network and for its twin.
    """
    ratio, twin = (study.ratios.item() for study in studies)
    own = own_network(choice)
    as_trained = (
        choice.points != WELL
        and choice.layers == (N_LAYERS if own is None else own.n_layers)
        and choice.scale == (TRAINED_SCALE if own is None else trained_scale(own))
        and choice.method == PLANE_NETWORKS[choice.network].methods[0]
        and choice.network != "averaged"
    )
    accuracy = twin_accuracy = None
    if as_trained:
        name, folder = network_name(choice.network, choice.points), zoo.PRETRAINED
        for network in choice.local:
            name, folder = network.name, Path(network.folder)
        cards = (zoo.card(name, folder), zoo.card(twin_name(choice.points)))
        measured = [card.metrics.get("accuracy_test") for card in cards]
        accuracy, twin_accuracy = (None if share is None else percent(share) for share in measured)
    # x ↦ x − h tanh(x) with h = 2 · scale has the slope 1 − h at the origin.
    expands = choice.points == WELL and choice.network == "gradient" and choice.method == "euler" and choice.scale > 1
    return PairRecord(
        choice.network,
        title_of(choice),
        choice.method,
        number(choice.scale, 2),
        studies[0].bound <= 1,
        choice.points == WELL,
        shown_ratio(ratio),
        shown_ratio(twin),
        not ratio < _MOST,
        not twin < _MOST,
        accuracy,
        twin_accuracy,
        choice.spectra,
        number(2 * choice.scale - 1, 2) if expands else None,
    )


def shown_ratio(ratio: float) -> Displayed:
    """A ratio of distances as the page writes it."""
    return number(ratio, 2) if ratio < 10 else significant(ratio, 2)


def headline(record: PairRecord) -> str:
    """The one sentence."""
    if PLANE_NETWORKS[record.network].bounded:
        if record.is_promised:
            return (
                "A **gradient flow** in short steps moves no two points apart, whatever its weights are. Drag the "
                "pair; then drag the step beyond 1."
            )
        return "Beyond the longest safe step a **gradient flow** promises nothing. Drag the pair, or the step back."
    if record.network == "antisymmetric":
        return (
            "**Antisymmetric** layers follow a flow whose frozen eigenvalues are imaginary; distances can grow. Drag "
            "the pair."
        )
    if record.method == "euler":
        return "In steps of forward Euler a **Hamiltonian** network keeps neither areas nor distances. Drag the pair."
    return "A **Hamiltonian** network keeps areas, not distances, and can be undone. Drag the pair."


def what_to_notice(record: PairRecord) -> list[str]:
    """Two to four sentences about the pair on the screen."""
    seen = [_of_network(record), _of_twin(record)]
    if record.expansion is not None:
        seen.append(f"About the origin each layer multiplies distances by {record.expansion}: drag the pair there.")
    is_kept = not record.is_lost and float(record.ratio) <= 1
    if PLANE_NETWORKS[record.network].bounded and not record.is_promised and is_kept:
        seen.append(
            "The bound of RK4 is sufficient and need not be sharp: we know of no expansion just beyond it."
            if record.method == "rk4"
            else "A promise that is gone need not be broken by each pair: look for another."
        )
    if record.accuracy is not None and record.twin_accuracy is not None:
        seen.append(_of_price(record.accuracy, record.twin_accuracy))
    if record.spectra:
        if record.network == "antisymmetric" and record.method == "euler":
            seen.append("A step of Euler puts an imaginary eigenvalue λ of the flow at 1 + hλ, outside of the disc.")
        seen.append(
            "Eigenvalues of frozen layers prove nothing for the whole: products of such matrices can grow although "
            "each one has its eigenvalues in the disc. What bounds distances here is a norm."
        )
    return seen


def _of_network(record: PairRecord) -> str:
    ends = "leaves all bounds" if record.is_lost else f"ends at {record.ratio} times its distance at the start"
    if record.is_promised:
        return f"In the network the pair {ends}; the promise is at most 1, for every pair."
    if PLANE_NETWORKS[record.network].bounded:
        return f"With {record.scale} times the longest safe step nothing is promised, and the pair {ends}."
    return f"In the network the pair {ends}; it promises nothing on distances."


def _of_twin(record: PairRecord) -> str:
    end = "leaves all bounds" if record.is_twin_lost else f"ends at {record.twin} times its distance"
    return f"In the ResNet with free weights the same pair {end}."


def _of_price(accuracy: Displayed, twin: Displayed) -> str:
    if accuracy == twin:
        return f"Structure costs nothing here: both classify {accuracy} of new points correctly."
    if accuracy > twin:
        return f"Structure helps here: it classifies {accuracy} of new points correctly, the ResNet {twin}."
    return f"The price: it classifies {accuracy} of new points correctly, the ResNet {twin}."
