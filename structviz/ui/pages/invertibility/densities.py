"""The networks that have learnt densities, and what the page computes of them, each thing once for all visitors."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

import streamlit as st
import torch

from structviz.data import toy_split
from structviz.figures.film_encoding import Panel, encode_films
from structviz.nets import InvertibleMap
from structviz.studies.invertibility import DensityStudy, compare_densities, two_ways
from structviz.training import DENSITY_SETS
from structviz.training.invertibility import N_HELD_OUT
from structviz.types import Labels, Points
from structviz.ui.kit.compute import ComputeQueue, OnWait
from structviz.ui.kit.networks import LoadedNetwork, load_shipped

__all__ = [
    "FLOWS",
    "PHOTOGRAPH_NETWORK",
    "density_study",
    "flow_films",
    "flow_name",
    "has_density",
    "held_out",
    "learned_flow",
    "queue",
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


def learned_flow(kind: str, dataset: str) -> LoadedNetwork[InvertibleMap]:
    """The network of a kind that has learnt a set, shared by all visitors."""
    return load_shipped(flow_name(kind, dataset), InvertibleMap)


def held_out(dataset: str, n: int) -> tuple[Points, Labels]:
    """Points that no network was trained on, and their classes."""
    _, (points, labels) = toy_split(dataset, 2, N_HELD_OUT, seed=0)
    return points[:n], labels[:n]


@st.cache_resource
def queue() -> ComputeQueue:
    """Where the sections on densities, memory and photographs compute."""
    return ComputeQueue(most_bytes=30_000_000)


def density_study(kind: str, dataset: str, on_wait: OnWait = lambda _: None) -> DensityStudy:
    """The density of a flow beside others, on held-out points; it takes a second or two the first time.

    Parameters
    ----------
    kind
        One of `FLOWS`.
    dataset
        A set with a density.
    on_wait
        As for `ComputeQueue.get`.
    """
    flow = learned_flow(kind, dataset)
    points, _ = held_out(dataset, _MEASURED)
    (train, _), _ = toy_split(dataset, _N_TRAIN, 2, seed=0)
    half_width = 1.1 * held_out(dataset, _SHOWN)[0].abs().max().item()
    work = partial(compare_densities, flow.net, dataset, train, points, half_width)
    return queue().get(("density", flow.sha256), work, on_wait, seconds=3)


def flow_films(kind: str, dataset: str, on_wait: OnWait = lambda _: None) -> bytes:
    """Both ways through a flow, packed for the player.

    Parameters
    ----------
    kind, dataset, on_wait
        As for `density_study`.
    """
    flow = learned_flow(kind, dataset)
    points, labels = held_out(dataset, _SHOWN)

    def work() -> bytes:
        there, back = two_ways(flow.net, points, labels, torch.Generator().manual_seed(0))
        return encode_films(
            [
                Panel("Data → code", there, "held-out points become normal"),
                Panel("Code → data", back, "fresh normal codes, in two colours, become points"),
            ]
        )

    return queue().get(("films", flow.sha256), work, on_wait)
