"""What axe-core finds in a page."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page

__all__ = ["Check", "LeftOut", "source", "violations"]

_RUN = """async ([part, leftOut]) => {
    const fades = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    await Promise.allSettled(fades.map(({ finished }) => finished));
    const { violations } = await axe.run(part ?? document, { resultTypes: ["violations"], elementRef: true });
    const used = new Set();
    const found = violations.flatMap(({ id, nodes }) => nodes.flatMap(({ element, html, any, all, none }) => {
        const k = leftOut.findIndex(([rule, selector]) => rule === id && element?.matches(selector));
        if (k >= 0) used.add(k);
        const why = [...any, ...all, ...none].map(({ message }) => message).join("; ");
        return k >= 0 ? [] : [`${id}: ${html.slice(0, 200)}: ${why}`];
    }));
    return [found, [...used].sort()];
}"""


@dataclass(frozen=True)
class LeftOut:
    """A violation in Streamlit's own markup that no setting of ours reaches; the test wants it to be there still.

    Attributes
    ----------
    rule
        Of axe-core.
    selector
        Matches the elements, and nothing of ours.
    reason
        Why it does little harm.
    """

    rule: str
    selector: str
    reason: str


@dataclass
class Check:
    """Runs axe-core in a page.

    Attributes
    ----------
    found
        Violations that are not left out.
    seen
        Those of the elements left out that were there.
    """

    page: Page
    axe: str
    left_out: Sequence[LeftOut] = ()
    found: list[str] = field(default_factory=list)
    seen: list[LeftOut] = field(default_factory=list)

    def run(self, part: str | None = None) -> None:
        """Check the page, or the part of it that a selector matches."""
        self.page.evaluate(self.axe)
        rules = [(item.rule, item.selector) for item in self.left_out]
        found, seen = self.page.evaluate(_RUN, [part, rules])
        self.found += found
        self.seen += [self.left_out[k] for k in seen]


def violations(page: Page, axe: str) -> list[str]:
    """What is found in a page of which nothing is left out."""
    check = Check(page, axe)
    check.run()
    return check.found


def source(root: Path) -> str:
    """The source of axe-core; without it the test is skipped, in CI it fails."""
    path = root / "node_modules" / "axe-core" / "axe.min.js"
    if not path.is_file():
        reason = "no axe-core in node_modules; run npm ci"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path.read_text(encoding="utf-8")
