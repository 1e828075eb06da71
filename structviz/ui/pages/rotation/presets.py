"""Things to try on the rotation page."""

from collections.abc import Mapping
from types import MappingProxyType

from structviz.nets.classical import CLASSICAL
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.options import STRIPES

__all__ = ["PRESETS"]

_THREE = ("ordinary", "augmented", "equivariant")

PRESETS: Mapping[str, RotationChoice] = MappingProxyType(
    {
        "Wide stripes": RotationChoice(),
        "The lecture's stripes": RotationChoice(STRIPES, angle=90),
        "A photograph at 45°": RotationChoice(
            source="camera", angle=45, level=0.15, arms=("ordinary", "equivariant", *CLASSICAL)
        ),
        "A phantom at 45°": RotationChoice(source="shepp-logan", angle=45, level=0.2, group="C8"),
        # Half a turn brings horizontal stripes back, for which the ordinary network is made: +8 dB.
        "Where equivariance loses": RotationChoice(STRIPES, angle=180, arms=_THREE),
        "Average over the group": RotationChoice(STRIPES, angle=90, arms=("ordinary", "equivariant", "symmetrised")),
    }
)
"""Things to try."""
