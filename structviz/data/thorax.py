"""Slices through the chest of patients who never lived: the objects of the CT chapter."""

import numpy as np
import torch

from structviz.data.anatomy import patient
from structviz.data.arguments import check_count, check_size
from structviz.data.attenuation import MATERIALS
from structviz.data.outlines import box_around, coverage
from structviz.types import Image, Images

__all__ = ["FIELD_OF_VIEW", "SPINE_WINDOW", "thorax"]

FIELD_OF_VIEW = 44.0
"""Side of a thorax image in cm."""

SPINE_WINDOW = (0.47, 0.75, 0.36, 0.64)
"""First and last row, first and last column of a square around every patient's vertebra, in sides of the image."""

_SMALL = 128
"""Images up to this side are drawn 4 times as fine, larger ones twice: their pixels hold fewer borders."""


def thorax(n: int, size: int, generator: torch.Generator) -> Images:
    """Draw slices through the chest, as a CT scanner at about 60 keV would measure them without any error.

    Body, heart, lungs with vessels and sometimes lesions, ribs, spine and table vary from patient to
    patient; what is up and what is left do not. So a network can learn which way a patient lies, and is
    at a loss when the image is turned.

    The same state of the generator gives the same patients at any size. The first ``m`` of ``n`` patients
    are those that it gives for ``n = m``.

    Parameters
    ----------
    n
        Number of patients, at least 1.
    size
        Side in pixels. The image is `FIELD_OF_VIEW` wide.
    generator
        Draws the patients; on the CPU.

    Returns
    -------
    Images
        ``(n, 1, size, size)``, float32, attenuation in 1/cm as in `MATERIALS`, 0 outside of the inscribed
        disc. Each pixel holds the mean over its area.

    Raises
    ------
    ConfigError
        If ``n`` or ``size`` is out of range.

    Examples
    --------
    >>> import torch
    >>> from structviz.data import thorax
    >>> thorax(2, 64, torch.Generator().manual_seed(0)).shape
    torch.Size([2, 1, 64, 64])
    """
    check_count(n)
    check_size(size)
    # One seed for each patient, so that patient i does not depend on n, nor on how much chance another one needs.
    seeds = torch.randint(2**62, (n,), generator=generator)
    return torch.cat([_draw(seed, size) for seed in seeds.tolist()])


def _draw(seed: int, size: int) -> Image:
    # Parts are laid over each other as if their borders crossed a pixel independently, but a shell and what
    # it encloses do not; on a finer grid few pixels hold two borders.
    finer = 4 if size <= _SMALL else 2
    canvas = np.zeros((finer * size, finer * size))
    for part in patient(np.random.default_rng(seed)):
        box = box_around(part.outlines, len(canvas))
        cover = coverage(part.outlines, len(canvas), box)
        if part.within:
            cover *= coverage(part.within, len(canvas), box)
        pixels = canvas[box.top : box.bottom, box.left : box.right]
        pixels += cover * (MATERIALS[part.material] - pixels)
    means = canvas.reshape(size, finer, size, finer).mean(axis=(1, 3))
    return torch.from_numpy(means.astype(np.float32))[None, None]
