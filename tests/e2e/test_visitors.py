"""Twenty visitors at once: each sees its own numbers, nothing is computed twice, clicks do not pile up."""

import math
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Barrier

import pytest
from playwright.sync_api import Browser, expect

from structviz import data, zoo
from structviz.studies.rotation import Restored, compare
from tests.e2e.conftest import ROOT, settle
from tests.e2e.serve import served
from tests.e2e.wire import Visitor, visitor

pytestmark = pytest.mark.browser

VISITORS = 20
CLICKS = 8

SECONDS = 120
"""How long a visitor waits at most for an answer; the whole test takes less than a minute where nothing else runs."""


@dataclass(frozen=True)
class Wish:
    """What a visitor chooses."""

    source: str
    angle: int
    level: float

    @property
    def address(self) -> dict[str, str]:
        title = {"stripes": "The lecture's stripes", "camera": "Cameraman"}[self.source]
        return {"rot_source": title, "rot_size": "64", "rot_angle": str(self.angle), "rot_level": f"{self.level:g}"}

    @property
    def numbers(self) -> frozenset[str]:
        """What must stand on the page: the PSNR of both arms, upright and turned, from the backend."""
        if self.source == "stripes":
            image, names = data.stripes(1), {"ordinary": "stripes/ordinary", "equivariant": "stripes/equivariant"}
        else:
            image = data.image(self.source, 64)
            names = {"ordinary": "images/ordinary-small", "equivariant": "images/equivariant-c4-small"}
        nets = {arm: zoo.load(name) for arm, name in names.items()}
        arms = compare(nets, image, math.radians(self.angle), level=self.level).arms
        return frozenset(f"{restored.psnr:.1f}" for pair in arms.values() for restored in _different(*pair))


def _different(upright: Restored, turned: Restored) -> tuple[Restored, ...]:
    """The page names one number where turning changes nothing."""
    return (turned,) if abs(upright.psnr - turned.psnr) < 0.1 else (upright, turned)


FIRST = [Wish("camera" if k == 0 else "stripes", 15 + 30 * k, round(0.1 + 0.03 * k, 2)) for k in range(5)]
"""Far fewer than visitors, so that every result is shared."""

LAST = [replace(wish, level=round(wish.level - 0.07, 2)) for wish in FIRST]


def sees(guest: Visitor, numbers: frozenset[str]) -> bool:
    assert guest.complaints == []
    return all(number in guest.text for number in numbers)


def test_twenty_visitors_at_once(chromium: Browser, tmp_path: Path) -> None:
    log = tmp_path / "calls"
    first, last = ([wish.numbers for wish in wishes] for wishes in (FIRST, LAST))
    assert len({*first, *last}) == 2 * len(FIRST), "whoever saw another's page would be found out"
    together = Barrier(VISITORS)

    def visit(address: str, k: int) -> None:
        k %= len(FIRST)
        with visitor(address, "rotation", FIRST[k].address) as guest:
            together.wait(SECONDS)
            guest.ask()
            guest.wait(lambda guest: sees(guest, first[k]), SECONDS)
            together.wait(SECONDS)
            # Impatient: the slider moves on long before an answer can be there.
            for click in range(CLICKS):
                guest.slide("rot_level", LAST[k].level if click == CLICKS - 1 else 0.4 + 0.01 * click)
            guest.wait(lambda guest: sees(guest, last[k]), SECONDS)
            together.wait(SECONDS)

    with served(folder=ROOT, launcher=("tests.e2e.counted", str(log))) as server:
        address = server.address
        with ThreadPoolExecutor(VISITORS) as pool:
            list(pool.map(visit, VISITORS * [address], range(VISITORS)))
        calls = Counter(log.read_text().splitlines())
        with chromium.new_context() as context:
            page = context.new_page()
            page.goto(f"{address}/rotation")
            settle(page)
            expect(page.get_by_role("heading", name="Turn the image")).to_be_visible()

    assert calls
    assert {call: n for call, n in calls.items() if n > 1} == {}, "the same was computed more than once"
    n_calls = Counter(call.partition(" ")[0] for call in calls)
    passed_over = len(FIRST) * (CLICKS - 1)
    begun = n_calls["compare"] - len(FIRST) - len(LAST)
    assert 0 <= begun <= passed_over / 2, "what was clicked away was computed to its end"
