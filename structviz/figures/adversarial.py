"""What the browser needs to add a noise to a photograph at any strength: packets, and the sum as one picture."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from structviz.figures.class_colours import named_classes
from structviz.figures.packet import pack
from structviz.types import Images

__all__ = ["SIGN_STEPS", "bytes_of", "encode_sum"]

SIGN_STEPS = 127
"""How finely the noise is sent, as a share of ε: enough for a picture of 8 bits."""


def bytes_of(photo: Images) -> np.ndarray:
    """A colour image as rows of red, green and blue in 8 bits: shape (row, column, 3)."""
    return (255 * photo[0]).round().clamp(0, 255).byte().permute(1, 2, 0).contiguous().numpy()


def encode_sum(
    photo: Images,
    noise: Images,
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
    noise
        As a share of ε, from −1 to 1.
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
        {"eps": eps, "words": f"ε = {255 * eps:.4g}/255", "top": top}
        for eps, top in zip(epsilons, classes.tops, strict=True)
    ]
    head = {
        "side": photo.shape[-1],
        "title": title,
        "names": classes.names,
        "colours": classes.colours,
        "clean": classes.tops[0],
        "frames": frames,
    }
    signs = (SIGN_STEPS * noise[0]).round().clamp(-SIGN_STEPS, SIGN_STEPS).to(torch.int8)
    return pack(head, {"photo": bytes_of(photo), "noise": signs.permute(1, 2, 0).contiguous().numpy()})
