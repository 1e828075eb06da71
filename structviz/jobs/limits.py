"""Limits of runs, which are checked where runs are created, because a browser can send any value."""

import math
from collections.abc import Mapping
from types import MappingProxyType

from structviz.config import (
    ClassifierShape,
    CouplingShape,
    DenoiserShape,
    ImageFlowShape,
    LipschitzShape,
    NonexpansiveShape,
    ODENetShape,
    PlaneShape,
    PointShape,
    ResidualFlowShape,
    RotationShape,
    SphereShape,
    TrainConfig,
    UnrolledShape,
)
from structviz.data import DIGIT_SIDE
from structviz.errors import ConfigError
from structviz.nets.groups import group

__all__ = [
    "KEPT_FOR",
    "LIMITS",
    "MOST_ACTIVE",
    "MOST_BYTES",
    "MOST_BYTES_PER_VISITOR",
    "MOST_IMPORTED",
    "MOST_IMPORTED_PER_VISITOR",
    "MOST_PER_VISITOR",
    "MOST_RUNS",
    "MOST_RUNS_PER_VISITOR",
    "OF_ONE_ADDRESS",
    "check_limits",
]

MOST_PER_VISITOR = 6
"""Runs of one visitor that wait, train or are paused at the same time."""

MOST_ACTIVE = 24
"""Runs that wait or train at the same time, of all visitors."""

MOST_RUNS, MOST_BYTES = 600, 2 * 10**9
"""Runs that are kept in all, and the bytes that they take."""

MOST_RUNS_PER_VISITOR, MOST_BYTES_PER_VISITOR = 100, 2 * 10**8
"""Runs of one visitor that are kept, and the bytes that they take."""

MOST_IMPORTED, MOST_IMPORTED_PER_VISITOR = 50, 10
"""Imported networks in all and of one visitor: they are never cleaned away, so they must not fill the disk."""

OF_ONE_ADDRESS = 2
"""Visitors of one address take at most this part, a half, of the places and the room that all have together."""

KEPT_FOR = 7 * 24 * 3600.0
"""Seconds for which runs make no room for those of other visitors, and after which paused runs of visitors go."""

LIMITS: Mapping[str, int] = MappingProxyType(
    {
        "steps": 100_000,
        "training examples": 10_000,
        "examples in a step": 512,
        "channels": 256,
        "layers": 64,
        "pixels on a side": 256,
        "views": 400,
        "pixels of a kernel's side": 31,
    }
)
"""The most that a run may ask for."""

_PIXELS = 16 * 512**2
"""Pixels in a batch of reconstructions."""

_SIDE = 64
"""Pixels on a side of the images that denoisers learn from."""

_PRODUCTS = 10**10
"""Of a step: examples × channels² × pixels × layers. As many take 1 to 6 s on a core of an AMD EPYC of 2023."""

_VALUES = 2**28
"""That a step keeps for its gradient: examples × channels × pixels × layers. As many take 1 GiB, and gradients more."""

_WEIGHTS = 3 * 10**7
"""Of a network: 120 MB in a file, four times as much in training, and as much again for each page that shows it."""

_CHANNELS_PER_VIEW = 10
"""As many products of channels as one view costs for each pixel, back and forth, with the gradient."""


_MOVES_POINTS = PointShape | PlaneShape | ODENetShape | CouplingShape | ResidualFlowShape | SphereShape | RotationShape
"""Shapes of networks of points in the plane, of which thousands are a small batch."""


def check_limits(config: TrainConfig) -> None:
    """Check that complete settings stay within the limits of a shared machine.

    Raises
    ------
    ConfigError
        If they do not.
    """
    shape = config.net
    wishes: dict[str, int | None] = {"steps": config.steps, "training examples": config.n_train}
    if not isinstance(shape, _MOVES_POINTS):
        wishes["examples in a step"] = config.batch_size
    if isinstance(shape, DenoiserShape):
        wishes |= {"channels": shape.width, "layers": len(shape.dilations)}
        wishes |= {"pixels of a kernel's side": shape.kernel_size}
    elif isinstance(shape, ClassifierShape):
        wishes |= {"channels": shape.width, "pixels of a kernel's side": shape.kernel_size}
    elif isinstance(shape, _MOVES_POINTS | ImageFlowShape | LipschitzShape):
        wishes |= {"channels": shape.width, "layers": shape.n_layers}
    elif isinstance(shape, NonexpansiveShape):
        wishes |= {"channels": max(shape.width, shape.channels), "layers": shape.n_layers}
        wishes |= {"pixels of a kernel's side": shape.kernel_size}
    elif isinstance(shape, UnrolledShape):
        wishes |= {"channels": shape.width, "layers": shape.iterations}
        wishes |= {"pixels on a side": shape.image_size, "views": shape.n_views}
    for name, value in wishes.items():
        if value is not None and value > LIMITS[name]:
            raise ConfigError(f"A run here has at most {LIMITS[name]:,} {name}; got {value:,}. Ask for less.")
    if isinstance(shape, UnrolledShape):
        _check_batch(config.batch_size or 1, shape.image_size)
    _check_step(config)
    if isinstance(shape, DenoiserShape):
        _check_weights((shape.width * shape.kernel_size) ** 2 * len(shape.dilations))
    elif isinstance(shape, ClassifierShape):
        # Two layers, of which the second has four times as many channels as the first.
        _check_weights((1 + 4) * (shape.width * shape.kernel_size) ** 2)


def _check_weights(n: int) -> None:
    if n > _WEIGHTS:
        raise ConfigError(
            f"A network here has at most {_WEIGHTS / 1e6:.0f} million weights; got about {n / 1e6:.0f} million. "
            "Ask for fewer channels or layers, or for smaller kernels."
        )


def _check_batch(batch_size: int, side: int) -> None:
    most = _PIXELS // (side * side)
    if batch_size > most:
        raise ConfigError(
            f"A batch of images with {side} × {side} pixels holds at most {most} here; got {batch_size}. Ask for less."
        )


def _check_step(config: TrainConfig) -> None:
    """Check that one step is neither too long nor too large: each setting alone may be, and all together not."""
    shape, examples = config.net, config.batch_size or 1
    if isinstance(shape, DenoiserShape):
        # As many products as with so many channels and 3×3 kernels.
        channels = math.ceil(shape.width * shape.kernel_size / 3)
        pixels, layers, views = _SIDE**2, len(shape.dilations), 0
    elif isinstance(shape, UnrolledShape):
        channels, pixels, layers, views = shape.width, shape.image_size**2, shape.iterations, shape.n_views
    elif isinstance(shape, _MOVES_POINTS):
        channels, pixels, layers, views = shape.width, 1, shape.n_layers, 0
    elif isinstance(shape, ImageFlowShape):
        channels, pixels, layers, views = shape.width, _SIDE**2, shape.n_layers, 0
    elif isinstance(shape, LipschitzShape):
        # A matrix is inverted for each layer, as long as a few products of it with all examples.
        channels, pixels, layers, views = shape.width, 10, shape.n_layers, 0
    elif isinstance(shape, ClassifierShape):
        # Most products are those on a quarter of the pixels, and as many again on a sixteenth.
        channels = math.ceil(shape.width * shape.kernel_size / 3 * math.sqrt(2))
        pixels, layers, views = (DIGIT_SIDE // 2) ** 2, 1, 0
    elif isinstance(shape, NonexpansiveShape):
        # Two convolutions in each layer, as many products as with so many channels and 3×3 kernels.
        side = shape.kernel_size / 3 * math.sqrt(2)
        channels = math.ceil(max(shape.width, math.sqrt(shape.width * shape.channels) * side))
        pixels, layers, views = _SIDE**2, shape.n_layers, 0
    else:
        return
    # With as many parameters, an equivariant network has more channels: their square grows with the order.
    wider = group(config.group).order if config.group is not None and config.matching == "parameters" else 1
    per_pixel = channels**2 * wider + _CHANNELS_PER_VIEW * views
    products = examples * per_pixel * pixels * layers
    words = f"{examples:,} × {per_pixel:,} × {pixels:,} × {layers:,}"
    if products > _PRODUCTS:
        rule = "channels²" if not views else f"(channels² + {_CHANNELS_PER_VIEW} · views)"
        raise ConfigError(
            f"In one step, examples × {rule} × pixels × layers is at most {_PRODUCTS:.3g} here; "
            f"got {words} = {products:.3g}. Ask for fewer examples in a step, channels or layers."
        )
    values = round(examples * channels * wider**0.5 * pixels * layers)
    if values > _VALUES:
        raise ConfigError(
            f"In one step, examples × channels × pixels × layers is at most {_VALUES:.3g} here; got {values:.3g}. "
            "Ask for fewer examples in a step, channels or layers."
        )
