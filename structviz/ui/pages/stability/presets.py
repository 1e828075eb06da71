"""Things to try on the stability page."""

from collections.abc import Mapping
from types import MappingProxyType

from structviz.studies.stability import WELL
from structviz.ui.pages.stability.choice import StabilityChoice

__all__ = ["PRESETS"]

PRESETS: Mapping[str, StabilityChoice] = MappingProxyType(
    {
        "A promise that is kept": StabilityChoice(),
        "A step too large": StabilityChoice(points=WELL, scale=1.2, pair="0.15,0.1,-0.15,-0.05"),
        "RK4 beyond its bound": StabilityChoice(points=WELL, method="rk4", scale=1.2, pair="0.15,0.1,-0.15,-0.05"),
        "Frozen eigenvalues": StabilityChoice("antisymmetric", spectra=True),
        "Areas, not distances": StabilityChoice("hamiltonian", method="symplectic-euler"),
        "Where structure costs": StabilityChoice(points="donut2d"),
    }
)
"""Things to try."""
