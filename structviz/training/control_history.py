"""Weights on their way through a training: what a page plays back while the time steps move."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from structviz import zoo
from structviz.config import ODENetShape, TrainConfig
from structviz.errors import CheckpointError
from structviz.files import atomic_write
from structviz.nets import STEP_RULES, ODENet
from structviz.seeding import seeded
from structviz.stopping import stop_if_asked
from structviz.studies.control import ControlOutcome, control_outcome
from structviz.training.control import CONTROL, CONTROL_SETS, OPTIMISERS, control_points, export_control
from structviz.training.loop import Training
from structviz.training.recipes import complete

__all__ = [
    "HISTORIES",
    "N_FRAMES",
    "TrainingHistory",
    "control_config",
    "read_histories",
    "record_history",
    "save_histories",
]

HISTORIES = Path("control", "trainings.history")
"""The weights of all trainings that ship, beside the networks; a safetensors file."""

N_FRAMES = 24
"""Moments that are kept of a training."""


@dataclass(frozen=True, eq=False)
class TrainingHistory:
    """One training of the recipe `control`, at a few moments.

    Attributes
    ----------
    config
        The complete settings.
    steps
        After how many steps the weights were taken, from 0 on, closer together at the start.
    weights
        By name, with a frame for each of the steps.
    diverged
        Whether the training ended early because its loss blew up.
    title
        What the network is called, where it is not one of those of the paper.
    """

    config: TrainConfig
    steps: tuple[int, ...]
    weights: Mapping[str, Tensor]
    diverged: bool = False
    title: str = ""

    def network(self, frame: int = -1) -> ODENet:
        """The network at one of the moments; the last by default."""
        with seeded(0):  # whose first weights are drawn for nothing
            net = CONTROL.build(self.config)
        net.load_state_dict({name: values[frame] for name, values in self.weights.items()})
        return export_control(net)

    def outcome(self, frame: int = -1) -> ControlOutcome:
        """Its figures at one of the moments, on the points of its training and on new ones."""
        size, smoothness = self.config.regularisation or 0.0, self.config.smoothness or 0.0
        return control_outcome(self.network(frame), *control_points(self.config), size, smoothness)


def control_config(steps: str, dataset: str, optimiser: str = "backtracking") -> TrainConfig:
    """The complete settings of a network of the paper.

    Parameters
    ----------
    steps
        One of `structviz.nets.STEP_RULES`.
    dataset
        One of `CONTROL_SETS`.
    optimiser
        One of `OPTIMISERS`.

    Returns
    -------
    TrainConfig
        With no setting left open.
    """
    return complete(TrainConfig("control", dataset=dataset, optimiser=optimiser, net=ODENetShape(steps)), CONTROL)


def record_history(
    config: TrainConfig, should_stop: Callable[[], bool] = lambda: False, n_frames: int = N_FRAMES
) -> TrainingHistory:
    """Train, and keep the weights at a few moments.

    Parameters
    ----------
    config
        Of the recipe `control`.
    should_stop
        Asked before each step; what has been trained until then is returned.
    n_frames
        How many moments at most, 2 or more: the first and the last are always among them.

    Returns
    -------
    TrainingHistory
        The weights at the chosen moments, at most `n_frames` of them, and whether the loss blew up.
    """
    training = Training(CONTROL, config, "cpu")
    between = (round(training.steps ** (k / (n_frames - 2))) for k in range(n_frames - 2))
    wanted = {0, *between, training.steps}
    frames: dict[int, Mapping[str, Tensor]] = {}
    healthy = True
    while True:
        if training.step in wanted:
            frames[training.step] = training.network().state_dict()
        if training.step >= training.steps or not healthy or should_stop():
            break
        stop_if_asked()
        healthy = training.advance()
    first = frames[0]
    weights = {name: torch.stack([frame[name] for frame in frames.values()]) for name in first}
    return TrainingHistory(training.config, tuple(frames), weights, diverged=not healthy)


def save_histories(folder: Path, on_each: Callable[[str], None] = lambda _name: None) -> Path:
    """Train all networks of the paper on all sets with both optimisers, and write their histories below `folder`."""
    tensors: dict[str, Tensor] = {}
    for dataset, steps, optimiser in itertools.product(CONTROL_SETS, STEP_RULES, OPTIMISERS):
        history = record_history(control_config(steps, dataset, optimiser))
        name = f"{dataset}/{steps}/{optimiser}"
        on_each(name)
        tensors |= {f"{name}/{key}": value.contiguous() for key, value in history.weights.items()}
        tensors[f"{name}/step"] = torch.tensor(history.steps, dtype=torch.int32)
    path = folder / HISTORIES
    atomic_write(path, safetensors.torch.save(tensors))
    return path


@lru_cache(maxsize=4)
def read_histories(dataset: str, optimiser: str, folder: Path = zoo.PRETRAINED) -> tuple[TrainingHistory, ...]:
    """The trainings that ship for a set, one for each of `structviz.nets.STEP_RULES`; shared, so not to be changed.

    Parameters
    ----------
    dataset
        One of `CONTROL_SETS`.
    optimiser
        One of `OPTIMISERS`.
    folder
        Where networks lie.

    Returns
    -------
    tuple of TrainingHistory
        In the order of `STEP_RULES`.

    Raises
    ------
    CheckpointError
        If the file is missing or damaged.
    """
    path = folder / HISTORIES
    found = []
    try:
        with safetensors.safe_open(path, "pt") as file:
            names = file.keys()
            for steps in STEP_RULES:
                start = f"{dataset}/{steps}/{optimiser}/"
                tensors = {name.removeprefix(start): file.get_tensor(name) for name in names if name.startswith(start)}
                moments = tuple(tensors.pop("step").tolist())
                if not all(value.isfinite().all() and len(value) == len(moments) for value in tensors.values()):
                    raise ValueError(f"{start} holds numbers that are not finite, or too few")
                found.append(TrainingHistory(control_config(steps, dataset, optimiser), moments, tensors))
    except (OSError, ValueError, KeyError, safetensors.SafetensorError) as error:
        raise CheckpointError(f"The histories of trainings in {path} cannot be read: {error}. Run pretrain.") from error
    return tuple(found)
