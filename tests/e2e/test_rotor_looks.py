"""How the rotor looks: text that can be read in both themes, and pictures in rows that fit the screen."""

import re

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator

from tests.e2e.conftest import themes, visit
from tests.e2e.test_rotor import OPENING, ready
from tests.waiting import until

pytestmark = pytest.mark.browser


def test_text_can_be_read_in_both_themes(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/rotation?{OPENING}", theme="dark") as page:
        ready(page)
        for theme in themes(page, "dark"):
            for selector in (".number", ".detail", ".name", ".degrees", ".play", ".state", ".curves text"):
                text = page.locator(f"[data-testid=rotor] {selector}").first
                until(lambda text=text: contrast(text) >= 4.5, f"{selector} can be read ({theme})", seconds=10)


def contrast(element: Locator) -> float:
    """Of a text to the page, as WCAG 2 has it, opacity included; 0 for one that was drawn anew meanwhile."""
    drawn = element.evaluate(
        """element => {
          const style = getComputedStyle(element);
          const svg = element instanceof SVGElement;
          const page = getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor;
          return element.isConnected ? [svg ? style.fill : style.color, Number(style.opacity), page] : null;
        }"""
    )
    if drawn is None:
        return 0
    text, opacity, ground = drawn
    front, back = (np.array([float(x) for x in re.findall(r"[\d.]+", colour)[:3]]) / 255 for colour in (text, ground))
    front = opacity * front + (1 - opacity) * back

    def luminance(colour: np.ndarray) -> float:
        linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
        return float(linear @ (0.2126, 0.7152, 0.0722))

    light, dark = sorted((luminance(front), luminance(back)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_on_a_phone_pictures_stand_in_three_columns(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/rotation?{OPENING}", width=390, height=844) as page:
        ready(page)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        boxes = [
            box
            for figure in page.locator("[data-testid=rotor-pictures] figure").all()
            if (box := figure.bounding_box())
        ]
        assert len({round(box["x"]) for box in boxes}) == 3


@pytest.mark.parametrize("width", [1280, 1920])
def test_on_a_screen_pictures_stand_in_one_row(chromium: Browser, server: str, width: int) -> None:
    with visit(chromium, f"{server}/rotation?{OPENING}", width=width, height=900) as page:
        ready(page)
        boxes = [
            box
            for figure in page.locator("[data-testid=rotor-pictures] figure").all()
            if (box := figure.bounding_box())
        ]
        assert len(boxes) == 4
        assert len({round(box["y"]) for box in boxes}) == 1
