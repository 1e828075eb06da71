"""The bytes of a weights file, checked from the outside in: length, header, shapes, digest, values."""

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

import safetensors
import safetensors.torch
import torch

from structviz.errors import CheckpointError

__all__ = ["Signature", "check_length", "read_weights", "signature"]

Signature = Mapping[str, tuple[str, tuple[int, ...]]]
"""For each tensor its type, as safetensors names it, and its shape."""

_MOST_HEADER = 1_000_000
"""Bytes of a header; a thousand tensors take a tenth of it."""

_MOST_AXES, _MOST_SIDE = 8, 2**53
"""Axes of a tensor, and the largest number in a header."""

_TYPES: Mapping[torch.dtype, str] = {
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.float32: "F32",
    torch.float64: "F64",
    torch.int64: "I64",
    torch.bool: "BOOL",
}

_WORDS = {"F16": "float16", "BF16": "bfloat16", "F32": "float32", "F64": "float64"}

_PICKLES = (b"PK", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
"""How files begin that `torch.save` or `pickle` wrote."""


def signature(state: Mapping[str, torch.Tensor]) -> Signature:
    """Types and shapes of the tensors of a network, which may be without memory."""
    return {key: (_TYPES.get(value.dtype, str(value.dtype)), tuple(value.shape)) for key, value in state.items()}


def check_length(name: str, n_bytes: int, state: Mapping[str, torch.Tensor]) -> int:
    """Refuse a file that is too long for its network, before it is read.

    Parameters
    ----------
    name
        Of the network, for the message.
    n_bytes
        Length of the file.
    state
        Tensors of the network, which may be without memory.

    Returns
    -------
    int
        The most bytes that the file may have.

    Raises
    ------
    CheckpointError
        If it is too long.
    """
    expected = sum(value.numel() * value.element_size() for value in state.values())
    most = 2 * expected + 100_000  # the header, and room for a wrong precision to be told from a wrong file
    if n_bytes > most:
        raise CheckpointError(
            f"The weights of {name} should take about {expected:,} bytes; the file has {n_bytes:,}. "
            "Rebuild it with the command on its card, or choose the file that belongs to it."
        )
    return most


def read_weights(name: str, content: bytes, expected: Signature, sha256: str) -> dict[str, torch.Tensor]:
    """The tensors of a file, once all that is said of them has been found to be true.

    Parameters
    ----------
    name
        For messages.
    content
        The file.
    expected
        What the network on the card needs.
    sha256
        What the card says of the file.

    Returns
    -------
    dict
        Tensors on the CPU, by the names of the network's weights.

    Raises
    ------
    CheckpointError
        If the file is no whole safetensors file, does not fit the network or the card, or holds numbers that are not
        finite.
    """
    found = _header(name, content)
    if found != expected:
        differing = sorted(set(found.items()) ^ set(expected.items()), key=str)
        listed = ", ".join(
            f"{key[:60]} as {_WORDS.get(kind, kind)} {list(shape)}" for key, (kind, shape) in differing[:4]
        )
        raise CheckpointError(
            f"The weights of {name} do not fit the network on its card; file and network differ in {listed}. "
            "Choose the two files of one pair."
        )
    digest = hashlib.sha256(content).hexdigest()
    if digest != sha256:
        raise CheckpointError(
            f"The weights of {name} have the sha256 {digest[:12]}…, its card says {sha256[:12]}…. "
            "One of the two was changed; rebuild both with the command on the card."
        )
    try:
        state = safetensors.torch.load(content)
    except safetensors.SafetensorError as error:
        raise CheckpointError(f"The weights of {name} are no safetensors file: {error}. Save them again.") from error
    for key, value in state.items():
        if not value.isfinite().all():
            raise CheckpointError(
                f"Weights are finite numbers; {key} of {name} holds others. Training has diverged: train it again."
            )
    return state


def _header(name: str, content: bytes) -> Signature:
    """Types and shapes from the header; every byte behind it belongs to exactly one tensor."""
    if content.startswith(_PICKLES):
        raise _no_file(name, "it looks like a pickle, which is never opened here, as it can hold any program")
    length = int.from_bytes(content[:8], "little")
    rest = len(content) - 8 - length
    if len(content) < 10 or rest < 0 or length > _MOST_HEADER:
        raise _no_file(name, f"its header claims {length:,} bytes, and the file has {len(content):,}")
    try:
        entries: dict[str, Any] = json.loads(content[8 : 8 + length])
        entries.pop("__metadata__", None)
        parts = {
            key: (str(value["dtype"]), _shape(value["shape"]), *map(_whole, value["data_offsets"]))
            for key, value in entries.items()
        }
        spans = sorted((first, last, shape, kind) for kind, shape, first, last in parts.values())
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _no_file(name, "its header cannot be read") from error
    end = 0
    for first, last, shape, kind in spans:
        if first != end:
            raise _no_file(name, "its tensors overlap, or leave gaps")
        if kind in _SIZES and last - first != math.prod(shape) * _SIZES[kind]:
            raise _no_file(name, f"its header gives {last - first:,} bytes to a tensor of the shape {list(shape)[:8]}")
        end = last
    if end != rest:
        raise _no_file(name, f"its header claims {end:,} bytes of numbers, and the file has {rest:,}; it was cut off")
    return {key: (kind, shape) for key, (kind, shape, _, _) in parts.items()}


_SIZES = {name: torch.empty((), dtype=dtype).element_size() for dtype, name in _TYPES.items()}


def _shape(sides: list[object]) -> tuple[int, ...]:
    # The product of half a million sides takes half a minute.
    if len(sides) > _MOST_AXES:
        raise ValueError(f"{len(sides)} axes are too many")
    return tuple(map(_whole, sides))


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST_SIDE:
        raise ValueError("this is no size")
    return value


def _no_file(name: str, reason: str) -> CheckpointError:
    return CheckpointError(f"The weights of {name} are no safetensors file: {reason}. Choose or download it again.")
