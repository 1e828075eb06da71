"""What a network promises: each structure that its layers guarantee, as a number that can be measured."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor, nn

from structviz.errors import ConfigError

__all__ = ["KINDS", "Claim", "Structured", "claims", "equivariance_claims", "image_probe"]

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "equivariant": "Φ(gx) = gΦ(x) for every element g of the group that permutes pixels",
        "invariant": "Φ(gx) = Φ(x) for every element g of the group that permutes pixels",
        "non-expansive": "‖Φ(x) − Φ(y)‖ ≤ ‖x − y‖",
        "lipschitz": "‖Φ(x) − Φ(y)‖ ≤ L ‖x − y‖",
        "invertible": "Φ⁻¹(Φ(x)) = x and Φ(Φ⁻¹(z)) = z",
        "volume": "log |det Φ′(x)| is known",
        "symplectic": "Φ′(x)ᵀ Ω Φ′(x) = Ω",
        "reversible": "the same layers, run backwards in time, lead back",
        "norm": "‖Φ(x)‖ = ‖x‖",
        "orthogonal": "WᵀW = I for the weights W",
        "rotation": "Φ(x)ᵀΦ(x) = I and det Φ(x) = 1",
        "mass": "Σ Φ(x) = Σ x",
        "time": "Σ h^k = T with time steps h^k ≥ 0",
    }
)
"""What each kind of promise says."""


@dataclass(frozen=True)
class Claim:
    """A structure that holds whatever the weights are, because of how the layers are built.

    Attributes
    ----------
    kind
        One of `KINDS`.
    bound
        What `structviz.checks.audit` may measure at most, in float64: for "non-expansive" and "lipschitz" the ratio
        of distances L, for all other kinds an error that is 0 in exact arithmetic. What rounding adds grows with the
        Lipschitz constants of the layers and their inverses: wild weights can exceed a bound that moderate ones keep.
    domain
        Where it holds: for "equivariant" and "invariant" the name of the group, else a word for the inputs.

    Raises
    ------
    ConfigError
        If the kind is unknown or the bound is not a number from 0 on.

    Examples
    --------
    >>> Claim("lipschitz", 2.0, "plane")
    Claim(kind='lipschitz', bound=2.0, domain='plane')
    """

    kind: str
    bound: float
    domain: str

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ConfigError(f"A claim is one of {', '.join(KINDS)}; got {self.kind!r}.")
        if not (math.isfinite(self.bound) and self.bound >= 0):
            raise ConfigError(f"The bound of a claim is a number from 0 on; got {self.bound!r}.")


@runtime_checkable
class Structured(Protocol):
    """What a network needs so that its promises can be listed and measured."""

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All that the network promises."""
        ...

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """n inputs on which to measure, in float64."""
        ...


def claims(net: nn.Module) -> tuple[Claim, ...]:
    """List what a network promises: the claims that it has as an attribute, or none if its layers are free.

    A promise comes from the architecture, and from the card of a network out of the zoo; whether it is kept is what
    `structviz.checks.audit` measures.

    Examples
    --------
    >>> claims(nn.Linear(2, 2))
    ()
    """
    return tuple(getattr(net, "claims", ()))


def equivariance_claims(group: str | None) -> tuple[Claim, ...]:
    """The promise of a network that is built for a group, by its name; none without a group.

    Of C8, C16 and D8 only quarter turns and mirrors permute the pixels of a grid; the promise is about those.

    Examples
    --------
    >>> equivariance_claims("C4")
    (Claim(kind='equivariant', bound=1e-12, domain='C4'),)
    """
    return () if group is None else (Claim("equivariant", 1e-12, group),)


def image_probe(n: int, generator: torch.Generator) -> Float[Tensor, "batch 1 15 12"]:
    """Images on which to measure: noise, since it has no symmetry, on a grid with unequal sides."""
    return torch.rand(n, 1, 15, 12, generator=generator, dtype=torch.float64)
