"""What the notation page explains in a tap, and what a pin keeps of it."""

from structviz.displayed import number
from structviz.figures import ARM_COLOURS
from structviz.figures.targets import points_and_targets
from structviz.studies.notation import TARGETS
from structviz.ui.kit.pin import View
from structviz.ui.kit.sentences import counted
from structviz.ui.kit.terms import Explanation, about_accuracy, about_activation, about_loss_of_distance
from structviz.ui.kit.tiles import Tile
from structviz.ui.pages.notation.choice import NotationChoice
from structviz.ui.pages.notation.sentences import NotationRecord

__all__ = ["explanations", "view_of"]


def explanations(choice: NotationChoice, record: NotationRecord) -> list[Explanation]:
    """The terms of the page, with the numbers that are shown.

    Parameters
    ----------
    choice
        What was asked for.
    record
        The displayed numbers.
    """
    net, (points, labels) = choice.net, choice.points
    n_right = round(net.accuracy(points, labels) * len(points))
    return [
        about_activation(choice.sigma),
        about_loss_of_distance(number(net.loss(points, labels).item(), 4)),
        about_accuracy(record.accuracy, n_right, len(points)),
    ]


def view_of(choice: NotationChoice, record: NotationRecord) -> View:
    """Where the points end and the numbers, for a pin.

    Parameters
    ----------
    choice, record
        As for `explanations`.
    """
    figures = {
        "Closer to their own ring": record.accuracy,
        "Loss and regulariser": record.total,
        "Mapped to the origin by the ReLU": record.dead,
    }
    return View(figures, lambda: (_tile(choice, record),))


def _tile(choice: NotationChoice, record: NotationRecord) -> Tile:
    points, labels = choice.points
    return Tile(
        title=f"After {counted(record.n_layers, 'layer')}",
        colour=ARM_COLOURS["noisy"],
        png=points_and_targets(choice.net(points), labels, TARGETS).encode(),
        headline=str(record.accuracy),
        details=("closer to their own ring",),
        alt=f"Where the points end: {record.accuracy} closer to the ring of their own colour",
        mime="image/svg+xml",
    )
