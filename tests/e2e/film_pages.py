"""Pages that play made-up films, and what is seen on them."""

import base64
import dataclasses
import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image as PillowImage
from playwright.sync_api import Browser, Locator, Page, ViewportSize

from structviz.figures import CLASS_COLOURS
from structviz.figures.film_encoding import DEFAULT_SHOWS, Panel
from structviz.studies.flow import Film
from structviz.ui.browser.standalone import film_page
from tests.e2e.quiet import quiet

__all__ = [
    "BLUE",
    "ORANGE",
    "SECONDS",
    "WIDE",
    "WINDOW",
    "alone",
    "backend",
    "frame",
    "pause_at",
    "picture",
    "player",
    "playing",
    "positions",
    "press",
    "turning",
    "where",
]

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
        smallest=torch.ones(6, 6),
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
    with quiet(browser, lambda url: url == file.as_uri(), viewport=viewport, **how) as page:
        page.clock.install(time=0)
        page.goto(file.as_uri())
        page.clock.pause_at(60_000)
        yield page


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
