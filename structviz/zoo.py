"""Pretrained networks: weights in safetensors, each with a card that says where they come from."""

import dataclasses
import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import nn

from structviz.config import TrainConfig
from structviz.errors import CheckpointError, ConfigError, StructVizError
from structviz.nets.denoisers import ConvDenoiser
from structviz.nets.points import PointClassifier
from structviz.nets.unrolled import LearnedProximalGradient

__all__ = ["NETWORKS", "PRETRAINED", "Card", "card", "check_name", "describe", "load", "names", "save"]

PRETRAINED = Path(__file__).parent.parent / "pretrained"
"""Folder of the networks that ship with the project."""

NETWORKS: Mapping[str, type[ConvDenoiser | PointClassifier | LearnedProximalGradient]] = MappingProxyType(
    {network.__name__: network for network in (ConvDenoiser, PointClassifier, LearnedProximalGradient)}
)
"""The classes that a card may name; each has its arguments as `shape`."""

_NAME = re.compile(r"[a-z0-9_]+/[a-z0-9-]+")


@dataclass(frozen=True)
class Card:
    """What a weights file holds, where it comes from and how well it does.

    Attributes
    ----------
    name
        "<recipe>/<network>", as `load` takes it.
    config
        All settings of the training.
    network
        Class and shape of the plain network that is stored.
    data
        What it was trained on, in a sentence.
    n_parameters
        Trainable numbers during the training; the stored plain network may repeat them.
    metrics
        Figures on held-out data, as the recipe measures them.
    device, seconds, versions, command
        How it was made, and the command that makes it again.
    sha256
        Digest of the weights file.
    """

    name: str
    config: TrainConfig
    network: Mapping[str, Any]
    data: str
    n_parameters: int
    metrics: Mapping[str, float]
    device: str
    seconds: float
    versions: Mapping[str, str]
    command: str
    sha256: str = field(default="", compare=False)

    def to_json(self) -> str:
        """The card as it lies beside the weights."""
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return json.dumps({**values, "config": self.config.to_dict()}, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Card":
        """Rebuild a card from its text.

        Raises
        ------
        CheckpointError
            If the text is no card.
        """
        try:
            values = json.loads(text)
            return cls(**{**values, "config": TrainConfig.from_dict(values["config"])})
        except (ValueError, TypeError, KeyError, StructVizError) as error:
            raise CheckpointError(f"This text is no card of a network: {error}. Train or download it again.") from error


def names(folder: Path = PRETRAINED) -> tuple[str, ...]:
    """Names of all networks in `folder`, sorted."""
    return tuple(sorted(f"{path.parent.name}/{path.stem}" for path in folder.glob("*/*.safetensors")))


def check_name(name: str) -> None:
    """Check that a name is of the form "<recipe>/<network>".

    Raises
    ------
    CheckpointError
        If it is not.
    """
    if not _NAME.fullmatch(name):
        raise CheckpointError(
            f'A network is named "<recipe>/<network>" in small letters, digits and hyphens; got {name!r}.'
        )


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


def card(name: str, folder: Path = PRETRAINED) -> Card:
    """The card of a network.

    Raises
    ------
    CheckpointError
        If there is no such network or its card is damaged.
    """
    path = _path(name, folder, ".json")
    found = Card.from_json(path.read_text(encoding="utf-8", errors="replace"))
    if found.name != name:
        raise CheckpointError(f"The card {path.name} is that of {found.name!r}, not of {name!r}; rename the files.")
    return found


def load(name: str, device: str = "cpu", folder: Path = PRETRAINED) -> nn.Module:
    """Load a network, as a plain torch module in evaluation mode.

    Digest and shapes are compared with the card before any weight is used.

    Parameters
    ----------
    name
        One of `names()`, for example "stripes/equivariant".
    device
        Where to put it, as torch names devices.
    folder
        Where to look.

    Raises
    ------
    CheckpointError
        If the network is unknown, or its file and card do not belong together.
    ConfigError
        If the device is unknown or absent.

    Examples
    --------
    >>> load("stripes/equivariant").training
    False
    """
    described = card(name, folder)
    path = _path(name, folder, ".safetensors")
    net = _build(described)
    _check_size(path, net, described)
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != described.sha256:
        raise CheckpointError(
            f"The weights of {name} have the sha256 {digest[:12]}…, its card says {described.sha256[:12]}…. "
            "One of the two was changed; rebuild both with the command on the card."
        )
    try:
        state = safetensors.torch.load(content)
    except safetensors.SafetensorError as error:
        raise CheckpointError(f"The weights of {name} are no safetensors file: {error}.") from error
    expected, found = _signature(net.state_dict()), _signature(state)
    if found != expected:
        differing = sorted(set(found.items()) ^ set(expected.items()), key=str)
        raise CheckpointError(f"The weights of {name} do not fit the network on its card: {differing[:4]}.")
    net.load_state_dict(state, assign=True)
    try:
        return net.to(device).eval().requires_grad_(False)
    except (RuntimeError, AssertionError) as error:  # torch raises either, as the device is unknown or absent
        raise ConfigError(f'A network goes to "cpu" or to a device that is present; got {device!r}: {error}') from error


def save(net: nn.Module, described: Card, folder: Path) -> Card:
    """Write a network and its card below `folder`; return the card with the digest.

    Each file is written whole and then renamed, the card last.

    Raises
    ------
    CheckpointError
        If the name is not of the form "<recipe>/<network>".
    """
    weights = _path(described.name, folder, ".safetensors", must_exist=False)
    weights.parent.mkdir(parents=True, exist_ok=True)
    state = {key: value.detach().cpu().contiguous() for key, value in net.state_dict().items()}
    content = safetensors.torch.save(state)
    described = dataclasses.replace(described, sha256=hashlib.sha256(content).hexdigest())
    _write(weights, content)
    _write(weights.with_suffix(".json"), described.to_json().encode())
    return described


def _path(name: str, folder: Path, suffix: str, must_exist: bool = True) -> Path:
    check_name(name)
    path = folder / f"{name}{suffix}"
    if must_exist and not path.is_file():
        raise CheckpointError(
            f"There is no network {name!r} ({path.name} is missing); there are: {', '.join(names(folder))}."
        )
    return path


def _check_size(path: Path, net: nn.Module, described: Card) -> None:
    """Refuse a file that is too long for the network before it is read."""
    n_bytes = sum(value.numel() * value.element_size() for value in net.state_dict().values())
    if (size := path.stat().st_size) > 2 * n_bytes + 100_000:
        raise CheckpointError(
            f"The weights of {described.name} should take about {n_bytes:,} bytes; the file has {size:,}. "
            "Rebuild it with the command on its card."
        )


def _signature(state: Mapping[str, torch.Tensor]) -> dict[str, tuple[torch.dtype, tuple[int, ...]]]:
    return {key: (value.dtype, tuple(value.shape)) for key, value in state.items()}


def _build(described: Card) -> nn.Module:
    shape = dict(described.network)
    network = NETWORKS.get(str(shape.pop("class", None)))
    if network is None:
        raise CheckpointError(f"The card of {described.name} names no network class out of {', '.join(NETWORKS)}.")
    try:
        with torch.device("meta"):  # neither memory nor initial weights before the file has been checked
            return network(**shape)
    except (TypeError, StructVizError) as error:
        raise CheckpointError(f"The network on the card of {described.name} cannot be built: {error}.") from error


def _write(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    partial.write_bytes(content)
    partial.replace(path)
