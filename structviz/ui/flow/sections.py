"""The parts of the flow page that show films and figures."""

import math

import streamlit as st
from torch import Tensor

from structviz.metrics import accuracy
from structviz.nets import PLAIN
from structviz.ui.flow.choices import FlowChoice
from structviz.ui.flow.controls import PLAYER, View, sought_layer, switched
from structviz.ui.flow.films import Screening, Side, look_closer, study
from structviz.ui.flow.notices import about_slopes
from structviz.ui.player import player

__all__ = ["closer", "lecture_figure", "show_films", "step_section", "summary"]

LECTURE = (0, 15, 30, 40)
"""Layers after which the lecture shows the points."""


def show_films(films: bytes, view: View) -> None:
    """The films, playing unless the address names a layer."""
    plays = st.session_state.setdefault("flow_plays", view.frame == 0)
    player(films, frame=view.frame, show=view.show, key=PLAYER, on_seek=sought_layer, on_show=switched, playing=plays)


def summary(shown: list[Screening]) -> None:
    """One number that sums the comparison up."""
    if len(shown) == 1:
        st.metric("On the right side", f"{100 * shown[0].accuracy:.1f} %")
        return
    left, right = shown
    if left.side.network.digest == right.side.network.digest:
        far = max((one.distance for one in shown if not math.isnan(one.distance)), default=math.nan)
        st.metric("Farthest from the flow", "∞" if math.isinf(far) else f"{far:.2g}")
    elif left.side.points.equal(right.side.points):
        difference = 100 * (right.accuracy - left.accuracy)
        st.metric("Right − left", f"{difference:+.1f} %", help="Points on the right side of the line.")
    else:
        for one in shown:
            st.metric(one.side.title, f"{100 * one.accuracy:.1f} %")


def lecture_figure(shown: list[Screening]) -> None:
    """The points after some layers, one picture for each, as in the lecture."""
    from structviz.figures.charts import CHART_CONFIG
    from structviz.figures.flow import panels

    for one in shown:
        last = len(one.film.times) - 1
        layers = [min(k, last) for k in LECTURE] if last >= LECTURE[-1] else [round(k * last / 40) for k in LECTURE]
        st.markdown(f"**{one.side.title}**")
        st.plotly_chart(panels(one.film, layers), config=dict(CHART_CONFIG), key=f"flow_lecture_{one.side.title}")


def step_section(side: Side, choice: FlowChoice) -> None:
    """The distance to the continuous flow against Δt, for each integrator with the weights of a film."""
    net = side.network.net
    if net.scheme == PLAIN:
        st.caption("A plain network has no time step: choose a comparison with a ResNet.")
        return
    from structviz.figures.charts import CHART_CONFIG
    from structviz.figures.flow import step_plot

    found = study(side)
    figure = step_plot(found, net.time / choice.steps)
    st.plotly_chart(figure, config=dict(CHART_CONFIG), key="flow_study")
    st.markdown(
        f"Same weights, other steps: the largest distance of {min(50, len(side.points))} points at time T from where "
        f"the flow takes them (RK4 with {64 * net.n_layers} steps, double precision). {about_slopes(found)}"
    )


def closer(shown: list[Screening]) -> None:
    """What each network decides in the input plane, and where it squeezes or folds it."""
    from structviz.figures.charts import CHART_CONFIG
    from structviz.figures.flow import decision_map, fold_map

    for column, one in zip(st.columns(len(shown)), shown, strict=True):
        with column:
            st.markdown(f"**{one.side.title}**")
            seen = look_closer(one.side)
            points, labels = one.side.points, one.side.labels
            logits = one.side.network.net.classify(one.film.positions[-1])
            wrong = (logits > 0) != (labels == 1)
            st.plotly_chart(
                decision_map(seen.probabilities, seen.half_width, points, labels, wrong),
                config=dict(CHART_CONFIG),
                key=f"flow_map_{one.side.title}",
            )
            st.caption(
                f"The classifier, pulled back to the input: {100 * accuracy(logits, labels):.1f} % right; "
                "points on the wrong side are ringed."
            )
            st.plotly_chart(
                fold_map(seen.signs, seen.smallest, seen.half_width),
                config=dict(CHART_CONFIG),
                key=f"flow_fold_{one.side.title}",
            )
            st.caption(_about_folds(one, seen.signs))


def _about_folds(one: Screening, signs: Tensor) -> str:
    if one.side.network.net.width > 2:
        return "How much the way into space squeezes the plane at each place; there is no orientation to lose."
    share = (signs < 0).double().mean().item()
    folds = f"{100 * share:.1f} % of the window is folded" if share else "nowhere is the plane folded"
    return f"The smallest singular value of the Jacobian of all layers; {folds}."
