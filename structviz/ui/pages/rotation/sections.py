"""The parts of the rotation page: pictures that turn, and the upright ones."""

import streamlit as st

from structviz.displayed import decibels, number
from structviz.figures import arm_title, heading, to_png
from structviz.studies.rotation import Comparison, Restored
from structviz.transforms import is_quarter_turn
from structviz.types import Image
from structviz.ui.kit import rotor
from structviz.ui.kit.engine import can_run
from structviz.ui.kit.form import Form
from structviz.ui.kit.networks import asked_for, headings
from structviz.ui.kit.rotor import RestingImage
from structviz.ui.kit.sentences import joined
from structviz.ui.kit.tiles import Row, Tile
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.options import STRIPES, WIDE
from structviz.ui.pages.rotation.results import loaded_networks, turned_image, turning_image

__all__ = ["follow_asked_network", "resting_images", "send_films", "show_rotor", "turned_tiles", "upright_row"]

_ROTOR = "rotor"
"""Key of the component."""

_DEMONSTRATION = 90
"""Degrees to which the stripes turn by themselves, across those of the training."""


def follow_asked_network(form: Form[RotationChoice]) -> None:
    """Show what a network has learnt if the address asks for the network and not for an image."""
    if form.is_untouched("source"):
        network = asked_for(form.key("local"), ("stripes", "images"))
        if network is not None:
            config = network.config
            form.set(source="camera" if config.recipe == "images" else WIDE if config.dataset == WIDE else STRIPES)


def show_rotor(form: Form[RotationChoice], choice: RotationChoice, comparison: Comparison) -> None:
    """Show the pictures at the chosen angle, which one turns with a finger while the noise follows its handles.

    Parameters
    ----------
    form, choice
        The page's controls, which follow the hand, and what they say now.
    comparison
        What is shown.
    """
    rotor.show_rotor(
        form,
        turning_image(choice),
        loaded_networks(choice),
        resting_images(comparison),
        None if is_quarter_turn(comparison.angles[-1]) else comparison.mask,
        headings(choice.local),
        key=_ROTOR,
        sectors=choice.sectors,
        demonstrate=None if choice.changes() else _DEMONSTRATION,
        turned=turned_image(choice) if _is_live(choice) else None,
    )
    if rotor.wants_films(_ROTOR):
        st.caption(
            "This browser does not run WebAssembly with SIMD in workers, with which the page computes pictures while a "
            "hand moves. So the server sends its pictures of all angles; choose level and seed of the noise in the "
            "sidebar."
        )
    elif on_server := _on_the_server(choice):
        st.caption(
            f"The browser does not compute {joined(on_server)}: the server sends the pictures of all angles. Choose "
            "level and seed of the noise in the sidebar; without "
            f"{'it' if len(on_server) == 1 else 'them'}, they follow the hand beside the pictures."
        )


def resting_images(comparison: Comparison) -> dict[str, RestingImage]:
    """What the columns show at the chosen angle, from left to right."""

    def resting(restored: Restored) -> RestingImage:
        return RestingImage(restored.image[0, 0], restored.psnr, restored.ssim)

    return {
        "noisy": resting(comparison.noisy[-1]),
        **{arm: resting(restored[-1]) for arm, restored in comparison.arms.items()},
        "truth": RestingImage(comparison.clean[-1][0, 0]),
    }


def _on_the_server(choice: RotationChoice) -> list[str]:
    """The columns that the engine cannot compute, in words: methods that learn nothing, networks of another kind."""
    named = {network.key: network.phrase for network in choice.local}
    networks = loaded_networks(choice)
    return [
        named.get(arm) or arm_title(arm).lower() for arm, network in networks.items() if not can_run({arm: network})
    ]


def _is_live(choice: RotationChoice) -> bool:
    """Whether the browser computes by itself."""
    return can_run(loaded_networks(choice)) and not rotor.wants_films(_ROTOR)


def send_films(choice: RotationChoice) -> None:
    """Send the rotor its films, where the browser does not compute by itself."""
    if _is_live(choice):
        return
    rotor.send_films(turning_image(choice), loaded_networks(choice), choice.curves == "error")


def upright_row(choice: RotationChoice, comparison: Comparison) -> Row:
    """The same image before it was turned."""
    return Row("Upright", _tiles(choice, comparison, 0, "upright"))


def turned_tiles(choice: RotationChoice, comparison: Comparison) -> tuple[Tile, ...]:
    """The pictures at the chosen angle."""
    return _tiles(choice, comparison, -1, f"turned by {choice.angle}°")


def _tiles(choice: RotationChoice, comparison: Comparison, k: int, how: str) -> tuple[Tile, ...]:
    """The pictures at one of the angles of a comparison, and in words how the image lies there."""
    named = headings(choice.local)

    def tile(arm: str, picture: Image, outcome: Restored | None) -> Tile:
        head = heading(arm, named)
        return Tile(
            title=head.title,
            colour=head.colour,
            png=to_png(picture[0, 0], choice.colour_map),
            headline=str(decibels(outcome.psnr)) if outcome else "",
            details=(f"SSIM {number(outcome.ssim, 3)}",) if outcome else (),
            alt=f"{head.title}, {how}" + (f": {decibels(outcome.psnr)}" if outcome else ""),
        )

    outcomes = {"noisy": comparison.noisy[k], **{arm: shown[k] for arm, shown in comparison.arms.items()}}
    shown = [tile(arm, outcome.image, outcome) for arm, outcome in outcomes.items()]
    return (*shown, tile("truth", comparison.clean[k], None))
