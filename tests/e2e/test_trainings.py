"""Trainings that play back on the page of optimal control, in a browser."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import settle, visit

pytestmark = pytest.mark.browser

SECONDS = 60_000


def test_time_steps_move_while_the_training_goes_on(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/optimal_control?control_learned=true", 1280, 900) as page:
        page.emulate_media(reduced_motion="reduce")
        networks = page.locator(".trainings .network")
        expect(networks).to_have_count(2, timeout=SECONDS)
        settle(page)
        free, simplex = (networks.nth(k) for k in (0, 1))
        expect(simplex.locator(".bars figcaption")).to_have_text("Σh = 1.00, 0 negative, 16 of 20 off")
        expect(simplex.locator(".off")).to_have_count(16)
        expect(free.locator(".off")).to_have_count(0)

        moments = page.locator(".trainings .frame")
        moments.focus()
        page.keyboard.press("Home")
        for network in (free, simplex):
            expect(network.locator(".bars figcaption")).to_have_text("Σh = 1.00, 0 negative, 0 of 20 off")
            heights = {bar.get_attribute("height") for bar in network.locator(".bars rect:not(.shown)").all()}
            assert len(heights) == 1, "all steps start alike"
        page.wait_for_url(re.compile("control_learned_frame=0"), timeout=SECONDS)
        expect(page.locator(".trainings .said")).to_have_text(re.compile(r"^Steps of training: 0\. ODENet: loss "))

        layers = page.locator(".trainings .layer")
        before = free.locator(".plane .points").first.get_attribute("d")
        layers.focus()
        page.keyboard.press("Home")
        assert free.locator(".plane .points").first.get_attribute("d") != before
        points = [network.locator(".plane .points").first.get_attribute("d") for network in (free, simplex)]
        assert points[0] == points[1], "before the first layer both have the same points"

        page.get_by_role("button", name="Play the training").click()
        expect(page.locator(".trainings .frame-words")).not_to_have_text("Steps of training: 0", timeout=SECONDS)
        page.get_by_role("button", name="Stop").click()
        assert not page.locator(".trainings .frame-words").inner_text().endswith(": 0")
