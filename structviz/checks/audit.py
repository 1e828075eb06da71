"""Measure all that a network promises, and say whether each promise is kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn

from structviz.checks.invariants import (
    mass_error,
    norm_error,
    orthogonality_error,
    reversal_error,
    symplecticity_error,
    time_error,
)
from structviz.checks.inverse import inverse_error, log_det_error
from structviz.checks.lipschitz import lipschitz_ratio, worst_pair
from structviz.checks.manifolds import rotation_distance
from structviz.checks.relative import relative_errors
from structviz.errors import ConfigError
from structviz.nets.claims import Claim, Structured, claims
from structviz.nets.groups import Element, Group, group

__all__ = ["RATIO_TOLERANCE", "SINGLE", "Finding", "audit"]

RATIO_TOLERANCE: Mapping[torch.dtype, float] = MappingProxyType({torch.float64: 1e-9, torch.float32: 1e-5})
"""By which share a measured ratio of distances may exceed its bound."""

SINGLE: Mapping[str, float] = MappingProxyType(
    {
        "equivariant": 1e-5,
        "invariant": 1e-5,
        "invertible": 1e-4,
        "volume": 1e-3,
        "symplectic": 1e-4,
        "reversible": 1e-4,
        "norm": 1e-5,
        "orthogonal": 1e-5,
        "rotation": 1e-5,
        "mass": 1e-5,
        "time": 1e-5,
    }
)
"""Errors that are still rounding in float32, by kind of claim; in float64 the bound of the claim holds."""

_CLIMB = 20
"""Steps of the search for the worst pair, besides the random pairs."""

_WHOLE_JACOBIANS = 4
"""Inputs at which a whole Jacobian is made."""


@dataclass(frozen=True)
class Finding:
    """A promise beside what was measured.

    Attributes
    ----------
    claim
        The promise.
    measured
        A ratio of distances for "non-expansive" and "lipschitz", an error for all other kinds; nan if a value is no
        number.
    holds
        Whether that is within the bound, up to rounding.
    """

    claim: Claim
    measured: float
    holds: bool


def audit(net: nn.Module, generator: torch.Generator, n: int = 64) -> tuple[Finding, ...]:
    """Measure each claim of a network.

    A finding can refute a promise and never prove one: it says what was seen at n random inputs and, for ratios, at
    the worst pair that a short search met.

    Parameters
    ----------
    net
        A network, in the precision in which it computes; in evaluation mode if that makes a difference.
    generator
        Draws the inputs, on the CPU.
    n
        How many.

    Returns
    -------
    tuple of Finding
        One for each of `structviz.nets.claims`, in their order; none for a free network.

    Raises
    ------
    ConfigError
        If n is not positive, or the network makes claims and has no `probe` to draw inputs from.

    Examples
    --------
    >>> audit(nn.Linear(2, 2), torch.Generator())
    ()
    """
    if n < 1:
        raise ConfigError(f"An audit needs one input or more; got n = {n}.")
    promised = claims(net)
    if not promised:
        return ()
    if not isinstance(net, Structured):
        raise ConfigError(
            f"{type(net).__name__} makes claims, so it needs a method probe(n, generator) that draws inputs; add one."
        )
    x = net.probe(n, generator)
    weights = next((w for w in (*net.parameters(), *net.buffers()) if w.is_floating_point()), x)
    x = x.to(weights)
    return tuple(_find(net, claim, x, generator) for claim in promised)


def _find(net: Any, claim: Claim, x: Tensor, generator: torch.Generator) -> Finding:
    if claim.kind in _RATIOS:
        measured, most = _ratio(net, x, generator), claim.bound * (1 + RATIO_TOLERANCE.get(x.dtype, 1e-2))
    else:
        of_group = _OF_GROUPS.get(claim.kind)
        error = _ERRORS[claim.kind](net, x) if of_group is None else of_group(net, claim.domain, x)
        measured, most = error, claim.bound if x.dtype == torch.float64 else max(claim.bound, SINGLE[claim.kind])
    return Finding(claim, measured, measured <= most)


def _ratio(net: Any, x: Tensor, generator: torch.Generator) -> float:
    """The largest ratio of random pairs and of those that a search meets."""
    distant = lipschitz_ratio(net, x, x[torch.randperm(len(x), generator=generator)])
    close, *_ = worst_pair(net, x, _CLIMB, generator)
    return torch.cat([distant, distant.new_tensor([close])]).max().item()


@torch.no_grad()
def _equivariance(net: Any, group_name: str, x: Tensor) -> float:
    """‖Φ(gx) − gΦ(x)‖ / ‖gΦ(x)‖, the largest of all inputs and elements that permute pixels."""
    symmetry = group(group_name)
    act: Callable[[Group, Element, Tensor], Tensor] = getattr(net, "act_on_input", Group.act)
    image, (identity, *elements) = net(x), symmetry.exact_elements
    del identity  # says nothing
    errors = [relative_errors(net(act(symmetry, g, x)), symmetry.act(g, image)) for g in elements]
    return torch.cat(errors).max().item()


@torch.no_grad()
def _invariance(net: Any, group_name: str, x: Tensor) -> float:
    """‖Φ(gx) − Φ(x)‖ / ‖Φ(x)‖, the largest of all inputs and elements that permute pixels."""
    symmetry = group(group_name)
    output, (identity, *elements) = net(x), symmetry.exact_elements
    del identity  # says nothing
    return torch.cat([relative_errors(net(symmetry.act(g, x)), output) for g in elements]).max().item()


_OF_GROUPS: Mapping[str, Callable[[Any, str, Tensor], float]] = MappingProxyType(
    {"equivariant": _equivariance, "invariant": _invariance}
)

_RATIOS = ("non-expansive", "lipschitz")

_ERRORS: Mapping[str, Callable[[Any, Tensor], float]] = MappingProxyType(
    {
        "invertible": inverse_error,
        "volume": lambda net, x: log_det_error(net, x[:_WHOLE_JACOBIANS]),
        "symplectic": symplecticity_error,
        "reversible": reversal_error,
        # Of a classifier it is the points before the last line that keep their length.
        "norm": lambda net, x: norm_error(getattr(net, "last", net), x),
        "orthogonal": lambda net, _: max(map(orthogonality_error, net.orthogonal_weights)),
        "rotation": lambda net, x: rotation_distance(net(x)).max().item(),
        "mass": mass_error,
        "time": lambda net, _: time_error(net.time_steps, net.time),
    }
)
