"""The film player on a page: films travel once, and the visitor is left alone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from structviz.figures.film_encoding import Panel, encode_films
from tests.e2e.conftest import ROOT, settle, visit
from tests.e2e.film_pages import SECONDS, backend, frame, player, positions, press, turning
from tests.e2e.serve import served

pytestmark = pytest.mark.browser

APP = """
from pathlib import Path

import streamlit as st

from structviz.ui.browser.player import player, read_frame, read_shows

here = Path(__file__).parent
st.session_state.setdefault("frame", 0)
st.session_state.setdefault("show", ["tails", "grid"])
st.session_state.setdefault("file", "deep")


def seek() -> None:
    st.session_state.frame = read_frame("film")


def show() -> None:
    st.session_state.show = sorted(read_shows("film"))


st.button("Again")
if st.button("Third"):
    st.session_state.frame = 3
if st.button("Half-planes"):
    st.session_state.show = ["line"]
if st.button("Shallow"):
    st.session_state.file = "shallow"
st.text(f"At {st.session_state.frame}, shows {' '.join(st.session_state.show)}")
films = (here / f"{st.session_state.file}.film").read_bytes()
player(films, frame=st.session_state.frame, show=st.session_state.show, key="film", on_seek=seek, on_show=show)
"""


def test_on_a_page_films_travel_once_and_the_visitor_is_left_alone(chromium: Browser, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    deep, shallow = turning(41), turning(11)
    sizes = {}
    for name, film in (("deep", deep), ("shallow", shallow)):
        films = encode_films([Panel(name, film)])
        (tmp_path / f"{name}.film").write_bytes(films)
        sizes[name] = len(films)
    with served(str(tmp_path / "app.py"), ROOT) as server, visit(chromium, server.address) as page:
        received: list[int] = []
        page.on("websocket", lambda socket: socket.on("framereceived", lambda data: received.append(len(data))))
        page.reload()
        settle(page)
        expect(player(page)).to_have_attribute("data-playing", "true", timeout=SECONDS)
        assert max(received) > sizes["deep"]
        received.clear()
        player(page).evaluate("e => { e.untouched = true; }")

        def click(button: str) -> None:
            page.get_by_role("button", name=button, exact=True).click()
            settle(page)

        # A rerun leaves a film alone that plays.
        click("Again")
        expect(player(page)).to_have_attribute("data-playing", "true")
        press(page, "speed-2", "play")
        expect(player(page)).to_have_attribute("data-playing", "false")
        there = round(frame(page))
        expect(page.get_by_text(f"At {there}, shows tails grid")).to_be_visible(timeout=SECONDS)
        page.get_by_test_id("player-scrubber").fill("10.37")
        expect(page.get_by_text("At 10, shows tails grid")).to_be_visible(timeout=SECONDS)
        settle(page)
        assert frame(page) == 10.37, "between two layers, where the visitor has left it"
        press(page, "arrows")
        expect(page.get_by_text("shows arrows grid tails")).to_be_visible(timeout=SECONDS)
        settle(page)
        # What the page itself wants counts.
        click("Third")
        expect(player(page)).to_have_attribute("data-frame", "3", timeout=SECONDS)
        assert (positions(page) == backend(deep, 3)).all()
        click("Half-planes")
        expect(page.get_by_test_id("player-line")).to_have_attribute("aria-pressed", "true", timeout=SECONDS)
        expect(page.get_by_test_id("player-arrows")).to_have_attribute("aria-pressed", "false")
        assert max(received) < 4000 < sizes["shallow"], "all that was only words"
        # New films take the place of the old ones in the middle of it all.
        page.get_by_test_id("player-scrubber").fill("20")
        expect(page.get_by_text("At 20")).to_be_visible(timeout=SECONDS)
        settle(page)
        click("Shallow")
        expect(player(page)).to_have_attribute("data-frame", "5", timeout=SECONDS)
        assert (positions(page) == backend(shallow, 5)).all()
        expect(page.get_by_text("At 5")).to_be_visible(timeout=SECONDS)
        expect(player(page)).to_have_attribute("data-playing", "false")
        expect(page.get_by_test_id("player-speed-2")).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_test_id("player-line")).to_have_attribute("aria-pressed", "true")
        assert player(page).evaluate("e => e.untouched"), "it is still the same element"
