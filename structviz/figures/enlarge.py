"""A Plotly figure for a larger screen: letters, marks, lines and margins grow together."""

from typing import Any

import plotly.graph_objects as go

__all__ = ["enlarged_figure"]

_EVERYWHERE = frozenset({"standoff", "xshift", "yshift", "borderpad", "ticklen", "tickwidth", "linewidth", "gridwidth"})
"""Lengths in pixels, wherever they stand."""

_MARGINS = frozenset({"l", "r", "t", "b", "pad"})


def enlarged_figure(figure: go.Figure, factor: float) -> go.Figure:
    """The figure with every length in pixels `factor` times as large; what is measured in the data's units stays.

    Plotly sets letters in pixels and lays out around them, so that a style sheet cannot enlarge them afterwards.

    Examples
    --------
    >>> enlarged_figure(go.Figure(layout={"height": 300, "font": {"size": 15}}), 2).layout.font.size
    30
    """
    if factor == 1:
        return figure
    parts = figure.to_dict()
    layout = _grown(parts["layout"], "layout", factor)
    if "height" in layout:
        layout["height"] = round(layout["height"] * factor)
    return go.Figure(_grown(parts["data"], "data", factor), layout)


def _grown(part: Any, name: str, factor: float) -> Any:
    if isinstance(part, list | tuple):
        return [_grown(one, name, factor) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        key: _times(value, factor) if _is_length(name, key) else _grown(value, key, factor)
        for key, value in part.items()
    }


def _is_length(parent: str, key: str) -> bool:
    if key == "size":
        return parent == "marker" or parent.endswith("font")
    if key == "width":
        return parent == "line"
    return key in _EVERYWHERE or (parent == "margin" and key in _MARGINS)


def _times(value: Any, factor: float) -> Any:
    return [one * factor for one in value] if isinstance(value, list | tuple) else value * factor
