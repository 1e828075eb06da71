"""The first page: all chapters of the lecture, and which of them are open."""

import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from torch import nn

from structviz import zoo
from structviz.errors import CheckpointError
from structviz.ui.kit.networks import LoadedNetwork
from structviz.ui.pages.home import chapters
from structviz.ui.pages.home.chapters import CHAPTERS, LAB, START
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.results import loaded_networks, turning_image
from tests.app.inbox import data_of, packets

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
    named = [chapter.sentence for chapter in CHAPTERS]
    assert [text for text in texts(app) if text in named] == named
    assert len(app.get("image")) == len(TITLES) + 2


def test_a_card_that_opens_has_one_link_with_a_name_of_its_own() -> None:
    app = home()
    # Those of the cards; the row of links for phones stands above.
    every = [(link.proto.page, link.proto.label) for link in app.get("page_link")]
    links = [(page, label) for page, label in every if label.startswith("**")]
    opens = [chapter for chapter in (LAB, START, *CHAPTERS) if chapter.page]
    assert links == [(Path(chapter.page or "").stem, f"**{chapter.title}**") for chapter in opens]
    assert len(set(links)) == len(links)
    assert {"train", "notation", "rotation"} <= {page for page, _ in links}


def test_the_other_cards_say_that_they_are_to_come() -> None:
    captions = [caption.value for caption in home().caption]
    assert sum("to come" in caption for caption in captions) == sum(chapter.page is None for chapter in CHAPTERS)


def test_the_poster_turns_the_image_of_the_rotation_page_before_two_networks() -> None:
    app = home()
    columns = data_of(app, "hero")["columns"]
    assert [column["title"] for column in columns] == ["With noise", "Ordinary network", "Equivariant network"]
    films = packets(app)
    assert set(films) == {column["film"] for column in columns}, "no more is sent than is shown"
    for column, (name, network) in zip(columns, ((None, None), *_networks().items()), strict=True):
        head, arrays = films[column["film"]]
        assert head["frames"] == len(head["psnr"]) == 72
        if network is None:
            continue
        source = turning_image(RotationChoice())
        assert head["psnr"] == [round(value, 5) for value in source.frames(network).psnr.tolist()], name
        assert len(arrays["sheet"]) < 150_000
    assert sum(len(arrays["sheet"]) for _, arrays in films.values()) < 500_000


def _networks() -> dict[str, LoadedNetwork[nn.Module]]:
    return loaded_networks(RotationChoice(arms=("ordinary", "equivariant")))


def test_home_opens_without_its_networks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def missing(name: str) -> zoo.Card:
        raise CheckpointError(f"There is no network {name!r}.")

    monkeypatch.setattr(zoo, "PRETRAINED", tmp_path)
    monkeypatch.setattr(zoo, "card", missing)
    app = home()
    assert not app.exception
    assert len(app.error) == 2, "the poster and one card"
    assert "There is no network 'stripes/ordinary'." in [error.value for error in app.error]
    assert len(app.get("image")) == len(TITLES) + 1
    assert app.get("page_link")


@pytest.mark.parametrize("chapter", [*CHAPTERS, LAB, START], ids=lambda chapter: chapter.title)
def test_every_chapter_is_complete(chapter: chapters.Chapter) -> None:
    assert chapter.slides.startswith("Slide") or chapter is LAB
    assert chapter.alt
    assert 5 <= len(chapter.sentence.split()) <= 20
    assert chapter.page is None or (APP.parent / chapter.page).is_file()


def test_home_needs_nothing_heavy() -> None:
    # Streamlit itself imports Plotly; whatever it brings along is not the page's doing.
    script = (
        "import sys, streamlit; before = set(sys.modules); import structviz.ui.pages.home.chapters as c; "
        "import structviz.ui.pages.home.hero; [c._picture(x.title, tuple(x.networks)) for x in (c.LAB, *c.CHAPTERS)]; "
        "heavy = ('escnn', 'skimage.transform', 'plotly', 'dask'); "
        "print([m for m in set(sys.modules) - before if m.startswith(heavy)])"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=APP.parent)
    assert answer.stdout.strip() == "[]"
