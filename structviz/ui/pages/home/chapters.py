"""The cards of the first page: the chapters of the lecture, and what one can do besides. A card opens its page."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from structviz import zoo
from structviz.figures import chapters as pictures
from structviz.ui.kit.cards import card_container
from structviz.ui.kit.guard import guarded

__all__ = ["CHAPTERS", "LAB", "START", "Chapter", "card", "large_card"]


@dataclass(frozen=True)
class Chapter:
    """A chapter of the lecture.

    Attributes
    ----------
    title, slides
        What the lecture calls it and where, for example "Slides 4–5".
    sentence
        What a visitor should know about it, in some ten words.
    picture
        Draws it as SVG; takes the networks below, in their order.
    alt
        What the picture shows, for those who do not see it.
    networks
        Names in the zoo of the networks that the picture needs.
    page
        The script of its page, as `app.py` names it; without one the chapter is to come.
    """

    title: str
    slides: str
    sentence: str
    picture: Callable[..., str]
    alt: str
    networks: tuple[str, ...] = ()
    page: str | None = None


CHAPTERS = (
    Chapter(
        "Robustness",
        "Slide 3",
        "Noise or a turn, harmless to us, can fool a network.",
        pictures.robustness,
        "A photograph of a cameraman: clean, noisy and turned",
        page="pages/robustness.py",
    ),
    Chapter(
        "ResNets as flows",
        "Slides 4–5",
        "A residual network moves points along a flow.",
        pictures.flow,
        "Two interlocking half moons swirl apart",
        page="pages/flow.py",
    ),
    Chapter(
        "Optimal control",
        "Slide 6",
        "Training means steering data to their targets.",
        pictures.optimal_control,
        "A state that goes to zero, and the force in each time step that steers it",
        page="pages/optimal_control.py",
    ),
    Chapter(
        "Rotated images",
        "Slides 7–8",
        "Trained on horizontal stripes, tested on vertical ones.",
        pictures.rotation,
        "Vertical stripes: noisy, wiped out by the ordinary network, restored by the equivariant one",
        networks=("stripes/ordinary", "stripes/equivariant"),
        page="pages/rotation.py",
    ),
    Chapter(
        "Computed tomography",
        "Slides 9–10",
        "Trained on patients on their backs, tested on patients who have turned.",
        pictures.tomography,
        "A phantom of a head with the X-rays of one view, and its sinogram",
        page="pages/ct.py",
    ),
    Chapter(
        "Stability",
        "Slide 11",
        "Inputs that are close stay close, layer by layer.",
        pictures.stability,
        "Paths of neighbouring points that approach each other",
        page="pages/stability.py",
    ),
    Chapter(
        "Invertibility",
        "Slide 11",
        "Every layer can be undone: nothing is lost.",
        pictures.invertibility,
        "A square grid, the same grid bent by a network, and the square grid recovered",
        page="pages/invertibility.py",
    ),
    Chapter(
        "Manifolds",
        "Slide 11",
        "Steps along the sphere stay on it, others leave it.",
        pictures.manifolds,
        "Two spheres: paths that leave the first one, and paths that stay on the second one",
        page="pages/manifolds.py",
    ),
)
"""The chapters in the lecture's order."""


START = Chapter(
    "What a layer does to the plane",
    "Slide 2",
    "Start here: drag the arrows of a linear map and a shift, and watch the plane fold.",
    pictures.notation,
    "A square grid, the same grid sheared and shifted, and folded along both axes",
    page="pages/notation.py",
)
"""Where those begin who have not heard of layers."""

LAB = Chapter(
    "Train them yourself",
    "On this machine",
    "Choose the networks, the data and the learning rate, press Start, and watch them learn side by side.",
    pictures.training,
    "Three curves of a loss: one falls slowly, one fast, and one rises since its learning rate is too large",
    page="pages/train.py",
)
"""The page on which visitors train networks."""


@st.cache_data(max_entries=32, show_spinner=False)
def _picture(title: str, digests: tuple[str, ...]) -> str:
    """The picture of a chapter; the digests of its networks make a rebuilt file a new entry."""
    del digests
    chapter = next(chapter for chapter in (START, LAB, *CHAPTERS) if chapter.title == title)
    return chapter.picture(*map(zoo.load, chapter.networks))


def card(chapter: Chapter) -> None:
    """Show a chapter; the whole card is the link to its page, if it has one."""
    with card_container(chapter.title, opens=chapter.page is not None):
        _show_picture(chapter)
        _show_words(chapter)


def large_card(chapter: Chapter) -> None:
    """Show a chapter that stands out, with its picture beside its words."""
    with card_container(chapter.title, opens=chapter.page is not None, large=True):
        picture, words = st.columns([2, 3], vertical_alignment="center")
        with picture:
            _show_picture(chapter)
        with words:
            _show_words(chapter)


def _show_picture(chapter: Chapter) -> None:
    with guarded():
        digests = tuple(zoo.card(name).sha256 for name in chapter.networks)
        st.image(_picture(chapter.title, digests), width="stretch", alt=chapter.alt)


def _show_words(chapter: Chapter) -> None:
    with st.container(gap=None):
        if chapter.page is None:
            st.markdown(f"**{chapter.title}**")
        else:
            st.page_link(chapter.page, label=f"**{chapter.title}**")
        st.markdown(chapter.sentence)
        st.caption(chapter.slides if chapter.page else f"{chapter.slides} · to come")
