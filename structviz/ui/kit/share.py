"""A link to the page that other people can open, also those with a phone in the same room."""

import base64
import functools
import io
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import segno
import streamlit as st

from structviz.ui.browser.share import share_buttons
from structviz.ui.kit.form import Form
from structviz.ui.server.hosts import is_loopback
from structviz.ui.sitemap import PAGES, SITE

__all__ = ["SharedLink", "network_address", "qr_code", "reachable_link", "share", "shared_link"]

_ELSEWHERE = ("192.0.2.1", 9)
"""An address that exists nowhere; the way there leads through the local network."""


@dataclass(frozen=True)
class SharedLink:
    """A link, and who can open it.

    Attributes
    ----------
    url
        The link.
    is_reachable
        Whether other devices can open it.
    remark
        What the visitor has to know about it; may be empty.
    """

    url: str
    is_reachable: bool
    remark: str = ""


def shared_link(url: str, server_address: str | None, local_address: str | None) -> SharedLink:
    """The link that others can open.

    Parameters
    ----------
    url
        With which this visitor opened the page.
    server_address
        On which the server listens; None for all addresses of this computer.
    local_address
        Of this computer in the local network; None if it is in no network.

    Returns
    -------
    SharedLink
        The address, whether other devices can open it, and a sentence about it where one is needed.
    """
    parts = urlsplit(url)
    if not is_loopback(parts.hostname):
        return SharedLink(url, True)
    if is_loopback(server_address):
        return SharedLink(
            url,
            False,
            f"Only this computer can open this link: the server listens on `{server_address}` alone. For phones in "
            "the room, start it with `structviz app --network` or `streamlit run app.py --server.address 0.0.0.0`.",
        )
    if local_address is None:
        return SharedLink(
            url,
            False,
            "Only this computer can open this link: it is in no network. Connect it to the network of the phones.",
        )
    port = f":{parts.port}" if parts.port else ""
    return SharedLink(
        urlunsplit(parts._replace(netloc=f"{local_address}{port}")),
        True,
        f"You opened the page as `{parts.hostname}`, which means something else on a phone. The link names this "
        f"computer's address in the local network, `{local_address}`, which devices in the same network can open.",
    )


def network_address() -> str | None:
    """The address of this computer in the local network, or None; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
            address: str = probe.getsockname()[0]
        except OSError:
            return None
    return None if is_loopback(address) or address == "0.0.0.0" else address


@functools.lru_cache(maxsize=64)
def qr_code(url: str) -> str:
    """A QR code as SVG, black on white with the margin that readers need; it fills the width of its place."""
    code = segno.make_qr(url, error="l", boost_error=True)
    svg = io.BytesIO()
    code.save(svg, kind="svg", border=4, dark="#000", light="#fff", omitsize=True, xmldecl=False)
    return svg.getvalue().decode()


def share(form: Form[Any], left_out: str | None = None) -> None:
    """Show the link of the page with all choices, as text, as a QR code and with a button for the system's sheet.

    Parameters
    ----------
    form
        Its choice is in the link.
    left_out
        What the link cannot restore, like "an own image".
    """
    link = _shared(form)
    st.caption(f"This link restores all choices on this page{f', except {left_out}' if left_out else ''}.")
    share_buttons(link.url, _title(link.url), key=form.key("share"))
    if link.remark:
        st.caption(link.remark)
    if link.is_reachable:
        # Streamlit removes drawings from HTML, but not pictures.
        picture = base64.b64encode(qr_code(link.url).encode()).decode()
        style = "display:block;width:clamp(14rem,32vmin,24rem);max-width:100%;margin:auto"
        st.html(f'<img alt="QR code of the link" src="data:image/svg+xml;base64,{picture}" style="{style}">')


def reachable_link(form: Form[Any]) -> str:
    """The link of the page with all choices, for files: one that other devices can open, if there is one."""
    return _shared(form).url


def _shared(form: Form[Any]) -> SharedLink:
    return shared_link(form.share_link(), st.get_option("server.address"), network_address())


def _title(url: str) -> str:
    """The title of the page at an address."""
    name = urlsplit(url).path.rpartition("/")[2]
    return next((entry.title for entry in PAGES if entry.address == name), SITE)
