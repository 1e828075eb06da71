"""What a page sends to the inbox of the browser."""

from typing import Any

import numpy.typing as npt
from streamlit.testing.v1 import AppTest

from structviz.figures.packet import unpack

__all__ = ["packets"]


def packets(app: AppTest) -> dict[str, tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]]:
    """The head and the arrays of every packet, by channel."""
    found = {}
    for element in app.get("bidi_component"):
        if element.proto.component_name == "structviz_inbox":
            head, arrays = unpack(element.proto.bytes)
            found[head["channel"]] = unpack(arrays["payload"].tobytes())
    return found
