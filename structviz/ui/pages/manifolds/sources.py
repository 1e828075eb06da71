"""What points follow along the sphere: a trained network, or a field with a closed form."""

import copy
from collections.abc import Mapping
from types import MappingProxyType

import streamlit as st
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import normalize

from structviz import zoo
from structviz.data import SPHERE_SETS, sphere_split
from structviz.nets.sphere_classifier import SphereClassifier
from structviz.studies.manifolds.sphere_steps import FIELDS, SphereField, hemispheres, spread_points
from structviz.types import Labels
from structviz.ui.kit.networks import load_shipped

__all__ = [
    "LAYERS",
    "N_POINTS",
    "SOURCES",
    "TRAINED_STEP",
    "boundary",
    "field_named",
    "is_trained",
    "network_name",
    "points_for",
    "trained_network",
]

N_POINTS = 150
"""Points that flow."""

LAYERS, TRAINED_STEP = 20, 0.2
"""Of the trained networks."""

SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "poles": "a whirl towards both poles",
        "pole": "a whirl towards the north pole",
        **{name: f"layers trained on {one.title.lower()}" for name, one in SPHERE_SETS.items()},
    }
)
"""Fields with a closed form, and trained networks by the points that they tell apart, with titles."""


def is_trained(source: str) -> bool:
    """Whether a source is a network."""
    return source in SPHERE_SETS


def network_name(source: str, layers: str = "exponential") -> str:
    """The network of a source in the zoo; `layers` as for `structviz.nets.SphereClassifier`."""
    return f"manifolds/{layers}-{source}"


def trained_network(source: str) -> SphereClassifier:
    """The network that was trained with the exponential map, in float64; shared, so leave it as it is."""
    name = network_name(source)
    return _in_float64(name, zoo.card(name).sha256)


@st.cache_resource(max_entries=8, show_spinner=False)
def _in_float64(name: str, digest: str) -> SphereClassifier:
    del digest
    return copy.deepcopy(load_shipped(name, SphereClassifier).net).double().requires_grad_(False)


def field_named(source: str) -> SphereField:
    """The field that points follow."""
    return trained_network(source).flow.velocity if is_trained(source) else FIELDS[source]


def boundary(source: str) -> tuple[Float[Tensor, "3"], float]:
    """The plane that tells the classes apart, normal · z + offset = 0: of a network its own, of a field the equator."""
    if is_trained(source):
        net = trained_network(source)
        return net.normal.float(), net.offset.item()
    return torch.tensor([0.0, 0.0, 1.0]), 0.0


def points_for(source: str, n: int = N_POINTS) -> tuple[Float[Tensor, "point 3"], Labels]:
    """Points and their classes: new ones for a network; for a field, points everywhere, by their half of the sphere."""
    if is_trained(source):
        _, (points, labels) = sphere_split(source, 2, n, seed=0)
        return normalize(points.double()), labels
    points = spread_points(n)
    return points, hemispheres(points)
