"""What the weight of the smooth regulariser does: ResNets that differ in it alone, on few points."""

import itertools
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import safetensors
import safetensors.torch
import torch

from structviz import zoo
from structviz.config import ODENetShape, TrainConfig
from structviz.errors import CheckpointError
from structviz.files import atomic_write
from structviz.training.control import CONTROL, CONTROL_SETS
from structviz.training.control_history import TrainingHistory, record_history
from structviz.training.recipes import complete

__all__ = [
    "SMOOTHNESS_STUDY",
    "SMOOTHNESS_WEIGHTS",
    "STUDY_POINTS",
    "STUDY_SEEDS",
    "read_smoothness_study",
    "save_smoothness_study",
    "smoothness_config",
]

SMOOTHNESS_STUDY = Path("control", "smoothness.history")
"""The weights of all networks of the study, beside those that ship; a safetensors file."""

SMOOTHNESS_WEIGHTS = (0.0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1)
"""The weights μ of μ/2 ∫ ‖θ̇‖²."""

STUDY_POINTS, STUDY_SEEDS = 100, 3
"""Points to train on, so few that there is a gap to see; and trainings with each weight, on points of their own."""


def smoothness_config(weight: float, dataset: str, seed: int = 0) -> TrainConfig:
    """The complete settings of a network of the study.

    Parameters
    ----------
    weight
        One of `SMOOTHNESS_WEIGHTS`.
    dataset
        One of `CONTROL_SETS`.
    seed
        From 0 to `STUDY_SEEDS` - 1; decides the points and the first weights.

    Returns
    -------
    TrainConfig
        With no setting left open; studies that differ in the weight only share points and first weights.
    """
    shape = ODENetShape("fixed")
    open_config = TrainConfig(
        "control", dataset=dataset, net=shape, n_train=STUDY_POINTS, steps=1000, smoothness=weight, seed=seed
    )
    return complete(open_config, CONTROL)


def save_smoothness_study(folder: Path, on_each: Callable[[str], None] = lambda _name: None) -> Path:
    """Train all networks of the study, and write their last weights below `folder`."""
    tensors: dict[str, torch.Tensor] = {}
    for dataset, seed in itertools.product(CONTROL_SETS, range(STUDY_SEEDS)):
        found = [
            record_history(smoothness_config(weight, dataset, seed), n_frames=2).weights
            for weight in SMOOTHNESS_WEIGHTS
        ]
        on_each(f"{dataset}, seed {seed}")
        for name in found[0]:
            tensors[f"{dataset}/{seed}/{name}"] = torch.stack([weights[name][-1] for weights in found])
    path = folder / SMOOTHNESS_STUDY
    atomic_write(path, safetensors.torch.save(tensors))
    return path


@lru_cache(maxsize=4)
def read_smoothness_study(dataset: str, folder: Path = zoo.PRETRAINED) -> tuple[TrainingHistory, ...]:
    """The networks of the study for a set, by seed; the frames are the weights μ. Shared, so not to be changed.

    Parameters
    ----------
    dataset
        One of `CONTROL_SETS`.
    folder
        Where networks lie.

    Raises
    ------
    CheckpointError
        If the file is missing or damaged.
    """
    path = folder / SMOOTHNESS_STUDY
    frames = tuple(range(len(SMOOTHNESS_WEIGHTS)))
    found = []
    try:
        with safetensors.safe_open(path, "pt") as file:
            names = file.keys()
            for seed in range(STUDY_SEEDS):
                start = f"{dataset}/{seed}/"
                weights = {n.removeprefix(start): file.get_tensor(n) for n in names if n.startswith(start)}
                if not weights or not all(len(w) == len(frames) and w.isfinite().all() for w in weights.values()):
                    raise ValueError(f"{start} holds numbers that are not finite, or too few")
                found.append(TrainingHistory(smoothness_config(0.0, dataset, seed), frames, weights))
    except (OSError, ValueError, KeyError, safetensors.SafetensorError) as error:
        raise CheckpointError(f"The study of smoothness in {path} cannot be read: {error}. Run pretrain.") from error
    return tuple(found)
