"""Films to take along, in every form in which they are offered."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from PIL import Image as PillowImage

from structviz.figures.animation import AnimationType
from structviz.figures.film_encoding import Panel
from structviz.figures.pixels import png
from structviz.ui.browser.standalone import film_page
from structviz.ui.kit.exports import Item

__all__ = ["film_files"]

_SIDE = 360
"""Of a film in a picture, in pixels."""

_SHOWN = ("grid", "points")
"""On a picture that does not move, and on one that nobody can stop."""


def film_files(name: str, title: str, note: str, panels: Callable[[], Sequence[Panel]]) -> list[Item]:
    """Films as a page that plays them, as animated pictures, and as a picture of three moments.

    Parameters
    ----------
    name
        Of the files, without an ending.
    title, note
        Of the page.
    panels
        Makes the films, when a visitor asks for a file.

    Returns
    -------
    list of Item
        The page, the WebP, the GIF, and the picture, in this order; each is made when it is asked for.
    """

    def page() -> str:
        return film_page(panels(), title, note, show={"tails", "grid"})

    def animated(file_type: AnimationType) -> bytes:
        from structviz.figures.flow.film import animation

        found = panels()
        depths = [len(panel.film.times) - 1 if panel.n_layers is None else panel.n_layers for panel in found]
        return animation([(panel.title, panel.film) for panel in found], file_type, _SIDE, show=_SHOWN, n_layers=depths)

    def picture() -> bytes:
        """A row for each film: its beginning, its middle and its end."""
        from structviz.figures.flow.film_panel import FilmPanel

        drawn = [FilmPanel(panel.film, _SIDE, _SHOWN, 8) for panel in panels()]
        rows = [[np.asarray(panel.picture(share).convert("RGB")) for share in (0, 0.5, 1)] for panel in drawn]
        return png(PillowImage.fromarray(np.concatenate([np.concatenate(row, 1) for row in rows])))

    return [
        Item("Film (HTML)", page, f"{name}.html", "text/html"),
        Item("Film (WebP)", partial(animated, "webp"), f"{name}.webp", "image/webp"),
        Item("Film (GIF)", partial(animated, "gif"), f"{name}.gif", "image/gif"),
        Item("Picture (PNG)", picture, f"{name}.png", "image/png"),
    ]
