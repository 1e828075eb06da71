"""Who visits: the name in the cookie of the browser whose script runs, and the address that it comes from."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from structviz.ui.server.addresses import address_group
from structviz.ui.server.visitors import COOKIE, read_visitor, server_secret

__all__ = ["address_here", "name_in_cookie", "readers_here"]


def address_here() -> str:
    """The address that counts for the browser whose script runs (see `address_group`); empty if it tells none apart."""
    host = st.context.ip_address
    return address_group(host if isinstance(host, str) else None)  # without a server it is no text


def name_in_cookie() -> str | None:
    """The name that this server gave the browser; None if the browser keeps no cookies, or another server made it."""
    cookies = st.context.cookies
    return read_visitor(cookies, server_secret()) if COOKIE in cookies else None


def readers_here() -> tuple[str, str]:
    """For whom the script that runs reads files; see `structviz.decoding.process.reading_for`."""
    context = get_script_run_ctx(suppress_warning=True)
    return f"visitor {name_in_cookie() or (context.session_id if context else '')}", f"address {address_here()}"
