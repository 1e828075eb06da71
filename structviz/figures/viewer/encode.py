"""Slices as bytes: a header that names every column, and the values as the browser wants them."""

import json
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError, ShapeError

__all__ = ["MAX_BYTES", "SliceStack", "encode"]

MAX_BYTES = 6_000_000
"""Of all slices together: more keeps a visitor waiting."""

_MAX_PLATES = 9

_STEPS = 65535
"""Values are kept in two bytes, in equal steps from the least one of a plate to the largest."""


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


def encode(plates: Sequence[SliceStack]) -> bytes:
    """Pack slices that stand side by side; the last plate is the truth.

    Four bytes hold the length of a JSON header, the lowest first; then come the header and for each plate its values
    as uint16, row after row, frame after frame: value = low + step · number.

    Parameters
    ----------
    plates
        One to six, all with images of the same size.

    Raises
    ------
    ConfigError
        If there are no plates or too many, a value is not finite, or all are too large for a page.
    ShapeError
        If sizes differ, or there is not one PSNR and SSIM for each frame.
    """
    if not 1 <= len(plates) <= _MAX_PLATES:
        raise ConfigError(f"The viewer shows 1 to {_MAX_PLATES} columns; got {len(plates)}. Choose fewer methods.")
    n = plates[0].frames.shape[-1]
    heads: list[dict[str, Any]] = []
    body = b""
    for plate in plates:
        if tuple(plate.frames.shape[1:]) != (n, n) or not len(plate.frames):
            raise ShapeError(
                f"All slices must have {n} × {n} pixels, as the first plate has; got {tuple(plate.frames.shape)} for "
                f"{plate.name!r}: reconstruct on one grid."
            )
        if (len(plate.psnr), len(plate.ssim)) not in ((0, 0), (len(plate.frames),) * 2):
            raise ShapeError(
                f"{plate.name!r} needs a PSNR and an SSIM for each of its {len(plate.frames)} frames, or none at all; "
                f"got {len(plate.psnr)} and {len(plate.ssim)}: measure every frame."
            )
        values = plate.frames.double().cpu().numpy()
        if not np.isfinite(values).all():
            raise ConfigError(f"Slices hold finite numbers; those of {plate.name!r} do not. Choose other settings.")
        low, high = float(values.min()), float(values.max())
        step = (high - low) / _STEPS or 1.0
        heads.append(
            {
                "name": plate.name,
                "title": plate.title,
                "colour": plate.colour,
                "frames": len(plate.frames),
                "low": low,
                "step": step,
                "psnr": [_finite(value) for value in plate.psnr],
                "ssim": [_finite(value) for value in plate.ssim],
            }
        )
        body += np.round((values - low) / step).astype("<u2").tobytes()
    if len(body) > MAX_BYTES:
        raise ConfigError(
            f"The viewer takes {MAX_BYTES / 1e6:g} MB of slices; these have {len(body) / 1e6:.1f} MB. "
            "Choose fewer methods or smaller images."
        )
    head = json.dumps({"side": n, "plates": heads}).encode()
    head += b" " * (len(head) % 2)  # so that the values begin at an even place
    return struct.pack("<I", len(head)) + head + body


def _finite(value: float) -> float | None:
    """For JSON, which has no infinity: a perfect picture has None."""
    return value if math.isfinite(value) else None
