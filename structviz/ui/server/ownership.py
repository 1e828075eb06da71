"""Whether all visitors may command all runs, or each only his own."""

from structviz.ui.server.hosts import is_loopback
from structviz.ui.server.settings import ServerSettings

__all__ = ["is_shared"]


def is_shared(settings: ServerSettings, server_address: str | None) -> bool:
    """Whether the runs of a server belong to all who visit it.

    Unless the operator decides, they do where nobody else can come: where the server listens on its own computer
    alone and has no further name. Behind a proxy that passes on the host it has one, since it would refuse the visitors
    otherwise; behind one that writes a host of its own, the operator sets STRUCTVIZ_SHARED=0.

    Parameters
    ----------
    settings
        Of the operator.
    server_address
        On which the server listens; None for all addresses of its computer.
    """
    if settings.shared is not None:
        return settings.shared
    return is_loopback(server_address) and not settings.hosts
