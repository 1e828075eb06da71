"""Who visits: the name in the cookie of the browser whose script runs."""

import streamlit as st

from structviz.ui.server.visitors import COOKIE, read_visitor, server_secret

__all__ = ["name_in_cookie"]


def name_in_cookie() -> str | None:
    """The name that this server gave the browser; None if the browser keeps no cookies, or another server made it."""
    cookies = st.context.cookies
    return read_visitor(cookies, server_secret()) if COOKIE in cookies else None
