"""Which files of a static gallery each page makes: for its presets, the page's own file to take along."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

__all__ = ["FILES", "PageFiles"]

Made = tuple[str, Mapping[str, str]]
"""A page as HTML, and the sha256 of its networks by name."""


@dataclass(frozen=True)
class PageFiles:
    """The files of one page.

    Attributes
    ----------
    prefix
        Of the page's parameters, under which its small pictures lie.
    choices
        What the files show, by title.
    make
        Makes the file of one of them.
    """

    prefix: str
    choices: Callable[[], Mapping[str, Any]]
    make: Callable[[Any], Made]


def _rotations() -> Mapping[str, Any]:
    from structviz.ui.pages.rotation.presets import PRESETS

    return PRESETS


def _rotation(choice: Any) -> Made:
    from structviz.ui.pages.rotation.exports import digests
    from structviz.ui.pages.rotation.results import comparison_of
    from structviz.ui.pages.rotation.take_home import take_home

    return take_home(choice, comparison_of(choice)), digests(choice)


def _flows() -> Mapping[str, Any]:
    from structviz.ui.pages.flow.presets import PRESETS

    return PRESETS


def _flow(choice: Any) -> Made:
    from structviz.studies.flow import measured_films
    from structviz.ui.pages.flow.exports import digests, page
    from structviz.ui.pages.flow.panels import panels_of

    films = measured_films(panels_of(choice))
    return page(films), digests(films, choice.local)


def _steerings() -> Mapping[str, Any]:
    from structviz.ui.pages.optimal_control.presets import PRESETS

    return {title: PRESETS[title] for title in ("Steer a spiral", "Steps that are learned")}


def _steering(choice: Any) -> Made:
    from structviz.ui.pages.optimal_control.exports import page

    return page(choice), {}


def _pairs() -> Mapping[str, Any]:
    from structviz.ui.pages.stability.presets import PRESETS

    return {title: PRESETS[title] for title in ("A promise that is kept",)}


def _pair(choice: Any) -> Made:
    from structviz.ui.pages.stability.exports import page

    return page(choice), {}


def _round_trips() -> Mapping[str, Any]:
    from structviz.ui.pages.invertibility.presets import PRESETS

    return {title: PRESETS[title] for title in ("Couplings undo a spiral",)}


def _round_trip(choice: Any) -> Made:
    from structviz.ui.pages.invertibility.exports import page

    return page(choice), {}


def _spheres() -> Mapping[str, Any]:
    from structviz.ui.pages.manifolds.presets import PRESETS

    return {title: PRESETS[title] for title in ("Steps that stay", "Trained layers", "A box that is squashed")}


def _sphere(choice: Any) -> Made:
    from structviz.ui.pages.manifolds.body import body_film
    from structviz.ui.pages.manifolds.exports import digests, page
    from structviz.ui.pages.manifolds.record import sphere_study

    return body_film(choice) if choice.body else page(choice, sphere_study(choice)), digests(choice)


FILES: Mapping[str, PageFiles] = MappingProxyType(
    {
        "rotation": PageFiles("rot", _rotations, _rotation),
        "flow": PageFiles("flow", _flows, _flow),
        "optimal_control": PageFiles("control", _steerings, _steering),
        "stability": PageFiles("stability", _pairs, _pair),
        "invertibility": PageFiles("inv", _round_trips, _round_trip),
        "manifolds": PageFiles("manifolds", _spheres, _sphere),
    }
)
"""By the address of each page that has such files; those of others are pictures with text."""
