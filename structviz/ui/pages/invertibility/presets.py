"""Things to try on the invertibility page."""

from collections.abc import Mapping
from types import MappingProxyType

from structviz.ui.pages.invertibility.choice import InvertibilityChoice

__all__ = ["PRESETS"]

PRESETS: Mapping[str, InvertibilityChoice] = MappingProxyType(
    {
        "Couplings undo a spiral": InvertibilityChoice(),
        "A Gaussian becomes a donut": InvertibilityChoice(dataset="donut2d", network="affine", density=True),
        "A photograph and its code": InvertibilityChoice(photographs=True, part="fine", factor=0.0),
        "Small steps come back too": InvertibilityChoice(dataset="xor", steps=40),
        "24 bits, 32 layers": InvertibilityChoice(
            dataset="halfmoon2d", weights="random", layers=32, precision="float32"
        ),
        "The cost: solve for each layer": InvertibilityChoice(
            dataset="xor", network="contractive", contraction=0.95, iterations=4
        ),
    }
)
"""Things to try; the last one shows where structure costs."""
