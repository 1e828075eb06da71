"""What a page sends to the browser: packets of the inbox, and the data of components."""

import json
from typing import Any

import numpy.typing as npt
from streamlit.testing.v1 import AppTest

from structviz.figures.packet import inflate, unpack

__all__ = ["data_of", "has_component", "packets"]

Packet = tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]
_DATA = "data of "


def packets(app: AppTest) -> dict[str, Packet]:
    """The head and the arrays of every packet, by channel; without the data of components."""
    return {channel: packet for channel, packet in _sent(app).items() if not channel.startswith(_DATA)}


def data_of(app: AppTest, component: str) -> dict[str, Any]:
    """What a page passes to the first component of this name."""
    proto = next(proto for proto in _protos(app) if proto.component_name == f"structviz_{component}")
    data, _ = _sent(app)[json.loads(proto.json)["channel"]]
    return data


def has_component(app: AppTest, component: str) -> bool:
    return any(proto.component_name == f"structviz_{component}" for proto in _protos(app))


def _sent(app: AppTest) -> dict[str, Packet]:
    found = {}
    for proto in _protos(app):
        if proto.component_name == "structviz_inbox":
            head, arrays = unpack(proto.bytes)
            found[head["channel"]] = unpack(inflate(arrays["payload"].tobytes()))
    return found


def _protos(app: AppTest) -> list[Any]:
    return [element.proto for element in app.get("bidi_component")]
