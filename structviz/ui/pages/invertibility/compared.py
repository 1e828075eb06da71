"""What a pin keeps of the invertibility page."""

from structviz.figures import ARM_COLOURS
from structviz.figures.targets import points_and_targets
from structviz.studies.invertibility import PushAndPull
from structviz.ui.kit.pin import View
from structviz.ui.kit.tiles import Tile
from structviz.ui.pages.invertibility.choice import InvertibilityChoice
from structviz.ui.pages.invertibility.record import TripRecord

__all__ = ["view_of"]


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
            Tile(
                title=title,
                colour=ARM_COLOURS[arm],
                png=points_and_targets(trip.back[0], labels, ()).encode(),
                headline=str(error),
                details=("back from the code",),
                alt=f"Where the points come back to: {title}, error {error}",
                mime="image/svg+xml",
            )
            for title, arm, trip, error in shown
        )

    return View(figures, tiles)
