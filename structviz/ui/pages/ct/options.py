"""What the controls of the CT page offer."""

import math
from collections.abc import Mapping
from types import MappingProxyType

from structviz.figures import arm_title
from structviz.studies.ct import CLASSICAL, LEARNED

__all__ = [
    "DOSES",
    "METHODS",
    "OBJECTS",
    "OWN",
    "PHOTONS",
    "RANGES",
    "RESULT",
    "SHIPPED_OBJECTS",
    "SIZES",
    "SWEEPS",
    "TRAINING_SETS",
    "TUNED",
    "UNITS",
]

OWN = "own"
"""The object that stands for the visitor's scan."""

OBJECTS: Mapping[str, str] = MappingProxyType(
    {
        "thorax": "A chest, as in training",
        "shepp-logan": "Shepp–Logan phantom",
        "ellipses": "Random ellipses",
        OWN: "Your own scan or image …",
    }
)
"""Objects, with titles."""

SHIPPED_OBJECTS: Mapping[str, str] = MappingProxyType({name: title for name, title in OBJECTS.items() if name != OWN})
"""The same without the visitor's scan."""

TUNED = "tuned"
"""The filter that stands for the best one on validation patients."""

METHODS: Mapping[str, str] = MappingProxyType({name: arm_title(name) for name in (*CLASSICAL, *LEARNED)})
"""Methods in the order in which they are shown, with titles."""

PHOTONS: Mapping[float, str] = MappingProxyType(
    {1e3: "10³", 3e3: "3·10³", 1e4: "10⁴", 3e4: "3·10⁴", 1e5: "10⁵", math.inf: "no noise"}
)
"""Photons that enter each ray, with titles."""

DOSES: Mapping[float, str] = MappingProxyType(
    {1e3: "10³ photons", 1e4: "10⁴ photons", 1e5: "10⁵ photons", math.inf: "no noise"}
)
"""Those of them that stand on chips."""

SWEEPS: Mapping[str, str] = MappingProxyType(
    {"measured-once": "measured once", "new-photons": "measured anew in each step"}
)
"""Our sweeps: what a patient is in training, in words."""

SIZES = (64, 128, 256)
"""Sides of the reconstruction in pixels."""

RANGES: Mapping[int, str] = MappingProxyType({180: "180°", 150: "150°", 120: "120°", 90: "90°"})
"""Which angles the views cover."""

TRAINING_SETS: Mapping[str, str] = MappingProxyType({"small": "few patients", "large": "many patients"})
"""On how many patients the networks were trained."""

UNITS: Mapping[str, str] = MappingProxyType({"mu": "1/cm", "hu": "HU"})
"""In what attenuation is shown."""

RESULT = 100
"""The iterate that stands for the result."""
