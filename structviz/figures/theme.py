"""Colours with a meaning, the same in every picture."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from structviz.arms import ARMS

__all__ = [
    "ARM_COLOURS",
    "ARM_TITLES",
    "CLASS_COLOURS",
    "CLASS_SYMBOLS",
    "INTEGRATOR_COLOURS",
    "SERIES_COLOURS",
    "INTEGRATOR_SYMBOLS",
    "NEUTRAL",
    "Heading",
    "Headings",
    "arm_title",
    "heading",
    "translucent",
]

ARM_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "ordinary": "#D55E00",
        "augmented": "#009E73",
        "equivariant": "#0072B2",
        "equivariant-augmented": "#56B4E9",
        "symmetrised": "#CC79A7",
        # Beside the equivariant ones in pictures of digits, and never beside total variation.
        "nonexpansive": "#8C6BB1",
        "nonexpansive-equivariant": "#56B4E9",
        "noisy": "#9AA0A6",
        "truth": "#5F6368",
        "fbp": "#E69F00",
        "tv": "#8C6BB1",
        "nlm": "#999933",
    }
)
"""Okabe–Ito colours of the arms, safe for colour-blind eyes; of methods that learn nothing; greys for the rest."""

ARM_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "noisy": "Noisy",
        "truth": "Ground truth",
        "fbp": "FBP",
        "tv": "Total variation",
        "nlm": "Non-local means",
        "symmetrised": "Symmetrised",
        **{name: arm.title for name, arm in ARMS.items()},
    }
)

CLASS_COLOURS: tuple[str, str] = ("#D55E00", "#0072B2")
"""Colours of the points with label 0 and label 1, and of the regions where a classifier says so."""

CLASS_SYMBOLS: tuple[str, str] = ("circle", "square")
"""Their shapes, for eyes and printers that see no colours."""

SERIES_COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00")
"""Of curves that stand for no arm and no class, in the order in which they are drawn."""

INTEGRATOR_COLOURS: Mapping[str, str] = MappingProxyType(
    {"euler": "#E69F00", "heun": "#56B4E9", "kutta3": "#8C6BB1", "rk4": "#808890", "implicit-midpoint": "#999933"}
)
"""Colours that no class and no arm of networks for points has."""

INTEGRATOR_SYMBOLS: Mapping[str, str] = MappingProxyType(
    {"euler": "circle", "heun": "square", "kutta3": "diamond", "rk4": "triangle-up", "implicit-midpoint": "star"}
)
"""Their shapes, as Plotly calls them."""

NEUTRAL = "#808890"
"""Lines without a colour of their own; seen on white and on black."""


@dataclass(frozen=True)
class Heading:
    """What stands above a column, and in which colour."""

    title: str
    colour: str


Headings = Mapping[str, Heading]
"""Headings of columns that are no arm of the project, by their names: networks that somebody brought along."""


def arm_title(arm: str) -> str:
    """The arm as a heading."""
    return ARM_TITLES.get(arm, arm.capitalize())


def heading(arm: str, others: Headings | None = None) -> Heading:
    """The heading of an arm, or of one of the others."""
    return (others or {}).get(arm) or Heading(arm_title(arm), ARM_COLOURS[arm])


def translucent(colour: str, opacity: float) -> str:
    """A colour #rrggbb that lets through what is behind it."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"
