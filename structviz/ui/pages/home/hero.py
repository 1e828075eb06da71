"""The poster of the first page: the image with which the rotation page opens turns by itself, before two networks."""

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any

from structviz.figures import ARM_COLOURS
from structviz.ui.browser.component import BrowserComponent
from structviz.ui.kit.rotor import colour_tables, send_films
from structviz.ui.kit.turning import channel_name
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.results import loaded_networks, turning_image

__all__ = ["show_hero"]

_HERO = BrowserComponent("hero")

_TITLES = {"noisy": "With noise", "ordinary": "Ordinary network", "equivariant": "Equivariant network"}
"""What stands side by side, with titles."""


def show_hero() -> Callable[[], Any]:
    """Show the pictures that turn; they do once the function that this returns has sent the films.

    The films are those of the rotation page, and computed once for both.

    Raises
    ------
    CheckpointError
        If a network is missing.
    """
    choice = RotationChoice(arms=("ordinary", "equivariant"))
    source, networks = turning_image(choice), loaded_networks(choice)
    columns = [
        {
            "title": title,
            "colour": ARM_COLOURS[arm],
            "film": channel_name(source, "film", arm, networks[arm].sha256 if arm in networks else ""),
        }
        for arm, title in _TITLES.items()
    ]
    shown = {
        "note": _note(choice),
        "columns": columns,
        "side": source.image.shape[-1],
        "tables": colour_tables(source.colour_map),
    }
    _HERO.show(shown, key="home_hero")
    return partial(send_films, dataclasses.replace(source, given=("noisy",)), networks, errors=False, prefix="home_")


def _note(choice: RotationChoice) -> str:
    """What the networks were trained on, and how to read the numbers."""
    trained = f"Both networks saw stripes turned by at most {choice.sectors[0][1]:g}°. " if choice.sectors else ""
    return f"{trained}The numbers are the PSNR at this angle: higher is better."
