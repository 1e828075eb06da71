"""Small upright pieces of the training pictures, as many as a training run asks for."""

import math
from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from structviz.data.arguments import check_count, check_size
from structviz.data.images import TRAINING_IMAGES, training_image
from structviz.errors import ConfigError
from structviz.types import Images

__all__ = ["PatchPart", "patches"]

PatchPart = Literal["training", "validation"]
"""Of a picture: what networks learn from, or what is kept back to choose the settings of a training by."""

_KEPT_BACK, _LEAST = 0.2, 64
"""Share of the columns of each picture, those on the right, that is its part for validation, and how many at least."""

_FLAT = 0.02
"""A patch with a smaller standard deviation shows next to nothing."""

_TRIES = 8


def patches(
    n: int,
    size: int,
    generator: torch.Generator,
    names: Sequence[str] = TRAINING_IMAGES,
    scales: Sequence[float] = (1.0, 0.7, 0.5),
    part: PatchPart = "training",
) -> Images:
    """Cut upright patches out of the training pictures at random places and scales.

    Each picture is cut in two before: the columns on the right are kept back for validation, so that settings of a
    training can be chosen by patches that share no pixel with those that it learns from.

    Patches are not rotated: whether rotated ones are needed is what the arms are compared for. The
    first ``m`` of ``n`` patches are those that the same generator gives for ``n = m``, so that
    training sets of growing size contain each other.

    Parameters
    ----------
    n
        Number of patches, at least 1.
    size
        Side in pixels.
    generator
        Draws pictures, scales and places; on the CPU.
    names
        Pictures from `TRAINING_IMAGES`, chosen with equal probability. Those smaller than a patch are
        left out.
    scales
        Factors in (0, 1] by which a picture may be shrunk before the patch is cut. Each picture uses
        those that leave it at least as large as a patch, or else its own size.
    part
        Patches of which part of the pictures: "training" or "validation".

    Returns
    -------
    Images
        ``(n, 1, size, size)``, float32, in [0, 1]. Flat places are drawn again, a few times.

    Raises
    ------
    ConfigError
        If an argument is out of range or no picture is as large as a patch.

    Examples
    --------
    >>> import torch
    >>> from structviz.data import patches
    >>> patches(8, 32, torch.Generator().manual_seed(0), names=["brick", "coffee"]).shape
    torch.Size([8, 1, 32, 32])
    """
    check_count(n)
    check_size(size)
    if not scales or not all(0 < scale <= 1 for scale in scales):
        raise ConfigError(f"scales must be numbers in (0, 1], but they are {list(scales)!r}: choose some, such as 0.5.")
    if part not in ("training", "validation"):
        raise ConfigError(f'part must be "training" or "validation", but it is {part!r}: choose one.')
    pyramids = _pyramids(size, names, scales, part)
    # One row of uniform numbers for each patch, so that patch i does not depend on n.
    draws = torch.rand(n, 2 + 2 * _TRIES, dtype=torch.float64, generator=generator)
    return torch.cat([_cut(pyramids, size, row) for row in draws.tolist()])


def _part(picture: Tensor, part: PatchPart) -> Tensor:
    # Where a picture is cut must not depend on the size of the patches, or small ones overlap with large ones.
    columns = picture.shape[-1]
    border = columns - max(_LEAST, math.ceil(_KEPT_BACK * columns))
    return picture[..., :border] if part == "training" else picture[..., border:]


def _pyramids(size: int, names: Sequence[str], scales: Sequence[float], part: PatchPart) -> list[list[Tensor]]:
    pyramids = []
    for name in names:
        picture = _part(training_image(name), part)
        side = min(picture.shape[-2:])
        if side >= size:
            usable = [scale for scale in scales if round(scale * side) >= size]
            pyramids.append([_shrink(picture, scale) for scale in usable or [1.0]])
    if not pyramids:
        raise ConfigError(
            f"A patch must fit into a picture, but none of {list(names)!r} is {size} pixels high and wide: "
            "choose a smaller size."
        )
    return pyramids


def _shrink(picture: Tensor, scale: float) -> Tensor:
    if scale == 1:
        return picture
    rows, columns = (round(scale * side) for side in picture.shape[-2:])
    return interpolate(picture, (rows, columns), mode="bilinear", antialias=True, align_corners=False)


def _cut(pyramids: list[list[Tensor]], size: int, row: list[float]) -> Tensor:
    pyramid = pyramids[int(row[0] * len(pyramids))]
    picture = pyramid[int(row[1] * len(pyramid))]
    rows, columns = picture.shape[-2:]
    patch = picture
    for u, v in zip(row[2::2], row[3::2], strict=True):
        top, left = int(u * (rows - size + 1)), int(v * (columns - size + 1))
        patch = picture[..., top : top + size, left : left + size]
        if patch.std(correction=0) >= _FLAT:
            break
    return patch
