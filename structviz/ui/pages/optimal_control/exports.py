"""What a visitor takes along from the page on optimal control."""

from functools import partial

import numpy as np
import torch
from PIL import Image as PillowImage

from structviz.figures.film_encoding import Panel
from structviz.figures.pixels import png
from structviz.studies.control import Steering
from structviz.studies.flow import Film
from structviz.studies.invertibility.two_ways import film_of_states, grid_about
from structviz.ui.browser.layers import described_steering
from structviz.ui.browser.standalone import film_page
from structviz.ui.kit.exports import Item, weights, weights_as_json
from structviz.ui.kit.tables import csv_table
from structviz.ui.pages.optimal_control.choice import ControlChoice
from structviz.ui.pages.optimal_control.record import title_of
from structviz.ui.pages.optimal_control.scripts import net_code, own_table, points_code

__all__ = ["export_items", "page", "script", "table"]

_SIDE = 400
"""Of one picture, in pixels."""


def export_items(choice: ControlChoice, found: Steering) -> list[Item]:
    """The files that can be taken along.

    Parameters
    ----------
    choice
        What was asked for.
    found
        What was measured for it.
    """
    return [
        Item("Film (HTML)", partial(page, choice), "steering.html", "text/html"),
        Item("Picture (PNG)", partial(_picture, choice), "steering.png", "image/png"),
        Item("States and costates (CSV)", partial(table, choice, found), "costates.csv", "text/csv"),
        weights_as_json("network.json", partial(described_steering, choice.net)),
        *own_table(choice),
        *weights(choice.local),
        Item("Script (Python)", partial(script, choice), "steering.py", "text/x-python"),
    ]


def _film(choice: ControlChoice) -> Film:
    points, labels = choice.points
    start = torch.cat([points, grid_about(1.15 * points.abs().max().item(), points)])
    states = choice.net.trajectory(start)[..., :2]  # the first two coordinates, as on the page
    return film_of_states(states, len(points), labels, 1.1 * max(1.0, states[:, : len(points)].abs().max().item()))


def page(choice: ControlChoice) -> str:
    """The film as a page that plays it."""
    title = title_of(choice)
    panel = Panel(title, _film(choice), f"after {choice.net.n_layers} layers")
    return film_page([panel], "Training is steering", "States on their way through the layers.", show={"tails", "grid"})


def _picture(choice: ControlChoice) -> bytes:
    """Before the layers, in the middle, and after them."""
    from structviz.figures.flow.film_panel import FilmPanel

    panel = FilmPanel(_film(choice), _SIDE, ("grid", "points"), 8)
    return png(
        PillowImage.fromarray(np.concatenate([np.asarray(panel.picture(at).convert("RGB")) for at in (0, 0.5, 1)], 1))
    )


def table(choice: ControlChoice, found: Steering) -> str:
    """A line for each point and layer: its class, its state and its costate."""
    labels = choice.points[1].tolist()
    both = torch.cat([found.found.states, found.found.costates], dim=-1)
    coordinates = range(1, found.found.states.shape[-1] + 1)
    head = ["layer", "point", "class", *(f"{letter}{i}" for letter in "zp" for i in coordinates)]
    rows = ([k, n, labels[n], *map(repr, row)] for k, frame in enumerate(both.tolist()) for n, row in enumerate(frame))
    return csv_table(head, rows)


def script(choice: ControlChoice) -> str:
    """Python that computes the numbers on the page."""
    return (
        "from pathlib import Path\n\n"
        "import torch\n\n"
        "from structviz import data, nets, zoo\n"
        "from structviz.displayed import percent, significant\n"
        "from structviz.studies.control import steering\n\n"
        f"points, labels = {points_code(choice)}\n"
        f"{net_code(choice)}\n"
        "found = steering(net.double().requires_grad_(False), points.double(), labels)\n"
        "low, high = (significant(end(found.found.hamiltonian).item()) for end in (torch.min, torch.max))\n"
        'print("objective", significant(found.found.objective))\n'
        'print("error of the gradient by Euler\'s costates", percent(found.twin_error, 0))\n'
        'print("control Hamiltonian from", low, "to", high)\n'
    )
