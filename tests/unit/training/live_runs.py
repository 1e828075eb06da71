"""What the tests of live runs share: short runs, recipes whose steps wait, and a look at threads and weights."""

import dataclasses
import threading
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from structviz.config import PointShape, TrainConfig
from structviz.nets import PointClassifier
from structviz.training import FLOW
from structviz.training.live import LiveRun, Snapshot
from tests.waiting import LONG

__all__ = ["STEPS", "Gate", "Make", "config", "trainers", "weights"]

STEPS = 30

Make = Callable[..., LiveRun]


def config(**values: Any) -> TrainConfig:
    return TrainConfig("flow", **{"n_train": 20, "steps": STEPS, "net": PointShape(n_layers=3, time=1.0), **values})


def trainers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "live training"]


def weights(seen: Snapshot) -> Tensor:
    assert isinstance(seen.net, PointClassifier)
    return torch.cat([p.flatten() for p in seen.net.state_dict().values()])


class Gate:
    """A recipe whose steps wait until they are let through."""

    def __init__(self) -> None:
        self.waiting = threading.Event()
        self.opened = threading.Semaphore(0)
        self.recipe = dataclasses.replace(FLOW, loss=self._loss)

    def _loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        self.waiting.set()
        assert self.opened.acquire(timeout=LONG)
        return FLOW.loss(logits, labels)

    def let_through(self, n: int = 1) -> None:
        self.opened.release(n)
