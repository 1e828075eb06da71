"""The paths of a pair of points through the layers of a network, as a small picture."""

import numpy as np

from structviz.figures.svg import VIEW_BOX, Panel, Points, dots, line, svg
from structviz.studies.stability import PairStudy

__all__ = ["pair_paths", "seen_part"]

_FARTHEST = 20.0
"""Paths end where they go beyond it: the rest would be a single dot."""


def seen_part(path: Points) -> Points:
    """The path as far as it stays in sight."""
    far = np.flatnonzero(~(np.abs(path) < _FARTHEST).all(axis=1))
    return path[: far[0]] if len(far) else path


def pair_paths(study: PairStudy, colour: str) -> str:
    """Both paths as SVG on a transparent ground, with a dot where they start and a larger one where they end.

    Parameters
    ----------
    study
        Of one pair.
    colour
        Of the network.
    """
    paths = [seen_part(side[:, 0].numpy()) for side in (study.x, study.y)]
    square = np.array([[-1.0, -1.0], [1.0, 1.0]])
    *placed, _ = Panel(0, 0, *VIEW_BOX).fit(*paths, square)
    drawn = []
    for path in placed:
        drawn += [line(path, colour, 2), *dots(path[:1], colour, 3), *dots(path[-1:], colour, 5)]
    return svg(*drawn)
