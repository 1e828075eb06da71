"""What can be taken along from the stability page."""

import csv
import io
from functools import partial
from typing import Any

import torch

from structviz import zoo
from structviz.data import toy
from structviz.figures.film_encoding import Panel
from structviz.studies.invertibility.two_ways import film_of_states, grid_about
from structviz.studies.stability import WELL, PairStudy, as_data, network_name, twin_name
from structviz.ui.browser.standalone import film_page
from structviz.ui.kit.exports import Item, weights_as_json
from structviz.ui.kit.film_files import film_files
from structviz.ui.pages.stability.choice import StabilityChoice
from structviz.ui.pages.stability.pairs import TWIN, network_of, points_name, title_of, twin_of

__all__ = ["digests", "distances_csv", "items", "page", "script"]

_POINTS = 200
"""Of a film."""

_NOTE = "Points and a grid on their way through a structured network and through a free one."

_WIDEST, _FAR = 10.0, 1e3
"""Half of the widest window, and where points are drawn that have left all bounds."""


def digests(choice: StabilityChoice) -> dict[str, str]:
    """The networks of the zoo that are shown, with the digests of their weights."""
    trained = () if choice.points == WELL or choice.local else (network_name(choice.network, choice.points),)
    own = {network.name: network.sha256 for network in choice.local}
    return {**own, **{name: zoo.card(name).sha256 for name in (*trained, twin_name(choice.points))}}


def distances_csv(studies: tuple[PairStudy, PairStudy]) -> str:
    """The distance of the pair after each layer, as a table."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["layer", "structured", "twin"])
    for k, (one, other) in enumerate(zip(*(study.distances[:, 0].tolist() for study in studies), strict=True)):
        writer.writerow([k, f"{one:.9g}", f"{other:.9g}"])
    return out.getvalue()


def script(choice: StabilityChoice) -> str:
    """Python that computes the numbers on the page."""
    return (
        "import torch\n\n"
        "from structviz.displayed import number, significant\n"
        "from structviz.studies.stability import plane_network, study_pairs, twin_network\n\n"
        f"x, y = torch.tensor([{choice.pair}], dtype=torch.float64).reshape(2, 2).split(1)\n"
        f'net = plane_network("{choice.network}", "{choice.points}", "{choice.method}", scale={choice.scale:g}, '
        f"n_layers={choice.layers})\n"
        f'twin = twin_network("{choice.points}", n_layers={choice.layers})\n'
        'for name, one in {"structured": net, "twin": twin}.items():\n'
        "    found = study_pairs(one, x, y, climb=0)\n"
        "    ratio = found.ratios.item()\n"
        "    shown = number(ratio, 2) if ratio < 10 else significant(ratio, 2)\n"
        '    print(f"{name}: the pair ends at {shown} times its distance")\n'
    )


def items(choice: StabilityChoice, studies: tuple[PairStudy, PairStudy]) -> list[Item]:
    """The files of the page.

    Parameters
    ----------
    choice, studies
        As for `structviz.ui.pages.stability.sentences.record_of`.
    """
    made_again = Item("Script (Python)", partial(script, choice), "stability.py", "text/x-python")
    return [
        *film_files("stability", "Do close inputs stay close?", _NOTE, partial(_panels, choice)),
        Item("Distances (CSV)", partial(distances_csv, studies), "distances.csv", "text/csv"),
        weights_as_json("networks.json", partial(_weights, choice)),
        *(() if choice.local else (made_again,)),
    ]


def page(choice: StabilityChoice) -> str:
    """The films of both networks as a page that plays them."""
    return film_page(_panels(choice), "Do close inputs stay close?", _NOTE, show={"tails", "grid"})


def _panels(choice: StabilityChoice) -> list[Panel]:
    """The points and a grid on their way through both networks."""
    points, labels = toy(points_name(choice), _POINTS)
    points = points.double()
    panels = []
    for title, net in ((title_of(choice), network_of(choice)), (TWIN, twin_of(choice))):
        start = torch.cat([points, grid_about(1.15 * points.abs().max().item(), points)])
        with torch.no_grad():
            states = net.trajectory(start).nan_to_num(_FAR, _FAR, -_FAR).clamp(-_FAR, _FAR)
        seen = states[:, : len(points)].abs().max().item()
        film = film_of_states(states, len(points), labels, 1.1 * min(max(seen, 1.0), _WIDEST))
        panels.append(Panel(title, film, f"after {len(states) - 1} layers"))
    return panels


def _weights(choice: StabilityChoice) -> dict[str, Any]:
    """The layers of both networks."""
    return {"network": as_data(network_of(choice)), "resnet": as_data(twin_of(choice))}
