"""Scans, reconstructions and films of a choice, computed once and shared by all visitors."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from structviz.data import MU_RANGE
from structviz.nets.unrolled import LearnedProximalGradient
from structviz.studies.ct import (
    Acquisition,
    AcquisitionStrip,
    Method,
    Reconstruction,
    acquire_scan,
    acquire_strip,
    classical_method,
    equivariance_by_angle,
    interpolation_by_angle,
    learned_method,
    reconstruct,
    reconstruction_seconds,
    scan_seconds,
    strip_frames,
)
from structviz.studies.turning import FilmStrip, Frames
from structviz.ui.kit.byte_cache import ByteCache
from structviz.ui.kit.compute import ComputeQueue, Job
from structviz.ui.kit.networks import LoadedNetwork, load_shipped, load_trained
from structviz.ui.kit.waiting import waiting
from structviz.ui.pages.ct.choice import ScanChoice

__all__ = ["Results", "TurningObject", "loaded_networks", "results", "turning_object"]


@dataclass(frozen=True)
class Results:
    """A scan and what the methods make of it."""

    acquired: Acquisition
    methods: Mapping[str, Reconstruction]


@st.cache_resource
def _queue() -> ComputeQueue:
    # With all iterates a result has up to 4 MB.
    return ComputeQueue(most_bytes=200_000_000)


def loaded_networks(choice: ScanChoice) -> dict[str, LoadedNetwork[LearnedProximalGradient]]:
    """The chosen networks, by column.

    Raises
    ------
    ConfigError, JobError, CheckpointError
        If a network does not reconstruct scans, is gone or damaged.
    """
    shipped = {
        name: load_shipped(f"ct/{name}-{choice.training}", LearnedProximalGradient)
        for name in choice.networks
        if name in choice.methods
    }
    return shipped | {network.key: load_trained(network, LearnedProximalGradient) for network in choice.local}


def results(choice: ScanChoice) -> Results:
    """Scan and reconstruct; visitors with the same choice share what they share.

    Raises
    ------
    StructVizError
        If the upload cannot be read, a network is missing or a number is out of range.
    """
    scan, nets = choice.scan, loaded_networks(choice)
    own = choice.own  # refused here, where the page can say why
    key = (_digest(choice), choice.angle)

    def acquired() -> Acquisition:
        x = scan.image() if own is None else own.image
        return acquire_scan(scan, x, math.radians(choice.angle))

    with waiting("Measuring the object") as on_wait:
        found = _queue().get(("scan", *key), acquired, on_wait, seconds=scan_seconds(scan))

    settings = {"fbp": choice.fbp_filter, "tv": choice.tv_weight, **{name: net.sha256 for name, net in nets.items()}}

    def reconstructed(name: str) -> Reconstruction:
        # Here, since the projector of a geometry takes seconds to build.
        return reconstruct(_method(name, choice, nets), found)

    jobs = [
        Job(("method", *key, name, settings[name]), partial(reconstructed, name), reconstruction_seconds(name, scan))
        for name in choice.columns
    ]
    with waiting("Reconstructing") as on_wait:
        return Results(found, dict(zip(choice.columns, _queue().get_all(jobs, on_wait), strict=True)))


def _method(name: str, choice: ScanChoice, nets: Mapping[str, LoadedNetwork[LearnedProximalGradient]]) -> Method:
    scan = choice.scan
    if name in nets:
        return learned_method(nets[name].net, scan.geometry)
    return classical_method(name, scan.geometry, choice.fbp_filter, choice.tv_weight, scan.n_photons)


def _digest(choice: ScanChoice) -> str:
    """Stands for all of a choice but the angle, the methods and how they are looked at."""
    return repr((choice.scan, choice.upload.digest if choice.upload and choice.scan.phantom is None else ""))


@dataclass(frozen=True)
class TurningObject:
    """An object that turns in the scanner; images in units of `structviz.data.MU_RANGE`.

    See `structviz.ui.kit.turning.TurnSource`.
    """

    digest: str
    choice: ScanChoice = field(compare=False)
    colour_map: str = "chest"
    given: tuple[str, ...] = field(default=("truth", "noisy"), compare=False)

    @property
    def n_frames(self) -> int:
        """Every 5°, or every 10° where an image has four times as many pixels."""
        return 72 if self.choice.size <= 128 else 36

    def strip(self) -> FilmStrip:
        """The object and its filtered backprojection."""
        return _films(self)[0]

    def frames(self, network: LoadedNetwork[LearnedProximalGradient]) -> Frames:
        """What a network makes of it."""
        return strip_frames(learned_method(network.net, self.choice.scan.geometry), _films(self)[1])

    def seconds(self, network: LoadedNetwork[LearnedProximalGradient] | None) -> float:
        """Roughly how long the frames of a network take, or the strip."""
        scan = self.choice.scan
        if network is None:
            return scan_seconds(scan) + self.n_frames * reconstruction_seconds("fbp", scan)
        return self.n_frames * reconstruction_seconds("learned", scan)

    def errors(self, network: LoadedNetwork[LearnedProximalGradient] | None) -> tuple[float, ...]:
        """The equivariance errors of a network; without one, what interpolation alone costs."""
        x, geometry = self.choice.image, self.choice.scan.geometry
        if network is None:
            return tuple(interpolation_by_angle(x, self.n_frames).tolist())
        method = learned_method(network.net, geometry)
        return tuple(equivariance_by_angle(method, x, geometry, self.n_frames).tolist())


def turning_object(choice: ScanChoice) -> TurningObject:
    """What is filmed: all of a choice but the angle and the networks."""
    return TurningObject(f"scan {_digest(choice)} {choice.fbp_filter}", choice)


# A strip of 36 sinograms and images of 256 x 256 has 40 MB.
_STRIPS: ByteCache[tuple[FilmStrip, AcquisitionStrip]] = ByteCache(most_bytes=150_000_000)


def _films(source: TurningObject) -> tuple[FilmStrip, AcquisitionStrip]:
    def make() -> tuple[FilmStrip, AcquisitionStrip]:
        choice, scan = source.choice, source.choice.scan
        strip = acquire_strip(choice.image, scan.geometry, scan.n_photons, scan.seed, source.n_frames)
        shown = strip_frames(classical_method("fbp", scan.geometry, filter=choice.fbp_filter), strip)
        return FilmStrip(strip.angles, strip.truth / MU_RANGE, shown, {}, strip.mask, strip.mask, given="fbp"), strip

    return _STRIPS.get(source, make)
