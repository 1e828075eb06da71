"""Inverse errors against the number of layers."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import plotly.graph_objects as go

from structviz.figures.charts import logarithmic, scatter, themed
from structviz.figures.theme import NEUTRAL
from structviz.studies.invertibility import KINDS, TWIN, DepthStudy

__all__ = ["KIND_COLOURS", "depth_plot"]

KIND_COLOURS: Mapping[str, str] = MappingProxyType(
    {"additive": "#56B4E9", "affine": "#0072B2", "contractive": "#009E73", "hamiltonian": "#CC79A7", TWIN: "#D55E00"}
)
"""Colours of the kinds of networks."""

_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x")
_LEAST = 1e-17
"""What an error of 0 is drawn as."""


def depth_plot(study: DepthStudy, shown: str, height: int = 460) -> go.Figure:
    """Inverse errors on a logarithmic axis: float64 in full lines, float32 in dashed ones.

    Parameters
    ----------
    study
        The errors.
    shown
        The kind whose rounding bound is drawn too, dotted.
    height
        In pixels.

    Returns
    -------
    Figure
        Layers to the right, relative inverse errors upwards; a line for each kind and precision.
    """
    figure, depths, drawn = go.Figure(), np.array(study.depths, float), [_LEAST]
    for (kind, precision), values in study.errors.items():
        title = KINDS[kind].title if kind in KINDS else "ResNet, searched"
        is_single, colour = precision == "float32", KIND_COLOURS[kind]
        errors = np.maximum(np.array(values), _LEAST)
        figure.add_trace(
            scatter(
                np.stack([depths, errors], 1),
                name=title,
                mode="lines+markers",
                legendgroup=kind,
                showlegend=not is_single,
                line={"color": colour, "dash": "dash" if is_single else "solid", "width": 3 if kind == shown else 2},
                marker={"symbol": _SYMBOLS[list(KIND_COLOURS).index(kind)], "size": 10, "color": colour},
                hovertemplate=f"%{{x}} layers<br>error %{{y:.1e}}<extra>{title}, {precision}</extra>",
            )
        )
        drawn += errors[np.isfinite(errors)].tolist()
        if kind == shown and (kind, precision) in study.rounding:
            bounds = np.array(study.rounding[kind, precision])
            figure.add_trace(
                scatter(
                    np.stack([depths, bounds], 1),
                    name="rounding, times what the inverses stretch",
                    mode="lines",
                    legendgroup="rounding",
                    showlegend=not is_single,
                    line={"color": NEUTRAL, "dash": "dot", "width": 3},
                    hovertemplate=f"%{{x}} layers<br>at most %{{y:.1e}}<extra>{title}, {precision}</extra>",
                )
            )
            drawn += bounds[np.isfinite(bounds)].tolist()
    figure.update_xaxes({**logarithmic(list(study.depths), "number of layers"), "tickvals": list(study.depths)})
    figure.update_yaxes(logarithmic(drawn, "inverse error"))
    figure.update_layout(margin={"l": 78, "r": 12, "t": 86, "b": 56})
    return themed(figure, height, "Full: float64. Dashed: float32.", room=600, gap=58)
