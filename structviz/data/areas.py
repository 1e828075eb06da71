"""Resizing by areas: each new pixel is the mean of what it covers, so that no attenuation is lost or made up."""

import numpy as np
from jaxtyping import Float

__all__ = ["area_means"]


def area_means(values: Float[np.ndarray, "row column"], size: int) -> Float[np.ndarray, "{size} {size}"]:
    """Centre an image in a square of zeros and average it over ``size`` times ``size`` equal cells.

    Examples
    --------
    >>> import numpy as np
    >>> from structviz.data.areas import area_means
    >>> area_means(np.array([[4.0, 8.0, 6.0, 2.0], [0.0, 0.0, 0.0, 0.0]]), 2)
    array([[3., 2.],
           [0., 0.]])
    """
    side = max(values.shape)
    rows, columns = (_overlaps(n, side, size) for n in values.shape)
    return rows @ values.astype(np.float64) @ columns.T


def _overlaps(n: int, side: int, size: int) -> np.ndarray:
    """The share of each of ``size`` cells that each of ``n`` pixels fills, in the middle of ``side`` pixels."""
    edges = np.arange(size + 1)[:, None] * (side / size) - (side - n) // 2
    pixels = np.arange(n)
    shared = np.minimum(edges[1:], pixels + 1) - np.maximum(edges[:-1], pixels)
    return shared.clip(min=0) * (size / side)
