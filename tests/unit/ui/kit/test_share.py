"""A link that others can open: which address it names, and what is said where nobody else can open it."""

import base64
import io
import re

import pytest
import segno
from streamlit import config
from streamlit.testing.v1 import AppTest

from structviz.ui.kit.form import Form
from structviz.ui.kit.share import network_address, qr_code, shared_link
from tests.app.inbox import data_of

LOCAL = "192.168.1.7"
PAGE = "/ct?ct_angle=20"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "127.0.1.1", "app.localhost"])
@pytest.mark.parametrize("listens_on", [None, "0.0.0.0", "::", LOCAL])
def test_a_page_that_was_opened_on_this_computer_is_named_by_its_address_in_the_network(
    host: str, listens_on: str | None
) -> None:
    link = shared_link(f"http://{host}:8501{PAGE}", listens_on, LOCAL)
    assert link.url == f"http://{LOCAL}:8501{PAGE}"
    assert link.is_reachable
    assert LOCAL in link.remark
    assert host.strip("[]") in link.remark


def test_a_port_that_the_address_leaves_out_is_left_out() -> None:
    assert shared_link(f"http://localhost{PAGE}", None, LOCAL).url == f"http://{LOCAL}{PAGE}"


@pytest.mark.parametrize("host", [LOCAL, "lecture.example.org", "[fd00::7]"])
def test_an_address_that_others_can_open_stays_as_it_is(host: str) -> None:
    url = f"https://{host}:8501{PAGE}"
    link = shared_link(url, None, "10.0.0.2")
    assert (link.url, link.is_reachable, link.remark) == (url, True, "")


@pytest.mark.parametrize("listens_on", ["localhost", "127.0.0.1", "::1"])
def test_a_server_that_answers_this_computer_alone_says_how_to_start_it_for_others(listens_on: str) -> None:
    url = f"http://localhost:8501{PAGE}"
    link = shared_link(url, listens_on, LOCAL)
    assert (link.url, link.is_reachable) == (url, False)
    assert f"`{listens_on}`" in link.remark
    assert "structviz app --network" in link.remark
    assert "streamlit run app.py --server.address 0.0.0.0" in link.remark


def test_without_a_network_nobody_else_can_open_it() -> None:
    link = shared_link("http://localhost:8501/", None, None)
    assert not link.is_reachable
    assert "no network" in link.remark


def test_the_address_of_this_computer_is_none_of_its_own_alone() -> None:
    address = network_address()
    assert address is None or not re.match(r"127\.|0\.", address)


def test_a_qr_code_has_every_dark_square_of_the_code_and_a_margin() -> None:
    url = f"http://{LOCAL}:8501{PAGE}"
    picture = qr_code(url)
    expected = io.BytesIO()
    segno.make_qr(url).save(expected, kind="svg", border=4)
    strokes = re.compile(r'd="(M4 [^"]+)"')
    found = strokes.search(picture)
    other = strokes.search(expected.getvalue().decode())
    assert found is not None
    assert other is not None
    assert found[1] == other[1]
    assert 'xmlns="http://www.w3.org/2000/svg"' in picture, "it is a picture of its own"
    assert 'fill="#fff"' in picture, "it is read in dark themes too"


def page() -> None:
    from structviz.ui.kit.form import Form
    from structviz.ui.kit.share import share
    from tests.unit.ui.kit.example import Example

    share(Form("ex", Example), left_out="a file of your own")


def opened(monkeypatch: pytest.MonkeyPatch, link: str, listens_on: str | None = None) -> AppTest:
    monkeypatch.setattr(Form, "share_link", lambda _: link)
    monkeypatch.setattr("structviz.ui.kit.share.network_address", lambda: LOCAL)
    before = config.get_option("server.address")
    config.set_option("server.address", listens_on)
    try:
        app = AppTest.from_function(page, default_timeout=30).run()
    finally:
        config.set_option("server.address", before)
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        (f"http://localhost:8501{PAGE}", f"http://{LOCAL}:8501{PAGE}"),
        ("https://lecture.example.org/ct", "https://lecture.example.org/ct"),
    ],
)
def test_the_page_shows_the_link_its_code_and_what_it_leaves_out(
    monkeypatch: pytest.MonkeyPatch, link: str, shown: str
) -> None:
    app = opened(monkeypatch, link)
    data = data_of(app, "share")
    assert (data["url"], data["title"]) == (shown, "Computed tomography with turned patients")
    assert any("except a file of your own" in caption.value for caption in app.caption)
    (code,) = app.get("html")
    assert base64.b64encode(qr_code(shown).encode()).decode() in code.proto.body


def test_a_server_for_this_computer_alone_has_no_code_to_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(monkeypatch, f"http://localhost:8501{PAGE}", "127.0.0.1")
    assert not app.get("html")
    assert any("structviz app --network" in caption.value for caption in app.caption)
