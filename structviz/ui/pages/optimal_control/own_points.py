"""The visitor's own points: a table with labels, and what it must be so that the page can steer them."""

import torch

from structviz.data import read_points, toy
from structviz.errors import DataError
from structviz.types import Labels, Points
from structviz.ui.kit.choice import Upload, UploadedFile, Values

__all__ = ["FARTHEST_OWN", "MOST_OWN", "OWN", "own_points", "upload"]

OWN = "own"
"""The set that stands for the visitor's points."""

MOST_OWN = 500
"""Points of a table: all of them are steered again whenever something changes."""

FARTHEST_OWN = 4.0
"""Largest coordinate: the networks have learnt points near the origin, and the picture ends there."""

_STAND_IN = ("halfmoon2d", 40)


def own_points(file: UploadedFile | None) -> tuple[Points, Labels]:
    """The points of a table and their classes 0 and 1; half moons stand in for them until there is a table.

    Raises
    ------
    DataError
        If the table cannot be read, has points of one class only, too many, or some too far away.
    """
    if file is None:
        return toy(*_STAND_IN, torch.Generator().manual_seed(0))
    points, labels = read_points(file.content)
    if len(points) > MOST_OWN:
        raise DataError(
            f"This page steers at most {MOST_OWN} points, but the table has {len(points)}: keep some of the rows only."
        )
    farthest = points.abs().max().item()
    if farthest > FARTHEST_OWN:
        raise DataError(
            f"The networks of this page know points with coordinates from −{FARTHEST_OWN:g} to {FARTHEST_OWN:g}, but "
            f"the table has {farthest:g}: divide all points by a common number."
        )
    return points, labels


def _read(file: UploadedFile) -> str:
    points, labels = own_points(file)
    return f"{len(points)} points, {int(labels.sum())} of them in class 1."


def _is_own(values: Values) -> bool:
    return values["dataset"] == OWN


upload = Upload(
    f"Your points (CSV: x, y, label; at most {MOST_OWN})",
    place="sidebar",
    types=("csv", "txt", "tsv"),
    read=_read,
    stand_in="Until you choose a table, 40 points of half moons are steered.",
    applies=_is_own,
)
"""A table of points in two classes."""
