"""Gradients layer by layer, losses, and controls as functions of time."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float
from torch import Tensor

from structviz.figures.charts import logarithmic, scatter, themed
from structviz.figures.theme import ARM_COLOURS, SERIES_COLOURS
from structviz.studies.control import Descent, GradientComparison, RefinedControl, SteeredSystem

__all__ = [
    "control_plot",
    "descent_plot",
    "gradient_plot",
    "refinement_plot",
    "steered_plot",
    "time_steps_plot",
    "weights_plot",
]

_BLUE, _VERMILION = ARM_COLOURS["equivariant"], ARM_COLOURS["ordinary"]

_MARGIN = {"l": 78, "r": 12, "t": 64, "b": 56}


def gradient_plot(found: GradientComparison, height: int = 360) -> go.Figure:
    """‖∂J/∂θ^k‖ of each layer: by automatic differentiation, by matching costates and by those in Euler's steps.

    Parameters
    ----------
    found
        The gradients. Matching costates are drawn as rings on the line of automatic differentiation.
    height
        In pixels.
    """
    layers = np.arange(1, len(found.sizes) + 1, dtype=float)
    figure = go.Figure()
    lines = (
        ("discretise, then optimise", found.sizes, {"mode": "lines", "line": {"color": _BLUE, "width": 3}}),
        (
            "matching costates",
            found.matching_sizes,
            {"mode": "markers", "marker": {"color": _BLUE, "size": 13, "symbol": "circle-open", "line": {"width": 3}}},
        ),
        (
            "Euler's costates",
            found.euler_sizes,
            {"mode": "lines+markers", "line": {"color": _VERMILION, "width": 3, "dash": "dash"}},
        ),
    )
    for name, sizes, style in lines:
        figure.add_trace(scatter(np.stack([layers, sizes.numpy()], 1), name=name, **style))
    figure.update_xaxes(title_text="layer", dtick=max(1, len(layers) // 5))
    figure.update_yaxes(title_text="‖∂J/∂θᵏ‖", rangemode="tozero")
    figure.update_layout(margin={**_MARGIN, "t": 92})
    return themed(figure, height)


def descent_plot(
    found: Mapping[str, Descent], colours: Sequence[str] = (_BLUE, _VERMILION), height: int = 360
) -> go.Figure:
    """Losses step by step, on a logarithmic axis.

    Parameters
    ----------
    found
        Descents from one start, by what they are called.
    colours
        Of each.
    height
        In pixels.

    Returns
    -------
    Figure
        A line for each descent: steps to the right, J upwards.
    """
    figure, drawn = go.Figure(), []
    for (name, one), colour in zip(found.items(), colours, strict=True):
        losses = np.array(one.losses)
        drawn += losses[np.isfinite(losses) & (losses > 0)].tolist()
        steps = np.arange(len(losses), dtype=float)
        figure.add_trace(
            scatter(np.stack([steps, losses], 1), name=name, mode="lines", line={"color": colour, "width": 3})
        )
    figure.update_xaxes(title_text="step")
    figure.update_yaxes(logarithmic(drawn, "objective J"))
    figure.update_layout(margin={**_MARGIN, "t": 92})
    return themed(figure, height)


_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x")


def steered_plot(exact: SteeredSystem, found: SteeredSystem, time: float, height: int = 380) -> go.Figure:
    """Place, costate of the place and force against time: the closed form as lines, a discretisation as marks.

    Parameters
    ----------
    exact, found
        The closed form and the discretisation, each at equal times from 0 to T.
    time
        T.
    height
        In pixels.

    Returns
    -------
    Figure
        Three lines for the closed form and marks of the same colours for the discretisation, against time from 0 to T.
    """
    figure = go.Figure()
    parts = (("place", "states"), ("its costate", "costates"), ("force", "controls"))
    for (name, part), colour, symbol in zip(parts, SERIES_COLOURS, _SYMBOLS, strict=False):
        for one, style in (
            (exact, {"mode": "lines", "line": {"color": colour, "width": 3}}),
            (found, {"mode": "markers", "marker": {"color": colour, "size": 9, "symbol": symbol}, "showlegend": False}),
        ):
            values = getattr(one, part)[:, 0].numpy()
            figure.add_trace(scatter(np.stack([np.linspace(0, time, len(values)), values], 1), name=name, **style))
    figure.update_xaxes(title_text="time t")
    figure.update_layout(margin={**_MARGIN, "t": 92})
    return themed(figure, height)


def refinement_plot(errors: Mapping[str, Mapping[int, float]], shown: str, height: int = 380) -> go.Figure:
    """Errors against the number of steps, both on logarithmic axes.

    Parameters
    ----------
    errors
        By the name of each method, then by the number of steps.
    shown
        The one that is drawn thick.
    height
        In pixels.

    Returns
    -------
    Figure
        A line for each method: steps to the right, errors upwards.
    """
    figure = go.Figure()
    for (name, one), colour, symbol in zip(errors.items(), SERIES_COLOURS, _SYMBOLS, strict=False):
        places = np.array(list(one.items()), dtype=float)
        figure.add_trace(
            scatter(
                places,
                name=name,
                mode="lines+markers",
                line={"color": colour, "width": 5 if name == shown else 2},
                marker={"color": colour, "size": 10, "symbol": symbol},
            )
        )
    steps = sorted({k for one in errors.values() for k in one})
    ticks = {"tickvals": steps, "ticktext": [f"{k}" for k in steps]}
    figure.update_xaxes({**logarithmic(steps, "number K of steps"), **ticks})
    figure.update_yaxes(logarithmic([error for one in errors.values() for error in one.values()], "largest error"))
    figure.update_layout(margin={**_MARGIN, "t": 92})
    return themed(figure, height)


def control_plot(controls: Sequence[RefinedControl], entry: int, time: float, height: int = 360) -> go.Figure:
    """One weight as a function of time, for each number of layers: constant in each of them.

    Parameters
    ----------
    controls
        Of growing depth.
    entry
        The number of the weight.
    time
        T.
    height
        In pixels.

    Returns
    -------
    Figure
        A staircase for each number of layers, from time 0 to T.
    """
    figure = go.Figure()
    for one, colour in zip(controls, SERIES_COLOURS, strict=False):
        values = one.theta[:, entry].numpy()
        places = np.stack([np.linspace(0, time, len(values) + 1), np.append(values, values[-1])], 1)
        style = {"color": colour, "width": 3, "shape": "hv"}
        figure.add_trace(scatter(places, name=f"{len(values)} layers", mode="lines", line=style))
    figure.update_xaxes(title_text="time t")
    figure.update_layout(margin={**_MARGIN, "t": 92})
    return themed(figure, height)


def time_steps_plot(steps: Mapping[str, Sequence[float]], height: int = 360) -> go.Figure:
    """The time steps h^k of networks as bars over the layers, with a line where all of them start.

    Parameters
    ----------
    steps
        By the name of each of two networks, as many for each.
    height
        In pixels.
    """
    figure, (_, blue, green, *_) = go.Figure(), SERIES_COLOURS
    for (name, one), colour in zip(steps.items(), (green, blue), strict=False):
        figure.add_trace(go.Bar(x=np.arange(1, len(one) + 1), y=one, name=name, marker_color=colour))
    n_layers = max(map(len, steps.values()), default=1)
    figure.add_hline(1 / n_layers, line_dash="dot")
    figure.update_xaxes(title_text="layer", dtick=max(1, n_layers // 5))
    figure.update_yaxes(title_text="hᵏ")
    figure.update_layout(margin={**_MARGIN, "t": 92})
    return themed(figure, height)


def weights_plot(
    A: Float[Tensor, "layer width width"], b: Float[Tensor, "layer width"], height: int = 360
) -> go.Figure:
    """All weights of a network over its layers: A as solid lines and b as dashed ones.

    Parameters
    ----------
    A, b
        Of each layer.
    height
        In pixels.

    Returns
    -------
    Figure
        A line for each entry of A and b, against the number of the layer, from 1.
    """
    figure, layers = go.Figure(), np.arange(1, len(b) + 1, dtype=float)
    for name, entries, colour, dash in (("A", A.flatten(1), _BLUE, "solid"), ("b", b, _VERMILION, "dash")):
        for k, entry in enumerate(entries.T.numpy()):
            style = {"color": colour, "width": 2, "dash": dash}
            places = np.stack([layers, entry], 1)
            figure.add_trace(scatter(places, name=name, mode="lines", line=style, showlegend=not k))
    figure.update_xaxes(title_text="layer", dtick=max(1, len(b) // 5))
    figure.update_layout(margin=_MARGIN)
    return themed(figure, height)
