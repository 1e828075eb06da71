"""Widgets whose values live in the address of the page."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypedDict
from urllib.parse import urlencode

import streamlit as st

__all__ = ["Bound", "Rule", "between", "bound", "one_of", "share_link", "warn_ignored"]

Rule = Callable[[str], bool]
"""Whether a text from the address is a value of a control."""


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


def between(least: float, most: float) -> Rule:
    """Numbers in a range; whole ones, unless a limit is not."""
    whole = float(least).is_integer() and float(most).is_integer()

    def holds(text: str) -> bool:
        try:
            value = float(text)
        except ValueError:
            return False
        return math.isfinite(value) and least <= value <= most and (value.is_integer() or not whole)

    return holds


def one_of(texts: Iterable[str]) -> Rule:
    """A text from a list."""
    return frozenset(texts).__contains__


def warn_ignored(page: str, rules: Mapping[str, Rule]) -> tuple[str, ...]:
    """Say which parts of the address mean nothing here, once; the controls then have their defaults.

    Called before the widgets, which remove from the address what they do not understand.
    """
    key = f"{page}_address_read"
    if key in st.session_state:
        return ()
    st.session_state[key] = True
    ignored = []
    for name in st.query_params:
        prefix, _, control = name.partition("_")
        rule = rules.get(control)
        if prefix == page and not (rule and all(map(rule, st.query_params.get_all(name)))):
            ignored.append(f"{name}={', '.join(st.query_params.get_all(name))}"[:60])
    if ignored:
        listed = "; ".join(f"`{text.replace('`', '')}`" for text in ignored)
        st.toast(
            f"The address asked for what this page does not have: {listed}. The default stands in its place.",
            icon=":material/link_off:",
            duration="long",
        )
    return tuple(ignored)
