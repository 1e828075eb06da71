"""What can be taken along from the stability page."""

import csv
import io
import json
from functools import partial

import numpy as np
import torch
from PIL import Image as PillowImage

from structviz import zoo
from structviz.data import toy
from structviz.figures.film_encoding import Panel
from structviz.figures.pixels import png
from structviz.studies.flow import Film
from structviz.studies.invertibility.two_ways import film_of_states, grid_about
from structviz.studies.stability import WELL, PairStudy, as_data, network_name, twin_name
from structviz.ui.browser.standalone import film_page
from structviz.ui.kit.exports import Item
from structviz.ui.pages.stability.choice import StabilityChoice
from structviz.ui.pages.stability.pairs import TWIN, network_of, points_name, title_of, twin_of

__all__ = ["digests", "distances_csv", "items", "script"]

_POINTS, _SIDE = 200, 400
"""Points of a film, and the side of one picture in pixels."""

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
        Item("Film (HTML)", partial(_page, choice), "stability.html", "text/html"),
        Item("Picture (PNG)", partial(_picture, choice), "stability.png", "image/png"),
        Item("Distances (CSV)", partial(distances_csv, studies), "distances.csv", "text/csv"),
        Item("Weights (JSON)", partial(_weights, choice), "networks.json", "application/json"),
        *(() if choice.local else (made_again,)),
    ]


def _films(choice: StabilityChoice) -> list[Film]:
    """The points and a grid on their way through both networks."""
    points, labels = toy(points_name(choice), _POINTS)
    points = points.double()
    found = []
    for net in (network_of(choice), twin_of(choice)):
        start = torch.cat([points, grid_about(1.15 * points.abs().max().item(), points)])
        with torch.no_grad():
            states = net.trajectory(start).nan_to_num(_FAR, _FAR, -_FAR).clamp(-_FAR, _FAR)
        seen = states[:, : len(points)].abs().max().item()
        found.append(film_of_states(states, len(points), labels, 1.1 * min(max(seen, 1.0), _WIDEST)))
    return found


def _page(choice: StabilityChoice) -> str:
    titles = (title_of(choice), TWIN)
    panels = [
        Panel(title, film, f"after {choice.layers} layers") for title, film in zip(titles, _films(choice), strict=True)
    ]
    return film_page(
        panels,
        "Do close inputs stay close?",
        "Points and a grid on their way through a structured network and through a free one.",
        show={"tails", "grid"},
    )


def _picture(choice: StabilityChoice) -> bytes:
    """A row for each network: before the layers, in the middle, and after them."""
    from structviz.figures.flow.film_panel import FilmPanel

    panels = [FilmPanel(film, _SIDE, ("grid", "points"), 8) for film in _films(choice)]
    rows = [[np.asarray(panel.picture(at).convert("RGB")) for at in (0, 0.5, 1)] for panel in panels]
    return png(PillowImage.fromarray(np.concatenate([np.concatenate(row, 1) for row in rows])))


def _weights(choice: StabilityChoice) -> str:
    """The layers of both networks."""
    return json.dumps({"network": as_data(network_of(choice)), "resnet": as_data(twin_of(choice))}, indent=1)
