"""The parts of the flow page that show films and figures."""

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import streamlit as st

from structviz.figures.film_encoding import SHOWS
from structviz.figures.flow.live import encode_networks
from structviz.nets import PLAIN
from structviz.studies.flow import MAX_MEASURED, FlowPanel, MeasuredFilm
from structviz.ui.browser.player import Live, player, read_frame, read_motion, read_shows, say_state
from structviz.ui.kit.charts import show_chart
from structviz.ui.kit.form import Form
from structviz.ui.kit.handles import handle
from structviz.ui.kit.screen import FirstScreen
from structviz.ui.kit.sentences import counted
from structviz.ui.kit.waiting import waiting
from structviz.ui.pages.flow.choice import FlowChoice
from structviz.ui.pages.flow.films import input_plane, shown_films, step_study
from structviz.ui.pages.flow.record import FlowRecord, PlaneRecord, SlopeRecord, film_record, flow_record
from structviz.ui.pages.flow.sentences import about_folds, about_slopes, what_to_notice

__all__ = [
    "film_section",
    "input_plane_section",
    "lecture_figure",
    "measured_section",
    "notice_section",
    "reveal_films",
    "said",
    "step_section",
    "summary",
]

_PLAYER = "flow_player"
"""Key of the player."""

_HANDLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "steps": ("Steps",),
        "integrator": ("Integrator",),
        "horizon": ("Horizon T", "× "),
        "scale": ("Weights", "× "),
        "noise": ("Noise", "× "),
    }
)
"""What moves the points under a hand: short labels, and what stands before the values."""

_REVEALS = "flow_reveals"
"""Key of how often the page has scrolled to the films."""

_LECTURE = (0, 15, 30, 40)
"""Layers after which the lecture shows the points, of 40."""


def reveal_films(preset: FlowChoice) -> None:
    """Scroll to the films: the presets stand below them, on a phone far below."""
    del preset
    st.session_state[_REVEALS] = st.session_state.get(_REVEALS, 0) + 1


def film_section(form: Form[FlowChoice], choice: FlowChoice, panels: list[FlowPanel]) -> None:
    """The films, which the browser computes, playing unless the address names a layer.

    Parameters
    ----------
    form
        Follows the player: the layer at which the visitor rests, what is switched on, and what moves the points.
    choice
        The layer at first, and what is switched on.
    panels
        What moves side by side.
    """
    player(
        encode_networks(panels),
        frame=choice.frame,
        show=choice.show,
        key=_PLAYER,
        on_seek=partial(_take_frame, form),
        on_show=partial(_take_switches, form),
        on_motion=partial(_take_motion, form),
        playing=st.session_state.setdefault("flow_plays", choice.frame == 0),
        reveal=st.session_state.get(_REVEALS, 0),
        live=Live(_state(choice), [handle(form, name, *_HANDLES[name]) for name in _handles_of(panels)]),
    )


def measured_section(panels: list[FlowPanel]) -> list[MeasuredFilm]:
    """The films with their numbers, of which the page's sentences speak."""
    with waiting("Measuring the film") as on_wait:
        return shown_films(panels, on_wait)


def said(choice: FlowChoice) -> None:
    """All sentences stand: the player hears of which state they speak."""
    say_state(_PLAYER, _state(choice))


def _state(choice: FlowChoice) -> dict[str, Any]:
    return {name: getattr(choice, name) for name in (*_HANDLES, "interpolation")}


def _handles_of(panels: Sequence[FlowPanel]) -> list[str]:
    """What moves one of the films at least."""
    flowing = [panel for panel in panels if panel.network.net.scheme != PLAIN]
    moves = {
        "steps": any(panel.takes != "layers" for panel in flowing),
        "integrator": any(panel.takes == "steps and integrator" for panel in flowing),
        "horizon": bool(flowing),
        "noise": any(panel.drawn is not None for panel in panels),
    }
    return [name for name in _HANDLES if moves.get(name, True)]


def _take_motion(form: Form[FlowChoice]) -> None:
    """The visitor's hand rests: the page follows. What makes no sense changes nothing."""
    found = read_motion(_PLAYER)
    values = {name: found[name] for name in (*_HANDLES, "frame") if name in found}
    form.set(**{name: round(value, 2) if isinstance(value, float) else value for name, value in values.items()})


def _take_frame(form: Form[FlowChoice]) -> None:
    """The visitor has come to rest at a layer: the address follows."""
    frame = read_frame(_PLAYER)
    if frame is not None:
        form.set(frame=min(frame, 1000))


def _take_switches(form: Form[FlowChoice]) -> None:
    """The visitor has switched something on or off in the player: the address follows."""
    names, frame = read_shows(_PLAYER), read_frame(_PLAYER, "show")
    if names is not None:
        rests = {} if frame is None else {"frame": min(frame, 1000)}
        form.set(show=[name for name in SHOWS if name in names], **rests)


def notice_section(screen: FirstScreen, films: list[MeasuredFilm]) -> None:
    """One number that sums the films up, and what to notice."""
    found = flow_record(films)
    screen.key_number(*summary(found))
    screen.notice(what_to_notice(found))


def summary(found: FlowRecord) -> tuple[str, str]:
    """The number that sums the films up, with its label."""
    if len(found.films) == 1:
        return "Classified correctly", str(found.films[0].right)
    if found.farthest is not None:
        return "Farthest from the flow", str(found.farthest)
    if found.same_points:
        return "Right − left, in percentage points", found.difference.bare.signed
    left, right = (film.right for film in found.films)
    return "Classified correctly, at least", str(right if right < left else left)


def lecture_figure(films: list[MeasuredFilm]) -> None:
    """The points after some layers, one picture for each, as in the lecture."""
    from structviz.figures.flow.stills import stills
    from structviz.figures.flow.view import view_of

    for film in films:
        # At the same parts of the way, where there are more layers or fewer than in the lecture.
        layers = sorted({round(layer * film.n_layers / _LECTURE[-1]) for layer in _LECTURE})
        st.markdown(f"**{film.panel.title}**")
        pictures = stills(film.film, layers, film.n_layers)
        # All in a row on a beamer, two in a row on a phone: containers share a row evenly, and wrap.
        with st.container(horizontal=True):
            for title, picture in pictures:
                with st.container():
                    st.image(picture, title, width="stretch", alt=f"{film.panel.title}: the points, {title}")
        if note := view_of(film.film).note:
            st.caption(note)
    st.caption("Class 0 is round, class 1 square; the line is the classifier's, and the tint is what it decides.")


def step_section(films: list[MeasuredFilm], choice: FlowChoice) -> None:
    """The distance to the continuous flow against Δt, for each integrator with the weights of a film."""
    flowing = [film.panel for film in films if film.panel.network.net.scheme != PLAIN]
    if not flowing:
        st.caption("A plain network has no time step: choose a comparison with a ResNet.")
        return
    panel = flowing[-1]
    net = panel.network.net
    with waiting("Measuring the distances to the flow") as on_wait:
        study = step_study(panel, choice.interpolation, on_wait)
    from structviz.figures.flow.steps import step_plot

    n_steps = next((panel.n_steps for panel in flowing if panel.n_steps), net.n_layers)
    show_chart(step_plot(study, net.time / n_steps), key="flow_step_chart")
    st.markdown(
        f"The weights of “{panel.title}”, other steps: the largest distance of "
        f"{counted(min(MAX_MEASURED, len(panel.points)), 'point')} at time T from where the flow takes them (RK4 with "
        f"64 steps for each layer, double precision). {about_slopes(SlopeRecord.of(study))}"
    )


def input_plane_section(films: list[MeasuredFilm]) -> None:
    """What each network decides in the input plane, and where it squeezes or folds it."""
    from structviz.figures.flow.input_plane import decision_map, fold_map

    for k, (column, film) in enumerate(zip(st.columns(len(films)), films, strict=True)):
        with column:
            panel = film.panel
            st.markdown(f"**{panel.title}**")
            with waiting("Computing the input plane") as on_wait:
                plane = input_plane(panel, on_wait)
            figure = decision_map(plane.probabilities, plane.half_width, panel.points, panel.labels, film.misclassified)
            show_chart(figure, key=f"flow_map_{k}")
            st.caption(
                f"The classifier, pulled back to the input: {film_record(film).right} right; points on the wrong side "
                "are ringed."
            )
            figure = fold_map(plane.signs, plane.smallest, plane.half_width)
            show_chart(figure, key=f"flow_fold_{k}")
            st.caption(about_folds(PlaneRecord.of(panel.network.net.width, plane)))
