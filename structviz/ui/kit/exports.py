"""What a visitor takes along from a page: the address, files, how to cite."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from structviz import __version__
from structviz.ui.kit.form import Form

__all__ = ["CITATION", "Item", "exports", "files"]

CITATION = f"""@software{{structviz,
  title = {{structviz: seeing structure-preserving deep learning}},
  version = {{{__version__}}},
}}

@article{{celledoni2021structure,
  title = {{Structure-preserving deep learning}},
  author = {{Celledoni, Elena and Ehrhardt, Matthias J. and Etmann, Christian and McLachlan, Robert I. and
            Owren, Brynjulf and Schönlieb, Carola-Bibiane and Sherry, Ferdia}},
  journal = {{European Journal of Applied Mathematics}},
  volume = {{32}},
  number = {{5}},
  pages = {{888--936}},
  year = {{2021}},
}}"""
"""How to cite the app and the paper that the lecture follows, as BibTeX."""


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
    """

    title: str
    make: Callable[[], bytes | str]
    file_name: str
    mime: str


def exports(form: Form[Any], *items: Item, left_out: str | None = None) -> None:
    """Show a button for each item, the address of the page's choice, and how to cite.

    Parameters
    ----------
    form
        Its choice is in the address.
    items
        Files; each is made when it is asked for.
    left_out
        What the address cannot restore, like "an own image".
    """
    st.markdown("**Take it with you**")
    with st.container(horizontal=True):
        with st.popover("Share", icon=":material/link:"):
            st.caption(f"This address restores all choices on this page{f', except {left_out}' if left_out else ''}.")
            st.code(form.share_link(), language=None, wrap_lines=True)
        _buttons(items)
        with st.popover("Cite", icon=":material/format_quote:"):
            st.code(CITATION, language=None, wrap_lines=True)


def files(*items: Item) -> None:
    """Show a button for each item, where a part of a page has files of its own."""
    with st.container(horizontal=True):
        _buttons(items)


def _buttons(items: Sequence[Item]) -> None:
    for item in items:
        st.download_button(
            item.title, item.make, item.file_name, item.mime, icon=":material/download:", on_click="ignore"
        )
