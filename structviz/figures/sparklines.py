"""A small picture of values over time."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from PIL import Image as PillowImage
from PIL import ImageDraw
from torch import Tensor

from structviz.figures.pixels import Colours

__all__ = ["sparklines"]

_SIDE, _EDGE = 448, 24
"""Of the picture, in pixels, and what stays free around the curves."""

_ZERO, _THIN, _WIDTH = "#9AA3AD", 5, 16


def sparklines(curves: Sequence[Float[Tensor, "time"]], colours: Sequence[str]) -> Colours:
    """A square picture on a transparent ground of curves on one axis, with the line of zero.

    Parameters
    ----------
    curves
        Values at equal times; each curve fills the width.
    colours
        Of each curve.

    Examples
    --------
    >>> import torch
    >>> sparklines([torch.tensor([0.0, 1.0, 0.5])], ["#0072B2"]).shape
    (448, 448, 4)
    """
    low = min(0.0, *(curve.min().item() for curve in curves))
    high = max(0.0, *(curve.max().item() for curve in curves))
    inner = _SIDE - 2 * _EDGE
    picture = PillowImage.new("RGBA", (_SIDE, _SIDE))
    draw = ImageDraw.Draw(picture)

    def row(value: float) -> float:
        return _EDGE + inner * (high - value) / ((high - low) or 1.0)

    draw.line([(_EDGE, row(0.0)), (_SIDE - _EDGE, row(0.0))], _ZERO, _THIN)
    for curve, colour in zip(curves, colours, strict=True):
        columns = np.linspace(_EDGE, _SIDE - _EDGE, len(curve))
        draw.line([*zip(columns, map(row, curve.tolist()), strict=True)], colour, _WIDTH, "curve")
    return np.asarray(picture)
