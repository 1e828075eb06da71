"""The denoisers of the stability page: what they are called, and where what they compute is kept."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import streamlit as st
from torch import nn

from structviz import zoo
from structviz.figures import ARM_COLOURS
from structviz.nets import NonexpansiveDenoiser, claims
from structviz.types import Images
from structviz.ui.kit.compute import ComputeQueue, Job
from structviz.ui.kit.exports import Item
from structviz.ui.kit.networks import TrainedNetwork, load_shipped, load_trained
from structviz.ui.kit.waiting import waiting
from structviz.ui.pages.stability.choice import StabilityChoice

__all__ = [
    "DENOISERS",
    "SIDE",
    "DenoiserKind",
    "computed",
    "denoisers_of",
    "queue",
    "weights_of",
]

SIDE = 64
"""Pixels of photographs and phantoms: an attack goes many hundred times through a network."""


@dataclass(frozen=True)
class DenoiserKind:
    """A denoiser of the page.

    Attributes
    ----------
    network
        Its name in its zoo.
    title, colour
        As headings have it.
    words
        As sentences have it.
    is_bounded
        Whether it promises to move no two images apart.
    trained
        The network of this machine, if it is one.
    """

    network: str
    title: str
    colour: str
    words: str
    is_bounded: bool
    trained: TrainedNetwork | None = None

    @property
    def folder(self) -> Path:
        """The zoo in which it is."""
        return zoo.PRETRAINED if self.trained is None else Path(self.trained.folder)

    @property
    def sha256(self) -> str:
        """The digest of its weights, for keys."""
        return zoo.card(self.network).sha256 if self.trained is None else self.trained.sha256

    def net(self) -> Callable[[Images], Images]:
        """The denoiser, ready to be called many times.

        Raises
        ------
        JobError, CheckpointError
            If it is gone or damaged.
        """
        found = load_shipped(self.network, nn.Module) if self.trained is None else load_trained(self.trained, nn.Module)
        return found.net.prepared() if isinstance(found.net, NonexpansiveDenoiser) else found.net


DENOISERS: Mapping[str, DenoiserKind] = MappingProxyType(
    {
        kind.network.removeprefix("stability/"): kind
        for kind in (
            DenoiserKind("stability/ordinary", "Ordinary", ARM_COLOURS["ordinary"], "the ordinary denoiser", False),
            DenoiserKind(
                "stability/nonexpansive",
                "Non-expansive",
                ARM_COLOURS["nonexpansive"],
                "the non-expansive one",
                True,
            ),
            DenoiserKind(
                "stability/nonexpansive-c4",
                "Non-expansive, C4",
                ARM_COLOURS["nonexpansive-equivariant"],
                "the one that also commutes with quarter turns",
                True,
            ),
        )
    }
)
"""The free denoiser, the one that moves no two images apart, and the one that commutes with quarter turns as well."""


T = TypeVar("T")

_OWN_COLOURS = (ARM_COLOURS["symmetrised"], ARM_COLOURS["augmented"])
"""Of denoisers of this machine: that of their arm is taken by the one that ships."""


@st.cache_resource
def queue() -> ComputeQueue[Any]:
    """Where attacks, iterations and qualities are computed and kept."""
    return ComputeQueue(most_bytes=60_000_000)


def denoisers_of(choice: StabilityChoice, names: Iterable[str] = DENOISERS) -> dict[str, DenoiserKind]:
    """The denoisers that are compared: those that ship, then those of this machine that the visitor has chosen.

    Parameters
    ----------
    choice
        What was asked for.
    names
        Of those that ship.

    Raises
    ------
    JobError, CheckpointError
        If one of this machine is gone or damaged.
    """
    own = {
        network.key: DenoiserKind(
            network.name,
            f"Yours: {network.title}",
            colour,
            network.phrase,
            any(claim.kind == "non-expansive" for claim in claims(load_trained(network, nn.Module).net)),
            network,
        )
        for network, colour in zip(choice.local_denoisers, _OWN_COLOURS, strict=False)
    }
    return {**{name: DENOISERS[name] for name in names}, **own}


def weights_of(kinds: Mapping[str, DenoiserKind], section: str) -> Item:
    """The denoisers of a section with their cards, to take along.

    Parameters
    ----------
    kinds
        The denoisers.
    section
        Begins the name of the file, which no other one on the page may have.
    """
    folders = {kind.network: kind.folder for kind in kinds.values()}
    return Item("Weights and cards", partial(zoo.pack, folders), f"{section}_denoisers.zip", "application/zip")


def computed(
    words: str,
    kinds: Mapping[str, DenoiserKind],
    key: tuple[Hashable, ...],
    work: Callable[[Callable[[Images], Images]], T],
    seconds: float,
) -> dict[str, T]:
    """What denoisers compute, by their names; visitors with the same key share it.

    Parameters
    ----------
    words
        What is said while it is computed.
    kinds
        The denoisers.
    key
        All that the results depend on, but for the weights.
    work
        Computes the result of one denoiser.
    seconds
        Roughly how long that takes.

    Returns
    -------
    dict
        What `work` returns, by the names of `kinds`.
    """
    jobs = {name: Job((*key, kind.sha256), partial(work, kind.net()), seconds) for name, kind in kinds.items()}
    with waiting(words) as on_wait:
        return dict(zip(jobs, queue().get_all(list(jobs.values()), on_wait), strict=True))
