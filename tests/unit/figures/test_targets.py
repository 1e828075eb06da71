"""The small picture of points and rings: who is where, with y upwards."""

import re

import torch

from structviz.figures import CLASS_COLOURS
from structviz.figures.targets import points_and_targets

TARGETS = ((0.0, 0.0), (1.0, 0.0))


def circles(svg: str) -> list[tuple[float, float, float]]:
    found = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', svg)
    return [(float(x), float(y), float(r)) for x, y, r in found]


def test_classes_have_their_shapes_and_places_and_y_points_upwards() -> None:
    svg = points_and_targets(torch.tensor([[0.0, 1.0], [1.0, -1.0]]), torch.tensor([0, 1]), TARGETS)
    (dot, origin, right) = circles(svg)
    assert (dot[0], origin[0]) == (150, 150)
    assert dot[1] < origin[1] == 150
    assert right[0] > 150
    square = re.search(r'<rect x="([\d.]+)" y="([\d.]+)" width="8"', svg)
    assert square is not None
    assert float(square[1]) + 4 == right[0]
    assert float(square[2]) + 4 > 150
    assert svg.count(CLASS_COLOURS[0]) == svg.count(CLASS_COLOURS[1]) == 2


def test_all_points_are_inside_but_those_at_infinity() -> None:
    points = torch.tensor([[50.0, -40.0], [torch.inf, 0.0], [torch.nan, 1.0]])
    svg = points_and_targets(points, torch.tensor([0, 0, 0]), TARGETS)
    found = circles(svg)
    assert len(found) == 3
    assert all(0 < x < 300 and 0 < y < 300 for x, y, _ in found)
