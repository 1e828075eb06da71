"""Checkpoints: everything that decides how a run goes on, in one safetensors file."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from structviz.config import TrainConfig
from structviz.errors import CheckpointError, StructVizError
from structviz.files import atomic_write
from structviz.training.events import Progress

__all__ = ["Checkpoint", "parts"]

_KEY, _DIGEST = "structviz", "sha256"
"""Names in the header of the file: all that is no tensor, and the digest of both."""


@dataclass(frozen=True)
class Checkpoint:
    """The state of a run between two steps.

    Attributes
    ----------
    config
        Complete settings; a checkpoint continues only the run that it was taken from.
    step
        Steps taken.
    tensors
        Weights, moments of the optimiser, state of the random numbers, and losses since the last report.
    level, bound, examples
        What the watch over the loss remembers.
    seconds
        Spent on steps so far.
    history
        The reports so far.
    """

    config: TrainConfig
    step: int
    tensors: Mapping[str, Tensor]
    level: float
    bound: float
    examples: int
    seconds: float
    history: tuple[Progress, ...]

    def save(self, path: Path) -> None:
        """Write the checkpoint, so that no reader finds half of it.

        Raises
        ------
        OSError
            If the disk is full or the folder cannot be written to.
        """
        rest = {
            "config": self.config.to_dict(),
            "step": self.step,
            "level": self.level,
            "bound": self.bound,
            "examples": self.examples,
            "seconds": self.seconds,
            "history": [dataclasses.astuple(one) for one in self.history],
        }
        text = json.dumps(rest)
        digest = {_DIGEST: _digest(text, self.tensors)}
        atomic_write(path, safetensors.torch.save(dict(self.tensors), {_KEY: text, **digest}))

    @classmethod
    def load(cls, path: Path) -> "Checkpoint":
        """The checkpoint in a file that `save` wrote.

        Raises
        ------
        CheckpointError
            If the file is missing or damaged: one bit that is not as it was written is enough.
        """
        try:
            with safetensors.safe_open(path, "pt") as file:
                metadata = file.metadata()
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
            if _digest(metadata[_KEY], tensors) != metadata[_DIGEST]:
                raise ValueError("its contents do not have the sha256 that they were written with")
            rest = json.loads(metadata[_KEY])
            history = tuple(Progress(*values) for values in rest.pop("history"))
            config = TrainConfig.from_dict(rest.pop("config"))
            return cls(config=config, tensors=tensors, history=history, **rest)
        except (
            OSError,
            ValueError,
            TypeError,
            KeyError,
            RuntimeError,
            StructVizError,
            safetensors.SafetensorError,
        ) as error:
            raise CheckpointError(f"{path} is no checkpoint that a run can go on from: {error}. Begin anew.") from error

    def part(self, prefix: str) -> dict[str, Tensor]:
        """The tensors below a prefix, without it."""
        start = f"{prefix}/"
        return {name.removeprefix(start): value for name, value in self.tensors.items() if name.startswith(start)}


def _digest(text: str, tensors: Mapping[str, Tensor]) -> str:
    """The sha256 of all that a checkpoint holds, whatever the order in its file."""
    digest = hashlib.sha256(text.encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(f"\n{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def parts(**states: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Put the tensors of several states side by side, each as a copy of its own on the CPU."""
    return {
        f"{prefix}/{name}": value.detach().cpu().clone(memory_format=torch.contiguous_format)
        for prefix, state in states.items()
        for name, value in state.items()
    }
