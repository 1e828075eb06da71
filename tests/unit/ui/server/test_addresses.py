"""An address of version 6 is its network; this computer, where a proxy may stand for all, is nobody."""

import pytest

from structviz.ui.server.addresses import address_group, group_of


@pytest.mark.parametrize(
    ("host", "group"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("127.0.0.1", ""),
        ("127.8.8.8", ""),
        ("::1", ""),
        ("::ffff:127.0.0.1", ""),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_groups(host: str | None, group: str) -> None:
    assert address_group(host) == group


def test_a_request_without_an_address() -> None:
    assert group_of({}) == group_of({"client": None}) == ""
    assert group_of({"client": ("203.0.113.7", 1)}) == "203.0.113.7"
