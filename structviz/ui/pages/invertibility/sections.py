"""The parts of the invertibility page."""

from typing import Any

from structviz.nets import InvertibleMap, PointClassifier
from structviz.studies.invertibility import PushAndPull
from structviz.ui.browser.component import BrowserComponent, finite_number
from structviz.ui.browser.layers import described_layers, described_points
from structviz.ui.kit.form import Form
from structviz.ui.kit.places import FARTHEST, parse_point
from structviz.ui.pages.invertibility.choice import InvertibilityChoice
from structviz.ui.pages.invertibility.record import TripRecord

__all__ = ["show_round_trip"]

_COMPONENT = BrowserComponent("round_trip", ["rest"])

_MOST_PAIRS = 1
"""Pairs of points with one code that are marked."""


def show_round_trip(
    form: Form[InvertibilityChoice], choice: InvertibilityChoice, found: PushAndPull, record: TripRecord
) -> None:
    """Show points and a grid on their way through both networks and back.

    Parameters
    ----------
    form
        The page's controls.
    choice
        What was asked for.
    found, record
        What was measured for it, and the displayed numbers.
    """
    points, labels = choice.points
    apart = (found.pairs.one - found.pairs.other).norm(dim=1).argsort(descending=True)[:_MOST_PAIRS]
    pairs = [[found.pairs.one[n].tolist(), found.pairs.other[n].tolist()] for n in apart.tolist()]
    steps = f"ResNet, {record.twin_steps} steps"
    shown = {
        "networks": [
            _network(f"{record.network}, {record.n_layers} layers", choice.net.double(), [], single=True),
            _network(steps, choice.twin, pairs, single=False),
        ],
        **described_points(points, labels),
        "iterations": choice.iterations,
        "farthest": FARTHEST,
        "probe": list(parse_point(choice.probe)),
        "at": choice.at,
    }
    key = form.key("trip")

    def take() -> None:
        report = _COMPONENT.report(key, "rest")
        form.set(probe=report.get("probe"), at=finite_number(report.get("at")))

    _COMPONENT.show(shown, key=key, on_rest=take)


def _network(title: str, net: InvertibleMap | PointClassifier, pairs: list[Any], single: bool) -> dict[str, Any]:
    return {"title": title, "layers": described_layers(net), "pairs": pairs, "single": single, "folds": not single}
