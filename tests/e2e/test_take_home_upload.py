"""A visitor's own image is in the file that is taken home, which finds the numbers of the package without a network."""

import math
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from structviz import data, zoo
from structviz.studies.rotation import Comparison, compare
from tests.e2e.conftest import visit
from tests.e2e.film_pages import SECONDS
from tests.e2e.test_rotor import ready
from tests.e2e.test_rotor_own_image import LEVEL, NETWORKS, SIDE, own_image, upload
from tests.e2e.test_take_home import changing, opened

pytestmark = pytest.mark.browser


def check(page: Page, expected: Comparison) -> None:
    """The numbers below the pictures, within the tolerances of the engine and the rounding shown."""
    shown = {"noisy": expected.noisy[-1], **{arm: restored[-1] for arm, restored in expected.arms.items()}}
    for arm, restored in shown.items():
        figure = page.locator(f"figure[data-arm={arm}]")
        psnr = re.fullmatch(r"(.+) dB", figure.locator(".number").inner_text())
        ssim = re.fullmatch(r"SSIM (.+)", figure.locator(".detail").inner_text())
        assert psnr
        assert ssim
        assert abs(float(psnr[1]) - restored.psnr) <= 0.02 + 0.05, arm
        assert abs(float(ssim[1]) - restored.ssim) <= 0.001 + 0.0005, arm


def test_an_uploaded_image_is_taken_home(chromium: Browser, server: str, tmp_path: Path) -> None:
    content, nets = own_image(), {arm: zoo.load(name) for arm, name in NETWORKS.items()}
    with visit(chromium, f"{server}/rotation?rot_source=own&rot_size={SIDE}&rot_angle=10") as page:
        ready(page)
        upload(page, content)
        with page.expect_download(timeout=2 * SECONDS) as download:
            page.get_by_role("button", name="Take home (HTML)").click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)

    def found(degrees: int, seed: int) -> Comparison:
        return compare(nets, data.read_image(content, SIDE), math.radians(degrees), "gaussian", LEVEL - 0.01, seed)

    with opened(chromium, file.as_uri(), viewport={"width": 390, "height": 844}) as page:
        page.locator("[data-testid=rotor][data-exact=true][data-ready=true]").wait_for(timeout=SECONDS)
        check(page, found(10, 0))
        page.get_by_test_id("rotor-dial").press("ArrowRight")
        expect(page.get_by_test_id("rotor")).to_have_attribute("data-drawn", "15", timeout=SECONDS)
        changing(page, page.get_by_test_id("rotor-seed").click)
        check(page, found(15, 1))
