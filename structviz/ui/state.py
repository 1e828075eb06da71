"""Widgets whose values live in the address of the page."""

from typing import Literal, TypedDict

__all__ = ["Bound", "bound"]


class Bound(TypedDict):
    """The arguments that every widget of streamlit takes for it."""

    key: str
    bind: Literal["query-params"]


def bound(page: str, name: str) -> Bound:
    """Tie a widget to a parameter of the address; parameters are shared by all pages, so a prefix parts them."""
    return {"key": f"{page}_{name}", "bind": "query-params"}
