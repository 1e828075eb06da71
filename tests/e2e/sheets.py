"""What a test does on the sheet of the brush, and what is seen there."""

import math

import pytest
from playwright.sync_api import Locator, Page

__all__ = ["HALF_WIDTH", "REST", "Rows", "close", "drag", "on_sheet", "press", "sheet", "spot", "tap"]

Rows = list[list[float]]
HALF_WIDTH = 2.0
REST = 400
"""Milliseconds: longer than the browser waits with a report."""


def sheet(page: Page) -> Locator:
    return page.get_by_test_id("brush-sheet")


def spot(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a point of the plane is on the screen."""
    sheet(page).scroll_into_view_if_needed()
    box = sheet(page).bounding_box()
    assert box is not None
    assert box["width"] == pytest.approx(box["height"])
    scale = box["width"] / 2 / HALF_WIDTH
    return box["x"] + box["width"] / 2 + scale * x, box["y"] + box["height"] / 2 - scale * y


def tap(page: Page, x: float, y: float) -> None:
    page.mouse.click(*spot(page, x, y))


def drag(page: Page, *stops: tuple[float, float], lift: bool = True) -> None:
    places = [spot(page, *stop) for stop in stops]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place)
    if lift:
        page.mouse.up()


def press(page: Page, name: str) -> None:
    page.get_by_test_id(f"brush-{name}").click(force=True)  # also where it says that there is nothing to do


def on_sheet(page: Page) -> Rows:
    """The points as they are painted, in order."""
    return sheet(page).evaluate(
        """(svg, half) => [...svg.querySelectorAll(".points path")].map((path) => {
          const { e, f } = path.transform.baseVal.consolidate().matrix;
          return [(e * half) / 100, (-f * half) / 100, Number(path.dataset.label)];
        })""",
        HALF_WIDTH,
    )


def close(some: Rows, others: Rows, within: float = 0.001) -> bool:
    return len(some) == len(others) and all(
        a[2] == b[2] and math.dist(a[:2], b[:2]) <= within for a, b in zip(some, others, strict=True)
    )
