"""A film with known numbers, and what a Plotly figure shows of it."""

import json
import math
from typing import Any, cast

import plotly.graph_objects as go
import pytest
import torch
from torch import Tensor

from structviz.studies.flow import Film


def spiral(dim: int = 2, n_points: int = 300, n_layers: int = 40, pixels: int = 16) -> Film:
    """Two half moons that turn and shrink, ż = A z, in Euler steps; a third coordinate grows with the first."""
    angle = torch.linspace(0, math.pi, n_points)
    labels = torch.arange(n_points) % 2
    moons = torch.stack([angle.sin() - 0.25, 0.5 - angle.cos()], 1) * (2 * labels - 1)[:, None]
    A = torch.zeros(dim, dim)
    A[:2, :2] = torch.tensor([[-0.3, -1.2], [1.2, -0.3]])
    A[2:, 0] = 0.8
    dt = 2.5 / n_layers

    def carried(start: Tensor) -> Tensor:
        states = [torch.cat([start, start.new_zeros(*start.shape[:-1], dim - 2)], -1)]
        for _ in range(n_layers):
            states.append(states[-1] + dt * states[-1] @ A.T)
        return torch.stack(states)

    ticks = torch.linspace(-1.8, 1.8, 9)
    mesh = carried(torch.stack(torch.meshgrid(ticks, ticks, indexing="xy"), -1))
    normal, offset, half_width = torch.tensor([1.0, -0.5, 2.0])[:dim], 0.4, 2.0
    centres = half_width * ((2 * torch.arange(pixels) + 1) / pixels - 1)
    window = torch.stack(torch.meshgrid(centres, centres.flip(0), indexing="xy"), -1)
    empty, planar = torch.zeros(n_layers + 1, 0, 0), dim == 2
    return Film(
        times=torch.linspace(0, 2.5, n_layers + 1),
        positions=carried(moons),
        labels=labels,
        anchors=torch.zeros(0, 2),
        arrows=torch.zeros(n_layers + 1, 0, 2),
        mesh=mesh,
        folded=torch.zeros(n_layers + 1, 8, 8, dtype=torch.bool) if planar else empty.bool(),
        smallest=torch.ones(8, 8),
        decisions=torch.sigmoid(carried(window).flip(0) @ normal + offset) if planar else empty,
        normal=normal,
        offset=offset,
        half_width=half_width,
    )


def drawn(figure: go.Figure) -> list[Any]:
    """All traces; Plotly's types do not tell what they have."""
    return list(cast("Any", figure).data)


def layout(figure: go.Figure) -> Any:
    return cast("Any", figure).layout


def traces(figure: go.Figure, name: str) -> list[Any]:
    return [trace for trace in drawn(figure) if trace.name == name]


def note(figure: go.Figure) -> str:
    return " ".join(a.text.replace("<br>", " ") for a in layout(figure).annotations if a.xref == "paper")


def check_size(figure: go.Figure) -> None:
    """A figure is valid JSON of at most a megabyte, on a transparent ground."""
    text = str(figure.to_json())
    assert len(text) < 1_000_000
    json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert layout(figure).paper_bgcolor == "rgba(0,0,0,0)"
