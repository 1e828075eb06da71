"""What networks have in common that are built from a few numbers and names."""

import inspect
from typing import Any

from torch import nn

from structviz.errors import ConfigError
from structviz.nets.activations import activation as by_name

__all__ = ["check_depth", "check_steps", "shape_of"]

_DEEPEST, _LONGEST = 1000, 1000.0


def shape_of(net: nn.Module) -> dict[str, Any]:
    """The arguments that build a network of this shape: each parameter of its class is an attribute."""
    return {name: getattr(net, name) for name in inspect.signature(type(net)).parameters}


def check_depth(n_layers: int) -> None:
    """Raise a ConfigError unless the number of layers is one that a network may have."""
    if not 1 <= n_layers <= _DEEPEST:
        raise ConfigError(f"The number of layers must be from 1 to {_DEEPEST}; got {n_layers}.")


def check_steps(n_layers: int, time: float, activation_name: str) -> None:
    """Check the settings of a network whose layers are steps of a flow up to an end time.

    Parameters
    ----------
    n_layers, time
        The number K of layers, and T.
    activation_name
        Name of the nonlinearity σ.

    Raises
    ------
    ConfigError
        If one is unknown or out of range.
    """
    by_name(activation_name)
    check_depth(n_layers)
    if not 0 < time <= _LONGEST:
        raise ConfigError(f"The time T must be positive and at most {_LONGEST:g}; got {time!r}.")
