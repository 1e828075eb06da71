"""The film player in a real browser: what is drawn is what the backend computed, and the controls do as they say."""

import base64
import dataclasses
import io
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from structviz.figures import CLASS_COLOURS
from structviz.figures.player import DEFAULT_SHOWS, Panel, encode, film_page
from structviz.flows import Film
from tests.e2e.conftest import ROOT, settle, visit
from tests.e2e.serve import served

pytestmark = pytest.mark.browser

ORANGE, BLUE = (np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) for colour in CLASS_COLOURS)
WINDOW = 2.0
SECONDS = 60_000
WIDE: ViewportSize = {"width": 1000, "height": 700}


def turning(n_frames: int = 21, dim: int = 2, time: float = 2.0) -> Film:
    """Points, a mesh and two half-planes that turn counter-clockwise about the origin, half a turn in all."""
    generator = torch.Generator().manual_seed(0)
    points = torch.randn(40, dim, generator=generator) * 0.5
    ticks = torch.linspace(-1.5, 1.5, 7)
    mesh = torch.stack(torch.meshgrid(ticks, ticks, indexing="xy"), -1)
    mesh = torch.cat([mesh, torch.zeros(7, 7, dim - 2)], -1)
    places = torch.linspace(-0.9, 0.9, 6) * WINDOW
    anchors = torch.stack(torch.meshgrid(places, places, indexing="xy"), -1).reshape(-1, 2)
    pixels = (torch.arange(16) + 0.5) / 8 * WINDOW - WINDOW
    pixels = torch.stack(torch.meshgrid(pixels, pixels.flip(0), indexing="xy"), -1)
    angles = torch.linspace(0, math.pi, n_frames)
    turns = torch.eye(dim).repeat(n_frames, 1, 1)
    turns[:, 0, 0] = turns[:, 1, 1] = angles.cos()
    turns[:, 1, 0], turns[:, 0, 1] = angles.sin(), -angles.sin()
    ahead = torch.stack([turns[-1] @ turn.T for turn in turns])
    planar = dim == 2
    return Film(
        times=torch.linspace(0, time, n_frames),
        positions=torch.einsum("fij,pj->fpi", turns, points),
        labels=(points[:, 0] > 0).long(),
        anchors=anchors if planar else anchors[:0],
        arrows=(torch.stack([-anchors[:, 1], anchors[:, 0]], -1) if planar else anchors[:0]).repeat(n_frames, 1, 1),
        mesh=torch.einsum("fij,rcj->frci", turns, mesh),
        folded=torch.zeros(n_frames, *((6, 6) if planar else (0, 0)), dtype=torch.bool),
        # Class 1 ends on the left, where the last frame has those that began on the right.
        decisions=torch.sigmoid(-8 * torch.einsum("fj,rcj->frc", ahead[:, 0], pixels))
        if planar
        else torch.zeros(n_frames, 0, 0),
        normal=-torch.eye(dim)[0],
        offset=0.0,
        half_width=WINDOW,
    )


def alone(*places: Sequence[float], labels: Sequence[int], **fields: Any) -> Film:
    """Points that stand still, in a film with nothing else."""
    dim = len(places[0])
    film = turning(5, dim)
    return dataclasses.replace(
        film, positions=torch.tensor(places, dtype=torch.float32).repeat(5, 1, 1), labels=torch.tensor(labels), **fields
    )


@contextmanager
def playing(
    browser: Browser,
    folder: Path,
    *films: Film,
    show: frozenset[str] = DEFAULT_SHOWS,
    viewport: ViewportSize = WIDE,
    **how: Any,
) -> Iterator[Page]:
    """A page with films whose clock stands until a test lets it run; it must log no error and ask for nothing."""
    file = folder / "film.html"
    file.write_text(film_page([Panel(f"Film {k}", film) for k, film in enumerate(films)], "Films", show=show))
    context = browser.new_context(viewport=viewport, **how)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda asked: None if asked.url == file.as_uri() else complaints.append(asked.url))
    page.clock.install(time=0)
    page.goto(file.as_uri())
    page.clock.pause_at(60_000)
    yield page
    context.close()
    assert complaints == []


def player(page: Page) -> Locator:
    return page.get_by_test_id("player")


def press(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_test_id(f"player-{name}").click()


def frame(page: Page) -> float:
    return float(player(page).get_attribute("data-frame") or "nan")


def pause_at(page: Page, x: float) -> None:
    page.get_by_test_id("player-scrubber").fill(str(x))
    assert player(page).get_attribute("data-playing") == "false"
    assert frame(page) == x


def positions(page: Page, panel: int = 0) -> np.ndarray:
    drawn = player(page).evaluate("(e, k) => Array.from(e.structvizPlayer.positions(k), String)", panel)
    return np.array(drawn, dtype=np.float32)


def backend(film: Film, k: int) -> np.ndarray:
    return film.positions[k].numpy().ravel()


def picture(page: Page, panel: int = 0) -> np.ndarray:
    """What is drawn, as (row, column, 4) of 0 to 255."""
    canvas = page.locator("[data-testid=player] canvas").nth(panel)
    png = base64.b64decode(canvas.evaluate("c => c.toDataURL().split(',')[1]"))
    return np.asarray(PillowImage.open(io.BytesIO(png)).convert("RGBA"), dtype=int)


def where(picture: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """Mean place of a colour in coordinates of the window: right and up."""
    rows, columns = np.nonzero((np.abs(picture[..., :3] - colour).max(-1) < 12) & (picture[..., 3] > 120))
    assert len(rows), "nothing has this colour"
    n = len(picture)
    return np.array([2 * (columns.mean() + 0.5) / n - 1, 1 - 2 * (rows.mean() + 0.5) / n]) * WINDOW


def test_points_move_while_it_plays_as_the_layers_move_them(chromium: Browser, tmp_path: Path) -> None:
    film = turning()
    with playing(chromium, tmp_path, film) as page:
        expect(player(page)).to_have_attribute("data-playing", "true")
        press(page, "play")
        pause_at(page, 0)
        at_rest, still = positions(page), picture(page)
        page.clock.run_for(500)
        assert (positions(page) == at_rest).all(), "it waits"
        press(page, "play")
        page.clock.run_for(1000)
        x = frame(page)
        assert x == pytest.approx(20 / 6, abs=0.1), "six seconds in all"
        assert (positions(page) != at_rest).all()
        between = backend(film, int(x)) + (x % 1) * (backend(film, int(x) + 1) - backend(film, int(x)))
        np.testing.assert_allclose(positions(page), between, atol=1e-4)
        assert (picture(page) != still).any(-1).mean() > 0.02


def test_the_scrubber_shows_a_layer_as_the_backend_has_it(chromium: Browser, tmp_path: Path) -> None:
    film = turning()
    with playing(chromium, tmp_path, film) as page:
        scrubber = page.get_by_test_id("player-scrubber")
        expect(scrubber).to_have_attribute("max", "20")
        pictures = []
        for k in (0, 7, 13, 20):
            pause_at(page, k)
            assert (positions(page) == backend(film, k)).all(), "to the last bit"
            pictures.append(picture(page))
            expect(page.get_by_test_id("player-readout")).to_have_text(
                re.compile(rf"layer\s+{k} of 20\s*t = {k / 10:.2f}")
            )
            expect(scrubber).to_have_attribute("aria-valuetext", f"layer {k} of 20, t = {k / 10:.2f}")
        assert all((a != b).any() for a, b in pairwise(pictures))
        pause_at(page, 7.25)
        np.testing.assert_allclose(positions(page), 0.75 * backend(film, 7) + 0.25 * backend(film, 8), atol=1e-6)


def test_speeds(chromium: Browser, tmp_path: Path) -> None:
    with playing(chromium, tmp_path, turning()) as page:
        gone = {}
        for speed in ("0.5", "1", "2"):
            pause_at(page, 0)
            press(page, f"speed-{speed}", "play")
            expect(page.get_by_test_id(f"player-speed-{speed}")).to_have_attribute("aria-pressed", "true")
            page.clock.run_for(1500)
            gone[speed] = frame(page)
        assert gone["1"] == pytest.approx(5, abs=0.2)
        assert gone["2"] / gone["1"] == pytest.approx(2, rel=0.05)
        assert gone["0.5"] / gone["1"] == pytest.approx(0.5, rel=0.05)


def test_it_rests_at_its_end_and_begins_again(chromium: Browser, tmp_path: Path) -> None:
    film = turning()
    with playing(chromium, tmp_path, film) as page:
        pause_at(page, 19)
        press(page, "play")
        page.clock.run_for(1000)
        assert frame(page) == 20
        assert (positions(page) == backend(film, 20)).all()
        page.clock.run_for(500)
        assert frame(page) == 20
        page.clock.run_for(1000)
        assert 0 < frame(page) < 3


def test_uneven_times_pass_evenly(chromium: Browser, tmp_path: Path) -> None:
    film = dataclasses.replace(turning(5), times=torch.tensor([0.0, 1, 2, 3, 9]))
    with playing(chromium, tmp_path, film) as page:
        pause_at(page, 0)
        press(page, "play")
        page.clock.run_for(3000)
        assert frame(page) == pytest.approx(3 + 1.5 / 6, abs=0.03), "half of the time, but most of the layers"


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
    with playing(chromium, tmp_path, film, show=frozenset({"arrows"})) as page:

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
        legend = page.get_by_text("folded: orientation reversed (2)")
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


def test_films_of_other_depths_keep_in_step(chromium: Browser, tmp_path: Path) -> None:
    deep, shallow = turning(21), turning(5, time=7.0)
    with playing(chromium, tmp_path, deep, shallow) as page:
        first, second = page.locator("[data-testid=player] canvas").all()
        left, right = first.bounding_box(), second.bounding_box()
        assert left is not None
        assert right is not None
        assert right["x"] > left["x"] + left["width"]
        assert right["y"] == left["y"]
        assert left["width"] == pytest.approx(left["height"], abs=1)
        pause_at(page, 15)
        assert (positions(page, 0) == backend(deep, 15)).all()
        assert (positions(page, 1) == backend(shallow, 3)).all()
        expect(page.get_by_test_id("player-readout")).to_have_text(
            re.compile(r"layer 15 of 20 \| 3 of 4\s*t = 1\.50 \| 5\.25")
        )
        before = picture(page, 0), picture(page, 1)
        page.get_by_test_id("player-on").click()
        np.testing.assert_allclose(positions(page, 1), 0.8 * backend(shallow, 3) + 0.2 * backend(shallow, 4), atol=1e-6)
        assert (picture(page, 0) != before[0]).any()
        assert (picture(page, 1) != before[1]).any()


def test_a_film_that_leaves_layers_out_still_counts_them(chromium: Browser, tmp_path: Path) -> None:
    file = tmp_path / "film.html"
    file.write_text(film_page([Panel("", turning(5), n_layers=200)], ""))
    page = chromium.new_page(reduced_motion="reduce")
    page.goto(file.as_uri())
    pause_at(page, 3)
    expect(page.get_by_test_id("player-readout")).to_have_text(re.compile("layer 150 of 200"))
    page.close()


def test_keys(chromium: Browser, tmp_path: Path) -> None:
    with playing(chromium, tmp_path, turning()) as page:
        pause_at(page, 10.5)
        player(page).focus()
        for key, there in (("ArrowRight", 11), ("ArrowRight", 12), ("ArrowLeft", 11), ("Home", 0), ("End", 20)):
            page.keyboard.press(key)
            assert frame(page) == there, key
        page.keyboard.press("ArrowRight")
        assert frame(page) == 20
        page.keyboard.press("Space")
        expect(player(page)).to_have_attribute("data-playing", "true")
        page.clock.run_for(500)
        assert 0 < frame(page) < 5, "from the end it begins again"
        page.keyboard.press("Space")
        expect(player(page)).to_have_attribute("data-playing", "false")
        page.get_by_test_id("player-scrubber").focus()
        page.keyboard.press("Home")
        page.keyboard.press("ArrowUp")
        assert frame(page) == 1, "a layer, not a hundredth"
        page.get_by_test_id("player-grid").focus()
        page.keyboard.press("Space")
        expect(page.get_by_test_id("player-grid")).to_have_attribute("aria-pressed", "false")
        expect(player(page)).to_have_attribute("data-playing", "false")


def test_steps_go_to_layers(chromium: Browser, tmp_path: Path) -> None:
    with playing(chromium, tmp_path, turning()) as page:
        pause_at(page, 3.4)
        press(page, "on")
        assert frame(page) == 4
        press(page, "back", "back")
        assert frame(page) == 2
        page.locator("[data-testid=player] canvas").click()
        expect(player(page)).to_have_attribute("data-playing", "true")
        press(page, "on")
        expect(player(page)).to_have_attribute("data-playing", "false")


def test_who_wants_less_motion_starts_it(chromium: Browser, tmp_path: Path) -> None:
    with playing(chromium, tmp_path, turning(), reduced_motion="reduce") as page:
        expect(player(page)).to_have_attribute("data-playing", "false")
        page.clock.run_for(1000)
        assert frame(page) == 0
        press(page, "play")
        page.clock.run_for(1000)
        assert frame(page) > 2


def test_it_waits_while_nobody_can_see_it(chromium: Browser, tmp_path: Path) -> None:
    with playing(chromium, tmp_path, turning()) as page:
        page.evaluate("document.body.style.paddingBottom = '3000px'")
        page.evaluate("scrollTo(0, 2500)")
        page.wait_for_function("scrollY > 2000")
        page.locator("[data-testid=player]").evaluate(
            "e => new Promise(done => new IntersectionObserver((seen) => seen[0].isIntersecting || done()).observe(e))"
        )
        before = frame(page)
        page.clock.run_for(1000)
        assert frame(page) == before
        expect(player(page)).to_have_attribute("data-playing", "true")
        page.evaluate("scrollTo(0, 0)")
        page.locator("[data-testid=player]").evaluate(
            "e => new Promise(done => new IntersectionObserver((seen) => seen[0].isIntersecting && done()).observe(e))"
        )
        page.clock.run_for(1000)
        assert frame(page) != before


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


APP = """
from pathlib import Path

import streamlit as st

from structviz.ui.player import player, shown, sought

here = Path(__file__).parent
st.session_state.setdefault("frame", 0)
st.session_state.setdefault("show", ["tails", "grid"])
st.session_state.setdefault("file", "deep")


def seek() -> None:
    st.session_state.frame = sought("film")


def show() -> None:
    st.session_state.show = sorted(shown("film"))


st.button("Again")
if st.button("Third"):
    st.session_state.frame = 3
if st.button("Half-planes"):
    st.session_state.show = ["line"]
if st.button("Shallow"):
    st.session_state.file = "shallow"
st.text(f"At {st.session_state.frame}, shows {' '.join(st.session_state.show)}")
films = (here / f"{st.session_state.file}.film").read_bytes()
player(films, frame=st.session_state.frame, show=st.session_state.show, key="film", on_seek=seek, on_show=show)
"""


def test_on_a_page_films_travel_once_and_the_visitor_is_left_alone(chromium: Browser, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    deep, shallow = turning(41), turning(11)
    sizes = {}
    for name, film in (("deep", deep), ("shallow", shallow)):
        films = encode([Panel(name, film)])
        (tmp_path / f"{name}.film").write_bytes(films)
        sizes[name] = len(films)
    with served(str(tmp_path / "app.py"), ROOT) as server, visit(chromium, server.address) as page:
        received: list[int] = []
        page.on("websocket", lambda socket: socket.on("framereceived", lambda data: received.append(len(data))))
        page.reload()
        settle(page)
        expect(player(page)).to_have_attribute("data-playing", "true", timeout=SECONDS)
        assert max(received) > sizes["deep"]
        received.clear()
        player(page).evaluate("e => { e.untouched = true; }")

        def click(button: str) -> None:
            page.get_by_role("button", name=button, exact=True).click()
            settle(page)

        # A rerun leaves a film alone that plays.
        click("Again")
        expect(player(page)).to_have_attribute("data-playing", "true")
        press(page, "speed-2", "play")
        expect(player(page)).to_have_attribute("data-playing", "false")
        there = round(frame(page))
        expect(page.get_by_text(f"At {there}, shows tails grid")).to_be_visible(timeout=SECONDS)
        page.get_by_test_id("player-scrubber").fill("10.37")
        expect(page.get_by_text("At 10, shows tails grid")).to_be_visible(timeout=SECONDS)
        settle(page)
        assert frame(page) == 10.37, "between two layers, where the visitor has left it"
        press(page, "arrows")
        expect(page.get_by_text("shows arrows grid tails")).to_be_visible(timeout=SECONDS)
        settle(page)
        # What the page itself wants counts.
        click("Third")
        expect(player(page)).to_have_attribute("data-frame", "3", timeout=SECONDS)
        assert (positions(page) == backend(deep, 3)).all()
        click("Half-planes")
        expect(page.get_by_test_id("player-line")).to_have_attribute("aria-pressed", "true", timeout=SECONDS)
        expect(page.get_by_test_id("player-arrows")).to_have_attribute("aria-pressed", "false")
        assert max(received) < 4000 < sizes["shallow"], "all that was only words"
        # New films take the place of the old ones in the middle of it all.
        page.get_by_test_id("player-scrubber").fill("20")
        expect(page.get_by_text("At 20")).to_be_visible(timeout=SECONDS)
        settle(page)
        click("Shallow")
        expect(player(page)).to_have_attribute("data-frame", "5", timeout=SECONDS)
        assert (positions(page) == backend(shallow, 5)).all()
        expect(page.get_by_text("At 5")).to_be_visible(timeout=SECONDS)
        expect(player(page)).to_have_attribute("data-playing", "false")
        expect(page.get_by_test_id("player-speed-2")).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_test_id("player-line")).to_have_attribute("aria-pressed", "true")
        assert player(page).evaluate("e => e.untouched"), "it is still the same element"
