"""Colours with a meaning, the same in every picture."""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["ARM_COLOURS", "ARM_TITLES", "arm_title"]

ARM_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "ordinary": "#D55E00",
        "augmented": "#009E73",
        "equivariant": "#0072B2",
        "symmetrised": "#CC79A7",
        "noisy": "#9AA0A6",
        "truth": "#5F6368",
        "fbp": "#E69F00",
        "tv": "#56B4E9",
    }
)
"""Okabe–Ito colours of the arms and of methods that learn nothing, safe for colour-blind eyes; greys for the rest."""

ARM_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "noisy": "Noisy",
        "truth": "Ground truth",
        "fbp": "FBP",
        "tv": "Total variation",
        **{a: a.capitalize() for a in ("ordinary", "augmented", "equivariant", "symmetrised")},
    }
)


def arm_title(arm: str) -> str:
    """The arm as a heading."""
    return ARM_TITLES.get(arm, arm.capitalize())
