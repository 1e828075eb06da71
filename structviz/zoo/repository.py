"""A folder of networks: names, cards, loading and saving; nothing is used before it has been checked."""

import dataclasses
import hashlib
from pathlib import Path

import safetensors.torch
from torch import nn

from structviz.arms import is_equivariant
from structviz.errors import CheckpointError, ConfigError
from structviz.files import atomic_write
from structviz.folders import PRETRAINED
from structviz.nets.denoisers import ConvDenoiser
from structviz.nets.unrolled import LearnedProximalGradient
from structviz.zoo.cards import MOST_BYTES, Card, check_name
from structviz.zoo.networks import as_stored, build, describe
from structviz.zoo.weights import check_length, read_weights, signature

__all__ = ["PRETRAINED", "card", "check_pair", "load", "names", "save"]


def names(folder: Path = PRETRAINED) -> tuple[str, ...]:
    """Names of all networks in `folder`, sorted."""
    return tuple(sorted(f"{path.parent.name}/{path.stem}" for path in folder.glob("*/*.safetensors")))


def card(name: str, folder: Path = PRETRAINED) -> Card:
    """The card of a network.

    Raises
    ------
    CheckpointError
        If there is no such network or its card is damaged.
    """
    path = _path(name, folder, ".json")
    found = Card.from_json(_read(path, MOST_BYTES + 1))
    if found.name != name:
        raise CheckpointError(f"The card {path.name} is that of {found.name!r}, not of {name!r}; rename the files.")
    return found


def load(name: str, device: str = "cpu", folder: Path = PRETRAINED) -> nn.Module:
    """Load a network, as a plain torch module in evaluation mode.

    Length, shapes and digest are compared with the card before any weight is used.

    Parameters
    ----------
    name
        One of `names()`, for example "stripes/equivariant".
    device
        Where to put it, as torch names devices.
    folder
        Where to look.

    Returns
    -------
    Module
        The network on the device; its weights take no gradients.

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
    net = _fill(card(name, folder), _path(name, folder, ".safetensors"))
    try:
        return net.to(device).eval().requires_grad_(False)
    except (RuntimeError, AssertionError) as error:  # torch raises either, as the device is unknown or absent
        raise ConfigError(f'A network goes to "cpu" or to a device that is present; got {device!r}: {error}') from error


def check_pair(weights: bytes | Path, described: str | bytes) -> Card:
    """Check that weights and a card, from wherever they come, belong together and can be loaded.

    Nothing is allocated for a network, and no long file read, before card, length and header agree; nothing is
    unpickled.

    Parameters
    ----------
    weights
        A safetensors file, or its bytes.
    described
        The text of the card.

    Returns
    -------
    Card
        As it says, with what it leaves open of the network's shape; its figures are not measured here.

    Raises
    ------
    CheckpointError
        If one of the two is damaged, too large, or not that of the other.

    Examples
    --------
    >>> path = PRETRAINED / "stripes" / "equivariant.safetensors"
    >>> check_pair(path, path.with_suffix(".json").read_bytes()).config.arm
    'equivariant'
    """
    found = Card.from_json(described)
    return dataclasses.replace(found, network=describe(_fill(found, weights)))


def save(net: nn.Module, described: Card, folder: Path) -> Card:
    """Write a network and its card, each file whole and then renamed, the card last.

    Parameters
    ----------
    net
        The network whose state is written.
    described
        Its card; the digest in it is replaced.
    folder
        Below which both files go, under the name on the card.

    Returns
    -------
    Card
        The card with the digest of the weights.

    Raises
    ------
    CheckpointError
        If the name is not of the form "<recipe>/<network>".
    """
    weights = _path(described.name, folder, ".safetensors", must_exist=False)
    state = {key: value.detach().cpu().contiguous() for key, value in as_stored(net).items()}
    content = safetensors.torch.save(state)
    described = dataclasses.replace(described, sha256=hashlib.sha256(content).hexdigest())
    atomic_write(weights, content)
    atomic_write(weights.with_suffix(".json"), described.to_json())
    return described


def _fill(described: Card, weights: bytes | Path) -> nn.Module:
    """The network of a card with the weights of a file."""
    name = described.name
    net = build(name, described.network)
    state = as_stored(net)
    size = len(weights) if isinstance(weights, bytes) else _size(weights)
    most = check_length(name, size, state)
    content = weights if isinstance(weights, bytes) else _read(weights, most)
    found = read_weights(name, content, signature(state), described.sha256)
    net.load_state_dict({key: value.to(net.state_dict()[key].dtype) for key, value in found.items()}, assign=True)
    if isinstance(net, ConvDenoiser | LearnedProximalGradient) and is_equivariant(described.config.arm):
        net.group = described.config.group
    return net


def _path(name: str, folder: Path, suffix: str, must_exist: bool = True) -> Path:
    check_name(name)
    path = folder / f"{name}{suffix}"
    if must_exist and not path.is_file():
        raise CheckpointError(
            f"There is no network {name!r} ({path.name} is missing); there are: {', '.join(names(folder)) or 'none'}."
        )
    return path


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise CheckpointError(f"The file {path.name} cannot be read: {error.strerror}. Choose another.") from error


def _read(path: Path, most: int) -> bytes:
    """A file, or as much of it as can be of use: one that grows meanwhile does not fill the memory."""
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise CheckpointError(f"The file {path.name} cannot be read: {error.strerror}. Choose another.") from error
