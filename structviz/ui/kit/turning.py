"""Films and curves of every angle for the rotor and for downloads, computed once and shared by all visitors."""

import dataclasses
import hashlib
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, runtime_checkable

import streamlit as st

from structviz.figures import Headings, sprite
from structviz.figures.animation import AnimationType
from structviz.figures.packet import pack
from structviz.figures.rotation.turn import curves_csv, turn_film
from structviz.studies.turning import FilmStrip, Frames
from structviz.types import Images, PerImage
from structviz.ui.kit.compute import ComputeQueue, Job, OnWait
from structviz.ui.kit.networks import LoadedNetwork

__all__ = [
    "BASELINE",
    "TurnPayload",
    "TurnSource",
    "channel_name",
    "curves",
    "turn",
    "turn_payloads",
]

BASELINE = "interpolation"
"""The curve of what interpolation alone costs."""

_LIMITS = {"noisy": 950_000}
"""Bytes of a film. Noise cannot be compressed; six films together stay below 3 MB."""

_LIMIT = 400_000
"""Bytes of the other films."""


@dataclass(frozen=True)
class TurnPayload:
    """A film or a curve of every angle, packed for the rotor.

    Attributes
    ----------
    channel
        Where the rotor looks for it; it decides the content.
    packet
        Frames as one WebP picture with PSNR and SSIM, or equivariance errors.
    seconds
        What a film took to compute; NaN for a curve.
    """

    channel: str
    packet: bytes
    seconds: float = math.nan


@runtime_checkable
class TurnSource(Protocol):
    """What is filmed at every angle; two sources that are equal show the same.

    Attributes
    ----------
    digest
        Stands for everything that decides it, the networks apart.
    colour_map
        In which its pictures are shown.
    given
        What is filmed besides the networks.
    """

    @property
    def digest(self) -> str: ...  # noqa: D102
    @property
    def colour_map(self) -> str: ...  # noqa: D102
    @property
    def given(self) -> tuple[str, ...]: ...  # noqa: D102

    def strip(self) -> FilmStrip:
        """What is given, at every angle."""
        ...

    def frames(self, network: LoadedNetwork[Any]) -> Frames:
        """What a network makes of it, at every angle."""
        ...

    def errors(self, network: LoadedNetwork[Any] | None) -> tuple[float, ...]:
        """The equivariance error of a network at every angle, or what interpolation alone costs."""
        ...

    def seconds(self, network: LoadedNetwork[Any] | None) -> float:
        """Roughly how long the frames of a network take, or the strip."""
        ...


def channel_name(source: TurnSource, kind: str, arm: str, sha256: str = "") -> str:
    """The channel of a film or a curve of a source.

    Parameters
    ----------
    source
        What is filmed.
    kind
        "film" or "errors".
    arm
        The column.
    sha256
        Of the network's weights, if the column shows one.

    Returns
    -------
    str
        20 hexadecimal digits, which depend on all that the film shows.
    """
    return hashlib.sha256("|".join((source.digest, kind, arm, sha256)).encode()).hexdigest()[:20]


@st.cache_resource(show_spinner=False)
def _film_queue() -> ComputeQueue[TurnPayload]:
    # Most payloads have some 0.2 MB, the largest 0.95 MB.
    return ComputeQueue(most_bytes=50_000_000)


def turn_payloads(
    source: TurnSource, networks: Mapping[str, LoadedNetwork[Any]], errors: bool, on_wait: OnWait
) -> Iterator[tuple[str, TurnPayload]]:
    """Every film and curve of a source with its name, each as soon as it is ready: films first, then curves of errors.

    Parameters
    ----------
    source, networks
        What is filmed, and the arms by name.
    errors
        Whether the curves of equivariance errors are wanted too.
    on_wait
        See `structviz.ui.kit.compute.OnWait`.

    Returns
    -------
    iterator
        Names and payloads for the inbox of the page.
    """
    jobs: dict[str, Job[TurnPayload]] = {}
    for arm in source.given:
        name = channel_name(source, "film", arm)
        jobs[f"film_{arm}"] = Job(name, partial(_film, name, source, arm, None), source.seconds(None))
    for arm, network in networks.items():
        name = channel_name(source, "film", arm, network.sha256)
        jobs[f"film_{arm}"] = Job(name, partial(_film, name, source, arm, network), source.seconds(network))
    if errors:
        for arm, network in {BASELINE: None, **networks}.items():
            name = channel_name(source, "errors", arm, network.sha256 if network else "")
            jobs[f"errors_{arm}"] = Job(name, partial(_errors, name, source, network), source.seconds(network))
    yield from zip(jobs, _film_queue().get_all(list(jobs.values()), on_wait), strict=True)


@st.cache_resource(show_spinner=False)
def _export_queue() -> ComputeQueue[bytes]:
    # Films to take along have up to 3 MB.
    return ComputeQueue(most_bytes=30_000_000)


def turn(
    source: TurnSource,
    networks: Mapping[str, LoadedNetwork[Any]],
    file_type: AnimationType,
    differences: bool,
    headings: Headings | None = None,
) -> bytes:
    """The whole turn as an animated picture to take along.

    Parameters
    ----------
    source, networks
        What is filmed, and the arms by name.
    file_type
        "webp" or "gif".
    differences
        Whether to show differences to the truth.
    headings
        Of columns that are no arm of the project.

    Returns
    -------
    bytes
        The file, of `file_type`.
    """
    key = channel_name(source, f"{file_type}{differences}", "+".join(networks), _digests(networks))

    def work() -> bytes:
        return turn_film(_whole_strip(source, networks), source.colour_map, differences, file_type, headings)

    return _export_queue().get(key, work, seconds=_seconds(source, networks))


def curves(source: TurnSource, networks: Mapping[str, LoadedNetwork[Any]]) -> str:
    """The numbers of every angle as CSV, with the equivariance errors."""

    def work() -> bytes:
        errors = {arm: source.errors(network) for arm, network in networks.items()}
        return curves_csv(_whole_strip(source, networks), errors).encode()

    key = channel_name(source, "csv", "+".join(networks), _digests(networks))
    return _export_queue().get(key, work, seconds=2 * _seconds(source, networks)).decode()


def _seconds(source: TurnSource, networks: Mapping[str, LoadedNetwork[Any]]) -> float:
    return sum(map(source.seconds, [None, *networks.values()]))


def _digests(networks: Mapping[str, LoadedNetwork[Any]]) -> str:
    return "".join(network.sha256 for network in networks.values())


def _whole_strip(source: TurnSource, networks: Mapping[str, LoadedNetwork[Any]]) -> FilmStrip:
    return dataclasses.replace(source.strip(), arms={arm: source.frames(network) for arm, network in networks.items()})


def _film(name: str, source: TurnSource, arm: str, network: LoadedNetwork[Any] | None) -> TurnPayload:
    strip = source.strip()
    started = time.perf_counter()
    frames = source.frames(network) if network else None if arm == "truth" else strip.noisy
    seconds = time.perf_counter() - started
    images: Images = frames.images if frames else strip.clean
    packed = sprite(images, source.colour_map, _LIMITS.get(arm, _LIMIT))
    head = {
        "frames": packed.n_frames,
        "side": packed.side,
        "columns": packed.columns,
        "low": packed.low,
        "high": packed.high,
        "psnr": _numbers(frames.psnr) if frames else None,
        "ssim": _numbers(frames.ssim) if frames else None,
    }
    return TurnPayload(name, pack(head, {"sheet": packed.webp}), seconds)


def _errors(name: str, source: TurnSource, network: LoadedNetwork[Any] | None) -> TurnPayload:
    errors = [value if math.isfinite(value) else None for value in source.errors(network)]
    return TurnPayload(name, pack({"errors": errors}, {}))


def _numbers(values: PerImage) -> list[float | None]:
    """For JSON, which has no infinity: a perfect picture has None."""
    return [round(value, 5) if math.isfinite(value) else None for value in values.tolist()]
