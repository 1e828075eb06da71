"""What the browser needs to add a noise to a photograph at any strength: packets, and the sum as one picture."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Int8
from PIL import Image as PillowImage
from torch import Tensor

from structviz.figures.class_colours import named_classes
from structviz.figures.contact_sheet import Cell, ContactSheet
from structviz.figures.packet import pack
from structviz.figures.pixels import png
from structviz.figures.theme import NEUTRAL, Heading
from structviz.studies.robustness.noise import NoiseStudy, attacked
from structviz.types import Images

__all__ = ["bytes_of", "encode_sum", "enlarged_noise", "triple_png"]


def bytes_of(photo: Images) -> np.ndarray:
    """A colour image as rows of red, green and blue in 8 bits: shape (row, column, 3)."""
    return (255 * photo[0]).round().clamp(0, 255).byte().permute(1, 2, 0).contiguous().numpy()


def enlarged_noise(noise: Int8[Tensor, "3 row column"]) -> np.ndarray:
    """The noise as a picture: ε is the whole way from grey to white, and −ε that to black."""
    grey = torch.full((1, *noise.shape), 0.5)
    return bytes_of(attacked(grey, noise, 0.5))


def triple_png(photo: Images, noise: Int8[Tensor, "3 row column"], eps: float, titles: Sequence[str]) -> bytes:
    """Photograph, noise and sum side by side, each below a title.

    Parameters
    ----------
    photo, noise, eps
        As for `attacked`.
    titles
        Three of them.

    Returns
    -------
    bytes
        A PNG on white with the three pictures in a row.
    """
    pictures = (bytes_of(photo), enlarged_noise(noise), bytes_of(attacked(photo, noise, eps)))
    sheet = ContactSheet(tuple(Heading(title, NEUTRAL) for title in titles), side=photo.shape[-1], captions=False)
    return png(sheet.drawn([[Cell(PillowImage.fromarray(picture)) for picture in pictures]]))


def encode_sum(study: NoiseStudy, names: Sequence[str], title: str) -> bytes:
    """A packet with a photograph, noises, and what a classifier makes of their sum at each strength.

    Parameters
    ----------
    study
        What is shown.
    names
        Of all classes.
    title
        Of the photograph.

    Returns
    -------
    bytes
        A JSON head and two arrays: the photograph from 0 to 255, and all noises in steps of ε/127.
    """
    classes = named_classes(study.probabilities, names, study.label)
    frames = [
        {"eps": eps, "words": f"ε = {255 * eps:.4g}/255", "noise": noise, "top": top}
        for eps, noise, top in zip(study.radii, study.which, classes.tops, strict=True)
    ]
    head = {
        "side": study.photo.shape[-1],
        "title": title,
        "names": classes.names,
        "colours": classes.colours,
        "clean": classes.tops[0],
        "frames": frames,
    }
    noises = study.noises.permute(0, 2, 3, 1).contiguous().numpy()
    return pack(head, {"photo": bytes_of(study.photo), "noises": noises})
