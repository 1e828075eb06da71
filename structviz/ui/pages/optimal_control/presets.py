"""Things to try on the page on optimal control."""

from collections.abc import Mapping
from types import MappingProxyType

from structviz.nets import PLAIN
from structviz.ui.pages.optimal_control.choice import ControlChoice

__all__ = ["PRESETS"]

PRESETS: Mapping[str, ControlChoice] = MappingProxyType(
    {
        "Steer a spiral": ControlChoice(),
        "Before training": ControlChoice(dataset="squares2d", weights="random"),
        "A ResNet has its own costates": ControlChoice(dataset="donut2d", network="resnet", probe="0.1,0.1"),
        "Costates that vanish": ControlChoice(dataset="xor", network=PLAIN),
    }
)
"""Things to try."""
