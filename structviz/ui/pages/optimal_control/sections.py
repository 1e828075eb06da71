"""The film of states and costates: the component, and what it sends to the browser."""

from structviz.nets import PLAIN
from structviz.ui.browser.component import BrowserComponent
from structviz.ui.browser.layers import described_points, described_steering
from structviz.ui.kit.form import Form
from structviz.ui.kit.places import parse_point
from structviz.ui.pages.optimal_control.choice import ControlChoice

__all__ = ["show_steering"]

_COMPONENT = BrowserComponent("steering", ["probe"])


def show_steering(form: Form[ControlChoice], choice: ControlChoice) -> None:
    """Show points on their way through the layers, and costates on their way back.

    Parameters
    ----------
    form
        The page's controls.
    choice
        What was asked for.
    """
    points, labels = choice.points
    shown = {
        "network": {**described_steering(choice.net), "twin": choice.scheme not in (PLAIN, "euler")},
        **described_points(points, labels),
        "probe": list(parse_point(choice.probe)),
    }
    _COMPONENT.edit(form, "probe", shown)
