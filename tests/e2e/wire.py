"""A visitor without a browser: what a browser sends to the server and hears from it, without the painting.

Twenty of them cost less than one Chromium, so that what is measured and tested is the server.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import urlencode

from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

__all__ = ["Visitor", "visitor"]


class Visitor:
    """One session of the app.

    Parameters
    ----------
    socket
        The open connection.
    page
        What stands in the address behind the slash.
    choices
        The parameters of the address; several values of one are a list.

    Attributes
    ----------
    received
        Bytes that came over the connection so far.
    """

    def __init__(self, socket: ClientConnection, page: str, choices: Mapping[str, str | list[str]]) -> None:
        self._socket = socket
        self._page = page
        self._choices = dict(choices)
        self._script = ""
        self._widgets: dict[str, WidgetState] = {}
        self._kept: dict[str, ForwardMsg] = {}
        self._shown: dict[tuple[int, ...], Delta] = {}
        self._coming: dict[tuple[int, ...], Delta] = {}
        self._painted: set[str] = set()
        self.received = 0

    def ask(self, fragment: str = "") -> None:
        """Ask for a run of the page; `wait` hears the answer."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string = urlencode(self._choices, doseq=True)
        state.page_script_hash = self._script
        state.page_name = "" if self._script else self._page
        state.fragment_id = fragment
        state.cached_message_hashes.extend(self._kept)
        state.widget_states.widgets.extend(self._widgets.values())
        self._socket.send(message.SerializeToString())

    def slide(self, key: str, value: float) -> None:
        """Move the slider with this key, without waiting for what comes of it."""
        delta = next(delta for delta in self._shown.values() if _key(delta) == key)
        widget = WidgetState(id=delta.new_element.slider.id)
        widget.double_array_value.data.append(value)
        self._widgets[key] = widget
        self._choices[key] = f"{value:g}"
        self.ask(delta.fragment_id)

    def wait(self, until: Callable[["Visitor"], bool] = lambda _: True, timeout: float = 60) -> None:
        """Listen until a run has ended, with what follows the first picture, and the page is as wanted.

        Raises
        ------
        TimeoutError
            If nothing comes for so many seconds.
        """
        while not (self._hear(timeout) and until(self)):
            pass

    def listen(self, seconds: float) -> None:
        """Take what comes in this time, a place in the queue several times a second, whether or not a run ends."""
        end = time.monotonic() + seconds
        with suppress(TimeoutError):
            while (left := end - time.monotonic()) > 0:
                self._hear(left)

    @property
    def text(self) -> str:
        """All words and data on the page, in the order in which they stand there."""
        return "\n".join(word for place in sorted(self._shown) for word in _words(self._shown[place].new_element))

    @property
    def complaints(self) -> list[str]:
        """Exceptions and error boxes on the page."""
        found = []
        for delta in self._shown.values():
            kind, element = delta.new_element.WhichOneof("type"), delta.new_element
            if kind == "exception":
                found.append(f"{element.exception.type}: {element.exception.message}")
            elif kind == "alert" and element.alert.format == element.alert.ERROR:
                found.append(element.alert.body)
        return found

    def _hear(self, timeout: float) -> bool:
        """Take one message; whether it ends a run that nothing has interrupted."""
        content = self._socket.recv(timeout=timeout)
        assert isinstance(content, bytes)
        self.received += len(content)
        message = ForwardMsg.FromString(content)
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            place = message.metadata  # the same content may stand elsewhere now
            message = ForwardMsg.FromString(self._kept[message.ref_hash].SerializeToString())
            message.metadata.CopyFrom(place)
            kind = message.WhichOneof("type")
        elif message.metadata.cacheable:
            self._kept[message.hash] = message
        if kind == "new_session":
            self._script = message.new_session.page_script_hash
            part = bool(message.metadata.run.fragment_ids)
            self._coming = dict(self._shown) if part else {}
        elif kind == "navigation":
            self._script = message.navigation.page_script_hash or self._script
        elif kind == "delta":
            self._coming[tuple(message.metadata.delta_path)] = message.delta
        elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self._shown = self._coming
            return not self._paints()
        return False

    def _paints(self) -> bool:
        """Report the pictures that the page waits for, as a browser does; whether a run follows."""
        for delta in self._shown.values():
            shown = delta.new_element.bidi_component
            if shown.component_name == "structviz_painted" and shown.id not in self._painted:
                self._painted.add(shown.id)
                self._widgets[shown.id] = WidgetState(id=shown.id, json_value='{"painted": true}')
                self.ask(delta.fragment_id)
                return True
        return False


@contextmanager
def visitor(address: str, page: str = "", choices: Mapping[str, str | list[str]] | None = None) -> Iterator[Visitor]:
    """Open the connection of a visitor; the first `ask` opens the page.

    Parameters
    ----------
    address
        Of the server, beginning with http://.
    page, choices
        As for `Visitor`.
    """
    stream = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    # No pings: on a busy machine an answer may take longer than they wait, and the test has its own patience.
    protocols = [Subprotocol("streamlit")]
    with connect(stream, subprotocols=protocols, max_size=None, ping_interval=None) as socket:
        yield Visitor(socket, page, choices or {})


def _words(message: Message) -> Iterator[str]:
    """Every text in a message, at whatever depth."""
    for _, value in message.ListFields():
        for part in [value] if isinstance(value, str | Message) or not isinstance(value, Iterable) else value:
            if isinstance(part, Message):
                yield from _words(part)
            elif isinstance(part, str):
                yield part


def _key(delta: Delta) -> str:
    return delta.new_element.slider.id.rpartition("-")[2]
