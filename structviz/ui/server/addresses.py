"""From where a visitor comes: the second bound of what one client may take, since a cookie can be thrown away."""

import ipaddress
from collections.abc import Mapping
from typing import Any

__all__ = ["address_group", "group_of"]

_NETWORK = 64
"""Bits of an address of version 6 that a provider gives to one customer, who chooses the others."""


def address_group(host: str | None) -> str:
    """The address that counts for a host: of version 6 the network of 64 bits.

    Empty for the computer itself: there a proxy may stand for all visitors. Empty as well for what is no address.

    Parameters
    ----------
    host
        An address, as the server has it from the connection or from a proxy that it believes.

    Examples
    --------
    >>> address_group("203.0.113.7"), address_group("2001:db8::7:1"), address_group("::1")
    ('203.0.113.7', '2001:db8::/64', '')
    """
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.is_loopback:
        return ""
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((int(address), _NETWORK), strict=False))


def group_of(scope: Mapping[str, Any]) -> str:
    """The address that counts for a request; empty if it tells nobody apart."""
    client = scope.get("client")
    return address_group(client[0]) if client else ""
