"""What the page of manifolds explains in a tap, and what a pin keeps of it."""

import math

from structviz.figures import ARM_COLOURS
from structviz.figures.globe import globe
from structviz.figures.pixels import png
from structviz.ui.kit.pin import View
from structviz.ui.kit.sentences import counted
from structviz.ui.kit.terms import Explanation
from structviz.ui.kit.tiles import Tile
from structviz.ui.pages.manifolds.choice import ManifoldsChoice, parse_view
from structviz.ui.pages.manifolds.record import SphereRecord, SphereStudy
from structviz.ui.pages.manifolds.sentences import key_words, own_words
from structviz.ui.pages.manifolds.sources import points_for

__all__ = ["explanations", "view_of"]


def explanations(record: SphereRecord) -> list[Explanation]:
    """The terms of the page, with the numbers that are shown."""
    return [
        Explanation(
            "manifold",
            "A **manifold** is a curved space that looks flat from nearby: the sphere, all rotations of a body, all "
            "orthogonal matrices. A point of it that moves has a **tangent** velocity, which does not point out of it.",
        ),
        Explanation(
            "exponential map",
            "The **exponential map** walks straight on along the manifold: on the sphere along a great circle, for "
            f"as long as the velocity times the step says. One layer here is a step of h = {record.h}.",
        ),
        Explanation(
            "|‖x‖ − 1|",
            f"How far a point x is from the sphere of radius 1. The largest of {record.n_points} points in "
            f"{counted(record.layers, 'layer')}: {own_words(record)} with {record.phrase}, {key_words(record)} with "
            f"{record.twin}.",
        ),
    ]


def view_of(
    choice: ManifoldsChoice, found: tuple[SphereStudy, SphereStudy, float | None], record: SphereRecord
) -> View:
    """Where the points end and the numbers, for a pin.

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
        f"Distance from the sphere, {record.method}": record.worst,
        f"Distance from the sphere, {record.twin}": record.twin_worst,
    }
    if record.accuracy is not None and record.twin_accuracy is not None:
        figures[f"In the right class, {record.method}"] = record.accuracy
        figures[f"In the right class, {record.twin}"] = record.twin_accuracy
    else:
        figures[f"Error at the end, {record.method}"] = record.error
        figures[f"Error at the end, {record.twin}"] = record.twin_error
    yaw, pitch = map(math.radians, parse_view(choice.view))
    labels = points_for(choice.field)[1].numpy()

    def tiles() -> tuple[Tile, ...]:
        shown = zip((record.method, record.twin), ("equivariant", "ordinary"), found[:2], strict=True)
        sizes = (own_words(record), key_words(record))
        return tuple(
            Tile(
                title=title,
                colour=ARM_COLOURS[arm],
                png=png(globe(study.states.numpy(), labels, ARM_COLOURS[arm], (yaw, pitch))),
                headline=size,
                details=("largest distance from the sphere",),
                alt=f"Where the points end with {title}: at most {size} off the sphere",
            )
            for (title, arm, study), size in zip(shown, sizes, strict=True)
        )

    return View(figures, tiles)
