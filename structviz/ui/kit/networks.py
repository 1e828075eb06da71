"""Networks that were trained on this machine, or brought to it, beside those that ship."""

import contextlib
import dataclasses
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Generic, TypeVar

import streamlit as st
from streamlit.errors import StreamlitAPIException
from torch import nn

from structviz import zoo
from structviz.config import ODENetShape, PointShape, TrainConfig, flow_title
from structviz.errors import ConfigError, JobError
from structviz.figures import ARM_COLOURS, Heading, arm_title
from structviz.jobs import Store, Trained, default_folder
from structviz.nets import PLAIN
from structviz.ui.kit.byte_cache import ByteCache

__all__ = [
    "MOST_LOCAL",
    "LoadedNetwork",
    "TrainedNetwork",
    "asked_for",
    "choose_networks",
    "forget_networks",
    "folder_of",
    "headings",
    "listed",
    "load_shipped",
    "load_trained",
    "shipped_card",
]

N = TypeVar("N", bound=nn.Module)

MOST_LOCAL = 3
"""Such networks beside the shipped ones: more columns are too narrow."""

_SECONDS = 4
"""How long a list of them is good for."""

_READ: ByteCache[nn.Module] = ByteCache(most_bytes=200_000_000)
"""Bounded in bytes: one that a visitor may train has up to 30 million weights, a shipped one some thousand."""


@dataclass(frozen=True)
class TrainedNetwork:
    """A network of this machine; all that a page needs, and hashable.

    Attributes
    ----------
    id
        Name of its run: what the address holds.
    title, label
        In a heading, and in a list where several must be told apart.
    name, folder
        Where `structviz.zoo.load` finds it.
    sha256
        Of its weights.
    config
        How it was trained.
    """

    id: str
    title: str
    label: str
    name: str
    folder: str
    sha256: str
    config: TrainConfig

    @property
    def key(self) -> str:
        """Its name among the arms of a page."""
        return f"local-{self.id}"

    @property
    def phrase(self) -> str:
        """What a sentence calls it."""
        arm = arm_title(self.config.arm)
        return f"yours ({self.title.replace(arm, arm.lower(), 1) if self.title.startswith(arm) else self.title})"

    @property
    def is_there(self) -> bool:
        """Whether it has not been deleted meanwhile."""
        return (Path(self.folder) / f"{self.name}.safetensors").is_file()


def headings(networks: Iterable[TrainedNetwork]) -> dict[str, Heading]:
    """Headings of their columns, in the colours of their arms."""
    return {
        network.key: Heading(network.title, ARM_COLOURS.get(network.config.arm, ARM_COLOURS["ordinary"]))
        for network in networks
    }


def folder_of(arm: str, networks: Iterable[TrainedNetwork]) -> Path:
    """The zoo in which the network of an arm is, be it one of these or one that ships."""
    return next((Path(network.folder) for network in networks if network.key == arm), zoo.PRETRAINED)


def listed(recipe: str) -> tuple[TrainedNetwork, ...]:
    """All networks of a recipe on this machine, the newest first."""
    return _listed(str(default_folder()), recipe)


# Every rerun asks for it; a deleted one is noticed at once all the same, as its file is gone.
@st.cache_data(ttl=_SECONDS, max_entries=32, show_spinner=False)
def _listed(folder: str, recipe: str) -> tuple[TrainedNetwork, ...]:
    found = [_described(trained) for trained in Store(Path(folder)).networks(recipe)]
    labels = [network.label for network in found]
    return tuple(
        network
        if labels.count(network.label) == 1
        else dataclasses.replace(network, label=f"{network.label}, {network.id[-6:]}")
        for network in found
    )


def _described(trained: Trained) -> TrainedNetwork:
    card, config = trained.card, trained.card.config
    title = f"{_kind(config)}, {config.steps or 0} steps"
    if isinstance(config.net, PointShape | ODENetShape):
        title = f"{_kind(config)}, trained {config.steps or 0} steps"  # a flow has steps of its own
    label = f"{title}, N = {config.n_train}, {trained.title.rpartition(', ')[2]}"
    return TrainedNetwork(trained.id, title, label, card.name, str(trained.run.folder), card.sha256, config)


def _kind(config: TrainConfig) -> str:
    """What a network is, in a word or two."""
    shape = config.net
    if (title := flow_title(shape)) is not None:
        return title
    if isinstance(shape, PointShape):
        return {PLAIN: "Plain network", "euler": "ResNet"}.get(shape.scheme, f"{shape.scheme} network")
    return f"{arm_title(config.arm)} {config.group or ''}".strip()


@dataclass(frozen=True)
class LoadedNetwork(Generic[N]):
    """A network that is ready to run, shared by all visitors: never change it.

    Attributes
    ----------
    sha256
        Digest of its weights, for cache keys.
    net
        The network, in evaluation mode.
    """

    sha256: str
    net: N


def load_shipped(name: str, kind: type[N]) -> LoadedNetwork[N]:
    """The network that ships under a name.

    Parameters
    ----------
    name
        As in `structviz.zoo.names`.
    kind
        The class that it must be of.

    Raises
    ------
    ConfigError
        If it is of another class.
    CheckpointError
        If there is none of this name, or its files are damaged.
    """
    sha256 = shipped_card(name).sha256
    return LoadedNetwork(sha256, _of_kind(_read(str(zoo.PRETRAINED), name, sha256), kind, name))


def shipped_card(name: str) -> zoo.Card:
    """The card of a network that ships, shared by all visitors: never change it. See `structviz.zoo.card`.

    A page asks for a card some twenty times in a run. It is read again when its file is another one.
    """
    try:
        written = (zoo.PRETRAINED / f"{name}.json").stat()
    except OSError:
        return zoo.card(name, zoo.PRETRAINED)  # says what is wrong
    return _card(name, zoo.PRETRAINED, written.st_mtime_ns, written.st_size)


@lru_cache(maxsize=64)
def _card(name: str, folder: Path, *written: int) -> zoo.Card:
    del written
    return zoo.card(name, folder)


def load_trained(network: TrainedNetwork, kind: type[N]) -> LoadedNetwork[N]:
    """A network of this machine.

    Parameters
    ----------
    network
        As `choose_networks` returns it.
    kind
        The class that it must be of.

    Raises
    ------
    ConfigError
        If it is of another class.
    JobError
        If it was deleted meanwhile.
    CheckpointError
        If its files are damaged.
    """
    if not network.is_there:
        raise JobError(f"The network “{network.label}” was deleted meanwhile; leave it out in the sidebar.")
    net = _read(network.folder, network.name, network.sha256)
    return LoadedNetwork(network.sha256, _of_kind(net, kind, network.title))


# The digest makes a file that was written anew a new entry.
def _read(folder: str, name: str, sha256: str) -> nn.Module:
    return _READ.get((folder, name, sha256), lambda: zoo.load(name, folder=Path(folder)))


def _of_kind(net: nn.Module, kind: type[N], name: str) -> N:
    if not isinstance(net, kind):
        raise ConfigError(
            f"This page shows networks of the class {kind.__name__}; {name} is a {type(net).__name__}. "
            "Choose a network of another recipe."
        )
    return net


def asked_for(key: str, recipes: Sequence[str]) -> TrainedNetwork | None:
    """The first network that the address asks for, whatever its recipe: a page can then show what it is for.

    Parameters
    ----------
    key
        Of the control, as for `choose_networks`.
    recipes
        Whose networks count.
    """
    ids = _ids(st.query_params.get_all(key))
    found = {network.id: network for recipe in recipes for network in listed(recipe)} if ids else {}
    return next((found[name] for name in ids if name in found), None)


def choose_networks(
    key: str,
    recipe: str,
    others: Sequence[str] = (),
    most: int = MOST_LOCAL,
    fits: Callable[[TrainedNetwork], bool] = bool,
    label: str = "Trained on this machine",
    invites: bool = True,
) -> tuple[TrainedNetwork, ...]:
    """Let the visitor choose networks of this machine; the choice is in the address, as "<page>_local=id,id".

    Parameters
    ----------
    key
        Of the control in the session and in the address, such as "rot_local".
    recipe
        Which networks can be shown.
    others
        Recipes that the page shows too, with other choices: their networks are left out without a word.
    most
        How many can be chosen.
    fits
        Which of the recipe can be shown now.
    label
        Of the widget.
    invites
        Whether there is a link to the train page where there are none.

    Returns
    -------
    tuple of TrainedNetwork
        The chosen ones, at most `most`; empty if there is none.
    """
    every = {network.id: network for network in listed(recipe) if network.is_there}
    offered = {name: network for name, network in every.items() if fits(network)}
    parameter, widget = key, f"{key}_{recipe}"
    kept: dict[str, list[str]] = st.session_state.setdefault(f"{key}_kept", {})
    wanted = st.session_state.get(widget)
    if wanted is None:  # the page, or what it shows, is new: the address asks first, then what was chosen before
        asked = _ids(st.query_params.get_all(parameter))
        wanted = list(dict.fromkeys([*asked, *kept.get(recipe, [])]))
    known = {network.id for other in others for network in listed(other)} | set(every)
    _warn_missing([name for name in wanted if name not in known], most if len(wanted) > most else None)
    chosen = [name for name in wanted if name in offered][:most]
    if offered:
        st.session_state[widget] = chosen
        chosen = st.multiselect(
            label,
            list(offered),
            key=widget,
            max_selections=most,
            format_func=lambda name: offered[name].label if name in offered else name,
            placeholder="None",
            help="Networks from the train page, or imported with their cards. Their numbers are measured on this page.",
        )
    elif invites:
        _link_to_training()
    kept[recipe] = chosen
    if chosen:
        st.query_params[parameter] = ",".join(chosen)
    elif parameter in st.query_params:
        del st.query_params[parameter]
    return _told_apart([offered[name] for name in chosen])


def forget_networks(key: str) -> None:
    """Forget what was chosen, so that the address decides again.

    Parameters
    ----------
    key
        Of the control, as for `choose_networks`.
    """
    for name in [name for name in st.session_state if str(name).startswith(f"{key}_")]:
        del st.session_state[name]


def _ids(parameters: Iterable[str]) -> list[str]:
    return [name.strip()[:60] for text in parameters for name in text.split(",") if name.strip()]


def _warn_missing(ids: Sequence[str], most: int | None) -> None:
    if ids:
        shown = ", ".join(f"`{re.sub(r'[^A-Za-z0-9_-]', '', name)}`" for name in ids[:5])
        st.toast(
            f"The network {shown} is not on this machine, or no longer; it is left out.",
            icon=":material/link_off:",
            duration="long",
        )
    if most is not None:
        st.toast(
            "This page shows at most one network of this machine here; the first one is shown."
            if most == 1
            else f"This page shows at most {most} networks of this machine; the first {most} are shown.",
            icon=":material/link_off:",
        )


def _link_to_training() -> None:
    with contextlib.suppress(StreamlitAPIException):  # a version of the app without this page
        st.page_link("pages/train.py", label="Train a network on this machine", icon=":material/model_training:")


def _told_apart(chosen: Sequence[TrainedNetwork]) -> tuple[TrainedNetwork, ...]:
    """Longer titles where short ones are the same."""
    titles = [network.title for network in chosen]
    return tuple(
        network if titles.count(network.title) == 1 else dataclasses.replace(network, title=network.label)
        for network in chosen
    )
