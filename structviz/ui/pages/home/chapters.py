"""The chapters of the lecture, each a card with a picture; one opens as soon as it names a page."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from structviz import zoo
from structviz.figures import chapters as pictures
from structviz.ui.kit.guard import guarded

__all__ = ["CHAPTERS", "Chapter", "card"]


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
    ),
    Chapter(
        "Invertibility",
        "Slide 11",
        "Every layer can be undone: nothing is lost.",
        pictures.invertibility,
        "A square grid, the same grid bent by a network, and the square grid recovered",
    ),
    Chapter(
        "Manifolds",
        "Slide 11",
        "Steps along the sphere stay on it, others leave it.",
        pictures.manifolds,
        "Two spheres: paths that leave the first one, and paths that stay on the second one",
    ),
)
"""The chapters in the lecture's order."""


@st.cache_data(max_entries=32, show_spinner=False)
def _picture(title: str, digests: tuple[str, ...]) -> str:
    """The picture of a chapter; the digests of its networks make a rebuilt file a new entry."""
    del digests
    chapter = next(chapter for chapter in CHAPTERS if chapter.title == title)
    return chapter.picture(*map(zoo.load, chapter.networks))


def card(chapter: Chapter) -> None:
    """Show a chapter, with the way to its page if it has one."""
    with st.container(border=True, height="stretch", vertical_alignment="distribute"):
        with st.container(gap="small"):
            with guarded():
                digests = tuple(zoo.card(name).sha256 for name in chapter.networks)
                st.image(_picture(chapter.title, digests), width="stretch", alt=chapter.alt)
            st.markdown(f"**{chapter.title}**  \n{chapter.sentence}")
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.caption(chapter.slides, width="content")
            if chapter.page is None:
                st.badge("to come", color="gray")
            else:
                st.page_link(chapter.page, label=":primary-badge[**Open** :material/arrow_forward:]")
