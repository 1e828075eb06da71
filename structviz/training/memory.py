"""After a run that found too little memory: what would fit."""

import dataclasses
import gc

import torch

from structviz.config import TrainConfig
from structviz.training.descent import is_lack_of_memory
from structviz.training.loop import Training
from structviz.training.recipes import Recipe, complete

__all__ = ["fits", "largest_that_fits"]

_FEW = 2
"""Training examples that take no room."""


def fits(recipe: Recipe, config: TrainConfig, device: str = "auto") -> bool:
    """Whether the first step of a run finds enough memory."""
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
    """The same settings with the batch, and then the training set, halved until a step fits; None if none does."""
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
