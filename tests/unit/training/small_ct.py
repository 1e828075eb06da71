"""The smallest scan and the smallest network for it, on which CT is trained in tests."""

from typing import Any

from structviz.config import TrainConfig, UnrolledShape
from structviz.tomography import ParallelBeam

__all__ = ["GEOMETRY", "SHAPE", "tiny"]

SHAPE = UnrolledShape(image_size=16, n_views=6, iterations=2, width=8, memory=1)
GEOMETRY = ParallelBeam(16, 6, pixel_size=44.0 / 16)


def tiny(arm: str = "ordinary", **values: Any) -> TrainConfig:
    """A run of a second."""
    return TrainConfig("ct", arm, **{"n_train": 3, "steps": 40, "net": SHAPE, **values})
