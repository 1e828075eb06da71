"""What a visitor takes along from the rotation page: the address, pictures, numbers, films and a script."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from structviz.figures import comparison_sheet
from structviz.figures.rotation.script import script, source_call
from structviz.folders import CHECKOUT
from structviz.studies.rotation import Comparison
from structviz.ui.kit.address import share_link
from structviz.ui.kit.networks import headings
from structviz.ui.kit.turning import curves, turn
from structviz.ui.pages.rotation.choice import Choice
from structviz.ui.pages.rotation.controls import View
from structviz.ui.pages.rotation.sections import player, scene

__all__ = ["downloads"]


def downloads(choice: Choice, upload: bytes | None, comparison: Comparison, view: View) -> None:
    """Buttons for everything that can be taken along; each is made when it is asked for."""
    filmed = scene(choice, upload, comparison)
    players = {arm: player(choice, arm) for arm in choice.columns}
    named = headings(choice.local)
    with st.container(horizontal=True):
        with st.popover("Share", icon=":material/link:"):
            st.caption("This address restores all choices on this page, except an own image.")
            st.code(share_link(), language=None, wrap_lines=True)
        _button(
            "Pictures (PNG)",
            lambda: comparison_sheet(comparison, choice.colour_map, view.differences, named),
            "rotation.png",
            "image/png",
        )
        _button(
            "Turn (WebP)", lambda: turn(filmed, players, "webp", view.differences, named), "turn.webp", "image/webp"
        )
        _button("Turn (GIF)", lambda: turn(filmed, players, "gif", view.differences, named), "turn.gif", "image/gif")
        _button("Curves (CSV)", lambda: curves(filmed, players), "curves.csv", "text/csv")
        _button("Script (Python)", lambda: _script(choice, view), "rotation.py", "text/x-python")


def _button(label: str, make: Callable[[], bytes | str], name: str, mime: str) -> None:
    st.download_button(label, make, name, mime, icon=":material/download:", on_click="ignore")


def _script(choice: Choice, view: View) -> str:
    return script(
        {arm: choice.network_name(arm) for arm in choice.columns},
        source_call(choice.source, choice.size, choice.seed),
        choice.angle,
        choice.noise,
        choice.level,
        choice.seed,
        choice.noise_turns,
        choice.colour_map,
        view.differences,
        {one.key: _path(one.folder) for one in choice.local},
        headings(choice.local),
    )


def _path(folder: str) -> str:
    """The folder as a script names it: from the root of the checkout, if it lies in one."""
    path = Path(folder).absolute()
    return str(path.relative_to(CHECKOUT) if CHECKOUT and path.is_relative_to(CHECKOUT) else path)
