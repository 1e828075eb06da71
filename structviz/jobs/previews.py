"""Pictures of the previews of a run: what its network makes of a few examples, step by step."""

import re
from collections.abc import Mapping
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import CheckpointError
from structviz.files import atomic_write, paths_below
from structviz.jobs.reading import read_bytes

__all__ = ["Pictures", "read", "save", "steps"]

_ENDING = ".glance"
"""Of the files, which runs of former versions have too."""

_STEP = re.compile(r"[0-9]{7,9}")

_MOST_BYTES = 64 * 1024**2

Pictures = Mapping[str, Float[Tensor, "_row _column"]]
"""What a network makes of a few examples, by name."""


def steps(folder: Path) -> tuple[int, ...]:
    """Steps that have pictures, in increasing order."""
    files = [path for path in paths_below(folder) if path.suffix == _ENDING and _STEP.fullmatch(path.stem)]
    return tuple(sorted(int(path.stem) for path in files))


def read(folder: Path, step: int) -> Pictures:
    """The pictures of a step.

    Raises
    ------
    CheckpointError
        If there are none or their file is damaged.
    """
    problem = f"There are no pictures of step {step} of the run {folder.parent.name}"
    try:
        pictures = safetensors.torch.load(read_bytes(_file(folder, step), _MOST_BYTES))
    except OSError as error:
        raise CheckpointError(f"{problem}: {error.strerror}.") from error
    except (CheckpointError, safetensors.SafetensorError, ValueError) as error:
        raise CheckpointError(f"{problem}: their file is damaged.") from error
    if any(
        picture.ndim != 2 or not picture.is_floating_point() or not picture.numel() for picture in pictures.values()
    ):
        raise CheckpointError(f"{problem}: their file is damaged.")
    return {name: picture.float() for name, picture in pictures.items()}


def save(folder: Path, step: int, pictures: Pictures) -> None:
    """Save the pictures of a step, in half precision.

    Parameters
    ----------
    folder
        Of the pictures of one run.
    step
        When they were made.
    pictures
        By their names.
    """
    halves = {name: picture.to(torch.float16).contiguous() for name, picture in pictures.items()}
    atomic_write(_file(folder, step), safetensors.torch.save(halves))


def _file(folder: Path, step: int) -> Path:
    return folder / f"{step:07d}{_ENDING}"
