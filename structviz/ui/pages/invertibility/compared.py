"""What the invertibility page explains in a tap, and what a pin keeps of it."""

from structviz import zoo
from structviz.studies.invertibility import KINDS, PushAndPull
from structviz.ui.kit.pin import View
from structviz.ui.kit.sentences import counted
from structviz.ui.kit.terms import Explanation
from structviz.ui.kit.tiles import Tile, points_tile
from structviz.ui.pages.invertibility.choice import InvertibilityChoice
from structviz.ui.pages.invertibility.record import TripRecord

__all__ = ["explanations", "trained_on", "view_of"]


def explanations(record: TripRecord) -> list[Explanation]:
    """The terms of the page, with the numbers that are shown."""
    bits = {"float64": "53", "float32": "24"}[record.precision]
    return [
        Explanation(
            "inverse error",
            "The **inverse error** says how far points are from their start when they come back, relative to their "
            f"distance from the origin: {record.error} here. In {record.precision} a number has {bits} bits, so no "
            "error is much smaller.",
        ),
        Explanation(
            "code",
            "The **code** of a point is where it is after the last layer. Only if different points have different "
            "codes can a network be undone.",
        ),
        Explanation(
            "fold",
            "A map **folds** the plane where it turns a small patch over: the patch lies on another one then, and two "
            f"points have one code. The ResNet does so at {record.twin_folded} of the points here.",
        ),
    ]


def trained_on(choice: InvertibilityChoice) -> str:
    """What both networks were trained on, in a line."""
    network = "random weights, without any training"
    if choice.trained_name is not None:
        n_train = zoo.card(choice.trained_name).config.n_train
        network = f"trained on {counted(n_train or 0, 'point')} of this kind by maximum likelihood"
    return (
        f"{KINDS[choice.network].title}: {network}. ResNet: trained with 40 layers to tell the two classes apart, and "
        f"taken in {counted(choice.steps, 'step')}."
    )


def view_of(choice: InvertibilityChoice, found: PushAndPull, record: TripRecord) -> View:
    """Where the points come back to, and the numbers, for a pin.

    Parameters
    ----------
    choice
        What was asked for.
    found
        What was measured for it.
    record
        The displayed numbers.

    Returns
    -------
    View
        Figures now; tiles when they are asked for.
    """
    figures = {
        "Inverse error": record.error,
        "Error of the search of the ResNet": record.twin_error,
        "Turned over by the ResNet": record.twin_folded,
    }

    def tiles() -> tuple[Tile, ...]:
        labels = choice.points[1]
        shown = (
            (record.network, "equivariant", found.trip, record.error),
            (f"ResNet, {record.twin_steps} steps", "ordinary", found.twin, record.twin_error),
        )
        return tuple(
            points_tile(title, (trip.back[0], labels), str(error), "back from the code", arm=arm)
            for title, arm, trip, error in shown
        )

    return View(figures, tiles)
