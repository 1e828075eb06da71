"""The first page: all chapters of the lecture, and which of them are open."""

import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from structviz import zoo
from structviz.errors import CheckpointError
from structviz.ui.pages.home import chapters
from structviz.ui.pages.home.chapters import CHAPTERS

APP = Path(__file__).parents[2] / "app.py"
TITLES = (
    "Robustness",
    "ResNets as flows",
    "Optimal control",
    "Rotated images",
    "Computed tomography",
    "Stability",
    "Invertibility",
    "Manifolds",
)


def home() -> AppTest:
    return AppTest.from_file(str(APP), default_timeout=60).run()


def texts(app: AppTest) -> list[str]:
    return [markdown.value for markdown in app.markdown]


def test_home_shows_the_chapters_in_the_order_of_the_lecture() -> None:
    app = home()
    assert not app.exception
    assert not app.error
    assert tuple(chapter.title for chapter in CHAPTERS) == TITLES
    shown = [text for text in texts(app) if text.startswith("**")]
    assert [text.split("**")[1] for text in shown] == list(TITLES)
    assert len(app.get("image")) == len(TITLES)


def test_open_chapters_have_a_link_and_the_others_say_that_they_are_to_come() -> None:
    app = home()
    links = {link.proto.page for link in app.get("page_link")} - {"train", "notation"}
    assert links == {Path(chapter.page).stem for chapter in CHAPTERS if chapter.page}
    assert "rotation" in links
    assert sum("to come" in text for text in texts(app)) == len(TITLES) - len(links)


def test_the_lab_has_a_link() -> None:
    assert {"train", "notation"} <= {link.proto.page for link in home().get("page_link")}


def test_home_opens_without_its_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> zoo.Card:
        raise CheckpointError(f"There is no network {name!r}.")

    monkeypatch.setattr(zoo, "card", missing)
    app = home()
    assert not app.exception
    assert [error.value for error in app.error] == ["There is no network 'stripes/ordinary'."]
    assert len(app.get("image")) == len(TITLES) - 1
    assert app.get("page_link")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=TITLES)
def test_every_chapter_is_complete(chapter: chapters.Chapter) -> None:
    assert chapter.slides.startswith("Slide")
    assert chapter.alt
    assert 5 <= len(chapter.sentence.split()) <= 15
    assert chapter.page is None or (APP.parent / chapter.page).is_file()


def test_home_needs_nothing_heavy() -> None:
    # Streamlit itself imports Plotly; whatever it brings along is not the page's doing.
    script = (
        "import sys, streamlit; before = set(sys.modules); import structviz.ui.pages.home.chapters as c; "
        "[c._picture(x.title, tuple(x.networks)) for x in c.CHAPTERS]; "
        "heavy = ('escnn', 'skimage.transform', 'plotly', 'dask'); "
        "print([m for m in set(sys.modules) - before if m.startswith(heavy)])"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=APP.parent)
    assert answer.stdout.strip() == "[]"
