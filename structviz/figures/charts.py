"""One look for all Plotly figures: in the app, in its light and in its dark theme, and in a file saved from it."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Bool, Float

__all__ = [
    "CHART_CONFIG",
    "themed",
    # axes
    "decade_ticks",
    "decades",
    "logarithmic",
    "pixel_centres",
    "square",
    # marks
    "hatching",
    "scatter",
]

CHART_CONFIG: Mapping[str, bool] = MappingProxyType(
    {"displayModeBar": False, "scrollZoom": False, "doubleClick": False, "responsive": True}
)
"""For `config=` of whatever shows a figure: no buttons, and scrolling scrolls the page."""

_CLEAR = "rgba(0,0,0,0)"
_FAINT = "rgba(128,136,144,0.28)"

# Streamlit writes the colours and the typeface of its theme over those of the template, and leaves alone what stands in
# the layout itself. So colours of words and lines stand here and sizes there; these colours are for saved files.
_AXIS = {"gridcolor": _FAINT, "linecolor": "#808890", "tickcolor": "#808890", "zerolinecolor": _FAINT}
_TEMPLATE = go.layout.Template(
    layout={
        "font": {"color": "#6B737E", "family": "system-ui, 'Segoe UI', Helvetica, Arial, sans-serif"},
        "xaxis": _AXIS,
        "yaxis": _AXIS,
    }
)

_SMALL, _NORMAL, _LARGE = 15, 16, 17
"""Sizes of letters, in pixels: ticks and notes, names, headings of panels."""

_LETTER = 0.52
"""Mean width of a letter, in parts of its size."""

_HATCHES = 40
"""Hatching lines across a picture."""


def themed(figure: go.Figure, height: int, note: str = "", room: int = 400, gap: int = 12) -> go.Figure:
    """The figure in the look of all figures: transparent, large letters, and nothing that moves by accident.

    Parameters
    ----------
    figure
        Any figure; it stays as it is.
    height
        In pixels, without the note. The width is that of the place where the figure is shown.
    note
        A sentence that stands below.
    room
        Width of the note in pixels: Plotly does not break lines, so they are broken here.
    gap
        Pixels between the axes and the note, for what else stands there.

    Returns
    -------
    Figure
        A copy, `height` pixels high and more for the lines of the note.

    Examples
    --------
    >>> themed(go.Figure(go.Scatter(y=[1, 2])), 300).layout.height
    300
    """
    figure = go.Figure(figure)
    figure.update_layout(
        template=_TEMPLATE,
        height=height,
        paper_bgcolor=_CLEAR,
        plot_bgcolor=_CLEAR,
        font_size=_NORMAL,
        dragmode=False,
        hovermode="closest",
        margin_pad=0,
        legend={
            "orientation": "h", "yref": "container", "y": 1, "yanchor": "top", "x": 0,
            "font_size": _NORMAL, "bgcolor": _CLEAR, "itemclick": False, "itemdoubleclick": False,
        },
    )  # fmt: skip
    for update in (figure.update_xaxes, figure.update_yaxes):
        update(fixedrange=True, tickfont_size=_SMALL, title_font_size=_NORMAL)
    figure.update_annotations(font_size=_LARGE)
    if note:
        lines = textwrap.wrap(note, max(20, int(room / (_LETTER * _SMALL))))
        below = round(1.35 * _SMALL * len(lines)) + 6
        figure.add_annotation(
            text="<br>".join(lines), xref="paper", yref="paper", x=0, y=0, yshift=-gap, xanchor="left", yanchor="top",
            align="left", showarrow=False, font_size=_SMALL,
        )  # fmt: skip
        figure.update_layout(height=height + below, margin_b=gap + below)
    return figure


def square(figure: go.Figure, half_width: float) -> None:
    """Give a figure equal axes from -half_width to half_width: a frame, a cross at zero, no numbers."""
    common = {
        "range": [-half_width, half_width], "constrain": "domain", "showticklabels": False, "showgrid": False,
        "zeroline": True, "showline": True, "mirror": True, "linewidth": 1, "ticks": "",
    }  # fmt: skip
    figure.update_xaxes(common)
    figure.update_yaxes(common)
    figure.update_yaxes(scaleanchor="x")


def logarithmic(values: Sequence[float], title: str) -> dict[str, Any]:
    """An axis with powers of ten that holds these values, all positive, with some room."""
    low, high = (math.log10(end) for end in (min(values, default=0.1), max(values, default=1)))
    room = 0.06 * (high - low) + 0.05
    axis = {"type": "log", "range": [low - room, high + room], "title": {"text": title, "standoff": 8}}
    if high - low >= 1.5:
        return axis | {"exponentformat": "power", "dtick": max(1, round((high - low) / 6))}
    # Plotly has such marks too ("D2"), but in letters too small for the last row.
    powers = range(math.floor(low - room), math.ceil(high + room) + 1)
    marks = []
    for digits in ((1, 2, 5), range(1, 10), range(10, 100)):
        marks = [digit * 10.0 ** (power - (digit > 9)) for power in powers for digit in digits]
        marks = [mark for mark in marks if low - room <= math.log10(mark) <= high + room]
        if len(marks) > 1:
            break
    return axis | {"tickmode": "array", "tickvals": marks, "ticktext": [f"{mark:,.12g}" for mark in marks]}


def scatter(places: Float[np.ndarray, "point 2"], **options: object) -> go.Scatter:
    """A trace through places, in single precision, which halves the figure."""
    return go.Scatter(x=places[:, 0].astype(np.float32), y=places[:, 1].astype(np.float32), **options)


def hatching(mask: Bool[np.ndarray, "row column"], half_width: float) -> Float[np.ndarray, "corner 2"]:
    """Parallel lines through the marked pixels, from bottom left to top right, with gaps (nan) between them."""
    n_rows, n_columns = mask.shape
    step = max(1, max(mask.shape) // _HATCHES)
    pieces = []
    for first in range(0, n_rows + n_columns - 1, step):
        # The pixels with row + column = first.
        columns = np.arange(max(0, first - n_rows + 1), min(first, n_columns - 1) + 1)
        borders = columns[0] + np.flatnonzero(np.diff(np.pad(mask[first - columns, columns], 1)))
        for start, end in zip(borders[::2], borders[1::2], strict=True):
            pieces += [(start, first - start + 1), (end, first - end + 1), (np.nan, np.nan)]
    # Corners of pixels, so far as column and row; rows count downwards.
    return half_width * (2 * np.array(pieces, float).reshape(-1, 2) / (n_columns, n_rows) - 1) * (1, -1)


def pixel_centres(n: int, half_width: float) -> Float[np.ndarray, "{n}"]:
    """Where the centres of n pixels are that fill the window from -half_width to half_width."""
    return half_width * ((2 * np.arange(n) + 1) / n - 1)


def decades(values: Float[np.ndarray, "row column"]) -> tuple[float, float]:
    """Logarithms of the ends of the colour scale: at most four decades, so that what is nearly zero hides nothing."""
    positive = values[np.isfinite(values) & (values > 0)]
    if not len(positive):
        return -1.0, 0.0
    high = math.log10(positive.max())
    return max(min(math.log10(positive.min()), high - 0.1), high - 4), high


def decade_ticks(low: float, high: float) -> dict[str, list[float] | list[str]]:
    """Round numbers between two powers of ten: 0.1, 0.2, 0.5, 1 and so on, or powers only if there are many."""
    powers = range(math.floor(low), math.ceil(high) + 1)
    pairs = [(digit, power) for power in powers for digit in ((1,) if high - low > 2 else (1, 2, 5))]
    shown = [(d, p) for d, p in pairs if low - 1e-9 <= math.log10(d) + p <= high + 1e-9]
    words = [f"{d * 10.0**p:g}" if -3 <= p <= 3 else f"{'' if d == 1 else f'{d}·'}10<sup>{p}</sup>" for d, p in shown]
    return {"tickvals": [math.log10(d) + p for d, p in shown], "ticktext": words}
