"""How a choice on the CT page becomes a scan, reconstructions, and films of every angle."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import streamlit as st
import torch
from torch import nn

from structviz import data, zoo
from structviz.config import UnrolledShape
from structviz.errors import ConfigError
from structviz.nets.unrolled import LearnedProximalGradient
from structviz.studies.ct import OVERSAMPLING, Acquisition, Method, Reconstruction, acquire, reconstruct
from structviz.tomography import ParallelBeam, RayTransform, fbp, total_variation_run
from structviz.types import SquareImages
from structviz.ui.kit.compute import ComputeQueue
from structviz.ui.kit.networks import TrainedNetwork, read_network
from structviz.ui.pages.ct.choice import OWN, TRAINED, ScanChoice

__all__ = [
    "Results",
    "geometry_of",
    "learned",
    "method_of",
    "object_of",
    "outside_training",
    "read_upload",
    "results",
    "scene_key",
    "weights_of",
]

TV_STEPS = 300
"""Iterations of total variation."""


@dataclass(frozen=True)
class Results:
    """A scan and what the methods make of it."""

    acquired: Acquisition
    methods: Mapping[str, Reconstruction]


@st.cache_resource
def _workshop() -> ComputeQueue:
    # With all iterates a result has up to 4 MB.
    return ComputeQueue(capacity=48)


def geometry_of(choice: ScanChoice) -> ParallelBeam:
    """How the object of a choice is scanned."""
    return ParallelBeam(
        choice.size,
        choice.views,
        angular_range=math.radians(choice.degrees),
        pixel_size=data.FIELD_OF_VIEW / choice.size,
    )


def object_of(choice: ScanChoice, upload: bytes | None) -> SquareImages:
    """The object of a choice, upright, as fine as it is measured; attenuation in 1/cm.

    Raises
    ------
    ImageError
        If the upload is nothing that can be shown.
    ConfigError
        If the upload is missing.
    """
    size = OVERSAMPLING * choice.size
    if choice.phantom != OWN:
        return _phantom(choice.phantom, size, choice.patient)
    if upload is None:
        raise ConfigError("There is no own scan yet; choose a file first.")
    return read_upload(hashlib.sha256(upload).hexdigest(), size, upload).image


# A chest takes 0.3 s, too long for whenever somebody moves a zoom.
@lru_cache(maxsize=16)
def _phantom(name: str, size: int, seed: int) -> SquareImages:
    if name == "thorax":
        # Far from the seeds of training and of the held-out patients.
        return data.thorax(1, size, torch.Generator().manual_seed(90_000 + seed))
    if name == "shepp-logan":
        return data.as_attenuation(data.shepp_logan(size))
    return data.as_attenuation(data.ellipses(1, size, torch.Generator().manual_seed(seed)))


@st.cache_data(max_entries=16, show_spinner=False)
def read_upload(digest: str, size: int, _content: bytes) -> data.Scan:
    """Decode an upload once; see `structviz.data.read_scan` for what it raises."""
    del digest
    return data.read_scan(_content, size)


@st.cache_resource(max_entries=16, show_spinner=False)
def _network(name: str, sha256: str) -> LearnedProximalGradient:
    """A shipped network, shared by all visitors; the digest makes a rebuilt file a new entry."""
    del sha256
    return _checked(zoo.load(name), name)


def _checked(net: nn.Module, name: str) -> LearnedProximalGradient:
    if not isinstance(net, LearnedProximalGradient):
        raise ConfigError(f"{name} does not reconstruct scans; choose a network of the recipe ct.")
    return net


def weights_of(choice: ScanChoice, arm: str) -> str:
    """The sha256 of the weights of a network that is shown."""
    return next((one.sha256 for one in choice.local if one.key == arm), "") or zoo.card(choice.network_name(arm)).sha256


def learned(choice: ScanChoice, arm: str) -> LearnedProximalGradient:
    """The network that serves an arm, or one of this machine, for the views of the choice."""
    for one in choice.local:
        if one.key == arm:
            return _checked(read_network(one), one.title).with_geometry(geometry_of(choice))
    name = choice.network_name(arm)
    return _network(name, zoo.card(name).sha256).with_geometry(geometry_of(choice))


def method_of(choice: ScanChoice, name: str) -> Method:
    """A method by its name, with all that it goes through."""
    if name in choice.networks:
        return learned(choice, name).iterates
    A = RayTransform(geometry_of(choice))
    if name == "fbp":
        return lambda y: fbp(A, y, choice.filter)[None]
    return lambda y: total_variation_run(A, y, choice.weight, TV_STEPS, keep_every=TV_STEPS // 6).iterates


def results(choice: ScanChoice, upload: bytes | None) -> Results:
    """Scan and reconstruct; visitors with the same choice and upload share what they share.

    Raises
    ------
    StructVizError
        If the upload cannot be read, a network is missing or a number is out of range.
    """
    x = object_of(choice, upload)
    key = (scene_key(choice, upload), choice.angle)
    shop = _workshop()
    acquired: Acquisition = shop.get(
        ("scan", *key),
        lambda: acquire(x, geometry_of(choice), choice.photons, choice.seed, math.radians(choice.angle)),
        on_wait=st.empty,
    )
    jobs = [
        (("method", *key, _method_key(choice, name)), lambda name=name: reconstruct(method_of(choice, name), acquired))
        for name in choice.columns
    ]
    found = list(shop.get_all(jobs, on_wait=st.empty))
    return Results(acquired, dict(zip(choice.columns, found, strict=True)))


def scene_key(choice: ScanChoice, upload: bytes | None) -> str:
    """Stands for all of a choice but the angle and the methods."""
    digest = hashlib.sha256(upload or b"").hexdigest() if choice.phantom == OWN else ""
    parts = (choice.phantom, choice.patient, choice.views, choice.photons, choice.degrees, choice.seed, choice.size)
    return repr((*parts, digest))


def _method_key(choice: ScanChoice, name: str) -> tuple[object, ...]:
    if name in choice.networks:
        return name, weights_of(choice, name)
    return (name, choice.filter) if name == "fbp" else (name, choice.weight)


def outside_training(choice: ScanChoice, one: TrainedNetwork | None = None) -> list[str]:
    """In which ways a choice differs from what the shipped networks, or one of this machine, were trained for."""
    shape = one.config.net if one else None
    views, size, side = TRAINED.views, TRAINED.size, data.FIELD_OF_VIEW
    if isinstance(shape, UnrolledShape):
        views, size, side = shape.n_views, shape.image_size, shape.field_of_view
    rules = (
        (choice.phantom != TRAINED.phantom, "another object than a chest"),
        (choice.views != views, f"{choice.views} views instead of {views}"),
        (choice.degrees != TRAINED.degrees, f"views over {choice.degrees}° instead of {TRAINED.degrees}°"),
        (choice.photons < TRAINED.photons, f"{choice.photons:,.0f} photons a ray instead of {TRAINED.photons:,.0f}"),
        (TRAINED.photons < choice.photons < math.inf, f"{choice.photons:,.0f} photons a ray, more than in training"),
        (choice.photons == math.inf, "no noise"),
        (choice.size != size, f"{choice.size}² pixels instead of {size}²"),
        (side != data.FIELD_OF_VIEW, f"images of {data.FIELD_OF_VIEW:g} cm instead of {side:g} cm"),
    )
    return [words for differs, words in rules if differs]
