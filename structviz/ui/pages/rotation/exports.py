"""What a visitor takes along from the rotation page: pictures, films, numbers and a script."""

from structviz.figures import comparison_sheet
from structviz.figures.rotation.script import script, source_call
from structviz.nets.classical import CLASSICAL
from structviz.studies.rotation import Comparison
from structviz.ui.browser.standalone import Link
from structviz.ui.kit.exports import Item, weights
from structviz.ui.kit.networks import headings
from structviz.ui.kit.turning import curves, turn
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.results import classical_denoisers, loaded_networks, turning_image
from structviz.ui.pages.rotation.take_home import refusal, take_home

__all__ = ["digests", "items"]


def digests(choice: RotationChoice) -> dict[str, str]:
    """The sha256 of the weights of each network on the page, by its name in the zoo."""
    loaded = loaded_networks(choice)
    return {choice.network_name(arm): network.sha256 for arm, network in loaded.items() if arm not in CLASSICAL}


def items(choice: RotationChoice, comparison: Comparison, link: str) -> list[Item]:
    """The files.

    Parameters
    ----------
    choice
        What was asked for.
    comparison
        Its outcome.
    link
        Opens the page again.

    Returns
    -------
    list of Item
        In the order of the buttons; each is made when it is asked for.
    """
    back = Link(link, "Open this picture in the app, with all controls")
    source, networks, named = turning_image(choice), loaded_networks(choice), headings(choice.local)
    differences = choice.differences

    def pictures() -> bytes:
        return comparison_sheet(comparison, choice.colour_map, differences, named)

    return [
        Item(
            "Take home (HTML)",
            lambda: take_home(choice, comparison, back),
            "rotation.html",
            "text/html",
            refusal(choice, comparison),
        ),
        Item("Pictures (PNG)", pictures, "rotation.png", "image/png"),
        Item("Turn (WebP)", lambda: turn(source, networks, "webp", differences, named), "turn.webp", "image/webp"),
        Item("Turn (GIF)", lambda: turn(source, networks, "gif", differences, named), "turn.gif", "image/gif"),
        Item("Curves (CSV)", lambda: curves(source, networks), "curves.csv", "text/csv"),
        Item("Script (Python)", lambda: _script(choice), "rotation.py", "text/x-python"),
        *weights(choice.local),
    ]


def _script(choice: RotationChoice) -> str:
    return script(
        {arm: choice.network_name(arm) for arm in choice.columns if arm not in CLASSICAL},
        source_call(choice.shown_source, choice.size, choice.seed),
        choice.angle,
        choice.noise,
        choice.level,
        choice.seed,
        choice.noise_turns,
        choice.colour_map,
        choice.differences,
        [network.key for network in choice.local],
        headings(choice.local),
        "data.grating" if choice.turned else "",
        {arm: (each.sigma, each.strength) for arm, each in classical_denoisers(choice).items()},
    )
