"""From a training result to a file with a card, and the list of the networks that ship."""

import dataclasses
import json
import platform
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from structviz import zoo
from structviz.arms import is_equivariant
from structviz.config import (
    CouplingShape,
    ODENetShape,
    PlaneShape,
    PointShape,
    ResidualFlowShape,
    RotationShape,
    SphereShape,
    TrainConfig,
    UnrolledShape,
    plain_shape,
)
from structviz.data import SPHERE_SETS, TOY_SETS
from structviz.nets import PLAIN, STEP_RULES
from structviz.nets.plane_classifier import STRUCTURES
from structviz.training.attitudes import TUMBLING
from structviz.training.control import CONTROL_SETS
from structviz.training.events import TrainResult
from structviz.training.images import DILATED, LARGE, SMALL
from structviz.training.invertibility import DENSITY_SETS
from structviz.training.photograph_flow import PHOTOGRAPHS
from structviz.training.sphere import SHIPPED_LAYERS, SHIPPED_ROTATIONS
from structviz.training.versions import versions
from structviz.training.wide_stripes import WIDE

__all__ = ["SHIPPED", "command_line", "save_result"]


_FEW_PATCHES: Mapping[str, Any] = MappingProxyType(
    {"steps": 1500, "batch_size": 2, "learning_rate": 4e-3, "precision": "bfloat16", "seed": 1}
)
"""As in the sweep over sizes, of which these networks are a point.

Validation chose the length, and the seed: of three, the middle one by the mean over the arms. What few patches teach
depends on which they are.
"""

_OWN: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {"equivariant-c8": {"learning_rate": 1e-2}, "equivariant-c4-parameters": {"precision": "float32"}}
)
"""Where a small network differs.

Twelve layers reach 26.2 dB on patches for validation, 25.9 dB at the others' rate. With 68 channels a training in
bfloat16 diverges at once.
"""


def _shipped() -> dict[str, TrainConfig]:
    configs = {
        "stripes/ordinary": TrainConfig("stripes", "ordinary"),
        "stripes/augmented": TrainConfig("stripes", "augmented"),
        "stripes/equivariant": TrainConfig("stripes", "equivariant", "C4"),
        "stripes/equivariant-parameters": TrainConfig("stripes", "equivariant", "C4", "parameters"),
        **_shipped_wide_stripes(),
    }
    configs |= {**_shipped_photographs(), **_shipped_flows(), **_shipped_ct(), **_shipped_stable()}
    configs |= {**_shipped_plane(), **_shipped_invertible()}
    return {**configs, **_shipped_control(), **_shipped_sphere(), **_shipped_digits()}


def _shipped_photographs() -> dict[str, TrainConfig]:
    """Each arm and group, trained on few and on many patches."""
    arms = {
        "ordinary": TrainConfig("images", "ordinary"),
        "augmented": TrainConfig("images", "augmented"),
        **{f"equivariant-{group.lower()}": TrainConfig("images", "equivariant", group) for group in ("C4", "C8", "D4")},
        "equivariant-c4-parameters": TrainConfig("images", "equivariant", "C4", "parameters"),
    }
    configs = {}
    for name, config in arms.items():
        few = {**_FEW_PATCHES, **_OWN.get(name, {})}
        configs[f"images/{name}-small"] = dataclasses.replace(config, n_train=SMALL, **few)
        # The large network for C8 is older than the shape that is its default now.
        own = {"net": DILATED} if name == "equivariant-c8" else {}
        configs[f"images/{name}-large"] = dataclasses.replace(config, n_train=LARGE, **own)
    return configs


def _shipped_wide_stripes() -> dict[str, TrainConfig]:
    """All arms with as many channels; validation chose one of three seeds for the equivariant arm, as the cards say."""
    chosen = {
        "ordinary": (1200, 0),
        "augmented": (2400, 0),
        "equivariant": (1600, 1),
        "equivariant-augmented": (1600, 0),
    }
    return {
        f"stripes/wide-{arm}": TrainConfig(
            "stripes",
            arm,
            "C16" if is_equivariant(arm) else None,
            steps=steps,
            seed=seed,
            dataset=WIDE,
            precision="bfloat16",
        )
        for arm, (steps, seed) in chosen.items()
    }


def _shipped_ct() -> dict[str, TrainConfig]:
    """The three arms, trained on few and on many patients."""
    shape = UnrolledShape(image_size=128, n_views=50, start="fbp")
    return {
        f"ct/{arm}-{size}": TrainConfig("ct", arm, n_train=n_train, steps=1500, net=shape)
        for size, n_train in (("small", 10), ("large", 300))
        for arm in ("ordinary", "augmented", "equivariant")
    }


def _shipped_stable() -> dict[str, TrainConfig]:
    """A denoiser that moves no two images apart, one that also commutes with quarter turns, and their free twin."""
    return {
        "stability/nonexpansive": TrainConfig("stability", "nonexpansive"),
        "stability/nonexpansive-c4": TrainConfig("stability", "nonexpansive-equivariant", "C4"),
        "stability/ordinary": TrainConfig("stability"),
    }


def _shipped_plane() -> dict[str, TrainConfig]:
    """For three sets of points a network of each structure."""
    shapes = {name: PlaneShape(name) for name in STRUCTURES}
    return {
        f"plane/{name}-{dataset}": TrainConfig("plane", dataset=dataset, net=shape)
        for dataset in ("halfmoon2d", "donut2d", "xor")
        for name, shape in shapes.items()
    }


def _shipped_invertible() -> dict[str, TrainConfig]:
    """For each set of points with a density three networks that can be undone, and one for photographs."""
    shapes = {
        "affine": CouplingShape(),
        "additive": CouplingShape(coupling="additive"),
        "resnet": ResidualFlowShape(),
    }
    configs = {
        f"invertibility/{name}-{dataset}": TrainConfig("invertibility", dataset=dataset, net=shape)
        for dataset in DENSITY_SETS
        for name, shape in shapes.items()
    }
    return {**configs, f"invertibility/{PHOTOGRAPHS}": TrainConfig("invertibility", dataset=PHOTOGRAPHS)}


def _shipped_control() -> dict[str, TrainConfig]:
    """The four networks of the paper on its four sets of points, by gradient descent with backtracking."""
    return {
        f"control/{steps}-{dataset}": TrainConfig("control", dataset=dataset, net=ODENetShape(steps))
        for dataset in CONTROL_SETS
        for steps in STEP_RULES
    }


def _shipped_sphere() -> dict[str, TrainConfig]:
    """For each set of points on the sphere layers that stay there, their twins in steps of Euler, and free ones.

    For attitudes layers that turn, and free ones.
    """
    points = {
        f"manifolds/{layers}-{dataset}": TrainConfig("manifolds", dataset=dataset, net=SphereShape(layers))
        for dataset in SPHERE_SETS
        for layers in SHIPPED_LAYERS
    }
    attitudes = {
        f"manifolds/{layers}-{TUMBLING}": TrainConfig("manifolds", dataset=TUMBLING, net=RotationShape(layers))
        for layers in SHIPPED_ROTATIONS
    }
    return points | attitudes


def _shipped_digits() -> dict[str, TrainConfig]:
    """The four classifiers, each trained on all digits, upright but for the augmented one."""
    return {
        "digits/ordinary": TrainConfig("digits", "ordinary"),
        "digits/augmented": TrainConfig("digits", "augmented"),
        "digits/equivariant": TrainConfig("digits", "equivariant", "C8"),
        "digits/nonexpansive": TrainConfig("digits", "nonexpansive"),
    }


def _shipped_flows() -> dict[str, TrainConfig]:
    """For each set of points a ResNet, the plain network of the same size, one with RK4 and one with a third axis."""
    shapes = {
        "resnet": PointShape(),
        "plain": PointShape(scheme=PLAIN),
        "rk4": PointShape(scheme="rk4"),
        "wide": PointShape(width=3),
    }
    configs = {}
    for dataset in TOY_SETS:
        for name, shape in shapes.items():
            # The rings and arms need weights that change quickly; the other sets are parted by gentle ones.
            gentle = dataset not in ("donut2d", "spiral2d") and name != "plain"
            configs[f"flow/{name}-{dataset}"] = TrainConfig(
                "flow", dataset=dataset, net=shape, regularisation=1e-3 if gentle else None
            )
    return configs


SHIPPED: Mapping[str, TrainConfig] = MappingProxyType(_shipped())
"""The networks in `pretrained/` by name; `structviz pretrain` rebuilds them."""


def save_result(
    result: TrainResult,
    name: str,
    folder: Path,
    data: str,
    command: str,
    choice: str = "",
    seeds: Mapping[str, Sequence[float]] | None = None,
) -> zoo.Card:
    """Write the network of a run below `folder`, with its card.

    Parameters
    ----------
    result
        The finished run.
    name
        Of the network, "<recipe>/<network>".
    folder
        The zoo.
    data
        One sentence about the training data.
    command
        The command that trains the network again.
    choice
        How settings of the training were chosen, in a sentence.
    seeds
        Metrics of runs that differ in the seed alone, by name.

    Returns
    -------
    Card
        As it was written.

    Raises
    ------
    CheckpointError
        If the name is not of the form "<recipe>/<network>".
    """
    described = zoo.Card(
        name=name,
        config=result.config,
        network=zoo.describe(result.net),
        data=data,
        n_parameters=result.n_parameters,
        metrics=result.metrics,
        device=_device_name(result.device),
        seconds=round(result.seconds, 1),
        versions=versions(),
        command=command,
        weights_step=None if result.weights_step == result.config.steps else result.weights_step,
        choice=choice,
        seeds=seeds or {},
    )
    return zoo.save(result.net, described, folder)


def command_line(config: TrainConfig, name: str) -> str:
    """The command that trains `config` again under the same name."""
    if SHIPPED.get(name) == config:
        return f"structviz pretrain --only {name}"
    words = ["structviz", "train", "--name", name.partition("/")[2], "--out", "DIR"]
    for field in dataclasses.fields(config):
        value = getattr(config, field.name)
        if field.name == "net" and value is not None:
            value = json.dumps(plain_shape(value))
        if field.name in ("precision", "compiled") and value == field.default:
            continue
        if value is True:
            words.append(f"--{field.name}")
        elif value is not None:
            words += [f"--{field.name.replace('_', '-')}", str(value)]
    return shlex.join(words)


def _device_name(device: str) -> str:
    if not device.startswith("cuda"):
        return f"{device} ({platform.machine()})"
    import torch

    return f"{device} ({torch.cuda.get_device_name(torch.device(device))})"
