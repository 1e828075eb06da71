"""Things to try on the page on optimal control."""

from collections.abc import Mapping
from types import MappingProxyType

from structviz.ui.pages.optimal_control.choice import ControlChoice

__all__ = ["PRESETS"]

PRESETS: Mapping[str, ControlChoice] = MappingProxyType(
    {
        "Steer a spiral": ControlChoice(),
        "The wrong costates": ControlChoice(dataset="halfmoon2d", adjoints=True),
        "Steps that are learned": ControlChoice(dataset="donut2d", network="learned", learned=True),
        "Where structure costs": ControlChoice(
            dataset="donut2d", network="simplex", probe="0.1,0.1", race=True, race_set="donut2d"
        ),
        "A calmer flow": ControlChoice(
            dataset="squares2d", network="fixed", smooth=True, smooth_set="squares2d", smooth_weight=3
        ),
        "Ever more layers": ControlChoice(dataset="halfmoon2d", network="resnet", refined=True),
    }
)
"""Things to try."""
