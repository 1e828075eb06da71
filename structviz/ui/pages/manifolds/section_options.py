"""What can be chosen in the sections."""

from collections.abc import Mapping
from types import MappingProxyType

from structviz.data import SPHERE_SETS
from structviz.ode import ROTATION_METHODS
from structviz.studies.manifolds import LANDSCAPES
from structviz.training.attitudes import TUMBLING
from structviz.ui.kit.choice import Many, Networks, Number, One

__all__ = [
    "ACTIVATION",
    "ACTIVATIONS",
    "BODY_METHODS",
    "COUNTS",
    "DAYS",
    "FEW",
    "FRICTION",
    "GAIN",
    "GLOBE",
    "LANDSCAPE",
    "LOCAL",
    "NOISE",
    "PACE",
]

BODY_METHODS = Many("Steps of the bodies", options=ROTATION_METHODS)

ACTIVATIONS: Mapping[str, str] = MappingProxyType({"abs": "absolute value", "max-min": "MaxMin", "relu": "ReLU"})
"""Nonlinearities, with titles."""

ACTIVATION = One("Nonlinearity", options=ACTIVATIONS, kind="segmented")
GAIN = Number("Gain of free weights", low=0.5, high=2.0, step=0.1, whole=False, kind="slider", format="%.1f")

DAYS = Number("Counted days", low=20, high=100, step=5, kind="slider")
NOISE = Number("Noise of each count", low=0.0, high=0.1, step=0.01, whole=False, kind="slider", format="%.2f")
COUNTS = Number("Seed of the noise", low=0, high=99, step=1)

LANDSCAPE = One("Landscape", options=LANDSCAPES)
PACE = Number("Step h", low=0.02, high=0.2, step=0.01, whole=False, kind="slider", format="%.2f")
FRICTION = Number("Friction γ", low=0.0, high=5.0, step=0.25, whole=False, kind="slider", format="%.2f")

FEW = One("Learnt", options={"wind": "the wind on a globe", "tumbling": "a box that tumbles"}, kind="segmented")

GLOBE = One(
    "Learnt",
    options={**{name: chosen.title for name, chosen in SPHERE_SETS.items()}, TUMBLING: "A solid that tumbles"},
    kind="segmented",
)
LOCAL = Networks(recipe="manifolds", most=1, fits=lambda network, values: network.config.dataset == values["globe"])
