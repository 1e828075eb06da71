"""The rotor under a finger: pictures, numbers and markers follow, and the page follows when it lets go."""

import math
import re

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from structviz import data, zoo
from structviz.figures import coloured
from structviz.studies.rotation import compare, film_strip
from structviz.studies.turning import FilmStrip
from tests.e2e.conftest import settle, visit

pytestmark = pytest.mark.browser

ARMS = ("ordinary", "equivariant")
SECONDS = 60_000

OPENING = "rot_source=stripes&rot_angle=90"
"""The lecture's stripes, turned: their networks are quick to compute."""


@pytest.fixture(scope="module")
def strip() -> FilmStrip:
    """What the page shows of the lecture's stripes, from the backend."""
    return film_strip({arm: zoo.load(f"stripes/{arm}") for arm in ARMS}, data.stripes(1))


def ready(page: Page) -> Locator:
    """The rotor, when it can turn and nothing more is on its way."""
    rotor = page.locator("[data-testid=rotor][data-ready=true]")
    expect(rotor).to_be_visible(timeout=SECONDS)
    settle(page)
    expect(page.locator("[data-testid=rotor][data-exact=true]")).to_be_visible(timeout=SECONDS)
    return page.get_by_test_id("rotor")


def degrees(page: Page) -> float:
    return float(page.get_by_test_id("rotor").get_attribute("data-degrees") or "nan")


def drawn(page: Page) -> None:
    """The pictures are those of the angle."""
    there = page.get_by_test_id("rotor").get_attribute("data-degrees") or ""
    expect(page.get_by_test_id("rotor")).to_have_attribute("data-drawn", there, timeout=SECONDS)


def canvas(page: Page, arm: str) -> np.ndarray:
    """The pixels of a picture as the component drew them, (row, column, 4)."""
    values = page.locator(f"figure[data-arm={arm}] canvas.picture").evaluate(
        "c => [c.height, c.width, Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data)]"
    )
    return np.array(values[2], dtype=int).reshape(values[0], values[1], 4)


def numbers(page: Page) -> dict[str, str]:
    """PSNR and SSIM as they are written below the pictures."""
    return {
        arm: page.locator(f"figure[data-arm={arm}] figcaption").inner_text().replace("\n", " ")
        for arm in ("noisy", *ARMS)
    }


def expected_numbers(strip: FilmStrip, angle: float) -> dict[str, tuple[float, float]]:
    k = round(angle / 5) % 72
    frames = {"noisy": strip.noisy, **strip.arms}
    return {arm: (shown.psnr[k].item(), shown.ssim[k].item()) for arm, shown in frames.items()}


def assert_numbers(page: Page, strip: FilmStrip) -> None:
    drawn(page)
    for arm, (psnr, ssim) in expected_numbers(strip, degrees(page)).items():
        texts = re.findall(r"[−\d.]+", numbers(page)[arm])
        shown = [float(text.replace("−", "-")) for text in texts]
        assert shown == pytest.approx([psnr, ssim], abs=0.051), arm
        assert shown[1] == pytest.approx(ssim, abs=0.00051), arm


def markers(page: Page) -> dict[str, tuple[float, float]]:
    return {
        marker.get_attribute("data-arm") or "": (
            float(marker.get_attribute("cx") or "nan"),
            float(marker.get_attribute("cy") or "nan"),
        )
        for marker in page.locator("[data-testid=rotor-curves] .marker").all()
    }


class Finger:
    """A pointer that goes round the centre of a picture, counter-clockwise from the right."""

    def __init__(self, page: Page, arm: str = "equivariant") -> None:
        frame = page.locator(f"figure[data-arm={arm}] .frame")
        frame.scroll_into_view_if_needed()
        box = frame.bounding_box()
        assert box is not None
        self.mouse = page.mouse
        self.x, self.y, self.radius = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 0.35 * box["width"]

    def move(self, angle: float) -> None:
        self.mouse.move(
            self.x + self.radius * math.cos(math.radians(angle)), self.y - self.radius * math.sin(math.radians(angle))
        )

    def drag(self, start: int, end: int) -> None:
        """Leaves the finger down."""
        self.move(start)
        self.mouse.down()
        for angle in range(start, end, 4 if end > start else -4):
            self.move(angle)
        self.move(end)


def test_a_drag_turns_everything_at_once_and_asks_the_server_only_in_the_end(
    chromium: Browser, server: str, strip: FilmStrip
) -> None:
    with visit(chromium, f"{server}/rotation?{OPENING}") as page:
        ready(page)
        assert degrees(page) == 90
        before = {arm: canvas(page, arm) for arm in ("noisy", *ARMS, "truth")}
        marks = markers(page)
        assert set(marks) == {"noisy", *ARMS}
        finger = Finger(page)
        finger.drag(0, 45)
        assert degrees(page) == 135
        assert_numbers(page, strip)
        for arm, picture in before.items():
            assert (canvas(page, arm) != picture).any(), arm
        for arm, (x, y) in markers(page).items():
            assert x > marks[arm][0] + 20, arm
            assert arm != "equivariant" or y > marks[arm][1] + 20, "it was not trained between quarter turns"
        # Outside of the disc there is nothing.
        truth = canvas(page, "truth")
        exact = coloured(strip.clean[27, 0], "stripes", strip.mask).astype(int)
        assert (truth[..., 3] == exact[..., 3]).all()
        inside = exact[..., 3] > 0
        assert np.abs(truth - exact)[inside].max() <= 2
        assert "rot_angle=90" in page.url, "the address waits until the finger lets go"
        page.mouse.up()
        page.wait_for_url("**rot_angle=135**")
        ready(page)
        expect(page.get_by_role("slider", name="Turned by")).to_have_value("135")
        expect(page.get_by_text("Turning the image by 135°")).to_be_visible()
        assert_numbers(page, strip)


@pytest.mark.parametrize("angle", [90, 35])
def test_pictures_at_rest_are_exact(chromium: Browser, server: str, angle: int) -> None:
    nets = {arm: zoo.load(f"stripes/{arm}") for arm in ARMS}
    single = compare(nets, data.stripes(1), math.radians(angle))
    mask = None if angle == 90 else single.mask
    with visit(chromium, f"{server}/rotation?rot_source=stripes&rot_angle={angle}") as page:
        ready(page)
        for arm in ARMS:
            exact = coloured(single.arms[arm][1].image[0, 0], "stripes", mask).astype(int)
            opaque = exact[..., 3] > 0
            shown = canvas(page, arm)
            assert (shown[..., 3] == exact[..., 3]).all()
            # Two runs of a network may round to neighbouring colours.
            assert np.abs(shown - exact)[opaque].max() <= 1


def test_keys_turn_by_a_frame_by_larger_steps_and_to_the_ends(chromium: Browser, server: str, strip: FilmStrip) -> None:
    with visit(chromium, f"{server}/rotation?{OPENING}") as page:
        ready(page)
        dial = page.get_by_role("slider", name="Turn the image")
        dial.focus()
        for key, angle in (("ArrowRight", 95), ("ArrowLeft", 90), ("ArrowLeft", 85), ("Shift+ArrowRight", 175)):
            dial.press(key)
            assert degrees(page) == angle
            assert_numbers(page, strip)
        expect(dial).to_have_attribute("aria-valuetext", "175 degrees")
        outline = dial.evaluate("element => getComputedStyle(element).outlineStyle")
        assert outline == "solid", "who uses keys sees where they are"
        page.wait_for_url("**rot_angle=175**")
        dial.press("Home")
        assert degrees(page) == 0
        dial.press("Shift+ArrowLeft")
        assert degrees(page) == 270
        for key, angle in (("PageUp", 315), ("PageUp", 0), ("PageDown", 315), ("End", 359), ("ArrowRight", 4)):
            dial.press(key)
            assert degrees(page) == angle
        expect(dial).to_have_attribute("aria-valuemax", "359")


def test_play_turns_until_it_is_stopped(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/rotation?{OPENING}") as page:
        rotor = ready(page)
        play = page.get_by_test_id("rotor-play")
        expect(play).to_have_attribute("aria-pressed", "false")
        play.click()
        expect(play).to_have_attribute("aria-pressed", "true")
        expect(rotor).to_have_attribute("data-degrees", re.compile("^(1[2-9]|2)"))
        play.click()
        expect(play).to_have_attribute("aria-pressed", "false")
        there = degrees(page)
        page.wait_for_url(f"**rot_angle={there:g}**")
        ready(page)
        assert degrees(page) == there


def test_level_and_seed_follow_their_handles_and_the_page_follows_them(chromium: Browser, server: str) -> None:
    nets = {arm: zoo.load(f"stripes/{arm}") for arm in ARMS}
    expected = compare(nets, data.stripes(1), math.pi / 2, "gaussian", 0.27, 1)
    with visit(chromium, f"{server}/rotation?{OPENING}") as page:
        ready(page)
        before = numbers(page)
        level = page.get_by_test_id("rotor-level")
        level.press("ArrowRight")
        level.press("ArrowRight")
        page.get_by_test_id("rotor-seed").click()
        expect(page.locator("figure[data-arm=noisy] .number")).to_have_text(f"{expected.noisy[1].psnr:.1f} dB")
        assert "rot_seed" not in page.url, "the server hears of it when the hand rests"
        shown = numbers(page)
        assert shown != before
        for arm, outcome in {
            "noisy": expected.noisy[1],
            **{arm: found[1] for arm, found in expected.arms.items()},
        }.items():
            assert shown[arm].startswith(f"{outcome.psnr:.1f} dB"), arm
        page.wait_for_url(re.compile("rot_level=0.27.*rot_seed=1"))
        ready(page)
        assert numbers(page) == shown, "the server says the same"
        expect(page.get_by_role("slider", name="Noise level")).to_have_value("0.27")


def test_where_webassembly_is_missing_films_come(chromium: Browser, server: str) -> None:
    with visit(chromium, server) as page:
        page.add_init_script("delete globalThis.WebAssembly")
        page.goto(f"{server}/rotation?{OPENING}")
        ready(page)
        expect(page.get_by_test_id("rotor-level")).to_be_hidden()
        expect(page.get_by_text("This browser does not run WebAssembly")).to_be_visible(timeout=SECONDS)
        page.get_by_role("slider", name="Turn the image").press("End")
        assert degrees(page) == 355


def test_who_wants_less_motion_gets_steps(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/rotation?{OPENING}") as page:
        page.emulate_media(reduced_motion="reduce")
        rotor = ready(page)
        page.get_by_test_id("rotor-play").click()
        expect(rotor).to_have_attribute("data-degrees", "105", timeout=SECONDS)
        expect(rotor).to_have_attribute("data-degrees", "120", timeout=SECONDS)
        page.get_by_test_id("rotor-play").click()


def test_differences_are_shown_at_once_and_kept_in_the_address(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/rotation?{OPENING}") as page:
        ready(page)
        outputs, truth, text = canvas(page, "ordinary"), canvas(page, "truth"), numbers(page)
        page.get_by_test_id("rotor-differences").click()
        differences = canvas(page, "ordinary")
        assert (differences != outputs).any()
        assert (canvas(page, "truth") == truth).all()
        assert numbers(page) == text
        page.wait_for_url("**rot_differences=true**")
        ready(page)
        exact = canvas(page, "ordinary")
        assert np.abs(exact - differences).mean() < 12, "what the browser computed is what the server says"
        page.get_by_test_id("rotor-outputs").click()
        expect(page.get_by_test_id("rotor-outputs")).to_have_attribute("aria-pressed", "true")
        page.wait_for_url(re.compile("^(?!.*rot_differences=true)"))


def test_curves_have_three_views(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/rotation?{OPENING}") as page:
        ready(page)
        plot = page.get_by_test_id("rotor-curves")
        straight = markers(page)
        page.get_by_test_id("rotor").get_by_role("button", name="PSNR, polar").click()
        expect(plot).to_have_attribute("data-view", "polar")
        # At 90 degrees, counter-clockwise from the top, all markers lie on one level left of the centre.
        polar = markers(page)
        assert polar != straight
        assert max(y for _, y in polar.values()) - min(y for _, y in polar.values()) < 1
        assert polar["equivariant"][0] < polar["ordinary"][0]
        page.get_by_test_id("rotor").get_by_role("button", name="Equivariance error").click()
        expect(page.locator("[data-testid=rotor-curves][data-view=error][data-ready=true]")).to_be_visible(
            timeout=SECONDS
        )
        expect(page.get_by_text("Interpolation alone")).to_be_visible()
        errors = markers(page)
        assert set(errors) == {"interpolation", *ARMS}
        assert errors["ordinary"][1] + 100 < errors["equivariant"][1], "orders of magnitude lie between them"
        page.wait_for_url("**rot_curves=Equivariance**")


def test_the_lens_shows_the_same_place_everywhere(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/rotation?{OPENING}") as page:
        ready(page)
        lenses = page.locator("canvas.lens")
        expect(lenses.first).to_be_hidden()
        page.get_by_test_id("rotor-lens").click()
        Finger(page).move(120)
        for lens in lenses.all():
            expect(lens).to_be_visible()
        places = {lens.evaluate("element => [element.style.left, element.style.top].join()") for lens in lenses.all()}
        assert len(places) == 1
        page.mouse.move(1, 1)
        expect(lenses.first).to_be_hidden()


def test_a_share_link_restores_the_angle_and_the_view(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/rotation?{OPENING}") as page:
        ready(page)
        page.get_by_test_id("rotor-differences").click()
        page.wait_for_url("**rot_differences=true**")
        settle(page)
        Finger(page).drag(0, -50)
        page.mouse.up()
        page.wait_for_url("**rot_angle=40**")
        ready(page)
        page.get_by_role("button", name="Share").click()
        expect(page.get_by_test_id("share-link")).not_to_be_empty(timeout=SECONDS)
        link = page.get_by_test_id("share-link").inner_text()
        shown, picture = numbers(page), canvas(page, "ordinary")
    with visit(chromium, link) as page:
        ready(page)
        assert degrees(page) == 40
        assert numbers(page) == shown
        assert (canvas(page, "ordinary") == picture).all()
        expect(page.get_by_test_id("rotor-differences")).to_have_attribute("aria-pressed", "true")


def test_the_address_that_the_page_writes_is_one_that_it_reads(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/rotation?{OPENING}") as page:
        ready(page)
        page.get_by_role("button", name="A phantom at 45°").click()
        page.wait_for_url("**rot_group=C8**")
        settle(page)  # a field that is changed before the preset has arrived sends back what the others were
        page.get_by_text("More choices").click()
        page.get_by_text("turns with the object").click()
        page.wait_for_url("**rot_noise_turns=**")
        for name, written in (("64", "rot_size=64"), ("D4", "rot_group=D4")):
            page.get_by_test_id("stSidebar").get_by_text(name, exact=True).click()
            page.wait_for_url(f"**{written}**")
        page.wait_for_timeout(1500)  # the pictures before stay until those of the last choice are there
        ready(page)
        address, shown = page.url, numbers(page)
    with visit(chromium, address) as page:
        ready(page)
        assert numbers(page) == shown
        expect(page.get_by_test_id("stToast")).to_have_count(0)
    with visit(chromium, f"{address}&rot_seed=many&rot_colour=blue") as page:
        expect(page.get_by_test_id("stToast")).to_contain_text("rot_seed=many")
        expect(page.get_by_test_id("stToast")).to_contain_text("rot_colour=blue")
        ready(page)
        assert numbers(page) == shown


def test_turning_does_not_move_the_page(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/rotation?{OPENING}") as page:
        ready(page)
        rotor = page.get_by_test_id("rotor")
        before = rotor.bounding_box()
        finger = Finger(page)
        finger.drag(0, 60)
        assert rotor.bounding_box() == before
        page.mouse.up()
        page.wait_for_url("**rot_angle=150**")
        ready(page)
        assert rotor.bounding_box() == before
