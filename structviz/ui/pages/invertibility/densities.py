"""The networks that have learnt densities, and what the page computes of them, each thing once for all visitors."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

import streamlit as st
import torch

from structviz import zoo
from structviz.data import toy_split
from structviz.figures.film_encoding import Panel, encode_films
from structviz.nets import CouplingFlow, InvertibleMap
from structviz.studies.invertibility import DensityStudy, compare_densities, known_densities, two_ways
from structviz.training import DENSITY_SETS
from structviz.training.invertibility import N_HELD_OUT
from structviz.types import Labels, Points
from structviz.ui.kit.compute import ComputeQueue, OnWait
from structviz.ui.kit.networks import LoadedNetwork, TrainedNetwork, load_shipped, load_trained

__all__ = [
    "FLOWS",
    "LearnedFlow",
    "PHOTOGRAPH_NETWORK",
    "density_study",
    "flow_films",
    "flow_name",
    "flow_panels",
    "has_density",
    "held_out",
    "learned_flow",
    "queue",
    "trained_flow",
]

FLOWS: Mapping[str, str] = MappingProxyType(
    {"affine": "Affine couplings", "additive": "Additive couplings", "resnet": "Invertible ResNet"}
)
"""The kinds of networks that have learnt each density, with titles."""

PHOTOGRAPH_NETWORK = "invertibility/photographs"
"""The network that has learnt the density of photographs, by its name in the zoo."""

_N_TRAIN = 10_000
_SHOWN, _MEASURED = 400, 2000
"""Points in a film, and held-out points whose likelihood is measured."""


def has_density(dataset: str) -> bool:
    """Whether a set of points has a density in the plane."""
    return dataset in DENSITY_SETS


def flow_name(kind: str, dataset: str) -> str:
    """The network of a kind that has learnt a set, by its name in the zoo."""
    return f"invertibility/{kind}-{dataset}"


@dataclass(frozen=True)
class LearnedFlow:
    """A network that has learnt a density.

    Attributes
    ----------
    kind
        One of `FLOWS`.
    title
        What it is called.
    dataset
        The set that it has learnt.
    name, folder
        Where it lies in which zoo.
    loaded
        The network, shared by all visitors.
    """

    kind: str
    title: str
    dataset: str
    name: str
    folder: Path
    loaded: LoadedNetwork[InvertibleMap]

    @property
    def net(self) -> InvertibleMap:
        """The network."""
        return self.loaded.net


def learned_flow(kind: str, dataset: str) -> LearnedFlow:
    """The network of a kind that ships and has learnt a set."""
    name = flow_name(kind, dataset)
    return LearnedFlow(kind, FLOWS[kind], dataset, name, zoo.PRETRAINED, load_shipped(name, InvertibleMap))


def trained_flow(network: TrainedNetwork, dataset: str) -> LearnedFlow:
    """A network of this machine that has learnt a set.

    Raises
    ------
    ConfigError, JobError, CheckpointError
        If it is of another class, gone or damaged.
    """
    loaded = load_trained(network, InvertibleMap)
    kind = loaded.net.kind if isinstance(loaded.net, CouplingFlow) else "resnet"
    return LearnedFlow(kind, f"Yours: {network.title}", dataset, network.name, Path(network.folder), loaded)


def held_out(dataset: str, n: int) -> tuple[Points, Labels]:
    """Points that no network was trained on, and their classes."""
    _, (points, labels) = toy_split(dataset, 2, N_HELD_OUT, seed=0)
    return points[:n], labels[:n]


@st.cache_resource
def queue() -> ComputeQueue:
    """Where the sections on densities, memory and photographs compute."""
    return ComputeQueue(most_bytes=30_000_000)


def density_study(flow: LearnedFlow, on_wait: OnWait = lambda _: None) -> DensityStudy:
    """The density of a flow beside others, on held-out points; it takes a few seconds for a new set.

    Parameters
    ----------
    flow
        Has learnt a set with a density.
    on_wait
        As for `ComputeQueue.get`.
    """
    points, _ = held_out(flow.dataset, _MEASURED)
    known = _known(flow.dataset, on_wait)
    work = partial(compare_densities, flow.net, known, points)
    return queue().get(("density", flow.loaded.sha256, flow.dataset), work, on_wait, seconds=0.3)


def _known(dataset: str, on_wait: OnWait) -> DensityStudy:
    """What is compared with every flow of a set."""

    def work() -> DensityStudy:
        (train, _), _ = toy_split(dataset, _N_TRAIN, 2, seed=0)
        half_width = 1.1 * held_out(dataset, _SHOWN)[0].abs().max().item()
        return known_densities(dataset, train, held_out(dataset, _MEASURED)[0], half_width)

    return queue().get(("known", dataset), work, on_wait, seconds=3)


def flow_panels(flow: LearnedFlow) -> list[Panel]:
    """Both ways through a flow, of held-out points and of fresh codes."""
    points, labels = held_out(flow.dataset, _SHOWN)
    there, back = two_ways(flow.net, points, labels, torch.Generator().manual_seed(0))
    return [
        Panel("Data → code", there, "held-out points become normal"),
        Panel("Code → data", back, "fresh normal codes, in two colours, become points"),
    ]


def flow_films(flow: LearnedFlow, on_wait: OnWait = lambda _: None) -> bytes:
    """Both ways through a flow, packed for the player; see `density_study`."""
    key = ("films", flow.loaded.sha256, flow.dataset)
    return queue().get(key, lambda: encode_films(flow_panels(flow)), on_wait)
