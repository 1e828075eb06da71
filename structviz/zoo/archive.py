"""Networks in one ZIP file: weights and cards as they are, packed, checked and unpacked again."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from structviz.errors import CheckpointError
from structviz.files import atomic_write
from structviz.zipped import count_entries, read_entry
from structviz.zoo.cards import MOST_BYTES, Card
from structviz.zoo.repository import check_pair

__all__ = ["MOST_ARCHIVE", "MOST_PACKED", "MOST_WEIGHTS", "PackedNetwork", "pack", "read_archive", "unpack"]

MOST_ARCHIVE = 50_000_000
"""Bytes of an archive."""

MOST_WEIGHTS = 10_000_000
"""Bytes of the weights of one network in an archive, unpacked."""

MOST_PACKED = 20
"""Networks in an archive."""

_MOST_FILES = 200
_WEIGHTS, _CARD = ".safetensors", ".json"
_DAMAGED = (
    OSError,
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    LookupError,
    EOFError,
    RuntimeError,  # also NotImplementedError
)
"""What zipfile raises on damaged, encrypted or strangely compressed archives."""


@dataclass(frozen=True)
class PackedNetwork:
    """A network of an archive, checked.

    Attributes
    ----------
    card
        As it says, with what it leaves open of the network's shape.
    weights, described
        The two files, byte for byte.
    """

    card: Card
    weights: bytes
    described: bytes


def pack(networks: Mapping[str, Path]) -> bytes:
    """Weights and cards as a ZIP file of a folder that `load` takes.

    Parameters
    ----------
    networks
        For each name, "<recipe>/<network>", the folder in which it lies.

    Raises
    ------
    CheckpointError
        If a file is not there, or cannot be read.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, folder in networks.items():
            for suffix in (_WEIGHTS, _CARD):
                try:
                    data = (Path(folder) / f"{name}{suffix}").read_bytes()
                except OSError as error:
                    raise CheckpointError(
                        f"The weights and the card of {name} can no longer be read: {error.strerror}. Train it again."
                    ) from error
                # The same bytes each time: the clock is no part of a network.
                archive.writestr(zipfile.ZipInfo(f"{name}{suffix}"), data, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def read_archive(content: bytes) -> tuple[PackedNetwork, ...]:
    """The networks of a ZIP file, each with all that its card claims checked: length, shapes, digest, finite weights.

    Nothing is unpickled, nothing is written, and no more is unpacked than a network can need. Files that are neither
    weights nor cards are left alone.

    Parameters
    ----------
    content
        The archive, at most `MOST_ARCHIVE` bytes, with at most `MOST_PACKED` networks: pairs of the same name that
        end in ".safetensors" and ".json", in any folder.

    Returns
    -------
    tuple of PackedNetwork
        In the order of their paths.

    Raises
    ------
    CheckpointError
        If it is no such archive, or one of its networks is not what its card says.

    Examples
    --------
    >>> from structviz.zoo import PRETRAINED
    >>> [network.card.name for network in read_archive(pack({"stripes/equivariant": PRETRAINED}))]
    ['stripes/equivariant']
    """
    if len(content) > MOST_ARCHIVE:
        raise CheckpointError(
            f"An archive of networks has at most {MOST_ARCHIVE:,} bytes; this one has {len(content):,}. "
            "Import its networks one by one."
        )
    if (n := count_entries(content)) > _MOST_FILES:
        raise CheckpointError(
            f"An archive of networks has at most {_MOST_FILES} files; this one has {n:,}. Choose another."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            pairs = _pairs(archive)
            files = [(_read(archive, path, _WEIGHTS), _read(archive, path, _CARD)) for path in pairs]
    except CheckpointError:
        raise
    except _DAMAGED as error:
        raise CheckpointError(
            f"An archive of networks is a whole ZIP file without a password; this one cannot be read: {error}. "
            "Download it again."
        ) from error
    return tuple(PackedNetwork(check_pair(weights, card), weights, card) for weights, card in files)


def unpack(archive: Path, folder: Path) -> tuple[str, ...]:
    """Write the networks of a ZIP file to a folder, all of them or none; returns their names, as `load` takes them.

    Parameters
    ----------
    archive
        See `read_archive`.
    folder
        Where `load` shall find them.

    Raises
    ------
    CheckpointError
        If the file is not there, or as for `read_archive`.
    """
    try:
        with archive.open("rb") as file:
            content = file.read(MOST_ARCHIVE + 1)
    except OSError as error:
        raise CheckpointError(
            f"The archive {archive.name} cannot be read: {error.strerror}. Put the download beside the script."
        ) from error
    networks = read_archive(content)
    for network in networks:
        atomic_write(folder / f"{network.card.name}{_WEIGHTS}", network.weights)
        atomic_write(folder / f"{network.card.name}{_CARD}", network.described)
    return tuple(network.card.name for network in networks)


def _pairs(archive: zipfile.ZipFile) -> list[str]:
    """Paths of the networks, without their endings."""
    paths = [PurePosixPath(name) for name in archive.namelist()]
    weights, cards = ({str(path.with_suffix("")) for path in paths if path.suffix == end} for end in (_WEIGHTS, _CARD))
    if not weights:
        raise CheckpointError(
            "An archive of networks has weights (.safetensors) with their cards (.json); this one has "
            f"{len(paths)} files and no weights. Choose the download of a network."
        )
    if len(weights) > MOST_PACKED:
        raise CheckpointError(
            f"An archive has at most {MOST_PACKED} networks; this one has {len(weights)}. Import them one by one."
        )
    if alone := sorted(weights - cards):
        raise CheckpointError(
            f"A network is two files, and the card {alone[0][:80]}{_CARD} is missing in this archive. "
            "Download it again."
        )
    return sorted(weights)


def _read(archive: zipfile.ZipFile, path: str, suffix: str) -> bytes:
    """A file of the archive, or as much of it as can be of use."""
    most = MOST_BYTES if suffix == _CARD else MOST_WEIGHTS
    data = read_entry(archive, archive.getinfo(f"{path}{suffix}"), most + 1)
    if len(data) > most:
        raise CheckpointError(
            f"A {'card' if suffix == _CARD else 'weights file'} has at most {most:,} bytes in an archive; "
            f"{path[:80]}{suffix} has more. Choose another."
        )
    return data
