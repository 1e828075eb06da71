"""Things to try on the page of robustness."""

from collections.abc import Mapping
from types import MappingProxyType

from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.robustness.options import ANYTHING

__all__ = ["PRESETS"]

PRESETS: Mapping[str, RobustnessChoice] = MappingProxyType(
    {
        "A cat, a gibbon": RobustnessChoice(),
        "The least noise": RobustnessChoice(target=ANYTHING, epsilon=0.25),
        "A rocket turns": RobustnessChoice("rocket", target=ANYTHING, epsilon=1.0, angle=180),
        "Survives every turn": RobustnessChoice("coffee", target=ANYTHING, epsilon=0.5, angle=180),
        "Random noise": RobustnessChoice("coffee", target=ANYTHING, epsilon=8.0, facts=True),
    }
)
"""Things to try."""
