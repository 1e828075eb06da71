"""What all visitors of a server share: the folder of runs and the engine that trains them."""

import uuid
from typing import TYPE_CHECKING

import streamlit as st

from structviz.jobs import Store

if TYPE_CHECKING:
    from structviz.jobs.engine import Engine

__all__ = ["engine", "store", "visitor"]


@st.cache_resource
def store() -> Store:
    """The folder of the runs of this machine."""
    return Store()


@st.cache_resource
def engine() -> "Engine":
    """The engine that trains them; no worker starts before the first run."""
    from structviz.jobs.engine import Engine

    return Engine(store())


def visitor() -> str:
    """A name for this visitor, the same until the page is reloaded."""
    return st.session_state.setdefault("train_visitor", uuid.uuid4().hex)
