"""A static gallery of the lecture, for any web server or a USB stick: pages that compute and play without a server."""

import base64
import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from structviz import zoo
from structviz.errors import ConfigError
from structviz.files import atomic_write
from structviz.provenance import stamp
from structviz.ui.browser.standalone import Link, linked, plain_page
from structviz.ui.gallery_files import FILES
from structviz.ui.kit.exports import record_of_choice
from structviz.ui.kit.thumbnails import picture_of
from structviz.ui.pages.home.chapters import CHAPTERS, START, Chapter
from structviz.ui.sitemap import PAGES

__all__ = ["MOST_BYTES", "GalleryFile", "OnFile", "gallery", "write_gallery"]

MOST_BYTES = 10_000_000
"""Of a whole gallery."""

OnFile = Callable[[str], None]
"""Called with the path of each file before it is made."""

_TITLE = "Structure-preserving deep learning"
_HOME = Link("../index.html", "All chapters")


@dataclass(frozen=True)
class GalleryFile:
    """A file of the gallery: where it lies in the folder, and its content."""

    path: str
    content: bytes


def gallery(pages: Sequence[str] | None = None, on_file: OnFile = lambda _: None) -> Iterator[GalleryFile]:
    """The files, one after the other; the same ones each time.

    Parameters
    ----------
    pages
        Names of the chapters' pages, such as "rotation"; None for all.
    on_file
        Called with the path of each file before it is made.

    Raises
    ------
    ConfigError
        If there is no such page.
    """
    chapters = {_name(chapter): chapter for chapter in (START, *CHAPTERS)}
    if unknown := [name for name in pages or () if name not in chapters]:
        raise ConfigError(f"Pages of a gallery are {', '.join(chapters)}; got {', '.join(unknown)}. Choose of these.")
    shown = [(chapter, name) for name, chapter in chapters.items() if pages is None or name in pages]
    for chapter, name in shown:
        made = FILES.get(name)
        cards = []
        for title, choice in (made.choices() if made else {}).items():
            path = f"{name}/{_slug(title)}.html"
            on_file(path)
            page, networks = made.make(choice) if made else ("", {})
            content = stamp(linked(page, Link("index.html", chapter.title)), path, record_of_choice(choice, networks))
            yield GalleryFile(path, content)
            cards.append(_card(f"{_slug(title)}.html", picture_of(made.prefix, title, choice) if made else None, title))
        on_file(f"{name}/index.html")
        yield GalleryFile(f"{name}/index.html", _chapter_page(chapter, name, cards).encode())
    on_file("index.html")
    home = [
        _card(f"{name}/index.html", _drawn(chapter), chapter.title, chapter.sentence, chapter.slides)
        for chapter, name in shown
    ]
    note = (
        "Every page of this gallery works without a network connection and asks for nothing. All of it, with every "
        "control, is in the app: install structviz and run “structviz app”."
    )
    stage = f"<p>{html.escape(PAGES[0].description)}</p>\n{_cards(home)}"
    yield GalleryFile("index.html", plain_page(_TITLE, stage, note).encode())


def write_gallery(folder: Path, pages: Sequence[str] | None = None, on_file: OnFile = lambda _: None) -> int:
    """Write the gallery into a new or empty folder; return how many bytes it has.

    Parameters
    ----------
    folder
        Where to; made if need be.
    pages, on_file
        As for `gallery`.

    Returns
    -------
    int
        Bytes of all files together.

    Raises
    ------
    ConfigError
        If the folder is a file or not empty, cannot be written to, or if the gallery is too large.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        inside = next(folder.iterdir(), None)
    except OSError as error:
        raise _unwritable(folder, error) from error
    if inside is not None:
        raise ConfigError(
            f"A gallery is written into a new or empty folder; {folder} holds {inside.name}. Name another folder, or "
            "empty this one."
        )
    n_bytes = 0
    for file in gallery(pages, on_file):
        n_bytes += len(file.content)
        if n_bytes > MOST_BYTES:
            raise ConfigError(
                f"A gallery has at most {MOST_BYTES / 1e6:g} MB; with {file.path} it has {n_bytes / 1e6:.1f} MB. "
                "Choose fewer pages with --pages."
            )
        try:
            atomic_write(folder / file.path, file.content)
        except OSError as error:
            raise _unwritable(folder, error) from error
    return n_bytes


def _unwritable(folder: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"A gallery needs a folder that can be written to; {folder} cannot: {error.strerror}. Name another folder."
    )


def _chapter_page(chapter: Chapter, name: str, cards: Sequence[str]) -> str:
    entry = next(page for page in PAGES if page.address == name)
    words = f"<p>{html.escape(entry.description)}</p>\n"
    picture = f'<img src="{_drawn(chapter)}" alt="{html.escape(chapter.alt)}" width="480">\n'
    if cards:
        return plain_page(entry.title, f"{words}{_cards(cards)}", chapter.slides, _HOME)
    said = f"{chapter.sentence} Its pictures need the app: “structviz app” opens it."
    return plain_page(entry.title, f"{words}{picture}", f"{said} {chapter.slides} of the lecture.", _HOME)


def _cards(cards: Sequence[str]) -> str:
    return f'<ul class="cards">\n{"".join(cards)}</ul>'


def _card(address: str, picture: str | None, title: str, sentence: str = "", caption: str = "") -> str:
    """A link with a picture that only repeats what the words say."""
    image = f'<img src="{picture}" alt="">' if picture else ""
    words = "".join(
        f"<{tag}>{html.escape(text)}</{tag}>" for tag, text in (("span", sentence), ("small", caption)) if text
    )
    return f'<li><a href="{html.escape(address)}">{image}<strong>{html.escape(title)}</strong>{words}</a></li>\n'


def _drawn(chapter: Chapter) -> str:
    """The picture of a chapter as an address that needs no file."""
    svg = chapter.picture(*map(zoo.load, chapter.networks))
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def _name(chapter: Chapter) -> str:
    """The address of a chapter's page."""
    return Path(chapter.page or "").stem


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
