"""What can be chosen in the sections on weights, mass and optimisers."""

from collections.abc import Mapping
from types import MappingProxyType

from structviz.ui.kit.choice import Number, One

__all__ = ["ACTIVATIONS", "ACTIVATION", "GAIN"]

ACTIVATIONS: Mapping[str, str] = MappingProxyType({"abs": "absolute value", "max-min": "MaxMin", "relu": "ReLU"})
"""Nonlinearities, with titles."""

ACTIVATION = One("Nonlinearity", options=ACTIVATIONS, kind="segmented")
GAIN = Number("Gain of free weights", low=0.5, high=2.0, step=0.1, whole=False, kind="slider", format="%.1f")
