"""Things to try on the page of robustness."""

from collections.abc import Mapping
from types import MappingProxyType

from structviz.ui.kit.form import Form
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.robustness.options import ANYTHING
from structviz.ui.pages.robustness.turn import reveal_turn

__all__ = ["PRESETS", "reveal"]

PRESETS: Mapping[str, RobustnessChoice] = MappingProxyType(
    {
        "A cat, a gibbon": RobustnessChoice(),
        "The least noise": RobustnessChoice(target=ANYTHING, epsilon=0.25),
        "A rocket turns": RobustnessChoice("rocket", target=ANYTHING, epsilon=1.0, angle=180),
        "Survives 72 angles": RobustnessChoice("coffee", target=ANYTHING, epsilon=0.5, angle=180),
        "Where a guarantee costs": RobustnessChoice(digits=True, digit_angle=90),
        "Random noise": RobustnessChoice("coffee", target=ANYTHING, epsilon=8.0, facts=True),
    }
)
"""Things to try."""


def reveal(form: Form[RobustnessChoice], preset: RobustnessChoice) -> None:
    """Scroll to what a preset speaks of, if it stands below the first screen.

    Parameters
    ----------
    form
        The page's controls.
    preset
        What was chosen.
    """
    if preset.angle:
        reveal_turn()
    form.reveal(preset)
