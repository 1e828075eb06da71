"""Few cases instead of all combinations: every pair of values of any two parameters occurs in one of them."""

from collections.abc import Iterable, Sequence
from itertools import combinations, product
from typing import Any

import pytest

__all__ = ["covering", "every_pair"]


def covering(axes: Sequence[Sequence[Any]]) -> list[tuple[int, ...]]:
    """Positions on the axes, case by case, such that any two axes show all their pairs; the same ones every time."""
    missing = {
        ((i, a), (j, b))
        for i, j in combinations(range(len(axes)), 2)
        for a, b in product(range(len(axes[i])), range(len(axes[j])))
    }
    candidates = list(product(*(range(len(axis)) for axis in axes)))
    cases = []
    while missing:
        best = max(candidates, key=lambda case: len(missing & set(combinations(enumerate(case), 2))))
        missing -= set(combinations(enumerate(best), 2))
        cases.append(best)
    return cases


def every_pair(**axes: Iterable[Any]) -> pytest.MarkDecorator:
    """As one `pytest.mark.parametrize` for each keyword, but with few combinations of three or more of them."""
    values = [list(axis) for axis in axes.values()]
    rows = [tuple(values[i][k] for i, k in enumerate(case)) for case in covering(values)]
    names = ["-".join(str(getattr(value, "name", value)) for value in row) for row in rows]
    return pytest.mark.parametrize(tuple(axes), rows, ids=names)
