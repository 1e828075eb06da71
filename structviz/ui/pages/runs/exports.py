"""What a visitor takes along from the page of runs: networks, their figures, and a script that measures them again."""

import csv
import io
from collections.abc import Sequence
from functools import partial

from structviz import zoo
from structviz.ui.kit.exports import Item
from structviz.ui.pages.train.outcome import card_of, comparison, results
from structviz.ui.pages.train.run_group import RunView

__all__ = ["digests", "items", "script"]

_ARCHIVE = "weights.zip"


def digests(chosen: Sequence[RunView]) -> dict[str, str]:
    """The sha256 of the weights of each chosen run that has a network, by its name in the zoo."""
    return {card.name: card.sha256 for card, _ in _cards(chosen)}


def items(chosen: Sequence[RunView]) -> list[Item]:
    """The files; none as long as no chosen run has a network."""
    folders = {card.name: view.run.folder for card, view in _cards(chosen)}
    if not folders:
        return []
    return [
        Item("Weights and cards", partial(zoo.pack, folders), _ARCHIVE, "application/zip"),
        Item("Comparison (CSV)", partial(_table, chosen), "runs.csv", "text/csv"),
        Item("Script (Python)", script, "runs.py", "text/x-python"),
    ]


def script() -> str:
    """Python that measures the networks of an archive as they were measured after their training."""
    return f'''"""The networks of chosen runs, measured again. Put {_ARCHIVE}, from the same page, beside this script."""

from pathlib import Path

from structviz import zoo
from structviz.training import recipe

folder = Path("networks")
for name in zoo.unpack(Path({_ARCHIVE!r}), folder):
    card, net = zoo.card(name, folder), zoo.load(name, folder=folder)
    task = recipe(card.config.recipe)
    # What learnt from points of somebody's own is not measured without them; its card says what it reached.
    is_own = task.name == "flow" and card.config.dataset is None
    metrics = card.metrics if is_own else task.evaluate(net, card.config)
    print(f"{{name}}: {{card.config.arm}}, {{card.config.steps}} steps, seed {{card.config.seed}}")
    for key, value in metrics.items():
        print(f"  {{task.metric(key).title}}: {{task.metric(key).text(value)}}")
    # `structviz.training.train(card.config)` trains it anew.
'''


def _cards(chosen: Sequence[RunView]) -> list[tuple[zoo.Card, RunView]]:
    """The cards of the chosen runs that have a network."""
    found = [(card_of(view.run), view) for view in chosen if view.state.has_network]
    return [(card, view) for card, view in found if card is not None]


def _table(chosen: Sequence[RunView]) -> str:
    """The comparison that the page shows, a line for each run."""
    properties, *columns = comparison(results(chosen)[0]).items()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("Run", *properties[1]))
    writer.writerows((title, *values) for title, values in columns)
    return text.getvalue()
