"""Things to try on the stability page."""

from collections.abc import Mapping
from types import MappingProxyType

from structviz.studies.stability import WELL
from structviz.ui.pages.stability.choice import StabilityChoice

__all__ = ["PRESETS", "changes_first_screen"]

_ABOVE = frozenset({"network", "points", "method", "layers", "scale", "pair"})
"""Fields that decide what the first screen shows."""

PRESETS: Mapping[str, StabilityChoice] = MappingProxyType(
    {
        "A promise that is kept": StabilityChoice(),
        "A step too large": StabilityChoice(points=WELL, scale=1.2, pair="0.15,0.1,-0.15,-0.05"),
        "Frozen eigenvalues": StabilityChoice("antisymmetric", spectra=True),
        "An attack": StabilityChoice(attack=True),
        "Plug and play goes astray": StabilityChoice(plug=True),
        "Where structure costs": StabilityChoice(
            points="donut2d", plug=True, blurred="camera", width=1.0, data_noise=0.01
        ),
    }
)
"""Things to try."""


def changes_first_screen(preset: StabilityChoice) -> bool:
    """Whether a preset changes what stands above all sections."""
    return not _ABOVE.isdisjoint(preset.changes())
