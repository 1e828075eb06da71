"""What all visitors of a server share: the folder of runs and the engine that trains them; and whose run is whose."""

import hashlib
import hmac
import uuid
from typing import TYPE_CHECKING

import streamlit as st

from structviz.jobs import Request, Store
from structviz.ui.kit.visitor import address_here, name_in_cookie
from structviz.ui.server.ownership import is_shared
from structviz.ui.server.settings import server_settings
from structviz.ui.server.visitors import server_secret

if TYPE_CHECKING:
    from structviz.jobs.engine import Engine

__all__ = ["all_is_shared", "engine", "may_command", "origin", "store", "visitor"]

_KEY = "train_visitor"


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
    """A name for this visitor: that of the browser's cookie, or, without one, a name until the page is reloaded."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = name_in_cookie() or uuid.uuid4().hex
    return st.session_state[_KEY]


def origin() -> str:
    """A token for the address of this visitor, from which nobody reads the address; empty if none tells them apart."""
    group = address_here()
    return hmac.new(server_secret(), f"address:{group}".encode(), hashlib.sha256).hexdigest()[:32] if group else ""


def all_is_shared() -> bool:
    """Whether every visitor of this server may command every run."""
    return is_shared(server_settings(), st.get_option("server.address"))


def may_command(request: Request) -> bool:
    """Whether this visitor may pause, cancel, resume and delete a run, and read its log."""
    return request.owner == visitor() or all_is_shared()
