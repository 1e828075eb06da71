"""The orders of the integrators: the distance to the continuous flow against the time step."""

import math

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Bool, Float

from structviz.displayed import number
from structviz.errors import ConfigError
from structviz.figures.charts import logarithmic, scatter, themed
from structviz.figures.theme import INTEGRATOR_COLOURS, INTEGRATOR_SYMBOLS, NEUTRAL
from structviz.ode import INTEGRATORS
from structviz.studies.flow import StepStudy

__all__ = ["step_plot"]


def step_plot(study: StepStudy, chosen: float | None = None, height: int = 440) -> go.Figure:
    """The distance to the continuous flow against the time step, and the slopes: the orders of the integrators.

    Parameters
    ----------
    study
        The distances. Steps that count for a slope have full symbols, and its line goes through these only.
    chosen
        The time step of the network that is shown elsewhere; a line marks it.
    height
        In pixels.

    Returns
    -------
    Figure
        Time steps to the right, distances in units of the plane upwards, both logarithmic.

    Raises
    ------
    ConfigError
        If the chosen step is not positive.
    """
    if chosen is not None and not chosen > 0:
        raise ConfigError(f"A time step is positive; got {chosen:g}.")
    figure, steps = go.Figure(), np.array(study.steps)
    shown: list[float] = []
    blown: list[str] = []
    for name, values in study.distances.items():
        distances = np.array(values)
        # What is exactly 0 has no logarithm either.
        drawable = np.isfinite(distances) & (distances > 0)
        counts = np.array(study.fitted[name])[drawable]
        figure.add_traces(_integrator(name, steps[drawable], distances[drawable], counts, study.slopes[name]))
        shown += distances[drawable].tolist()
        if not np.isfinite(distances).all():
            lost = ", ".join(f"{step:.3g}" for step in steps[~np.isfinite(distances)])
            blown.append(f"{_title(name)} at Δt = {lost}")
    marked = [] if chosen is None else [chosen]
    for step in marked:
        figure.add_vline(step, line={"color": NEUTRAL, "dash": "dash", "width": 2})
        # Unlike a line, words on a logarithmic axis stand at the logarithm. Below the points there is room for them.
        figure.add_annotation(
            x=math.log10(step), xanchor="left" if step < max(steps) / 4 else "right", y=0, yref="paper",
            yanchor="bottom", text=f"Δt = {step:.3g}", showarrow=False, xshift=4 if step < max(steps) / 4 else -4,
        )  # fmt: skip
    figure.update_xaxes(logarithmic([*study.steps, *marked], "time step Δt"))
    figure.update_yaxes(logarithmic(shown, "distance to the continuous flow"))
    figure.update_layout(margin={"l": 72, "r": 12, "t": 56, "b": 56})
    note = f"Left out, as the computation blew up: {'; '.join(blown)}." if blown else ""
    return themed(figure, height, note, room=300, gap=58)


def _integrator(
    name: str,
    steps: Float[np.ndarray, "step"],
    distances: Float[np.ndarray, "step"],
    counts: Bool[np.ndarray, "step"],
    slope: float,
) -> list[go.Scatter]:
    """Full symbols where a step counts for the slope, with their line, and hollow ones elsewhere."""
    fitted = counts & math.isfinite(slope)
    colour, symbol = INTEGRATOR_COLOURS.get(name, NEUTRAL), INTEGRATOR_SYMBOLS.get(name, "cross")
    title = _title(name)
    common = {
        "name": f"{title}: slope {number(slope, 2)}" if fitted.any() else f"{title}: no slope", "legendgroup": title,
        "hovertemplate": f"Δt = %{{x:.3g}}<br>distance %{{y:.2g}}<extra>{title}</extra>",
    }  # fmt: skip
    places = np.stack([steps, distances], 1)
    full = {"symbol": symbol, "size": 10, "color": colour}
    hollow = {**full, "symbol": f"{symbol}-open", "line_width": 2}
    traces = [
        scatter(places[which], mode="markers", marker=marker, **common)
        for which, marker in ((fitted, full), (~fitted, hollow))
        if which.any()
    ]
    for k, trace in enumerate(traces):
        trace.showlegend = k == 0
    if fitted.any():
        # Of the lines with this slope, the one that is closest to the points, as far as they go.
        level = np.mean(np.log(distances[fitted]) - slope * np.log(steps[fitted]))
        ends = np.array([steps[fitted].min(), steps[fitted].max()])
        line = {"name": f"{title}, fit", "legendgroup": title, "line_color": colour, "showlegend": False}
        line = {**line, "hoverinfo": "skip", "mode": "lines"}
        traces.append(scatter(np.stack([ends, math.exp(level) * ends**slope], 1), **line))
    return traces


def _title(name: str) -> str:
    return INTEGRATORS[name].title if name in INTEGRATORS else name.capitalize()
