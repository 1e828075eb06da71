"""A small classifier of photographs in place of the real one, and short attacks: what the page does with results."""

import io

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage
from torch import Tensor, nn

from structviz.data import imagenet_classes
from structviz.studies.robustness import noise
from structviz.ui.kit.uploads import UploadedFile
from structviz.ui.pages.robustness import results
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.robustness.options import OWN

__all__ = ["Small", "own_choice", "shorten", "upload"]


class Small(nn.Module):
    """Logits are linear in the means of 8 × 8 squares; `calls` counts the batches."""

    def __init__(self) -> None:
        super().__init__()
        draw = torch.Generator().manual_seed(0)
        self.W = torch.randn(len(imagenet_classes()), 3 * 28 * 28, generator=draw)
        self.calls = 0

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        return nn.functional.avg_pool2d(x, 8).flatten(1) @ self.W.T


def shorten(monkeypatch: pytest.MonkeyPatch) -> Small:
    """Put the small classifier in place of the real one, and attack with two strengths."""
    net = Small()
    monkeypatch.setattr(results, "classifier", lambda: net)
    monkeypatch.setattr(results, "_STEP_SECONDS", 0.0)
    monkeypatch.setattr(noise, "RADII", (2.0, 4.0))
    monkeypatch.setattr(noise, "GRID", 1.0)
    monkeypatch.setattr(noise, "STEPS", 2)
    for cached in (results._queue, results._searches):
        cached.clear()
    return net


def upload(seed: int) -> UploadedFile:
    """An image of a visitor."""
    pixels = np.random.default_rng(seed).integers(0, 255, (60, 50, 3), np.uint8)
    PillowImage.fromarray(pixels).save(file := io.BytesIO(), "PNG")
    return UploadedFile.of(file.getvalue(), "mine.png")


def own_choice(seed: int, **values: object) -> RobustnessChoice:
    """What a visitor with an own image has chosen."""
    return RobustnessChoice(OWN, upload=upload(seed), **values)  # pyright: ignore[reportArgumentType]
