import base64
import html
import json
import re

import pytest

from structviz.errors import ConfigError
from structviz.figures.film_encoding import Panel
from structviz.figures.packet import unpack
from structviz.ui.browser.standalone import Link, Words, bodies_page, film_page, plain_page, rotor_page
from tests.unit.figures.test_film_encoding import film

NASTY = "</script><script>alert('ä' & \"b\")</script><!--"


def test_a_page_stands_alone() -> None:
    page = film_page([Panel("A", film())], "T")
    without_names = page.replace("http://www.w3.org/2000/svg", "")  # the name of a language, not an address
    assert not re.search(r"(https?:)?//[a-z]", re.sub(r"(?m)(^|\s)// .*$", "", without_names)), "no address of anything"
    assert not re.search(r"\b(src|href)=|@import|url\(|import\(|fetch\(", page)
    assert "default-src 'none'" in page
    assert page.count("</script") == 3
    assert page.count("</style") == 1


def test_words_stay_words() -> None:
    page = film_page([Panel(NASTY, film(), NASTY)], NASTY, NASTY)
    assert page.count("<script") == 3
    assert page.count("</script>") == 3
    assert "<script>alert" not in page
    assert page.count(html.escape(NASTY)) == 3, "title, heading and note"
    data = re.search(r'<script id="films" type="text/plain">([A-Za-z0-9+/=]+)</script>', page)
    assert data
    head, _ = unpack(base64.b64decode(data[1]))
    (panel,) = head["panels"]
    assert panel["title"] == panel["caption"] == NASTY


def test_a_page_begins_as_it_is_told() -> None:
    page = film_page([Panel("", film())], "", show={"line", "grid"}, frame=3)
    assert '{"show": ["grid", "line"], "frame": 3}' in page
    with pytest.raises(ConfigError, match="got confetti"):
        film_page([Panel("", film())], "", show={"grid", "confetti"})


def test_a_page_with_a_full_film_takes_less_than_a_megabyte() -> None:
    assert len(film_page([Panel("", film(61, 300, mesh=(25, 25), arrows=225, side=48))], "")) < 1_000_000


def test_a_page_of_bodies_stands_alone() -> None:
    page = bodies_page({"methods": [], "title": NASTY}, NASTY, NASTY)
    without_names = page.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"(https?:)?//[a-z]", re.sub(r"(?m)(^|\s)// .*$", "", without_names)), "no address of anything"
    assert not re.search(r"\b(src|href)=|@import|url\(|import\(|fetch\(", page)
    assert "default-src 'none'" in page
    assert page.count("<script") == page.count("</script>") == 2
    assert "<script>alert" not in page
    assert page.count(html.escape(NASTY)) == 3, "title, heading and note"
    data = re.search(r'<script id="bodies" type="application/json">(.+)</script>', page)
    assert data
    assert json.loads(data[1]) == {"methods": [], "title": NASTY, "seen": 0}
    assert len(page) < 50_000


def words(text: str, key: tuple[str, str] | None = None) -> Words:
    return Words(text, text, False, text, key, [text], [(text, text)])


def test_a_page_of_pictures_stands_alone_and_words_stay_words() -> None:
    packets = {"script": b"\x00\xff", NASTY: b"abc"}
    page = rotor_page({"title": NASTY}, packets, words(NASTY, (NASTY, NASTY)), NASTY, NASTY, Link(NASTY, NASTY))
    without_names = page.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"(https?:)?//[a-z]", re.sub(r"(?m)(^|\s)// .*$", "", without_names)), "no address of anything"
    assert re.findall(r"\b(?:src|href)=", page) == ["href="], "the way back alone"
    assert not re.search(r"@import|url\(|import\(|fetch\(", page)
    assert "default-src 'none'" in page
    assert "worker-src blob:" in page
    assert page.count("<script") == page.count("</script>") == 4
    assert "<script>alert" not in page
    data = re.search(r'<script id="rotor" type="application/json">(.+)</script>', page)
    assert data
    assert json.loads(data[1]) == {"title": NASTY, "drawn": "drawn", "seen": 0}
    sent = re.findall(r'data-channel="(.+?)">(.*?)</script>', page)
    assert {html.unescape(name): base64.b64decode(text) for name, text in sent} == packets


def test_sentences_may_have_words_in_bold_and_a_page_has_what_there_is() -> None:
    page = rotor_page({}, {}, words("a **bold** <b>`x`"), "T")
    assert page.count("a <strong>bold</strong> &lt;b&gt;<code>x</code>") == 4, "claim, caption, notice and term"
    assert '<p class="key">' not in page
    assert '<a class="back"' not in page
    assert "claim follows" in page


def test_a_page_without_scripts_of_its_own_may_show_pictures_in_it() -> None:
    page = plain_page("A & B", "<p>stage</p>", "note", Link("index.html", "Back"))
    assert "<h1>A &amp; B</h1>\n<p>stage</p>" in page
    assert "img-src data:" in page
    assert '<a class="back" href="index.html">Back</a>' in page
