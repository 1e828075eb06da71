"""The part of recipe `manifolds` that learns how a solid tumbles: from its attitude now to that after unit time."""

import copy
import math
from functools import lru_cache

import torch
from jaxtyping import Float
from torch import Tensor, nn

from structviz.checks import rotation_distance
from structviz.config import TrainConfig
from structviz.data import attitude_split, tumbled
from structviz.metrics import rotation_angle
from structviz.nets import RotationFlow
from structviz.ode import so3_exp
from structviz.training.recipes import Batches, Example, Preview, device_of
from structviz.types import PerImage

__all__ = [
    "TUMBLING",
    "attitude_batches",
    "attitude_examples",
    "attitude_loss",
    "evaluate_attitudes",
    "preview_of_attitudes",
]

TUMBLING = "tumbling"
"""The data set, by its name in the recipe."""

N_TEST = 500
_PIXELS = 48

_TrainSet = tuple[Float[Tensor, "train 3 3"], Float[Tensor, "train 3 3"]]
_TestSet = tuple[Float[Tensor, "test 3 3"], Float[Tensor, "test 3 3"]]


@lru_cache(maxsize=4)
def _split(n_train: int, seed: int) -> tuple[_TrainSet, _TestSet]:
    """Attitudes to learn from, and others to test on, float32; shared, so not to be changed."""
    train, test = attitude_split(n_train, N_TEST, seed)
    return (train[0].float(), train[1].float()), (test[0].float(), test[1].float())


def attitude_batches(config: TrainConfig, generator: torch.Generator) -> Batches:
    """All attitudes with those after unit time, or as many at random as a batch holds."""
    before, after = _split(config.n_train or 1, config.seed)[0]
    n, size = len(before), config.batch_size or len(before)
    while True:
        chosen = torch.randint(n, (size,), generator=generator) if size < n else slice(None)
        yield before[chosen], after[chosen]


def attitude_loss(found: Float[Tensor, "batch 3 3"], wanted: Float[Tensor, "batch 3 3"]) -> PerImage:
    """‖R − Q‖² of all nine numbers, 8 sin²(φ/2) for rotations at the angle φ."""
    return (found - wanted).square().sum((1, 2))


@torch.no_grad()
def _angles(net: nn.Module, config: TrainConfig) -> dict[str, float]:
    """Mean angles in degrees between what comes out and what should."""
    return {
        f"angle_{name}": math.degrees(rotation_angle(net(x.to(device_of(net))).cpu(), y).mean().item())
        for name, (x, y) in zip(("train", "test"), _split(config.n_train or 1, config.seed), strict=True)
    }


@torch.no_grad()
def evaluate_attitudes(net: nn.Module, config: TrainConfig) -> dict[str, float]:
    """The angles, and how far the layers take test attitudes from the rotations, in float64."""
    figures = _angles(net, config)
    if isinstance(net, RotationFlow):
        exact = copy.deepcopy(net).cpu().double()
        attitudes = _split(config.n_train or 1, config.seed)[1][0].double()
        figures["distance"] = rotation_distance(exact.trajectory(attitudes)).max().item()
    return figures


@lru_cache(maxsize=1)
def _turns() -> Float[Tensor, "pixel 3 3"]:
    """Turns about all axes of the plane, by up to half a turn up and across: one for each pixel of a map."""
    axis = ((torch.arange(_PIXELS) + 0.5) * (2 / _PIXELS) - 1) * math.pi
    across, up = torch.meshgrid(axis, axis.flip(0), indexing="xy")
    return so3_exp(torch.stack([across, up, torch.zeros_like(up)], -1).reshape(-1, 3))


def _heights(R: Float[Tensor, "pixel 3 3"]) -> Float[Tensor, "row column"]:
    """How far up the third axis of the solid points, from 0 to 1."""
    return ((1 + R[:, 2, 2]) / 2).clamp(0, 1).nan_to_num(0.5).reshape(_PIXELS, _PIXELS)


@torch.no_grad()
def preview_of_attitudes(net: nn.Module, config: TrainConfig) -> Preview:
    """The angles, and how far up the third axis points after solids were turned about an axis of the plane."""
    return Preview(_angles(net, config), {"height": _heights(net(_turns().to(device_of(net))).cpu())})


def attitude_examples() -> dict[str, Example]:
    """How far up the third axis points, now and after unit time."""
    return {"height": Example(_heights(_turns()), _heights(tumbled(_turns())))}
