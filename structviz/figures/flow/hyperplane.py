"""Where a linear classifier is zero and where it is positive, inside the window in which points are seen."""

from collections.abc import Iterator
from itertools import product

import numpy as np
from jaxtyping import Float

__all__ = ["half_plane", "window_edges", "zero_set"]


def half_plane(normal: Float[np.ndarray, "2"], offset: float, half_width: float) -> Float[np.ndarray, "corner 2"]:
    """The part of a square window where normal · z + offset ≥ 0.

    Parameters
    ----------
    normal, offset
        The classifier.
    half_width
        Half the side of the window, whose centre is 0.

    Returns
    -------
    Float[np.ndarray, "corner 2"]
        Corners in the order of going round; none if there is no such part.
    """
    square = half_width * np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    values = square @ normal + offset
    if not np.isfinite(values).all():
        return np.zeros((0, 2))
    kept = []
    for k in range(4):
        here, there = values[k], values[(k + 1) % 4]
        if here >= 0:
            kept.append(square[k])
        if here * there < 0:
            kept.append(square[k] + here / (here - there) * (square[(k + 1) % 4] - square[k]))
    return np.array(kept).reshape(-1, 2)


def zero_set(normal: Float[np.ndarray, "dim"], offset: float, half_width: float) -> Float[np.ndarray, "corner dim"]:
    """Where normal · z + offset = 0 cuts the edges of the window, a square or a cube.

    Parameters
    ----------
    normal, offset
        The classifier.
    half_width
        Half the side of the window, whose centre is 0.

    Returns
    -------
    Float[np.ndarray, "corner dim"]
        Both ends of a line, or the corners of a part of a plane in the order of going round; none if the window has
        no such points.
    """
    found = []
    for start, end in window_edges(len(normal), half_width):
        here, there = start @ normal + offset, end @ normal + offset
        if (here < 0) != (there < 0) and np.isfinite(here - there):
            found.append(start + here / (here - there) * (end - start))
    corners = np.array(found).reshape(-1, len(normal))
    if len(normal) < 3 or not len(corners):
        return corners
    spread = corners - corners.mean(0)
    plane = np.linalg.svd(spread)[2][:2]
    return corners[np.argsort(np.arctan2(*(plane @ spread.T)))]


def window_edges(dim: int, half_width: float) -> Iterator[Float[np.ndarray, "2 dim"]]:
    """Both ends of each edge of a square or a cube."""
    for axis in range(dim):
        for corner in product((-half_width, half_width), repeat=dim - 1):
            ends = np.insert(np.array([corner, corner]), axis, 0.0, axis=1)
            ends[:, axis] = (-half_width, half_width)
            yield ends
