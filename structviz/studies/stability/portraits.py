"""Phase portraits: pendulum and planet under methods that keep the symplectic form, and under others."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import linear

from structviz.errors import ConfigError
from structviz.nets.hamiltonian import log_cosh
from structviz.ode import INTEGRATORS, SPLITTINGS

__all__ = ["NETWORK_WEIGHTS", "PORTRAIT_METHODS", "SYSTEMS", "Portrait", "System", "phase_portrait"]

PORTRAIT_METHODS = ("euler", "heun", "rk4", *SPLITTINGS)
"""Methods to compare: three that know nothing of energy, and two that are symplectic."""

_MOST_STEPS = 100_000


@dataclass(frozen=True)
class System:
    """A mechanical system with the energy H(q, p) = T(p) + V(q), where T(p) = ‖p‖² / 2 unless said otherwise.

    Attributes
    ----------
    name, title
        As used in code, and as shown.
    potential, slope
        V and its gradient, for a batch of positions.
    q, p
        Where it starts.
    kinetic, velocity
        T and its gradient, for a batch of momenta.
    """

    name: str
    title: str
    potential: Callable[[Tensor], Tensor]
    slope: Callable[[Tensor], Tensor]
    q: tuple[float, ...]
    p: tuple[float, ...]
    kinetic: Callable[[Tensor], Tensor] = lambda p: p.square().sum(-1) / 2
    velocity: Callable[[Tensor], Tensor] = lambda p: p

    def energy(self, q: Float[Tensor, "*batch dim"], p: Float[Tensor, "*batch dim"]) -> Float[Tensor, "*batch"]:
        """H(q, p)."""
        return self.kinetic(p) + self.potential(q)


NETWORK_WEIGHTS = ((((1.6,), (0.7,)), (0.2, -0.3)), (((1.1,), (-0.9,)), (-0.4, 0.1)))
"""K and b of the momenta, and of the positions, of the system "network"."""


def _potential(which: int) -> tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor]]:
    """Σ log cosh(Ku + b) and its gradient Kᵀ tanh(Ku + b)."""
    K, b = (torch.tensor(weights, dtype=torch.float64) for weights in NETWORK_WEIGHTS[which])
    return lambda u: log_cosh(linear(u, K, b)).sum(-1), lambda u: torch.tanh(linear(u, K, b)) @ K


_ECCENTRICITY = 0.6

SYSTEMS: Mapping[str, System] = MappingProxyType(
    {
        system.name: system
        for system in (
            System(
                "pendulum",
                "Pendulum",
                lambda q: -torch.cos(q[..., 0]),
                torch.sin,
                q=(0.0,),
                p=(1.5,),
            ),
            System(
                "kepler",
                "Planet (Kepler)",
                lambda q: -1 / q.norm(dim=-1),
                lambda q: q / q.norm(dim=-1, keepdim=True) ** 3,
                # The perihelion of an ellipse whose semi-major axis is 1.
                q=(1 - _ECCENTRICITY, 0.0),
                p=(0.0, math.sqrt((1 + _ECCENTRICITY) / (1 - _ECCENTRICITY))),
            ),
            System("network", "Hamiltonian network", *_potential(1), (1.2,), (0.0,), *_potential(0)),
        )
    }
)
"""The systems by name: H = p²/2 − cos q, H = ‖p‖²/2 − 1/‖q‖ with eccentricity 0.6 and period 2π, and the H of a
`structviz.nets.HamiltonianNet` whose layers share their weights: each step of symplectic Euler is one of its layers."""


@dataclass(frozen=True, eq=False)
class Portrait:
    """An orbit and its energy.

    Attributes
    ----------
    times
        0, h, 2h, …
    q, p
        Positions and momenta at these times; inf or nan from where a method has left all bounds.
    energy_errors
        H − H(0), in units of the energy.
    """

    times: Float[Tensor, "time"]
    q: Float[Tensor, "time dim"]
    p: Float[Tensor, "time dim"]
    energy_errors: Float[Tensor, "time"]

    @property
    def largest_error(self) -> float:
        """The largest |H − H(0)|; inf if the orbit is lost."""
        return self.energy_errors.abs().nan_to_num(nan=math.inf, posinf=math.inf).max().item()


@torch.no_grad()
def phase_portrait(system: str, method: str, h: float, n_steps: int) -> Portrait:
    """Follow a system with steps of equal length, in float64.

    The energy of a symplectic method oscillates, by O(h^p), and does not drift over times that are exponentially long
    in 1/h. Others drift, which need not be more: at small steps RK4 is the best of all for long.

    Parameters
    ----------
    system
        One of `SYSTEMS`.
    method
        One of `PORTRAIT_METHODS`.
    h
        Length of a step, above 0 and up to 2.
    n_steps
        How many, up to 100,000.

    Returns
    -------
    Portrait
        Times, q and p, shape (n_steps + 1, dim), and errors of the energy H − H(0).

    Raises
    ------
    ConfigError
        If a name is unknown or a number out of range.

    References
    ----------
    Hairer, Lubich, Wanner: Geometric numerical integration, 2nd edition, 2006, chapters I and IX.

    Examples
    --------
    >>> phase_portrait("pendulum", "stormer-verlet", 0.1, 100).largest_error < 0.003
    True
    """
    if system not in SYSTEMS or method not in PORTRAIT_METHODS:
        raise ConfigError(
            f"A portrait shows {', '.join(SYSTEMS)} under {', '.join(PORTRAIT_METHODS)}; got {system!r}, {method!r}."
        )
    if not 0 < h <= 2 or not 1 <= n_steps <= _MOST_STEPS:
        raise ConfigError(f"Steps are 1 to {_MOST_STEPS:,}, each above 0 and up to 2; got {n_steps} of {h}.")
    shown = SYSTEMS[system]
    z = torch.tensor([[*shown.q, *shown.p]], dtype=torch.float64)
    step = _split(shown, method, h) if method in SPLITTINGS else _explicit(shown, method, h)
    states = [z]
    for _ in range(n_steps):
        states.append(step(states[-1]))
    q, p = torch.cat(states).chunk(2, dim=1)
    energies = shown.energy(q, p)
    return Portrait(h * torch.arange(n_steps + 1, dtype=torch.float64), q, p, energies - energies[0])


def _explicit(system: System, method: str, h: float) -> Callable[[Tensor], Tensor]:
    def field(_t: float | Tensor, z: Tensor) -> Tensor:
        q, p = z.chunk(2, dim=1)
        return torch.cat([system.velocity(p), -system.slope(q)], dim=1)

    return lambda z: INTEGRATORS[method].step(field, 0.0, h, z)


def _split(system: System, method: str, h: float) -> Callable[[Tensor], Tensor]:
    return lambda z: torch.cat(SPLITTINGS[method].step(system.velocity, system.slope, h, *z.chunk(2, dim=1)), dim=1)
