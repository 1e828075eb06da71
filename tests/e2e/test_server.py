"""The server around the pages: whose run is whose in two browsers, a full server, and names that are not its own."""

import dataclasses
import http.client
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from structviz.config import TrainConfig
from structviz.jobs import State, Store
from structviz.ui.server.visitors import COOKIE, sign
from tests.e2e.conftest import ROOT, settle
from tests.e2e.serve import served
from tests.e2e.wire import visitor

pytestmark = pytest.mark.browser

SECRET = "of this test, and long enough for one"


def status_of(address: str, host: str = "", path: str = "/") -> int:
    """The status with which a server answers to a browser that asks for a page."""
    own = urlsplit(address).netloc
    connection = http.client.HTTPConnection(own, timeout=20)
    connection.request("GET", path, headers={"Host": host or own, "Accept": "text/html"})
    try:
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_visitor_who_comes_back_commands_his_runs_and_another_one_does_not(chromium: Browser, tmp_path: Path) -> None:
    environment = {"STRUCTVIZ_RUNS": str(tmp_path), "STRUCTVIZ_SHARED": "0", "STRUCTVIZ_SECRET": SECRET}
    with (
        served(folder=ROOT, environment=environment) as server,
        chromium.new_context() as owner,
        chromium.new_context() as stranger,
    ):
        page = owner.new_page()
        page.goto(server.address)
        (cookie,) = [one for one in owner.cookies() if one.get("name") == COOKIE]
        assert (cookie.get("httpOnly"), cookie.get("sameSite")) == (True, "Lax")
        name = str(cookie.get("value")).partition(".")[0]
        assert cookie.get("value") == sign(name, SECRET.encode())
        run = Store(tmp_path).create(TrainConfig("stripes", steps=9), owner=name)
        run.write_status(dataclasses.replace(run.status(), state=State.PAUSED))
        address = f"{server.address}/train?train_runs={run.id}"
        page.close()
        later, other = owner.new_page(), stranger.new_page()
        for opened in (later, other):
            opened.goto(address)
            settle(opened)
            expect(opened.get_by_text("step 0 of 9")).to_be_visible()
        expect(later.get_by_role("button", name="Continue", exact=False)).to_be_visible()
        expect(other.get_by_role("button", name="Continue", exact=False)).to_have_count(0)


def test_a_full_server_says_so_and_recovers_and_answers_to_its_own_names_alone() -> None:
    with served(folder=ROOT, environment={"STRUCTVIZ_MOST_VISITORS": "1"}) as server:
        assert status_of(server.address) == 200
        assert status_of(server.address, "evil.example") == 403
        assert status_of(server.address, path="/_stcore/metrics") == 404
        with visitor(server.address, "notation") as guest:
            guest.ask()
            guest.wait()
            assert status_of(server.address) == 503
            assert guest.complaints == []
        assert status_of(server.address) == 200
