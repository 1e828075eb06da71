"""The ring: which class a classifier sees in a photograph at every angle, as a packet and as a picture."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image as PillowImage
from PIL import ImageDraw
from torch import Tensor

from structviz.figures.adversarial import bytes_of
from structviz.figures.class_colours import named_classes
from structviz.figures.packet import pack
from structviz.figures.pixels import Colours
from structviz.transforms import rotate
from structviz.types import Images

__all__ = ["draw_ring", "encode_ring"]

_INNER, _OUTER = 0.75, 0.96
"""Radii of the ring, in halves of the picture."""


def draw_ring(photo: Images, probabilities: Float[Tensor, "angle class"], degrees: float, side: int) -> Colours:
    """The ring as a picture, with the photograph inside.

    Parameters
    ----------
    photo, probabilities
        As for `encode_ring`.
    degrees
        By which the photograph is turned, counter-clockwise.
    side
        Of the picture, in pixels.

    Returns
    -------
    array
        Colours from 0 to 255, shape (side, side, 3).
    """
    classes = named_classes(probabilities, [""] * probabilities.shape[1], int(probabilities[0].argmax()), 1)
    picture = PillowImage.new("RGB", (side, side), "white")
    draw, middle, width = ImageDraw.Draw(picture), side / 2, 360 / len(classes.tops)
    for k, ((place, share),) in enumerate(classes.tops):
        radius = middle * (_INNER + share * (_OUTER - _INNER))
        # Pillow counts from the right and clockwise.
        angle = -90 - k * width
        box = (middle - radius, middle - radius, middle + radius, middle + radius)
        draw.pieslice(box, angle - width / 2, angle + width / 2, classes.colours[place])
    inner = _INNER * middle
    draw.ellipse((middle - inner, middle - inner, middle + inner, middle + inner), "white")
    turned = rotate(photo, math.radians(degrees)).clamp(0, 1)
    small = PillowImage.fromarray(bytes_of(turned)).resize((side // 2, side // 2))
    picture.paste(small, (side // 4, side // 4))
    return np.asarray(picture)


def encode_ring(
    photo: Images,
    probabilities: Float[Tensor, "angle class"],
    names: Sequence[str],
    title: str,
    worst: tuple[float, Float[Tensor, "class"]] | None,
    state: str,
) -> bytes:
    """A packet with a photograph, and what a classifier makes of it at angles that are equally far apart.

    Parameters
    ----------
    photo
        Colours in [0, 1], shape (1, 3, side, side).
    probabilities
        Of all classes, at each angle from 0 on, counter-clockwise.
    names
        Of all classes.
    title
        Of the photograph.
    worst
        The worst angle between them, in degrees, and the probabilities of all classes there; None if it is not known.
    state
        What is said of the number of angles.

    Returns
    -------
    bytes
        A JSON head with the classes at each angle, and one array: the photograph from 0 to 255.
    """
    truth = int(probabilities[0].argmax())
    rows = probabilities if worst is None else torch.cat([probabilities, worst[1][None]])
    classes = named_classes(rows, names, truth)
    head = {
        "side": photo.shape[-1],
        "title": title,
        "names": classes.names,
        "colours": classes.colours,
        "truth": classes.truth,
        "tops": classes.tops[: len(probabilities)],
        "worst": None if worst is None else {"degrees": worst[0], "top": classes.tops[-1]},
        "state": state,
    }
    return pack(head, {"photo": bytes_of(photo)})
