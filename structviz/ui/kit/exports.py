"""What a visitor takes along from a page: the address, files, how to cite. Each file says itself what made it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from structviz import zoo
from structviz.provenance import CITATION, Provenance, check_file_type, stamp
from structviz.ui.kit.choice import Choice
from structviz.ui.kit.compute import asking, on_behalf_of
from structviz.ui.kit.form import Form
from structviz.ui.kit.networks import TrainedNetwork
from structviz.ui.kit.share import share

__all__ = ["Item", "exports", "files", "offer", "record_of_choice", "weights", "weights_as_json"]


@dataclass(frozen=True)
class Item:
    """A file to take along.

    Attributes
    ----------
    title
        On its button.
    make
        Makes the content when it is asked for, outside of the page's script: it must not call streamlit.
    file_name, mime
        Of the file.
    refused
        Why there is no such file now, and what to do; empty if there is one. The button then says so.

    Raises
    ------
    ConfigError
        If a file of this type cannot say what made it; see `structviz.provenance.FILE_TYPES`.
    """

    title: str
    make: Callable[[], bytes | str]
    file_name: str
    mime: str
    refused: str = ""

    def __post_init__(self) -> None:
        check_file_type(self.file_name)


def record_of_choice(choice: Choice, networks: Mapping[str, str]) -> Provenance:
    """The record of files that a choice makes: each of its controls is a setting, and what follows from them.

    Parameters
    ----------
    choice
        Of a page, whose module is `structviz.ui.pages.<page>.choice`.
    networks
        The sha256 of the weights of each network on the page, by its name in the zoo.
    """
    settings = {name: control.to_record(getattr(choice, name)) for name, control in choice.controls().items()}
    seed = settings.get("seed")
    settings |= choice.derived
    return Provenance(f"{type(choice).__module__.split('.')[-2]} page", settings, seed, networks)


def exports(form: Form[Any], *items: Item, networks: Mapping[str, str], left_out: str | None = None) -> None:
    """Show a button for each item, the address of the page's choice, and how to cite.

    Parameters
    ----------
    form
        Its choice is in the address.
    items
        Files; each is made when it is asked for.
    networks
        See `record_of_choice`.
    left_out
        What the address cannot restore, like "an own image".
    """
    st.markdown("**Take it with you**")
    with st.container(horizontal=True):
        with st.popover("Share", icon=":material/share:"):
            share(form, left_out)
        offer(items, record_of_choice(form.choice(), networks))
        with st.popover("Cite", icon=":material/format_quote:"):
            st.code(CITATION, language=None, wrap_lines=True)


def files(form: Form[Any], *items: Item, networks: Mapping[str, str]) -> None:
    """Show a button for each item, where a part of a page has files of its own; see `exports`."""
    with st.container(horizontal=True):
        offer(items, record_of_choice(form.choice(), networks))


def weights(networks: Sequence[TrainedNetwork]) -> list[Item]:
    """The networks of this machine on a page in one archive, which its script reads; nothing if there is none."""
    places = {network.name: Path(network.folder) for network in networks}
    return [Item("Weights and cards", lambda: zoo.pack(places), "weights.zip", "application/zip")] if places else []


def weights_as_json(file_name: str, describe: Callable[[], object]) -> Item:
    """The numbers in the layers of what is shown, which `describe` gives when they are asked for."""
    return Item("Weights (JSON)", lambda: json.dumps(describe(), indent=1), file_name, "application/json")


def offer(items: Sequence[Item], record: Provenance, key: str | None = None) -> None:
    """Show a button for each item; every file gets the record inside.

    Parameters
    ----------
    items
        Files.
    record
        What makes them.
    key
        Tells buttons apart whose titles may be the same.
    """
    for item in items:
        st.download_button(
            item.title,
            partial(_made, item, record, asking()),
            item.file_name,
            item.mime,
            key=None if key is None else f"{key}_{item.file_name}",
            icon=":material/download:",
            on_click="ignore",
            disabled=bool(item.refused),
            help=item.refused or None,
        )


def _made(item: Item, record: Provenance, visitor: str) -> bytes:
    with on_behalf_of(visitor):
        return stamp(item.make(), item.file_name, record)
