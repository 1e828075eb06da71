"""The denoisers of the stability page: what they are called, and where what they compute is kept."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

import streamlit as st
from torch import nn

from structviz.figures import ARM_COLOURS
from structviz.nets import NonexpansiveDenoiser
from structviz.types import Images
from structviz.ui.kit.compute import ComputeQueue, Job
from structviz.ui.kit.networks import load_shipped
from structviz.ui.kit.waiting import waiting
from structviz.ui.pages.stability.choice import StabilityChoice

__all__ = [
    "DENOISERS",
    "SECTIONS",
    "SIDE",
    "DenoiserKind",
    "computed",
    "denoiser",
    "digest",
    "queue",
    "reveal_sections",
    "revealed",
]

SIDE = 64
"""Pixels of photographs and phantoms: an attack goes many hundred times through a network."""


@dataclass(frozen=True)
class DenoiserKind:
    """A denoiser of the page.

    Attributes
    ----------
    network
        Its name in the zoo.
    title, colour
        As headings have it.
    words
        As sentences have it.
    is_bounded
        Whether it promises to move no two images apart.
    """

    network: str
    title: str
    colour: str
    words: str
    is_bounded: bool


DENOISERS: Mapping[str, DenoiserKind] = MappingProxyType(
    {
        kind.network.removeprefix("stability/"): kind
        for kind in (
            DenoiserKind("stability/ordinary", "Ordinary", ARM_COLOURS["ordinary"], "the ordinary denoiser", False),
            DenoiserKind(
                "stability/nonexpansive",
                "Non-expansive",
                ARM_COLOURS["equivariant"],
                "the non-expansive one",
                True,
            ),
            DenoiserKind(
                "stability/nonexpansive-c4",
                "Non-expansive, C4",
                ARM_COLOURS["equivariant-augmented"],
                "the one that also commutes with quarter turns",
                True,
            ),
        )
    }
)
"""The free denoiser, the one that moves no two images apart, and the one that commutes with quarter turns as well."""


T = TypeVar("T")


@st.cache_resource
def queue() -> ComputeQueue[Any]:
    """Where attacks, iterations and qualities are computed and kept."""
    return ComputeQueue(most_bytes=60_000_000)


def digest(name: str) -> str:
    """Of the weights of a denoiser, for keys."""
    return load_shipped(DENOISERS[name].network, nn.Module).sha256


def denoiser(name: str) -> Callable[[Images], Images]:
    """A denoiser of the page, ready to be called many times."""
    net = load_shipped(DENOISERS[name].network, nn.Module).net
    return net.prepared() if isinstance(net, NonexpansiveDenoiser) else net


def computed(
    words: str,
    names: Iterable[str],
    key: tuple[Hashable, ...],
    work: Callable[[str], T],
    seconds: Callable[[str], float],
) -> dict[str, T]:
    """What denoisers compute, by their names; visitors with the same key share it.

    Parameters
    ----------
    words
        What is said while it is computed.
    names
        Of the denoisers.
    key
        All that the results depend on, but for the weights.
    work
        Computes the result of one denoiser.
    seconds
        Roughly how long that takes.
    """
    jobs = {name: Job((*key, digest(name)), partial(work, name), seconds(name)) for name in names}
    with waiting(words) as on_wait:
        return dict(zip(jobs, queue().get_all(list(jobs.values()), on_wait), strict=True))


SECTIONS = ("attack", "plug", "price")
"""Fields of the choice that open a section on denoisers."""

_ABOVE = frozenset({"network", "points", "method", "layers", "scale", "pair"})
"""Fields that decide what the first screen shows."""


def reveal_sections(preset: StabilityChoice) -> None:
    """Scroll to the sections that a preset opens, below the first screen, unless it changes that as well."""
    stays_above = not _ABOVE.isdisjoint(preset.changes())
    for name in SECTIONS:
        if getattr(preset, name) and not stays_above:
            st.session_state[_reveals(name)] = st.session_state.get(_reveals(name), 0) + 1


def revealed(section: str) -> int:
    """How many times a preset has opened a section."""
    return st.session_state.get(_reveals(section), 0)


def _reveals(section: str) -> str:
    return f"stability_{section}_reveals"
