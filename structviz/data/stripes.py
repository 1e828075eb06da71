"""Stripes one pixel wide: the smallest data set on which an ordinary network fails to turn its head."""

import torch

from structviz.data.arguments import check_count, check_size
from structviz.errors import ConfigError
from structviz.types import Images

__all__ = ["ORIENTATIONS", "stripes"]

ORIENTATIONS = ("horizontal", "vertical")
"""Networks train on the first and are tested on the second."""


def stripes(
    n: int,
    size: int = 50,
    orientation: str = "horizontal",
    generator: torch.Generator | None = None,
) -> Images:
    """Draw images of stripes with a period of two pixels.

    Only two such images exist, one for each phase, so all that a network can learn from them is which
    way stripes run. The defaults are those of the lecture.

    Parameters
    ----------
    n
        Number of images, at least 1.
    size
        Side in pixels, at least 2.
    orientation
        One of `ORIENTATIONS`. Vertical stripes are the quarter turn of the horizontal ones that the
        same generator gives.
    generator
        Draws the phase of each image. Without it the phases alternate 0, 1, 0, 1, ...

    Returns
    -------
    Images
        ``(n, 1, size, size)``, float32, each value 0 or 1.

    Raises
    ------
    ConfigError
        If ``n`` or ``size`` is out of range or the orientation is unknown.

    Examples
    --------
    >>> from structviz.data import stripes
    >>> stripes(2, size=4)[0, 0, :, 0]
    tensor([0., 1., 0., 1.])
    """
    check_count(n)
    check_size(size, lowest=2)
    if orientation not in ORIENTATIONS:
        raise ConfigError(
            f"orientation must be one of {', '.join(ORIENTATIONS)}, but it is {orientation!r}: choose one of these."
        )
    phases = torch.arange(n) if generator is None else torch.randint(2, (n,), generator=generator)
    rows = (phases[:, None] + torch.arange(size)) % 2
    horizontal = rows.float()[:, None, :, None].repeat(1, 1, 1, size)
    if orientation == "horizontal":
        return horizontal
    return torch.rot90(horizontal, 1, (-2, -1)).contiguous()
