"""Optimisers as flows with friction: q̇ = ∇K(p), ṗ = −∇f(q) − γp, in steps that keep what is left of the structure."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError

__all__ = ["DISSIPATIVE_METHODS", "DissipativeMethod", "dissipative_method"]

Slope = Callable[[Float[Tensor, "batch dim"]], Float[Tensor, "batch dim"]]


@final
@dataclass(frozen=True)
class DissipativeMethod:
    """Steps of a particle that rolls down a landscape f with friction γ.

    Friction and force are exact flows, p ← e^{−γc}p and p ← p − c∇f(q), and so is the drift q ← q + c∇K(p). Kicks and
    drifts are symplectic, and friction shrinks the symplectic form by e^{−γc}, so a step shrinks it by e^{−γh} exactly:
    JᵀΩJ = e^{−γh}Ω, as the flow itself does. Gradient descent has no momentum, and no such form.

    Attributes
    ----------
    name, title
        As used in code, and as shown.
    relativistic
        Whether K(p) = c√(‖p‖² + c²), so that no step of q is longer than h c; else K(p) = ½‖p‖².
    symmetric
        Whether friction and kick are halved and stand on both sides (order 2); else each comes once (order 1).

    References
    ----------
    França, Sulam, Robinson, Vidal: Conformal symplectic and relativistic optimization. J. Stat. Mech., 2020.
    Bhatt, Floyd, Moore: Second order conformal symplectic schemes for damped Hamiltonian systems. J. Sci. Comput. 2016.

    Examples
    --------
    >>> import torch
    >>> q, p = torch.ones(1, 1), torch.zeros(1, 1)
    >>> DISSIPATIVE_METHODS["heavy-ball"].step(lambda q: q, 0.1, 1.0, q, p)
    (tensor([[0.9900]]), tensor([[-0.1000]]))
    """

    name: str
    title: str
    relativistic: bool
    symmetric: bool

    @property
    def order(self) -> int:
        """The p for which the error at a fixed time shrinks like h^p."""
        return 2 if self.symmetric else 1

    def velocity(self, p: Float[Tensor, "batch dim"], speed: float) -> Float[Tensor, "batch dim"]:
        """∇K(p): p itself, or c p / √(‖p‖² + c²), shorter than the speed limit c."""
        return speed * p / (p.square().sum(1, keepdim=True) + speed**2).sqrt() if self.relativistic else p

    def step(
        self,
        slope: Slope,
        h: float,
        friction: float,
        q: Float[Tensor, "batch dim"],
        p: Float[Tensor, "batch dim"],
        speed: float = 1.0,
    ) -> tuple[Float[Tensor, "batch dim"], Float[Tensor, "batch dim"]]:
        """Take one step.

        Parameters
        ----------
        slope
            ∇f.
        h
            Length of the step. With e^{−γh} = μ and h² = ε the first-order method is the heavy ball, which adds
            −ε∇f(q) and μ times the last change to q.
        friction
            γ ≥ 0.
        q, p
            Positions and momenta.
        speed
            The limit c of the speed, for relativistic particles.

        Returns
        -------
        tensor, tensor
            Positions and momenta after the step, each (batch, dim).

        Raises
        ------
        ConfigError
            If the speed limit is not positive, or the friction negative or not finite.
        """
        if not (speed > 0 and math.isfinite(friction) and friction >= 0):
            raise ConfigError(
                f"Friction is a number from 0 on, and a speed limit positive; got {friction!r} and {speed!r}."
            )
        if self.symmetric:
            p = math.exp(-friction * h / 2) * p - h / 2 * slope(q)
            q = q + h * self.velocity(p, speed)
            return q, math.exp(-friction * h / 2) * (p - h / 2 * slope(q))
        p = math.exp(-friction * h) * p - h * slope(q)
        return q + h * self.velocity(p, speed), p


DISSIPATIVE_METHODS: Mapping[str, DissipativeMethod] = MappingProxyType(
    {
        method.name: method
        for method in (
            DissipativeMethod("heavy-ball", "Heavy ball", relativistic=False, symmetric=False),
            DissipativeMethod("leapfrog", "Leapfrog with friction", relativistic=False, symmetric=True),
            DissipativeMethod("relativistic", "Relativistic ball", relativistic=True, symmetric=True),
        )
    }
)
"""The methods by name."""


def dissipative_method(name: str) -> DissipativeMethod:
    """Look a method up by its name.

    Raises
    ------
    ConfigError
        If there is no such method.
    """
    if name not in DISSIPATIVE_METHODS:
        raise ConfigError(f"A method with friction is one of {', '.join(DISSIPATIVE_METHODS)}; got {name!r}.")
    return DISSIPATIVE_METHODS[name]
