"""A film to take along: one HTML page that plays it, without a server and without a network."""

import base64
import html
import json
from collections.abc import Collection, Sequence
from pathlib import Path

from structviz.figures.player.encode import DEFAULT_SHOWS, Panel, encode, known_shows

__all__ = ["SCRIPT", "STYLE", "film_page"]

_HERE = Path(__file__).parent


def _source(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


SCRIPT = "\n".join(map(_source, ("film.js", "stage.js", "flat.js", "space.js", "desk.js", "player.js")))
"""Defines mountPlayer(root, bytes, options, report), for the page and for the app alike."""

STYLE = _source("player.css")
"""Its looks; the colours come from the variables that Streamlit's themes set."""

_ALONE = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
"""What a browser lets the page do: nothing but itself."""

_THEMES = """
:root {
  color-scheme: light dark;
  --st-text-color: #1A1F26; --st-background-color: #FFFFFF; --st-secondary-background-color: #F3F5F7;
  --st-border-color: #DDE2E8; --st-primary-color: #0072B2; --st-font: system-ui, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --st-text-color: #E8ECF1; --st-background-color: #0F1318; --st-secondary-background-color: #1A2028;
    --st-border-color: #2E3742; --st-primary-color: #4BA3DB;
  }
}
body {
  margin: 0 auto; padding: clamp(0.75rem, 2vw, 2rem); max-width: 100rem; box-sizing: border-box;
  background: var(--st-background-color); color: var(--st-text-color); font-family: var(--st-font);
}
h1 { font-size: clamp(1.3rem, 1.6vw, 2rem); font-weight: 600; margin: 0 0 1rem; }
.note { margin: 1.2rem 0 0; max-width: 50rem; line-height: 1.5; opacity: 0.85; }
"""


def film_page(
    panels: Sequence[Panel], title: str, note: str = "", show: Collection[str] = DEFAULT_SHOWS, frame: int = 0
) -> str:
    """Write a page that plays films side by side; it asks for nothing beyond itself.

    Parameters
    ----------
    panels
        As for `encode`.
    title, note
        Plain text for the heading and for a paragraph below the player.
    show, frame
        What is shown at first, of `SHOWS`, and the layer of the first film at which it begins.

    Raises
    ------
    ConfigError, ShapeError
        If there is no such thing to show, or as for `encode`.
    """
    data = base64.b64encode(encode(panels)).decode()
    options = json.dumps({"show": known_shows(show), "frame": frame})
    paragraph = f'<p class="note">{html.escape(note)}</p>' if note else ""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_ALONE}">
<title>{html.escape(title)}</title>
<style>{_THEMES}{STYLE}</style>
</head>
<body>
<h1>{html.escape(title)}</h1>
<section class="player"></section>
{paragraph}
<script id="film" type="text/plain">{data}</script>
<script>
{SCRIPT}
const root = document.querySelector(".player");
mountPlayer(
  root,
  Uint8Array.from(atob(document.getElementById("film").textContent), (c) => c.charCodeAt(0)),
  {options},
);
root.focus({{ preventScroll: true, focusVisible: false }});
</script>
</body>
</html>
"""
