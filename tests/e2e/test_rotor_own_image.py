"""The networks in the browser make of a visitor's own image what they make of it in Python."""

import math

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage
from playwright.sync_api import Browser, Page, expect

from structviz import data, zoo
from structviz.studies.rotation import compare
from structviz.transforms import add_noise, rotate
from tests.e2e.conftest import visit
from tests.e2e.test_rotor import ARMS, canvas, drawn, numbers, ready
from tests.unit.data.upload_files import encode
from tests.waiting import until

pytestmark = pytest.mark.browser

NETWORKS = {"ordinary": "images/ordinary-small", "equivariant": "images/equivariant-c4-small"}
SIDE, LEVEL, SEED = 64, 0.26, 1


def own_image() -> bytes:
    """A colour picture that is no square, with edges, ramps and fine texture."""
    rows, columns = np.mgrid[0:120, 0:150]
    rings = 0.5 + 0.5 * np.sin(np.hypot(rows - 50, columns - 90) / 4)
    red, green = rows / 120, (columns // 15 + rows // 20) % 2
    picture = np.stack([red, 0.3 + 0.4 * green, rings], -1)
    return encode(PillowImage.fromarray((255 * picture).astype(np.uint8)))


def upload(page: Page, content: bytes) -> None:
    """Give a page of rotations an image, and wait until it is shown."""
    stand_in = canvas(page, "truth")
    page.locator("input[type=file]").first.set_input_files(
        {"name": "own.png", "mimeType": "image/png", "buffer": content}
    )
    expect(page.get_by_text("own.png").first).to_be_visible()
    until(lambda: (canvas(page, "truth") != stand_in).any())
    ready(page)


def test_an_own_image_follows_the_hand_with_the_numbers_of_python(chromium: Browser, server: str) -> None:
    content = own_image()
    image = data.read_image(content, SIDE)
    nets = {arm: zoo.load(NETWORKS[arm]) for arm in ARMS}
    with visit(chromium, f"{server}/rotation?rot_source=own&rot_size={SIDE}&rot_angle=10") as page:
        ready(page)
        upload(page, content)
        page.get_by_role("slider", name="Turn the image").press("ArrowRight")
        page.get_by_test_id("rotor-level").press("ArrowRight")
        page.get_by_test_id("rotor-seed").click()
        drawn(page)
        angle = math.radians(15)
        expected = compare(nets, image, angle, "gaussian", LEVEL, SEED)
        noisy = expected.noisy[1]
        expect(page.locator("figure[data-arm=noisy] .number")).to_have_text(f"{noisy.psnr:.1f} dB")
        assert "rot_seed" not in page.url, "the browser has computed it"
        shown = numbers(page)
        for arm in ARMS:
            assert shown[arm].startswith(f"{expected.arms[arm][1].psnr:.1f} dB"), (arm, shown)
        given = add_noise(rotate(image, angle), "gaussian", LEVEL, torch.Generator().manual_seed(SEED))
        for arm, net in nets.items():
            with torch.no_grad():
                output = net(given)[0, 0].clamp(0, 1).mul(255).numpy()
            pixels = canvas(page, arm)
            visible = pixels[..., 3] == 255
            assert visible.mean() > 0.7
            assert np.abs(pixels[..., 0] - output)[visible].max() <= 1.5, arm
