"""What networks have in common that are built from a few numbers and names."""

import inspect
from typing import Any

from jaxtyping import Float
from torch import Tensor, nn

from structviz.errors import ConfigError, ShapeError
from structviz.nets.activations import activation as by_name

__all__ = ["check_depth", "check_rows", "check_steps", "shape_of", "widened"]

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


def check_rows(x: Tensor, what: str, *row: int) -> None:
    """Check the shape of a batch.

    Parameters
    ----------
    x
        One input in each row.
    what
        Their name in the plural, as a sentence begins.
    *row
        The shape of one.

    Raises
    ------
    ShapeError
        If they have another shape.
    """
    if x.shape[1:] != row or x.ndim == 0:
        wanted = ", ".join(map(str, ("batch", *row)))
        raise ShapeError(f"{what} have the shape ({wanted}); got {tuple(x.shape)}: put one in each row.")


def widened(x: Float[Tensor, "batch dim"], width: int) -> Float[Tensor, "batch width"]:
    """Points of the plane with zeros for the further coordinates, up to a width; or points that have as many.

    Raises
    ------
    ShapeError
        If the points have neither two coordinates nor as many as the width.
    """
    if x.ndim != 2 or x.shape[1] not in (2, width):
        raise ShapeError(
            f"Points are a table of 2 or {width} columns for this network; got the shape {tuple(x.shape)}."
        )
    return nn.functional.pad(x, (0, width - x.shape[1]))
