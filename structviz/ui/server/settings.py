"""What the operator of a server decides, by environment variables; `docs/public_server.md` describes them."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from structviz.errors import ConfigError

__all__ = ["ServerSettings", "server_settings"]

_HOST = re.compile(r"[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?|\[?[0-9A-Fa-f:.]+\]?")
_FRAME = re.compile(r"'none'|https?://(\*\.)?[0-9A-Za-z.-]+(:\d+)?")
_SHORTEST_SECRET = 32
_SWITCH: Mapping[str, bool | None] = {"": None, "0": False, "1": True}


@dataclass(frozen=True)
class ServerSettings:
    """What the operator has decided.

    Attributes
    ----------
    hosts
        Names and addresses to which the server answers besides its own; STRUCTVIZ_HOSTS, with commas between them.
    frames
        Websites that may show the app in a frame, or 'none'; STRUCTVIZ_FRAMES, with spaces between them.
    shared
        Whether all visitors may command all runs; STRUCTVIZ_SHARED, 1 or 0. None leaves it to
        `structviz.ui.server.ownership.is_shared`.
    most_visitors
        Connections of visitors at the same time; STRUCTVIZ_MOST_VISITORS. None leaves it to the open files that the
        system allows.
    """

    hosts: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    shared: bool | None = None
    most_visitors: int | None = None


def server_settings(environment: Mapping[str, str] | None = None) -> ServerSettings:
    """The settings in the environment, by default in that of this process.

    Raises
    ------
    ConfigError
        If one is not valid.
    """
    given = os.environ if environment is None else environment
    hosts = tuple(word.lower() for word in re.split(r"[,\s]+", given.get("STRUCTVIZ_HOSTS", "")) if word)
    if wrong := [word for word in hosts if not _HOST.fullmatch(word)]:
        raise ConfigError(
            f"STRUCTVIZ_HOSTS has names or addresses without scheme and port; got {wrong[0]!r}. "
            "Write it like structviz.example.org,192.168.1.5."
        )
    frames = tuple(given.get("STRUCTVIZ_FRAMES", "").split())
    if wrong := [word for word in frames if not _FRAME.fullmatch(word)]:
        raise ConfigError(
            f"STRUCTVIZ_FRAMES has addresses of websites, or 'none'; got {wrong[0]!r}. "
            "Write it like https://moodle.example.org."
        )
    if 0 < len(given.get("STRUCTVIZ_SECRET", "")) < _SHORTEST_SECRET:
        raise ConfigError(
            f"STRUCTVIZ_SECRET has {_SHORTEST_SECRET} characters or more, so that nobody guesses it; got fewer. "
            "Make one with `openssl rand -hex 32`."
        )
    shared = given.get("STRUCTVIZ_SHARED", "").strip()
    if shared not in _SWITCH:
        raise ConfigError(
            f"STRUCTVIZ_SHARED is 1 or 0; got {shared!r}. Set it to 1 if all runs belong to all visitors."
        )
    most = given.get("STRUCTVIZ_MOST_VISITORS", "").strip()
    if most and not re.fullmatch(r"[1-9]\d{0,5}", most):
        raise ConfigError(f"STRUCTVIZ_MOST_VISITORS is a number from 1 to 999999; got {most!r}. Choose another.")
    return ServerSettings(hosts, frames, _SWITCH[shared], int(most) if most else None)
