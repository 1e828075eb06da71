"""What an operator may set, and whose runs are whose then."""

import pytest

from structviz.errors import ConfigError
from structviz.ui.server.ownership import is_shared
from structviz.ui.server.settings import ServerSettings, server_settings


def test_settings_are_read() -> None:
    assert server_settings({}) == ServerSettings()
    given = {
        "STRUCTVIZ_HOSTS": "Structviz.example.org, 10.0.0.1",
        "STRUCTVIZ_FRAMES": "https://moodle.example.org https://*.example.org",
        "STRUCTVIZ_SHARED": "0",
        "STRUCTVIZ_MOST_VISITORS": "50",
    }
    frames = ("https://moodle.example.org", "https://*.example.org")
    assert server_settings(given) == ServerSettings(("structviz.example.org", "10.0.0.1"), frames, False, 50)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STRUCTVIZ_HOSTS", "https://structviz.example.org"),
        ("STRUCTVIZ_HOSTS", "*"),
        ("STRUCTVIZ_FRAMES", "*; script-src *"),
        ("STRUCTVIZ_FRAMES", "moodle.example.org"),
        ("STRUCTVIZ_SHARED", "yes"),
        ("STRUCTVIZ_MOST_VISITORS", "0"),
        ("STRUCTVIZ_MOST_VISITORS", "many"),
        ("STRUCTVIZ_SECRET", "short"),
    ],
)
def test_a_wrong_setting_is_said(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        server_settings({name: value})


@pytest.mark.parametrize(
    ("settings", "address", "shared"),
    [
        (ServerSettings(), "127.0.0.1", True),
        (ServerSettings(), "localhost", True),
        (ServerSettings(), "0.0.0.0", False),
        (ServerSettings(), None, False),
        (ServerSettings(hosts=("structviz.example.org",)), "127.0.0.1", False),
        (ServerSettings(shared=True), "0.0.0.0", True),
        (ServerSettings(shared=False), "127.0.0.1", False),
    ],
)
def test_runs_are_shared_where_nobody_else_can_come_or_the_operator_says_so(
    settings: ServerSettings, address: str | None, shared: bool
) -> None:
    assert is_shared(settings, address) is shared
