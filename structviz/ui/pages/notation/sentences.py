"""What to notice: sentences that follow from one record of displayed numbers."""

from dataclasses import dataclass

from structviz.displayed import Displayed, number, percent
from structviz.ui.pages.notation.choice import NotationChoice

__all__ = ["NotationRecord", "record_of", "what_to_notice"]

_SIGMAS = {
    "identity": "Without a nonlinearity, all layers together are an affine map: straight lines stay straight.",
    "abs": "The absolute value folds the plane along both axes: points from four quadrants meet in one.",
    "tanh": "The tanh squeezes the plane into the square from −1 to 1; it bends lines but folds nothing.",
}


@dataclass(frozen=True)
class NotationRecord:
    """What the page says of a network: `singular` has numbers of layers, from 1, and `dead` a share of the points."""

    sigma: str
    n_right: int
    accuracy: Displayed
    loss: Displayed
    total: Displayed
    singular: tuple[int, ...]
    dead: Displayed


def record_of(choice: NotationChoice) -> NotationRecord:
    """The record of what is shown."""
    net, (points, labels) = choice.net, choice.points
    loss, right = net.loss(points, labels), net.accuracy(points, labels)
    return NotationRecord(
        sigma=net.sigma,
        n_right=round(right * len(points)),
        accuracy=percent(right, 0),
        loss=number(loss.item(), 4),
        total=number((loss + net.regulariser(choice.weight)).item(), 4),
        singular=tuple(k + 1 for k in net.singular()),
        dead=percent(net.dead(points)),
    )


def what_to_notice(record: NotationRecord) -> list[str]:
    """Two or three sentences about the network on the screen."""
    seen = [
        f"{record.accuracy} of the points end closer to the ring of their own colour; loss and regulariser together "
        f"are {record.total}."
    ]
    seen.extend(
        f"$A^{{{layer - 1}}}$, in layer {layer}, is singular: it maps the plane onto a line, and no later layer can "
        "separate points that have come together."
        for layer in record.singular
    )
    if record.dead == percent(1):
        seen.append("Every point ends at the origin: the ReLU is dead, its slope is 0, and no gradient reaches θ.")
    elif record.dead > percent(0):
        seen.append(f"The ReLU maps {record.dead} of the points to the origin, where their slope is 0.")
    return [*seen, _SIGMAS[record.sigma]] if record.sigma in _SIGMAS else seen
