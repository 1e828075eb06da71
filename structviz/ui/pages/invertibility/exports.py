"""What a visitor takes along from the invertibility page."""

from functools import partial
from typing import Any

from structviz.figures.film_encoding import Panel
from structviz.studies.flow import Film
from structviz.studies.invertibility import (
    KINDS,
    PushAndPull,
    least_squares_trip,
    limited_undo,
    round_trip,
    there_and_back,
)
from structviz.ui.browser.layers import described_layers
from structviz.ui.browser.standalone import film_page
from structviz.ui.kit.exports import Item, weights_as_json
from structviz.ui.kit.film_files import film_files
from structviz.ui.pages.invertibility.choice import N_POINTS, InvertibilityChoice

__all__ = ["export_items", "page", "script"]

_NOTE = "The first half of the film goes from the data to the code, the second half back."


def export_items(choice: InvertibilityChoice, found: PushAndPull) -> list[Item]:
    """The files that can be taken along.

    Parameters
    ----------
    choice
        What was asked for.
    found
        What was measured for it.
    """
    return [
        *film_files("round_trip", "Push and pull", _NOTE, partial(_panels, choice)),
        Item("Points there and back (CSV)", partial(_table, choice, found), "round_trip.csv", "text/csv"),
        weights_as_json("networks.json", partial(_weights, choice)),
        Item("Script (Python)", partial(script, choice), "round_trip.py", "text/x-python"),
    ]


def _films(choice: InvertibilityChoice) -> tuple[Film, Film]:
    """The ways of both networks, there and back."""
    (points, labels), net, twin = choice.points, choice.net.double(), choice.twin
    undo = limited_undo(net, choice.n_iterations)
    return (
        there_and_back(lambda x: round_trip(net, x, undo), points, labels),
        there_and_back(lambda x: least_squares_trip(twin, x), points, labels),
    )


def page(choice: InvertibilityChoice) -> str:
    """The films of both networks as a page that plays them."""
    return film_page(_panels(choice), "Push and pull", _NOTE, show={"tails", "grid"})


def _panels(choice: InvertibilityChoice) -> list[Panel]:
    titles = (KINDS[choice.network].title, f"ResNet, {choice.steps} steps")
    return [
        Panel(f"{title}: data → code → data", film, f"the code after {len(film.times) // 2} layers")
        for title, film in zip(titles, _films(choice), strict=True)
    ]


def _table(choice: InvertibilityChoice, found: PushAndPull) -> str:
    """A line for each point: its class, and for both networks its code and where it comes back to."""
    names = [f"{what}{i}" for what in ("x", "code", "back", "twin_code", "twin_back") for i in (1, 2)]
    trips = (found.trip, found.twin)
    columns = [found.twin.there[0], *(frames[k] for trip in trips for frames, k in ((trip.there, -1), (trip.back, 0)))]
    lines = [",".join(["class", *names])]
    for n, label in enumerate(choice.points[1].tolist()):
        lines.append(",".join([str(label), *(repr(value) for part in columns for value in part[n].tolist())]))
    return "\n".join(lines) + "\n"


def _weights(choice: InvertibilityChoice) -> dict[str, Any]:
    """The layers of both networks."""
    return {"network": described_layers(choice.net), "resnet": described_layers(choice.twin)}


def script(choice: InvertibilityChoice) -> str:
    """Python that computes the numbers on the page."""
    single = ".float()" if choice.precision == "float32" else ""
    imported = ", random_network" if choice.trained_name is None else ""
    iterations = "" if choice.n_iterations is None else f", n_iterations={choice.n_iterations}"
    network = f'zoo.load("{choice.trained_name}").double()'
    if choice.trained_name is None:
        sizes = f"n_layers={choice.layers}, contraction={choice.contraction:g}, seed={choice.seed}"
        network = f'random_network("{choice.network}", {sizes})'
    return (
        "import torch\n\n"
        "from structviz import data, zoo\n"
        "from structviz.displayed import percent, significant\n"
        f"from structviz.studies.invertibility import coarse_resnet, push_and_pull{imported}\n\n"
        f'points, _ = data.toy("{choice.dataset}", {N_POINTS}, torch.Generator().manual_seed({choice.seed}))\n'
        f"net = {network}{single}\n"
        f'twin = coarse_resnet(zoo.load("{choice.twin_name}"), n_steps={choice.steps})\n\n'
        f"found = push_and_pull(net, twin, points{iterations})\n"
        'print("inverse error", significant(found.trip.errors[0].item(), 1))\n'
        'print("error of the search of the ResNet", significant(found.twin.errors[0].item(), 1))\n'
        'print(percent(found.folded.double().mean().item(), 0), "of the points turned over")\n'
    )
