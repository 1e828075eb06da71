"""Nonlinearities: those of the networks that move points, with their derivatives, and those of the denoisers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor
from torch.nn import functional

from structviz.errors import ConfigError

__all__ = ["ACTIVATIONS", "PIXELWISE", "Activation", "Pixelwise", "activation", "pixelwise"]

_LEAK = 0.01


@dataclass(frozen=True)
class Activation:
    """A nonlinearity σ, element by element.

    Attributes
    ----------
    name, title
        As used in code, and as shown.
    function
        σ.
    slope
        σ′(u) as a function of σ(u), so that a backward pass needs no more than the outputs.
    lipschitz
        The largest slope.
    smooth
        Whether σ is smooth: integrators of order above one reach their order for smooth fields only.
    """

    name: str
    title: str
    function: Callable[[Tensor], Tensor]
    slope: Callable[[Tensor], Tensor]
    lipschitz: float
    smooth: bool

    def __call__(self, u: Tensor) -> Tensor:
        """σ(u)."""
        return self.function(u)


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        a.name: a
        for a in (
            Activation("tanh", "tanh", torch.tanh, lambda s: 1 - s.square(), 1.0, True),
            Activation("relu", "ReLU", torch.relu, lambda s: (s > 0).to(s.dtype), 1.0, False),
            Activation(
                "softplus",
                "softplus",
                # torch goes over to u at 20 otherwise, with a jump that double precision sees.
                lambda u: functional.softplus(u, threshold=40.0),
                lambda s: -torch.expm1(-s),
                1.0,
                True,
            ),
            Activation(
                "leaky-relu",
                "leaky ReLU",
                lambda u: functional.leaky_relu(u, _LEAK),
                lambda s: torch.full_like(s, _LEAK).masked_fill_(s > 0, 1.0),
                1.0,
                False,
            ),
        )
    }
)
"""Every nonlinearity by name."""


def activation(name: str) -> Activation:
    """Look a nonlinearity up by its name.

    Raises
    ------
    ConfigError
        If there is no such nonlinearity.
    """
    if name not in ACTIVATIONS:
        raise ConfigError(f"A nonlinearity is one of {', '.join(ACTIVATIONS)}; got {name!r}.")
    return ACTIVATIONS[name]


@dataclass(frozen=True)
class Pixelwise:
    """A nonlinearity of the denoisers, pixel by pixel and channel by channel.

    Acting on each channel by itself, it commutes with every permutation of the channels of a regular field and with
    quarter turns of the grid. With other turns it commutes as far as the grid resolves its output: a corner makes
    frequencies that the grid cannot hold.

    Attributes
    ----------
    name, title
        As used in code, and as shown.
    function
        σ.
    """

    name: str
    title: str
    function: Callable[[Tensor], Tensor]

    def __call__(self, u: Tensor) -> Tensor:
        """σ(u)."""
        return self.function(u)


PIXELWISE: Mapping[str, Pixelwise] = MappingProxyType(
    {a.name: a for a in (Pixelwise("relu", "ReLU", torch.relu), Pixelwise("silu", "SiLU", functional.silu))}
)
"""The nonlinearities of the denoisers by name. The SiLU u / (1 + e⁻ᵘ) has no slope that its output alone tells."""


def pixelwise(name: str) -> Pixelwise:
    """Look a nonlinearity of the denoisers up by its name.

    Raises
    ------
    ConfigError
        If there is no such nonlinearity.
    """
    if name not in PIXELWISE:
        raise ConfigError(f"The nonlinearity of a denoiser is one of {', '.join(PIXELWISE)}; got {name!r}.")
    return PIXELWISE[name]
