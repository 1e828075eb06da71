"""What stands between the network and Streamlit, in order."""

from starlette.middleware import Middleware
from streamlit import config

from structviz.ui.server.connections import VisitorLimit
from structviz.ui.server.headers import ResponseHeaders
from structviz.ui.server.hosts import RequestCheck
from structviz.ui.server.settings import ServerSettings
from structviz.ui.server.upload_limits import UploadLimits
from structviz.ui.server.visitors import VisitorCookie

__all__ = ["server_middleware"]


def server_middleware(settings: ServerSettings, most_visitors: int) -> list[Middleware]:
    """Middleware for `st.App`.

    Parameters
    ----------
    settings
        Of the operator.
    most_visitors
        As for `VisitorLimit`.
    """
    base = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return [
        Middleware(ResponseHeaders, settings.frames),
        Middleware(RequestCheck, settings.hosts, f"/{base}" if base else ""),
        Middleware(VisitorLimit, most_visitors),
        Middleware(VisitorCookie),
        Middleware(UploadLimits),
    ]
