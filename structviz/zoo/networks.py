"""Which networks a card may name, and how large they may be: checked by arithmetic, before one is built."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import torch
from torch import nn

from structviz.errors import CheckpointError, StructVizError
from structviz.nets.couplings import CouplingFlow
from structviz.nets.denoisers import ConvDenoiser
from structviz.nets.digit_classifiers import ConvClassifier
from structviz.nets.efficientnet import EfficientNetLite
from structviz.nets.groups import GROUPS
from structviz.nets.learned_steps import ODENet
from structviz.nets.lipschitz_classifier import LipschitzClassifier
from structviz.nets.nonexpansive import NonexpansiveDenoiser
from structviz.nets.plane_classifier import PlaneClassifier
from structviz.nets.points import PointClassifier
from structviz.nets.residual_flows import InvertibleResNet
from structviz.nets.rotations import RotationFlow
from structviz.nets.sphere_classifier import SphereClassifier
from structviz.nets.unrolled import LearnedProximalGradient
from structviz.nets.wavelet_flow import WaveletFlow

__all__ = ["MOST_PARAMETERS", "NETWORKS", "as_stored", "build", "describe"]

_Network = (
    ConvDenoiser
    | PointClassifier
    | PlaneClassifier
    | ODENet
    | LearnedProximalGradient
    | NonexpansiveDenoiser
    | CouplingFlow
    | InvertibleResNet
    | WaveletFlow
    | SphereClassifier
    | RotationFlow
    | EfficientNetLite
    | ConvClassifier
    | LipschitzClassifier
)

NETWORKS: Mapping[str, type[_Network]] = MappingProxyType(
    {
        network.__name__: network
        for network in (
            ConvDenoiser,
            PointClassifier,
            PlaneClassifier,
            ODENet,
            LearnedProximalGradient,
            NonexpansiveDenoiser,
            CouplingFlow,
            InvertibleResNet,
            WaveletFlow,
            SphereClassifier,
            RotationFlow,
            EfficientNetLite,
            ConvClassifier,
            LipschitzClassifier,
        )
    }
)
"""The classes that a card may name; each has its arguments as `shape`."""

MOST_PARAMETERS = 50_000_000
"""Numbers in a network, at most: 200 MB. The largest that ships has 4.6 million."""

_WHOLE: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "width": (1, 4096),
        "kernel_size": (1, 31),
        "n_layers": (1, 1000),
        "image_size": (2, 1024),
        "n_views": (1, 2000),
        "iterations": (1, 100),
        "memory": (0, 256),
        "channels": (1, 4096),
        "dim": (1, 4096),
    }
)
"""Least and largest value of every whole number in a shape."""

_LENGTHS: Mapping[str, float] = MappingProxyType(
    {"time": 1000.0, "field_of_view": 1000.0, "share": 4.0, "contraction": 4.0, "temperature": 1000.0}
)
"""Largest value of every other number."""

_MOST_LAYERS, _MOST_DILATION = 200, 256


def describe(net: nn.Module) -> dict[str, Any]:
    """Class and shape of a network, as a card has them.

    Raises
    ------
    CheckpointError
        If the zoo does not know how to build such a network.
    """
    if not isinstance(net, tuple(NETWORKS.values())):
        raise CheckpointError(f"The zoo keeps {', '.join(NETWORKS)}; got {type(net).__name__}. Export it first.")
    shape = {key: list(value) if isinstance(value, tuple) else value for key, value in net.shape.items()}
    return {"class": type(net).__name__, **shape}


def build(name: str, description: Mapping[str, Any]) -> nn.Module:
    """The network of a card, without weights: on torch's device "meta", which allocates nothing.

    Parameters
    ----------
    name
        For messages.
    description
        As `describe` returns it.

    Raises
    ------
    CheckpointError
        If the class is unknown, an argument is unknown or out of range, or the network too large.
    """
    shape = dict(description)
    network = NETWORKS.get(str(shape.pop("class", None)))
    if network is None:
        raise CheckpointError(f"The card of {name} names no network class out of {', '.join(NETWORKS)}.")
    try:
        for key, value in shape.items():
            _check(key, value)
        if (count := _COUNTS[network.__name__](shape)) > MOST_PARAMETERS:
            raise CheckpointError(
                f"a network has at most {MOST_PARAMETERS:,} numbers, and this one would have {count:,}"
            )
        with torch.device("meta"):  # neither memory nor initial weights before the file has been checked
            return network(**shape).float()  # as in the file, whatever torch's default is
    except (TypeError, ValueError, StructVizError) as error:
        reason = str(error).removesuffix(".")[:300]
        raise CheckpointError(
            f"The network on the card of {name} cannot be built: {reason}. Train a new one."
        ) from error


def as_stored(net: nn.Module) -> dict[str, torch.Tensor]:
    """The tensors of a network in the numbers in which its file holds them: its own, unless its class says others."""
    numbers = getattr(net, "stored", None)
    return {
        key: value.to(numbers) if numbers is not None and value.is_floating_point() else value
        for key, value in net.state_dict().items()
    }


def _check(key: str, value: object) -> None:
    """Bound an argument, so that neither its check nor what is built from it takes long."""
    if key in _WHOLE:
        _check_whole(key, value, *_WHOLE[key])
    elif key in _LENGTHS:
        if not (isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= _LENGTHS[key]):
            raise CheckpointError(f"{key} must lie above 0 and not above {_LENGTHS[key]:g}; got {str(value)[:40]}")
    elif key == "dilations":
        if not isinstance(value, list) or len(value) > _MOST_LAYERS:
            raise CheckpointError(f"dilations must be a list of at most {_MOST_LAYERS} whole numbers")
        for dilation in value:
            _check_whole(key, dilation, 1, _MOST_DILATION)
    elif key == "residual":
        if not isinstance(value, bool):
            raise CheckpointError(f"residual must be true or false; got {str(value)[:40]}")
    elif key == "group":
        if value is not None and value not in GROUPS:
            raise CheckpointError(f"group must be null or one of {', '.join(GROUPS)}; got {str(value)[:40]}")
    elif not isinstance(value, str):
        raise CheckpointError(f"{key[:40]} must be a name; got {str(value)[:40]}")


def _check_whole(key: str, value: object, least: int, most: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise CheckpointError(f"{key} must be whole and from {least} to {most:,}; got {str(value)[:40]}")


def _of_denoiser(shape: Mapping[str, Any]) -> int:
    width, kernel = shape.get("width", 32), shape.get("kernel_size", 3) ** 2
    hidden = max(len(shape.get("dilations", (1, 1, 1))) - 2, 0)
    return hidden * (width * width * kernel + width) + 2 * width * kernel + width + 1


def _of_points(shape: Mapping[str, Any]) -> int:
    width = shape.get("width", 2)
    return shape.get("n_layers", 40) * (width * width + width) + width + 1


def _of_odenet(shape: Mapping[str, Any]) -> int:
    learned = shape.get("steps", "learned") in ("learned", "simplex")
    return _of_points({"n_layers": 20, **shape}) + learned * shape.get("n_layers", 20)


def _of_plane(shape: Mapping[str, Any]) -> int:
    width = shape.get("width", 2)
    layer = {"gradient": 3 * width, "antisymmetric": 6}.get(str(shape.get("structure", "gradient")), 4 * width)
    return shape.get("n_layers", 40) * layer + 3


def _of_sphere(shape: Mapping[str, Any]) -> int:
    return shape.get("n_layers", 20) * shape.get("width", 16) * 4 + 4


def _of_rotations(shape: Mapping[str, Any]) -> int:
    # A free network has about as many numbers, in fewer rows: see `structviz.nets.RotationFlow`.
    return shape.get("n_layers", 8) * shape.get("width", 19) * 13


def _of_classifier(shape: Mapping[str, Any]) -> int:
    width, kernel = shape.get("width", 16), shape.get("kernel_size", 5) ** 2
    features = 4 * width // (GROUPS[shape["group"]].order if shape.get("group") else 1)
    return kernel * width * (1 + width + 4 * width) + 6 * width + 10 * (features + 1)


def _of_lipschitz(shape: Mapping[str, Any]) -> int:
    width, hidden = shape.get("width", 128), max(shape.get("n_layers", 3) - 2, 0)
    return width * (784 + 1) + hidden * width * (width + 1) + 10 * (width + 1)


def _of_unrolled(shape: Mapping[str, Any]) -> int:
    width, memory = shape.get("width", 32), shape.get("memory", 5)
    block = 9 * width * ((2 + memory) + width + (1 + memory)) + 2 * width + 1 + memory
    return shape.get("iterations", 5) * block


def _of_nonexpansive(shape: Mapping[str, Any]) -> int:
    width, channels = shape.get("width", 32), shape.get("channels", 1)
    return shape.get("n_layers", 8) * width * (channels * shape.get("kernel_size", 5) ** 2 + 1)


def _of_coupling_flow(shape: Mapping[str, Any]) -> int:
    width, dim, n_layers = shape.get("width", 32), shape.get("dim", 2), shape.get("n_layers", 8)
    numbers = 1 if shape.get("kind", "affine") == "additive" else 2

    def layer(inputs: int, moved: int) -> int:
        return inputs * width + width + width * width + width + numbers * moved * (width + 1)

    first, second = dim - dim // 2, dim // 2
    return (n_layers + 1) // 2 * layer(first, second) + n_layers // 2 * layer(second, first)


def _of_invertible_resnet(shape: Mapping[str, Any]) -> int:
    return shape.get("n_layers", 8) * shape.get("width", 16) * (2 * shape.get("dim", 2) + 1)


def _of_wavelet_flow(shape: Mapping[str, Any]) -> int:
    width, n_layers = shape.get("width", 32), shape.get("n_layers", 12)
    numbers = 1 if shape.get("kind", "affine") == "additive" else 2

    def layer(seen: int, moved: int) -> int:
        return 9 * seen * width + width + width * width + width + numbers * moved * (9 * width + 1)

    rounds, rest = divmod(n_layers, 4)
    of_round = [layer(10, 6), layer(10, 6), layer(1, 3), layer(1, 1)]
    return rounds * sum(of_round) + sum(of_round[:rest])


_COUNTS: Mapping[str, Callable[[Mapping[str, Any]], int]] = MappingProxyType(
    {
        "ConvDenoiser": _of_denoiser,
        "PointClassifier": _of_points,
        "PlaneClassifier": _of_plane,
        "ODENet": _of_odenet,
        "LearnedProximalGradient": _of_unrolled,
        "NonexpansiveDenoiser": _of_nonexpansive,
        "CouplingFlow": _of_coupling_flow,
        "InvertibleResNet": _of_invertible_resnet,
        "WaveletFlow": _of_wavelet_flow,
        "SphereClassifier": _of_sphere,
        "RotationFlow": _of_rotations,
        "EfficientNetLite": lambda _: 4_631_000,
        "ConvClassifier": _of_classifier,
        "LipschitzClassifier": _of_lipschitz,
    }
)
"""Numbers in each kind of network, from its shape."""
