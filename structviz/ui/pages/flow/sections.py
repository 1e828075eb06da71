"""The parts of the flow page that show films and figures."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st
import torch
from torch import Tensor

from structviz.metrics import accuracy
from structviz.nets import PLAIN
from structviz.types import Labels, Points
from structviz.ui.browser.player import player
from structviz.ui.pages.flow.choice import FlowChoice
from structviz.ui.pages.flow.controls import PLAYER, REVEALS, View, sought_layer, switched
from structviz.ui.pages.flow.films import N_STUDIED, MeasuredFilm, look_closer, screen, study
from structviz.ui.pages.flow.own import about_shown
from structviz.ui.pages.flow.panels import Network, sides
from structviz.ui.pages.flow.sentences import about_slopes, farthest, percent, same_weights, what_to_notice

__all__ = ["closer", "film_section", "lecture_figure", "notice_section", "step_section"]

LECTURE = (0, 15, 30, 40)
"""Layers after which the lecture shows the points, of 40."""


def film_section(
    choice: FlowChoice, own: tuple[Points, Labels] | None, here: Network | None, view: View
) -> list[MeasuredFilm]:
    """The films, playing unless the address names a layer."""
    with _waiting("Computing the film …") as on_wait:
        shown, films = screen(sides(choice, own, here), on_wait)
    plays = st.session_state.setdefault("flow_plays", view.frame == 0)
    player(
        films,
        frame=view.frame,
        show=view.show,
        key=PLAYER,
        on_seek=sought_layer,
        on_show=switched,
        playing=plays,
        reveal=st.session_state.get(REVEALS, 0),
    )
    if own is not None and (words := about_shown(len(shown[0].side.points), len(own[0]))):
        st.caption(words)
    return shown


@contextmanager
def _waiting(words: str) -> Iterator[Callable[[], object]]:
    """Say what one waits for, if it takes a while; in one place, so that what follows keeps its own."""
    place = st.empty()
    yield lambda: place.caption(words)
    place.empty()


def notice_section(shown: list[MeasuredFilm]) -> None:
    """What sums the films up: a number, and what to notice."""
    left, right = st.columns([1, 3], vertical_alignment="center")
    with left:
        _summary(shown)
    right.markdown("**What to notice.** " + " ".join(what_to_notice(shown)))


def _summary(shown: list[MeasuredFilm]) -> None:
    if len(shown) == 1:
        st.metric("On the right side", percent(shown[0]))
        return
    left, right = shown
    if same_weights(shown):
        far = max((one.distance for one in shown if not math.isnan(one.distance)), default=math.nan)
        if not math.isnan(far):
            st.metric("Farthest from the flow", farthest(far))
    elif left.side.points.equal(right.side.points):
        difference = 100 * (right.accuracy - left.accuracy)
        st.metric("Right − left", f"{difference:+.1f} %", help="Points on the right side of the line.")
    else:
        for one in shown:
            st.metric(one.side.title, percent(one))


def lecture_figure(shown: list[MeasuredFilm]) -> None:
    """The points after some layers, one picture for each, as in the lecture."""
    from structviz.figures.flow.stills import stills
    from structviz.figures.flow.view import view_of

    for one in shown:
        # At the same parts of the way, where there are more layers or fewer than in the lecture.
        layers = sorted({round(layer * one.n_layers / LECTURE[-1]) for layer in LECTURE})
        st.markdown(f"**{one.side.title}**")
        pictures = stills(one.film, layers, one.n_layers)
        # All in a row on a beamer, two in a row on a phone: containers share a row evenly, and wrap.
        with st.container(horizontal=True):
            for title, picture in pictures:
                with st.container():
                    st.image(picture, title, width="stretch")
        if note := view_of(one.film).note:
            st.caption(note)
    st.caption("Class 0 is round, class 1 square; the line is the classifier's, and the tint is what it decides.")


def step_section(shown: list[MeasuredFilm], choice: FlowChoice) -> None:
    """The distance to the continuous flow against Δt, for each integrator with the weights of a film."""
    flowing = [one.side for one in shown if one.side.network.net.scheme != PLAIN]
    if not flowing:
        st.caption("A plain network has no time step: choose a comparison with a ResNet.")
        return
    side = flowing[-1]
    net = side.network.net
    with _waiting("Measuring the distances to the flow …") as on_wait:
        found = study(side, choice.interpolation, on_wait)
    from structviz.figures.charts import CHART_CONFIG
    from structviz.figures.flow.steps import step_plot

    n_steps = next((one.n_steps for one in flowing if one.n_steps), net.n_layers)
    st.plotly_chart(step_plot(found, net.time / n_steps), config=dict(CHART_CONFIG), key="flow_study")
    st.markdown(
        f"The weights of “{side.title}”, other steps: the largest distance of {min(N_STUDIED, len(side.points))} "
        f"points at time T from where the flow takes them (RK4 with 64 steps for each layer, double precision). "
        f"{about_slopes(found)}"
    )


def closer(shown: list[MeasuredFilm]) -> None:
    """What each network decides in the input plane, and where it squeezes or folds it."""
    from structviz.figures.charts import CHART_CONFIG
    from structviz.figures.flow.input_plane import decision_map, fold_map

    for k, (column, one) in enumerate(zip(st.columns(len(shown)), shown, strict=True)):
        with column:
            st.markdown(f"**{one.side.title}**")
            with _waiting("Looking closer …") as on_wait:
                seen = look_closer(one.side, on_wait)
            points, labels = one.side.points, one.side.labels
            logits = one.side.network.net.classify(one.film.positions[-1])
            wrong = ~torch.where(labels == 1, logits > 0, logits <= 0)
            figure = decision_map(seen.probabilities, seen.half_width, points, labels, wrong)
            st.plotly_chart(figure, config=dict(CHART_CONFIG), key=f"flow_map_{k}")
            st.caption(
                f"The classifier, pulled back to the input: {100 * accuracy(logits, labels):.1f} % right; "
                "points on the wrong side are ringed."
            )
            figure = fold_map(seen.signs, seen.smallest, seen.half_width)
            st.plotly_chart(figure, config=dict(CHART_CONFIG), key=f"flow_fold_{k}")
            st.caption(_about_folds(one, seen.signs))


def _about_folds(one: MeasuredFilm, signs: Tensor) -> str:
    if one.side.network.net.width > 2:
        return "How much the way into space squeezes the plane at each place; there is no orientation to lose."
    share = (signs < 0).double().mean().item()
    folds = f"{100 * share:.1f} % of the window is folded" if share else "nowhere is the plane folded"
    return f"The smallest singular value of the Jacobian of all layers; {folds}."
