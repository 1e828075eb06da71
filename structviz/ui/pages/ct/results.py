"""Scans, reconstructions and films of a choice, computed once and shared by all visitors."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

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
    strip_frames,
)
from structviz.studies.turning import FilmStrip, Frames
from structviz.ui.kit.compute import ComputeQueue
from structviz.ui.kit.networks import LoadedNetwork, load_shipped, load_trained
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
    return ComputeQueue(capacity=48)


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
    scan, x, nets = choice.scan, choice.image, loaded_networks(choice)
    key = (_digest(choice), choice.angle)
    acquired: Acquisition = _queue().get(
        ("scan", *key), lambda: acquire_scan(scan, x, math.radians(choice.angle)), on_wait=st.empty
    )

    def method(name: str) -> tuple[object, Method]:
        if name in nets:
            return nets[name].sha256, learned_method(nets[name].net, scan.geometry)
        if name == "fbp":
            return choice.fbp_filter, classical_method("fbp", scan.geometry, filter=choice.fbp_filter)
        weight = choice.tv_weight
        return weight, classical_method("tv", scan.geometry, weight=weight, n_photons=scan.n_photons)

    methods = {name: method(name) for name in choice.columns}
    jobs = [
        (("method", *key, name, settings), lambda method=method: reconstruct(method, acquired))
        for name, (settings, method) in methods.items()
    ]
    return Results(acquired, dict(zip(methods, _queue().get_all(jobs, on_wait=st.empty), strict=True)))


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


# A strip of 72 sinograms and images has 10 MB.
@lru_cache(maxsize=2)
def _films(source: TurningObject) -> tuple[FilmStrip, AcquisitionStrip]:
    choice, scan = source.choice, source.choice.scan
    strip = acquire_strip(choice.image, scan.geometry, scan.n_photons, scan.seed, source.n_frames)
    shown = strip_frames(classical_method("fbp", scan.geometry, filter=choice.fbp_filter), strip)
    return FilmStrip(strip.angles, strip.truth / MU_RANGE, shown, {}, strip.mask, given="fbp"), strip
