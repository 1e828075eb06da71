"""The first screen of each page, as a browser lays it out."""

from dataclasses import dataclass

from playwright.sync_api import Page

__all__ = ["PAGES", "FirstScreenOf", "lowest", "open_sections", "small_texts"]

LEAST = 20
"""Pixels that letters have at least on a beamer."""


@dataclass(frozen=True)
class FirstScreenOf:
    """Selectors of what must be in the first screen of a page; what a page does not have is empty."""

    picture: str
    handle: str
    number: str = ".st-key-key_number"
    sentence: str = ".st-key-claim p"
    presets: str = "[class*=_presets] button"


_ROTOR = FirstScreenOf("figure canvas.picture", "[data-testid=rotor-dial]")

PAGES = {
    "notation": FirstScreenOf(".notation figure svg", ".notation .handle"),
    "stability": FirstScreenOf(".pairs figure svg", ".pairs .handle"),
    "invertibility": FirstScreenOf(".round_trip figure svg", ".round_trip .at"),
    "optimal_control": FirstScreenOf(".steering figure svg", ".steering .at"),
    "manifolds": FirstScreenOf(".sphere figure canvas", ".sphere .point"),
    "robustness": FirstScreenOf(".adversarial figure canvas", ".adversarial input"),
    "flow": FirstScreenOf(".st-key-picture canvas", "[data-testid=player-scrubber]"),
    "rotation": _ROTOR,
    "ct": _ROTOR,
    "train": FirstScreenOf(".st-key-picture img, .st-key-picture canvas", "button:has-text('Start')"),
}
"""By address."""

_LEFT_OUT = (
    ".said, script, style, noscript, template",  # nobody sees them
    ".katex, tspan[dy]",  # exponents and indices are smaller than what they stand at
)

_SMALL = """least => {
    const found = new Map();
    const walk = (root) => {
        for (const element of root.querySelectorAll("*")) {
            if (element.shadowRoot) walk(element.shadowRoot);
            const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
            const words = texts.map((node) => node.textContent).join(" ").trim();
            if (!words || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
            const box = element.getBoundingClientRect();
            if (box.width < 2 || box.height < 2) continue;
            // What a viewBox scales is as large as it is drawn, also on end.
            const matrix = element instanceof SVGGraphicsElement ? element.getScreenCTM() : null;
            const scale = matrix ? Math.hypot(matrix.a, matrix.b) : 1;
            const size = parseFloat(getComputedStyle(element).fontSize) * scale;
            if (size < least - 0.01 && !element.closest(LEFT_OUT)) {
                const place = element.closest("[data-testid]")?.dataset.testid ?? "";
                found.set(`${place} ${size.toFixed(1)} ${words.slice(0, 40)}`, 1);
            }
        }
    };
    walk(document.body);
    return [...found.keys()];
}"""


def small_texts(page: Page, least: float = LEAST) -> list[str]:
    """Visible texts with letters below so many pixels: where, how large, and what they say."""
    return page.evaluate(_SMALL.replace("LEFT_OUT", repr(", ".join(_LEFT_OUT))), least)


def lowest(page: Page, selector: str) -> float:
    """The lowest edge of what is selected, from the top of the window; NaN if there is nothing in sight."""
    edges = page.locator(selector).evaluate_all(
        "all => all.filter((e) => e.checkVisibility()).map((e) => e.getBoundingClientRect())"
        ".filter(({ width, height }) => width > 0 && height > 0).map(({ bottom }) => bottom)"
    )
    return max(edges, default=float("nan"))


def open_sections(page: Page) -> int:
    """Open all that is closed and can be opened now; return how much that was."""
    return page.evaluate(
        """() => {
            const closed = document.querySelectorAll("[data-testid=stMain] details:not([open]) > summary");
            closed.forEach((summary) => summary.click());
            return closed.length;
        }"""
    )
