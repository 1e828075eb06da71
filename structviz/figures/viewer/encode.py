"""Slices packed for the viewer in the browser."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError, ShapeError
from structviz.figures.packet import pack

__all__ = ["MAX_BYTES", "SliceStack", "encode"]

MAX_BYTES = 6_000_000
"""Of all slices together: more keeps a visitor waiting."""

_MAX_STACKS = 9

_STEPS = 65535
"""Values are kept in two bytes, in equal steps from the least one of a stack to the largest."""


@dataclass(frozen=True)
class SliceStack:
    """A column of the viewer.

    Attributes
    ----------
    name, title, colour
        The method, its heading and the colour of both.
    frames
        Attenuation in 1/cm: all that the method goes through, the result last; the truth has one frame.
    psnr, ssim
        Of each frame, the PSNR in dB; both empty for the truth.
    """

    name: str
    title: str
    colour: str
    frames: Float[Tensor, "frame n n"]
    psnr: tuple[float, ...] = ()
    ssim: tuple[float, ...] = ()


def encode(stacks: Sequence[SliceStack]) -> bytes:
    """Pack slices that stand side by side; the last stack is the truth.

    Parameters
    ----------
    stacks
        One to nine, all with images of the same size.

    Returns
    -------
    bytes
        A packet, see `structviz.figures.packet`. The head has the `side` in pixels and for each of the `stacks` all
        but its frames. These are arrays of shape (frame, side, side), type uint16, named by their number "0", "1", …:
        value = low + step · number, in 1/cm.

    Raises
    ------
    ConfigError
        If there are no stacks or too many, a value is not finite, or all are too large for a page.
    ShapeError
        If sizes differ, or there is not one PSNR and SSIM for each frame.
    """
    if not 1 <= len(stacks) <= _MAX_STACKS:
        raise ConfigError(f"The viewer shows 1 to {_MAX_STACKS} columns; got {len(stacks)}. Choose fewer methods.")
    n = stacks[0].frames.shape[-1]
    heads: list[dict[str, Any]] = []
    arrays: dict[str, npt.NDArray[np.uint16]] = {}
    n_bytes = 0
    for k, stack in enumerate(stacks):
        if tuple(stack.frames.shape[1:]) != (n, n) or not len(stack.frames):
            raise ShapeError(
                f"All slices must have {n} × {n} pixels, as the first column has; got {tuple(stack.frames.shape)} for "
                f"{stack.name!r}: reconstruct on one grid."
            )
        if (len(stack.psnr), len(stack.ssim)) not in ((0, 0), (len(stack.frames),) * 2):
            raise ShapeError(
                f"{stack.name!r} needs a PSNR and an SSIM for each of its {len(stack.frames)} frames, or none at all; "
                f"got {len(stack.psnr)} and {len(stack.ssim)}: measure every frame."
            )
        values = stack.frames.double().cpu().numpy()
        if not np.isfinite(values).all():
            raise ConfigError(f"Slices hold finite numbers; those of {stack.name!r} do not. Choose other settings.")
        low, high = float(values.min()), float(values.max())
        step = (high - low) / _STEPS or 1.0
        heads.append(
            {
                "name": stack.name,
                "title": stack.title,
                "colour": stack.colour,
                "frames": len(stack.frames),
                "low": low,
                "step": step,
                "psnr": [_finite(value) for value in stack.psnr],
                "ssim": [_finite(value) for value in stack.ssim],
            }
        )
        arrays[str(k)] = np.round((values - low) / step).astype(np.uint16)
        n_bytes += arrays[str(k)].nbytes
    if n_bytes > MAX_BYTES:
        raise ConfigError(
            f"The viewer takes {MAX_BYTES / 1e6:g} MB of slices; these have {n_bytes / 1e6:.1f} MB. "
            "Choose fewer methods or smaller images."
        )
    return pack({"side": n, "stacks": heads}, arrays)


def _finite(value: float) -> float | None:
    """For JSON, which has no infinity: a perfect picture has None."""
    return value if math.isfinite(value) else None
