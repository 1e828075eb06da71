"""Things to try on the flow page."""

from collections.abc import Mapping
from types import MappingProxyType

from structviz.ui.pages.flow.choice import FlowChoice

__all__ = ["PRESETS"]

PRESETS: Mapping[str, FlowChoice] = MappingProxyType(
    {
        "The lecture's half moons": FlowChoice("halfmoon2d", lecture=True),
        "The lecture's donut": FlowChoice("donut2d", lecture=True),
        "A step too large": FlowChoice("donut2d", "steps", steps=8, show=("tails", "grid")),
        "Donut: 2 or 3 dimensions": FlowChoice("donut2d", "width", show=("tails", "grid")),
        "Twice the time, half the weights": FlowChoice(
            "spiral2d", "integrator", steps=80, integrator="rk4", horizon=2.0, scale=0.5
        ),
        "40 plain layers do worse": FlowChoice("halfmoon2d", "plain"),
    }
)
"""Things to try."""
