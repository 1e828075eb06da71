"""What can be taken along from the stability page."""

import csv
import io

from structviz import zoo
from structviz.studies.stability import WELL, PairStudy, network_name, twin_name
from structviz.ui.kit.exports import Item
from structviz.ui.pages.stability.choice import StabilityChoice

__all__ = ["digests", "distances_csv", "items", "script"]


def digests(choice: StabilityChoice) -> dict[str, str]:
    """The networks of the zoo that are shown, with the digests of their weights."""
    trained = () if choice.points == WELL else (network_name(choice.network, choice.points),)
    return {name: zoo.card(name).sha256 for name in (*trained, twin_name(choice.points))}


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
    return [
        Item("Distances (CSV)", lambda: distances_csv(studies), "distances.csv", "text/csv"),
        Item("Script (Python)", lambda: script(choice), "stability.py", "text/x-python"),
    ]
