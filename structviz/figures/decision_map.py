"""What a classifier decides in the plane: one rule for the tints of both classes, and pictures of them."""

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image as PillowImage
from PIL import ImageColor, ImageDraw
from torch import Tensor

from structviz.figures.pixels import Colours, png
from structviz.figures.theme import CLASS_COLOURS, translucent
from structviz.types import Labels, Points

__all__ = ["decision_ground", "decision_picture", "decision_scale"]

_SURE = 0.45
"""Opacity of a class's colour where the classifier is certain; it falls to 0 where the classifier is undecided."""

_FINE = 2
"""A picture is drawn this many times too large and averaged, which makes edges smooth."""


def decision_scale() -> list[tuple[float, str]]:
    """The tints as a Plotly colour scale over the probability of class 1, translucent for grounds of any colour."""
    no, yes = CLASS_COLOURS
    stops = ((0.0, no, _SURE), (0.5, no, 0), (0.5, yes, 0), (1.0, yes, _SURE))
    return [(stop, translucent(colour, opacity)) for stop, colour, opacity in stops]


def decision_ground(
    probabilities: Float[Tensor, "row column"], side: int, shades: int | None = None
) -> PillowImage.Image:
    """The tints on white, enlarged smoothly.

    Parameters
    ----------
    probabilities
        Of class 1; what is no number counts as undecided.
    side
        Of the picture, in pixels.
    shades
        How many tints there are, if not 256: a picture of few compresses better.

    Returns
    -------
    Image
        RGB, side × side pixels, the first row of `probabilities` at the top.
    """
    levels = (255 * probabilities.nan_to_num(0.5).clamp(0, 1)).round().to(torch.uint8).cpu().numpy()
    picture = PillowImage.fromarray(levels).resize((side, side), PillowImage.Resampling.BICUBIC)
    picture.putpalette(_tints(shades).tobytes())
    return picture.convert("RGB")


def decision_picture(
    probabilities: Float[Tensor, "row column"], half_width: float, points: Points, labels: Labels, side: int = 420
) -> bytes:
    """Draw the tints on white, and the points: class 0 round, class 1 square.

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
    size = _FINE * side
    picture = decision_ground(probabilities, size)
    draw, radius = ImageDraw.Draw(picture), size / 110
    inside = (points.abs() <= half_width).all(1)
    # y points up in the plane and down in a picture.
    places = (torch.stack([points[:, 0], -points[:, 1]], 1) / half_width + 1) * (size / 2)
    for (x, y), label in zip(places[inside].tolist(), labels[inside].tolist(), strict=True):
        shape = draw.rectangle if label else draw.ellipse
        shape((x - radius, y - radius, x + radius, y + radius), CLASS_COLOURS[label], "white")
    return png(picture.resize((side, side), PillowImage.Resampling.BOX))


def _tints(shades: int | None) -> Colours:
    """The colours of the 256 grey levels: class 0 below the middle, class 1 above it, white in the middle."""
    share = 2 * np.linspace(0, 1, 256) - 1
    if shades is not None:
        share = 2 * np.rint((share + 1) / 2 * (shades - 1)) / (shades - 1) - 1
    no, yes = (np.array(ImageColor.getrgb(colour)[:3], dtype=float) for colour in CLASS_COLOURS)
    colours = np.where(share[:, None] > 0, yes, no)
    return np.rint(255 + _SURE * np.abs(share)[:, None] * (colours - 255)).astype(np.uint8)
