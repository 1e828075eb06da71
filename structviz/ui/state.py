"""Widgets whose values live in the address of the page."""

from typing import Literal, TypedDict
from urllib.parse import urlencode

import streamlit as st

__all__ = ["Bound", "bound", "share_link"]


class Bound(TypedDict):
    """The arguments that every widget of streamlit takes for it."""

    key: str
    bind: Literal["query-params"]


def bound(page: str, name: str) -> Bound:
    """Tie a widget to a parameter of the address; parameters are shared by all pages, so a prefix parts them."""
    return {"key": f"{page}_{name}", "bind": "query-params"}


def share_link() -> str:
    """The address that restores every bound widget; a parameter may stand in it more than once."""
    parameters = [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]
    return f"{st.context.url}?{urlencode(parameters)}" if parameters else st.context.url or ""
