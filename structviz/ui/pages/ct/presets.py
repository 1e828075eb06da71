"""Things to try on the CT page."""

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType

from structviz.studies.ct import LEARNED
from structviz.ui.browser.viewer import ViewState
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.ui.pages.ct.options import OWN
from structviz.ui.pages.ct.places import place_after

__all__ = ["PRESETS"]

_UPRIGHT = ViewState()


def _turned(choice: ScanChoice) -> ScanChoice:
    """The choice with its zoom on the spine."""
    row, column = place_after(choice.angle, _UPRIGHT.row, _UPRIGHT.column)
    return dataclasses.replace(choice, row=row, column=column)


_WITH_CLASSICAL = ("fbp", "tv", "ordinary", "equivariant")

PRESETS: Mapping[str, ScanChoice] = MappingProxyType(
    {
        "The lecture's slice": _turned(ScanChoice(angle=0)),
        "Turned by 90°": _turned(ScanChoice(angle=90)),
        "Turned by 20°": _turned(ScanChoice(angle=20, methods=LEARNED)),
        "Few views": _turned(ScanChoice(angle=0, views=20, methods=_WITH_CLASSICAL)),
        "Few photons": _turned(ScanChoice(angle=0, photons=1e3, methods=_WITH_CLASSICAL)),
        "Your own image": _turned(ScanChoice(phantom=OWN, angle=0)),
    }
)
"""Things to try."""
