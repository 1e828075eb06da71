"""What the film player draws in a real browser: points, grounds, arrows, tails and folds, in the plane and in space."""

import dataclasses
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.e2e.film_pages import (
    BLUE,
    ORANGE,
    WINDOW,
    alone,
    backend,
    pause_at,
    picture,
    player,
    playing,
    positions,
    press,
    turning,
    where,
)

pytestmark = pytest.mark.browser


def test_switches_show_and_hide(chromium: Browser, tmp_path: Path) -> None:
    with playing(chromium, tmp_path, turning()) as page:
        pause_at(page, 10)
        everything = picture(page)
        for name in ("tails", "grid", "arrows"):
            button = page.get_by_test_id(f"player-{name}")
            expect(button).to_have_attribute("aria-pressed", "true")
            button.click()
            expect(button).to_have_attribute("aria-pressed", "false")
            changed = (picture(page) != everything).any(-1).mean()
            assert 0.001 < changed < 0.3, "lines, not all of the picture"
            button.click()
            assert (picture(page) == everything).all()
        seen = {}
        for ground in ("decisions", "line", "none"):
            press(page, ground)
            expect(page.get_by_test_id(f"player-{ground}")).to_have_attribute("aria-pressed", "true")
            expect(page.locator("[data-ground][aria-pressed=true]")).to_have_count(1)
            seen[ground] = picture(page)
        assert (seen["decisions"] == everything).all()
        assert (seen["line"] != seen["decisions"]).any(-1).mean() > 0.5
        assert (seen["none"] != seen["line"]).any(-1).mean() > 0.5


def test_coordinates_and_classes_are_where_they_belong(chromium: Browser, tmp_path: Path) -> None:
    film = alone((1.0, 1.5), (-1.2, 0.4), labels=(1, 0))
    with playing(chromium, tmp_path, film, show=frozenset()) as page:
        pause_at(page, 2)
        shown = picture(page)
        np.testing.assert_allclose(where(shown, BLUE), [1.0, 1.5], atol=0.02)
        np.testing.assert_allclose(where(shown, ORANGE), [-1.2, 0.4], atol=0.02)


def shade(picture: np.ndarray, x: float, y: float) -> float:
    """Blue minus red at a place: above 0 in the regions of class 1."""
    n = len(picture)
    row, column = round((1 - y / WINDOW) / 2 * n), round((1 + x / WINDOW) / 2 * n)
    return float(picture[row, column, 2] - picture[row, column, 0])


def test_backgrounds_tint_the_right_side(chromium: Browser, tmp_path: Path) -> None:
    # Above the line x + 2y = 1 is class 1; what the layers decide is class 1 at the top, for now only.
    decisions = torch.zeros(5, 8, 8)
    decisions[:, :4] = 1
    decisions[-1] = 1 - decisions[-1]
    film = alone((9.0, 9.0), labels=(0,), normal=torch.tensor([1.0, 2]), offset=-1.0, decisions=decisions)
    with playing(chromium, tmp_path, film, show=frozenset({"line"})) as page:
        pause_at(page, 2)
        lines = picture(page)
        for x, y in ((0, 0.6), (0, 0.4), (1.5, -0.15), (1.5, -0.35), (-1.5, 1.35), (-1.5, 1.15)):
            assert (shade(lines, x, y) > 0) == (x + 2 * y > 1)
        press(page, "decisions")
        assert shade(picture(page), 1, 1) > 0 > shade(picture(page), 1, -1)
        pause_at(page, 4)
        assert shade(picture(page), 1, 1) < 0 < shade(picture(page), 1, -1)
        pause_at(page, 3.25)
        early = shade(picture(page), 1, 1)
        pause_at(page, 3)
        assert 0 < early < shade(picture(page), 1, 1), "from one frame to the next it fades"


def test_the_line_darkens_at_the_end(chromium: Browser, tmp_path: Path) -> None:
    film = alone((9.0, 9.0), labels=(0,), offset=0.5)  # class 1 where x < 0.5
    with playing(chromium, tmp_path, film, show=frozenset()) as page:
        alphas = []
        for k in (0, 3, 4):
            pause_at(page, k)
            shown = picture(page)
            column = round((1 + 0.5 / WINDOW) / 2 * len(shown))
            alphas.append(shown[50, column - 1 : column + 1, 3].max())
            assert shown[50, [column - 8, column + 8], 3].max() == 0
        assert alphas[0] == alphas[1] < 150 < 240 < alphas[2]


def test_arrows_point_along_the_velocity(chromium: Browser, tmp_path: Path) -> None:
    # The many that are out of sight only make the arrows short.
    velocities = torch.tensor([[1.0, 0], [0, 1]]).repeat(8, 1)
    anchors = torch.tensor([[-1.0, 1], [1, 1], *[[9, 9]] * 14])
    film = alone(
        (9.0, 9.0),
        labels=(0,),
        anchors=anchors,
        arrows=torch.stack([velocities, velocities / 2, *[velocities] * 3]),
    )
    # In a high window the picture is large: the head of an arrow is more than a few pixels.
    high: ViewportSize = {"width": 1000, "height": 1400}
    with playing(chromium, tmp_path, film, show=frozenset({"arrows"}), viewport=high) as page:

        def ink(x: float, y: float) -> tuple[np.ndarray, np.ndarray]:
            """Profiles of the arrow about a place, along x and y."""
            shown = picture(page)[..., 3]
            n = len(shown)
            row, column, reach = round((1 - y / WINDOW) / 2 * n), round((1 + x / WINDOW) / 2 * n), round(0.24 * n)
            part = shown[row - reach : row + reach, column - reach : column + reach] > 0
            return part.sum(0), part.sum(1)

        pause_at(page, 0)
        along, across = ink(-1, 1)
        assert (along > 0).sum() > 4 * (across > 0).sum() > 0, "it lies"
        assert along[len(along) // 2 :].sum() > 1.2 * along[: len(along) // 2].sum(), "and has its head on the right"
        across, along = ink(1, 1)
        assert (along > 0).sum() > 4 * (across > 0).sum() > 0, "it stands"
        assert along[: len(along) // 2].sum() > 1.2 * along[len(along) // 2 :].sum(), "and has its head above"
        long = (ink(-1, 1)[0] > 0).sum()
        pause_at(page, 1.5)
        assert (ink(-1, 1)[0] > 0).sum() == pytest.approx(long / 2, abs=3), "half as fast, half as long"


def test_tails_lie_behind(chromium: Browser, tmp_path: Path) -> None:
    moving = torch.zeros(5, 1, 2)
    moving[:, 0, 0] = torch.linspace(-1.6, 1.6, 5)
    film = dataclasses.replace(alone((0.0, 0.0), labels=(1,)), positions=moving, normal=torch.zeros(2), offset=-1.0)
    with playing(chromium, tmp_path, film, show=frozenset({"tails"})) as page:
        pause_at(page, 2)
        shown = picture(page)[..., 3]
        n = len(shown)
        middle = shown[n // 2 - 2 : n // 2 + 2].max(0)
        assert (middle[int(0.35 * n) : int(0.45 * n)] > 0).all()
        assert (middle[int(0.55 * n) :] == 0).all()
        pause_at(page, 0)
        assert (picture(page)[..., 3] > 0).any(0).mean() < 0.04, "nowhere to come from"


def test_folds_are_marked_where_and_when_they_are(chromium: Browser, tmp_path: Path) -> None:
    folded = torch.zeros(5, 6, 6, dtype=torch.bool)
    folded[3, 5, 0] = folded[3, 4, 0] = True  # the cells about (-1.25, 1.25) and (-1.25, 0.75)
    ticks = torch.linspace(-1.5, 1.5, 7)
    mesh = torch.stack(torch.meshgrid(ticks, ticks, indexing="xy"), -1).repeat(5, 1, 1, 1)
    film = alone((9.0, 9.0), labels=(0,), folded=folded, mesh=mesh)
    with playing(chromium, tmp_path, film, show=frozenset({"grid"})) as page:
        legend = page.get_by_text("turned over: 2 of 36 cells")
        strip = page.get_by_test_id("player-folds")
        expect(strip).to_have_attribute("data-any", "true")
        pause_at(page, 2)
        expect(legend).to_be_hidden()
        before = picture(page)
        pause_at(page, 3)
        expect(legend).to_be_visible()
        rows, columns = np.nonzero((picture(page) != before).any(-1))
        n = len(before)
        x, y = (2 * columns / n - 1) * WINDOW, (1 - 2 * rows / n) * WINDOW
        assert x.min() == pytest.approx(-1.5, abs=0.03)
        assert x.max() == pytest.approx(-1.0, abs=0.03)
        assert y.min() == pytest.approx(0.5, abs=0.03)
        assert y.max() == pytest.approx(1.5, abs=0.03)
        assert len(rows) > 0.8 * (n / 8) * (n / 4)
        red, _, blue, alpha = picture(page)[round((1 - 1.1 / WINDOW) / 2 * n), round((1 - 1.2 / WINDOW) / 2 * n)]
        assert red > 2 * blue
        assert alpha > 60
        press(page, "grid")
        expect(legend).to_be_hidden()
        press(page, "grid")
        pause_at(page, 4)
        expect(legend).to_be_hidden()
    with playing(chromium, tmp_path, turning()) as page:
        expect(page.get_by_test_id("player-folds")).to_have_attribute("data-any", "false")


def test_who_is_outside_or_lost_is_counted(chromium: Browser, tmp_path: Path) -> None:
    film = alone((0.0, 0.0), (1.0, -2.1), (3.0, 0.0), (math.nan, 0.0), (0.0, math.inf), labels=(0, 1, 0, 1, 0))
    with playing(chromium, tmp_path, film) as page:
        pause_at(page, 1)
        notes = page.get_by_test_id("player-notes")
        expect(notes.get_by_text("2 outside")).to_be_visible()
        expect(notes.get_by_text("2 lost")).to_be_visible()
        pause_at(page, 1.5)
        expect(notes.get_by_text("2 outside")).to_be_visible()
        expect(notes.get_by_text("2 lost")).to_be_visible()


def test_up_to_the_last_finite_layer_all_is_drawn(chromium: Browser, tmp_path: Path) -> None:
    film = alone((1.0, 1.5), (-1.0, 0.5), labels=(1, 0))
    film.positions[3:, 0] = math.inf
    with playing(chromium, tmp_path, film, show=frozenset({"tails"})) as page:
        pause_at(page, 2)
        assert (positions(page) == backend(film, 2)).all()
        np.testing.assert_allclose(where(picture(page), BLUE), [1.0, 1.5], atol=0.02)
        expect(page.get_by_text("lost")).to_be_hidden()
        pause_at(page, 2.5)
        expect(page.get_by_text("1 lost")).to_be_visible()
        np.testing.assert_allclose(where(picture(page), ORANGE), [-1.0, 0.5], atol=0.02)


def test_dark_and_light(chromium: Browser, tmp_path: Path) -> None:
    film = alone((9.0, 9.0), labels=(0,))
    with playing(chromium, tmp_path, film, show=frozenset({"grid"}), color_scheme="dark") as page:
        pause_at(page, 4)

        def line() -> float:
            shown = picture(page)
            return shown[50, len(shown) // 2, :3].mean()

        def ground() -> str:
            return page.evaluate("getComputedStyle(document.body).backgroundColor")

        assert line() > 200
        assert ground() == "rgb(15, 19, 24)"
        page.emulate_media(color_scheme="light")
        assert ground() == "rgb(255, 255, 255)"
        for _ in range(50):  # the event that tells of it comes when the browser gets round to it
            if line() < 60:
                break
            page.clock.run_for(100)
            page.wait_for_timeout(50)
        assert line() < 60, "it follows without a reload"


def test_it_fits_a_phone(chromium: Browser, tmp_path: Path) -> None:
    phone: ViewportSize = {"width": 390, "height": 844}
    with playing(
        chromium, tmp_path, turning(), turning(5), viewport=phone, device_scale_factor=3, has_touch=True
    ) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        first, second = (canvas.bounding_box() for canvas in page.locator("[data-testid=player] canvas").all())
        assert first is not None
        assert second is not None
        assert second["y"] > first["y"] + first["height"]
        play, tails = (page.get_by_test_id(f"player-{name}").bounding_box() for name in ("play", "tails"))
        assert play is not None
        assert tails is not None
        assert play["y"] + play["height"] < first["y"], "in reach without scrolling past the films"
        assert tails["y"] > second["y"] + second["height"]
        assert first["width"] > 350
        assert len(picture(page)) == 2 * round(first["width"]), "sharp, but no sharper than eyes"
        for control in page.locator("[data-testid=player] button, [data-testid=player] input").all():
            box = control.bounding_box()
            assert box is not None
            assert min(box["height"], box["width"]) >= 40


def drag(page: Page, dx: float, dy: float) -> None:
    box = page.locator("[data-testid=player] canvas").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y + dy / 2)
    page.mouse.move(x + dx, y + dy)
    page.mouse.up()


def test_a_film_in_space_turns_under_the_finger(chromium: Browser, tmp_path: Path) -> None:
    film = turning(dim=3)
    with playing(chromium, tmp_path, film) as page:
        pause_at(page, 7)
        assert (positions(page) == backend(film, 7)).all()
        for name in ("arrows", "decisions"):
            expect(page.get_by_test_id(f"player-{name}")).to_be_hidden()
        expect(page.get_by_role("button", name="Plane")).to_have_attribute("aria-pressed", "true")
        seen = [picture(page)]
        for dx, dy in ((80, 0), (0, 60)):
            drag(page, dx, dy)
            seen.append(picture(page))
            assert (seen[-1] != seen[-2]).any(-1).mean() > 0.05
        assert (positions(page) == backend(film, 7)).all()
        expect(player(page)).to_have_attribute("data-playing", "false")
        for name in ("tails", "grid", "none"):
            press(page, name)
            seen.append(picture(page))
            assert (seen[-1] != seen[-2]).any(-1).mean() > 0.002
        press(page, "play")
        page.clock.run_for(2000)
        assert player(page).evaluate("e => e.structvizPlayer.view.yaw") > 0


def test_space_is_seen_from_outside(chromium: Browser, tmp_path: Path) -> None:
    def apart(normal: Sequence[float], offset: float) -> tuple[np.ndarray, ...]:
        # One point above the other; the eye is on the side of large first coordinates.
        film = alone((0.0, 0.0, 1.0), (1.0, 0.0, 0.0), labels=(1, 0), normal=torch.tensor(normal), offset=offset)
        with playing(chromium, tmp_path, film, show=frozenset({"line"})) as page:
            pause_at(page, 1)
            player(page).evaluate("e => Object.assign(e.structvizPlayer.view, { yaw: 0, pitch: 0.3 })")
            pause_at(page, 2)
            first = picture(page)
            drag(page, 60, 0)
            right = picture(page)
            drag(page, -60, 40)
            return first, right, picture(page)

    first, right, down = apart((0.0, 0.0, 1.0), 9.0)  # the plane is far below the window
    assert where(first, BLUE)[1] > 0.5
    near = where(first, ORANGE)
    assert abs(near[0]) < 0.05
    assert where(right, ORANGE)[0] > near[0] + 0.1, "what is near follows the finger"
    assert where(down, ORANGE)[1] < near[1] - 0.1
    # A plane at x = 0.5 stands before the blue point, though not before the orange one.
    covered, *_ = apart((-1.0, 0.0, 0.0), 0.5)
    where(covered, ORANGE)
    with pytest.raises(AssertionError, match="nothing has this colour"):
        where(covered, BLUE)


def test_the_plane_stands_where_the_classifier_is_undecided(chromium: Browser, tmp_path: Path) -> None:
    film = alone((9.0, 9.0, 9.0), labels=(0,), normal=torch.tensor([0.0, 0.0, -2.0]), offset=2.0)
    with playing(chromium, tmp_path, film, show=frozenset({"line"})) as page:
        pause_at(page, 1)
        player(page).evaluate("e => Object.assign(e.structvizPlayer.view, { yaw: 0.4, pitch: 0.3 })")
        pause_at(page, 2)
        filled = picture(page)
        press(page, "none")
        rows, columns = np.nonzero((picture(page) != filled).any(-1))
        n = len(filled)
        # At height 1 in a cube of half-width 2; the canvas shows 1.35 times as much as the cube.
        assert 1 - 2 * rows.mean() / n == pytest.approx(math.cos(0.3) / 2 / 1.35, abs=0.01)
        assert 2 * columns.mean() / n - 1 == pytest.approx(0, abs=0.01)
        area = 16 * math.sin(0.3) / (2 * 2 * 1.35) ** 2
        assert len(rows) / n**2 == pytest.approx(area, rel=0.1)
