"""Sinograms as files with their geometry: whoever has the file can reconstruct from it, here or elsewhere."""

import dataclasses
import io
import math
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import numpy as np
import torch

from structviz.errors import ConfigError, ShapeError
from structviz.provenance import read_notes, write_notes
from structviz.tomography.geometry import ParallelBeam
from structviz.types import Sinograms

__all__ = ["SINOGRAM_TYPES", "StoredSinogram", "read_sinogram", "write_sinogram"]

SINOGRAM_TYPES = (".npz", ".tiff", ".csv")
"""Endings of the files that a sinogram can be written to."""

_FIELDS = tuple(field.name for field in dataclasses.fields(ParallelBeam))

_DAMAGED = (
    OSError,
    ValueError,  # also of JSON
    LookupError,
    TypeError,
    SyntaxError,
    EOFError,
    ArithmeticError,
    MemoryError,  # an array that says it is larger than all there is
    RuntimeError,  # also NotImplementedError and RecursionError
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What readers raise on damaged files."""


@dataclass(frozen=True)
class StoredSinogram:
    """A sinogram with all that a reconstruction needs.

    Attributes
    ----------
    sinogram
        Line integrals, without unit, (1, 1, views, detectors).
    geometry
        Of the scan.
    n_photons
        Photons that entered each ray; infinitely many if there is no noise.
    """

    sinogram: Sinograms
    geometry: ParallelBeam
    n_photons: float = math.inf


def write_sinogram(stored: StoredSinogram, file_name: str) -> bytes:
    """The content of a file with a sinogram and its geometry.

    Every file says `n_photons`, the side of the image in cm (`width_cm`), the angle of each view (`angles_rad`), the
    place of each detector (`offsets_cm`) and the arguments of `ParallelBeam`: an NPZ in arrays of these names, a TIFF
    (32-bit, a row for each view) in its description as JSON, a CSV in comment lines.

    Parameters
    ----------
    stored
        One sinogram.
    file_name
        Its ending, one of `SINOGRAM_TYPES`, decides the format.

    Raises
    ------
    ShapeError
        If the sinogram does not have the views and detectors of its geometry.
    ConfigError
        If there is no such format.

    Examples
    --------
    >>> geometry = ParallelBeam(image_size=4, n_views=2, n_detectors=3)
    >>> content = write_sinogram(StoredSinogram(torch.ones(1, 1, 2, 3), geometry, 1e4), "sinogram.csv")
    >>> content.decode().splitlines()[-1]
    '1,1,1'
    >>> read_sinogram(content, "sinogram.csv").geometry == geometry
    True
    """
    _check(stored)
    values = stored.sinogram[0, 0].detach().cpu().numpy().astype(np.float32)
    said = _said(stored)
    match PurePath(file_name).suffix.lower():
        case ".npz":
            file = io.BytesIO()
            arrays: dict[str, Any] = {name: np.array(value) for name, value in said.items()}
            np.savez_compressed(file, sinogram=values, **arrays)
            return file.getvalue()
        case ".tiff":
            from PIL import Image

            file = io.BytesIO()
            Image.fromarray(values).save(file, "TIFF")
            return write_notes(file.getvalue(), file_name, {"sinogram": _finite(said)})
        case ".csv":
            # Nine digits tell every 32-bit number from its neighbours.
            rows = "".join(",".join(f"{value:.9g}" for value in row) + "\n" for row in values.tolist())
            return write_notes(rows, file_name, {"sinogram": _finite(said)})
    raise _unknown(file_name)


def read_sinogram(content: bytes, file_name: str) -> StoredSinogram:
    """The sinogram of a file that `write_sinogram` made.

    Parameters
    ----------
    content
        The file.
    file_name
        Its ending tells the format.

    Raises
    ------
    ConfigError
        If there is no such format, the file cannot be read, or it does not say its geometry.
    ShapeError
        If its sinogram does not have the views and detectors of its geometry.
    """
    ending = PurePath(file_name).suffix.lower()
    if ending not in SINOGRAM_TYPES:
        raise _unknown(file_name)
    try:
        if ending == ".npz":
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                said: dict[str, Any] = {name: arrays[name].tolist() for name in (*_FIELDS, "n_photons")}
                values = arrays["sinogram"]
        else:
            said = read_notes(content, file_name)["sinogram"]
            values = _pixels(content) if ending == ".tiff" else np.loadtxt(io.BytesIO(content), delimiter=",", ndmin=2)
        geometry = ParallelBeam(**{name: said[name] for name in _FIELDS})
        sinogram = torch.from_numpy(np.array(values, dtype=np.float32))[None, None]
        stored = StoredSinogram(sinogram, geometry, float(said["n_photons"]))
    except _DAMAGED as error:
        raise ConfigError(
            f"A sinogram needs a file with its geometry; {file_name[:60]!r} cannot be read as one: {error}. "
            "Export it again."
        ) from error
    _check(stored)
    return stored


def _said(stored: StoredSinogram) -> dict[str, Any]:
    geometry = stored.geometry
    return {
        "n_photons": float(stored.n_photons),
        "width_cm": 2 * geometry.half_width,
        **dataclasses.asdict(geometry),
        "angles_rad": geometry.angles.tolist(),
        "offsets_cm": geometry.offsets.tolist(),
    }


def _finite(said: dict[str, Any]) -> dict[str, Any]:
    """JSON has no infinity."""
    return {name: str(value) if value == math.inf else value for name, value in said.items()}


def _pixels(content: bytes) -> np.ndarray:
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=["TIFF"]) as picture:
        return np.asarray(picture)


def _check(stored: StoredSinogram) -> None:
    expected = (1, 1, *stored.geometry.sinogram_shape)
    if tuple(stored.sinogram.shape) != expected:
        raise ShapeError(
            f"A file holds one sinogram of the shape {expected}, as its geometry says; got "
            f"{tuple(stored.sinogram.shape)}. Give sinogram and geometry of one scan."
        )


def _unknown(file_name: str) -> ConfigError:
    return ConfigError(
        f"A sinogram goes into a file that ends in {', '.join(SINOGRAM_TYPES)}; got {file_name[:60]!r}. "
        "Choose one of these."
    )
