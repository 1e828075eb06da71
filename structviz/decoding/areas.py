"""Resizing by areas: each new pixel is the mean of what it covers, so that no attenuation is lost or made up."""

import numpy as np
from jaxtyping import Float

__all__ = ["area_means"]


def area_means(
    values: Float[np.ndarray, "row column"], size: int, spacing: tuple[float, float] = (1.0, 1.0)
) -> Float[np.ndarray, "{size} {size}"]:
    """Centre an image in a square of zeros and average it over ``size`` times ``size`` equal cells.

    Parameters
    ----------
    values
        The image.
    size
        Cells along a side of the square, which is as long as the longer side of the image.
    spacing
        Height and width of a pixel, in any unit of length; they need not be equal.

    Returns
    -------
    array
        Means over the cells, shape (size, size), float64, in the unit of `values`.

    Examples
    --------
    >>> import numpy as np
    >>> from structviz.decoding.areas import area_means
    >>> area_means(np.array([[4.0, 8.0, 6.0, 2.0], [0.0, 0.0, 0.0, 0.0]]), 2)
    array([[3., 2.],
           [0., 0.]])
    """
    side = max(n * length for n, length in zip(values.shape, spacing, strict=True))
    rows, columns = (_overlaps(n, side / length, size) for n, length in zip(values.shape, spacing, strict=True))
    return rows @ values.astype(np.float64) @ columns.T


def _overlaps(n: int, side: float, size: int) -> np.ndarray:
    """The share of each of ``size`` cells that each of ``n`` pixels fills, which lie in the middle of ``side`` ones."""
    # Where the square has whole pixels, an image stays on them.
    is_whole = abs(side - round(side)) < 1e-9 * side
    before = (round(side) - n) // 2 if is_whole else (side - n) / 2
    edges = np.arange(size + 1)[:, None] * (side / size) - before
    pixels = np.arange(n)
    shared = np.minimum(edges[1:], pixels + 1) - np.maximum(edges[:-1], pixels)
    return shared.clip(min=0) * (size / side)
