"""What a classifier decides in the plane, as a small picture that is quick to draw again and again."""

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image as PillowImage
from PIL import ImageColor, ImageDraw
from torch import Tensor

from structviz.figures.pixels import png
from structviz.figures.theme import CLASS_COLOURS
from structviz.types import Labels, Points

__all__ = ["decision_picture"]

_FINE = 2
"""Drawn this many times too large and averaged, which makes edges smooth."""

_TINT = 0.45
"""Part of a class's colour in the white ground where the classifier is certain."""


def decision_picture(
    probabilities: Float[Tensor, "row column"], half_width: float, points: Points, labels: Labels, side: int = 420
) -> bytes:
    """Draw the probabilities as two tints that meet in white, and the points: class 0 round, class 1 square.

    Parameters
    ----------
    probabilities
        Of class 1, for the pixels of the window [-half_width, half_width]²; the first row has the largest second
        coordinate.
    half_width
        Half the side of the window.
    points, labels
        Those outside the window are left out.
    side
        Of the picture, in pixels.

    Returns
    -------
    bytes
        A PNG file.
    """
    share = (2 * probabilities - 1).clamp(-1, 1)[..., None].cpu().numpy()
    colours = np.array([ImageColor.getrgb(colour) for colour in CLASS_COLOURS], dtype=np.float64)
    ground = 255 + _TINT * np.abs(share) * (np.where(share > 0, colours[1], colours[0]) - 255)
    size = _FINE * side
    picture = PillowImage.fromarray(ground.round().astype(np.uint8)).resize(
        (size, size), PillowImage.Resampling.BILINEAR
    )
    draw, radius = ImageDraw.Draw(picture), size / 110
    inside = (points.abs() <= half_width).all(1)
    # y points up in the plane and down in a picture.
    places = (torch.stack([points[:, 0], -points[:, 1]], 1) / half_width + 1) * (size / 2)
    for (x, y), label in zip(places[inside].tolist(), labels[inside].tolist(), strict=True):
        shape = draw.rectangle if label else draw.ellipse
        shape((x - radius, y - radius, x + radius, y + radius), CLASS_COLOURS[label], "white")
    return png(picture.resize((side, side), PillowImage.Resampling.BOX))
