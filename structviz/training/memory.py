"""How much memory a run takes, and which settings would fit where it is too little."""

import dataclasses
import gc
import os
from pathlib import Path

import torch

from structviz.config import TrainConfig
from structviz.training.descent import is_lack_of_memory
from structviz.training.loop import Training
from structviz.training.recipes import Recipe, complete

__all__ = ["fits", "largest_that_fits", "memory_used"]

_FEW = 2
"""Size of a training set that takes next to no memory."""


def memory_used(place: torch.device) -> int:
    """Bytes that the run takes: the most that tensors took on a CUDA device, elsewhere what the process takes now.

    0 where the system does not say.
    """
    if place.type == "cuda":
        return torch.cuda.max_memory_allocated(place)
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def fits(recipe: Recipe, config: TrainConfig, device: str = "auto") -> bool:
    """Whether there is enough memory for the first step of a run.

    Parameters
    ----------
    recipe, config
        What would be trained.
    device
        As for `structviz.training.train`.

    Returns
    -------
    bool
        False if the step ran out of memory.
    """
    try:
        Training(recipe, config, device).advance()
    except (RuntimeError, MemoryError) as error:
        if not is_lack_of_memory(error):
            raise
        return False
    finally:
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
    return True


def largest_that_fits(recipe: Recipe, config: TrainConfig, device: str = "auto") -> TrainConfig | None:
    """The same settings with the batch, and then the training set, halved until a step fits.

    Parameters
    ----------
    recipe, config
        What ran out of memory.
    device
        As for `structviz.training.train`.

    Returns
    -------
    TrainConfig or None
        None if not even one example in a step fits.
    """
    config = complete(config, recipe)
    few = dataclasses.replace(config, n_train=min(config.n_train or _FEW, _FEW))
    while not fits(recipe, few, device):
        if not few.batch_size or few.batch_size == 1:
            return None
        few = dataclasses.replace(few, batch_size=few.batch_size // 2)
    config = dataclasses.replace(config, batch_size=few.batch_size)
    while not fits(recipe, config, device):
        if not config.n_train or config.n_train < 2 * _FEW:
            return None
        config = dataclasses.replace(config, n_train=config.n_train // 2)
    return config
