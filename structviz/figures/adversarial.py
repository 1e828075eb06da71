"""What the browser needs to add a noise to a photograph at any strength: packets, and the sum as one picture."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int8
from torch import Tensor

from structviz.figures.class_colours import named_classes
from structviz.figures.packet import pack
from structviz.types import Images

__all__ = ["SIGN_STEPS", "bytes_of", "encode_sum"]

SIGN_STEPS = 127
"""How many steps the noise has from 0 to ε: enough for a picture of 8 bits."""


def bytes_of(photo: Images) -> np.ndarray:
    """A colour image as rows of red, green and blue in 8 bits: shape (row, column, 3)."""
    return (255 * photo[0]).round().clamp(0, 255).byte().permute(1, 2, 0).contiguous().numpy()


def encode_sum(
    photo: Images,
    noises: Int8[Tensor, "noise 3 row column"],
    epsilons: Sequence[float],
    probabilities: Float[Tensor, "strength class"],
    names: Sequence[str],
    title: str,
    truth: int,
) -> bytes:
    """A packet with a photograph, a noise, and what a classifier makes of their sum at each strength.

    Parameters
    ----------
    photo
        Colours in [0, 1], shape (1, 3, side, side).
    noises
        As shares of ε, in steps of 1/127: one for each strength, or a single one for all of them.
    epsilons
        Strengths in units of the whole range; the first one is 0.
    probabilities
        Of all classes, at each strength.
    names
        Of all classes.
    title
        Of the photograph.
    truth
        The class of the untouched photograph.
    """
    classes = named_classes(probabilities, names, truth)
    frames = [
        {"eps": eps, "words": f"ε = {255 * eps:.4g}/255", "noise": min(k, len(noises) - 1), "top": top}
        for k, (eps, top) in enumerate(zip(epsilons, classes.tops, strict=True))
    ]
    head = {
        "side": photo.shape[-1],
        "title": title,
        "names": classes.names,
        "colours": classes.colours,
        "clean": classes.tops[0],
        "frames": frames,
    }
    return pack(head, {"photo": bytes_of(photo), "noises": noises.permute(0, 2, 3, 1).contiguous().numpy()})
