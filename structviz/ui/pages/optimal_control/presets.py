"""Things to try on the page on optimal control."""

from collections.abc import Mapping
from types import MappingProxyType

from structviz.nets import PLAIN
from structviz.ui.pages.optimal_control.choice import ControlChoice

__all__ = ["PRESETS"]

PRESETS: Mapping[str, ControlChoice] = MappingProxyType(
    {
        "Steer a spiral": ControlChoice(),
        "Ever more layers": ControlChoice(dataset="squares2d", weights="random", refined=True),
        "The wrong costates": ControlChoice(dataset="halfmoon2d", adjoints=True),
        "Costates that vanish": ControlChoice(dataset="xor", network=PLAIN),
        "A car, in closed form": ControlChoice(linear=True),
        "Where structure costs": ControlChoice(
            dataset="donut2d", adjoints=True, layer_method="rk4", descent="adam", probe="0.1,0.1"
        ),
    }
)
"""Things to try."""
