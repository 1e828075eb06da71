"""Things to try on the page of manifolds."""

from collections.abc import Mapping
from types import MappingProxyType

from structviz.ui.pages.manifolds.choice import ManifoldsChoice

__all__ = ["PRESETS"]

PRESETS: Mapping[str, ManifoldsChoice] = MappingProxyType(
    {
        "Steps that stay": ManifoldsChoice(),
        "Trained layers": ManifoldsChoice("spirals", view="90,10"),
        "RK4 leaves, more exactly": ManifoldsChoice(twin="rk4", h=0.1, layers=40),
        "A box that is squashed": ManifoldsChoice(body=True, spin="any", body_h=0.5),
        "Gradients that vanish": ManifoldsChoice(stiefel=True, gain=0.8),
        "Learnt from few examples": ManifoldsChoice(pays=True, few="tumbling"),
    }
)
"""Things to try."""
