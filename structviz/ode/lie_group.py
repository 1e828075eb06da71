"""Steps for rotations that move, Ṙ = R Ω̂(t, R): methods that stay on SO(3), and their twins that do not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError, ShapeError
from structviz.ode.integrators import INTEGRATORS, Integrator
from structviz.ode.so3 import hat, nearest_rotation, so3_cayley, so3_exp

__all__ = ["ROTATION_METHODS", "AngularVelocity", "RotationMethod", "rotation_method"]

AngularVelocity = Callable[[float | Tensor, Float[Tensor, "batch 3 3"]], Float[Tensor, "batch 3"]]
"""A map (t, R) ↦ Ω from a time and a batch of attitudes to the angular velocity of each, in axes of the body."""

_SPACES = ("exponential", "cayley", "projection", "ambient")


@final
@dataclass(frozen=True)
class RotationMethod:
    """A Runge–Kutta method for attitudes of a body.

    With a chart, R⁺ = R exp(û) or R cay(û), and the tableau steps from u = 0 along the velocity of u in ℝ³, which has
    no constraint to break (Runge–Kutta–Munthe-Kaas). With "projection" the tableau steps along RΩ̂ in the space of all
    matrices, and the nearest rotation follows; "ambient" leaves out the projection.

    Attributes
    ----------
    name, title
        As used in code, and as shown.
    tableau
        One of `structviz.ode.INTEGRATORS`; the method has its order.
    space
        "exponential", "cayley", "projection" or "ambient".

    Raises
    ------
    ConfigError
        If the space is unknown.

    References
    ----------
    Munthe-Kaas: High order Runge–Kutta methods on manifolds. Appl. Numer. Math. 29, 1999.
    Iserles, Munthe-Kaas, Nørsett, Zanna: Lie-group methods. Acta Numerica 9, 2000.

    Examples
    --------
    >>> turning = lambda t, R: torch.tensor([[0.0, 0.0, 1.0]], dtype=torch.float64)
    >>> R = torch.eye(3, dtype=torch.float64)[None]
    >>> ROTATION_METHODS["lie-euler"].step(turning, 0.0, torch.pi, R)[0].diagonal().round(decimals=12)
    tensor([-1., -1.,  1.], dtype=torch.float64)
    """

    name: str
    title: str
    tableau: Integrator
    space: str

    def __post_init__(self) -> None:
        if self.space not in _SPACES:
            raise ConfigError(f"A method for rotations steps in one of {', '.join(_SPACES)}; got {self.space!r}.")

    @property
    def order(self) -> int:
        """The p for which the error at a fixed time shrinks like dt^p."""
        return self.tableau.order

    @property
    def stays(self) -> bool:
        """Whether every step leads to a rotation, whatever its length: up to rounding."""
        return self.space != "ambient" or self.tableau.name == "implicit-midpoint"

    def step(
        self, velocity: AngularVelocity, t: float, dt: float, R: Float[Tensor, "batch 3 3"]
    ) -> Float[Tensor, "batch 3 3"]:
        """Take one step.

        Parameters
        ----------
        velocity
            Ω(t, R); it may be asked at matrices that are no rotations by an "ambient" or "projection" method.
        t, dt
            Time at which `R` holds, and length of the step.
        R
            Attitudes, shape (batch, 3, 3), float32 or float64: R v is in axes of space what v is in axes of the body.

        Returns
        -------
        Tensor
            The attitudes at t + dt; inf or nan where they leave the range of numbers.

        Raises
        ------
        ShapeError
            If `R` is no batch of matrices, or the velocity no batch of vectors.
        """
        if R.ndim != 3 or R.shape[1:] != (3, 3):
            raise ShapeError(f"Attitudes have the shape (batch, 3, 3); got {tuple(R.shape)}: put one in each row.")
        if self.space in _CHARTS:
            chart, pull = _CHARTS[self.space]

            def along(s: float | Tensor, u: Tensor) -> Tensor:
                return pull(u, _checked(velocity(s, R @ chart(u)), u))

            return R @ chart(self.tableau.step(along, t, dt, R.new_zeros(len(R), 3)))

        def through(s: float | Tensor, entries: Tensor) -> Tensor:
            here = entries.unflatten(1, (3, 3))
            return (here @ hat(_checked(velocity(s, here), entries[:, :3]))).flatten(1)

        there = self.tableau.step(through, t, dt, R.flatten(1)).unflatten(1, (3, 3))
        return nearest_rotation(there) if self.space == "projection" else there


def _checked(omega: Tensor, like: Float[Tensor, "batch 3"]) -> Float[Tensor, "batch 3"]:
    if omega.shape != like.shape:
        raise ShapeError(
            f"An angular velocity has three entries for each attitude, the shape {tuple(like.shape)}; got "
            f"{tuple(omega.shape)}."
        )
    return omega


def _pull_exponential(u: Float[Tensor, "batch 3"], omega: Float[Tensor, "batch 3"]) -> Float[Tensor, "batch 3"]:
    """u̇ for R = R₀ exp(û): Ω + ½ u × Ω + c u × (u × Ω) with c = (1 − (θ/2) cot(θ/2))/θ², 1/12 at θ = 0.

    That is the inverse of the exponential's derivative, the series with Bernoulli numbers summed up.
    """
    squared = u.square().sum(1, keepdim=True)
    small = squared < 1e-3
    half = torch.where(small, 1.0, squared).sqrt() / 2
    c = torch.where(small, 1 / 12 + squared / 720 + squared**2 / 30240, (1 - half / torch.tan(half)) / (4 * half**2))
    across = torch.linalg.cross(u, omega)
    return omega + across / 2 + c * torch.linalg.cross(u, across)


def _pull_cayley(u: Float[Tensor, "batch 3"], omega: Float[Tensor, "batch 3"]) -> Float[Tensor, "batch 3"]:
    """u̇ for R = R₀ cay(û): Ω + ½ u × Ω + ¼ (u·Ω) u."""
    return omega + torch.linalg.cross(u, omega) / 2 + (u * omega).sum(1, keepdim=True) / 4 * u


_CHARTS: Mapping[str, tuple[Callable[[Tensor], Tensor], Callable[[Tensor, Tensor], Tensor]]] = MappingProxyType(
    {"exponential": (so3_exp, _pull_exponential), "cayley": (so3_cayley, _pull_cayley)}
)
"""From u to a rotation, and from Ω to the velocity of u."""

ROTATION_METHODS: Mapping[str, RotationMethod] = MappingProxyType(
    {
        name: RotationMethod(name, title, INTEGRATORS[tableau], space)
        for name, title, tableau, space in (
            ("lie-euler", "Lie–Euler", "euler", "exponential"),
            ("rkmk4", "RKMK4", "rk4", "exponential"),
            ("lie-euler-cayley", "Lie–Euler, Cayley", "euler", "cayley"),
            ("rkmk4-cayley", "RKMK4, Cayley", "rk4", "cayley"),
            ("projected-euler", "Euler, projected", "euler", "projection"),
            ("projected-rk4", "RK4, projected", "rk4", "projection"),
            ("implicit-midpoint", "Implicit midpoint", "implicit-midpoint", "ambient"),
            ("euler", "Euler, all matrices", "euler", "ambient"),
            ("rk4", "RK4, all matrices", "rk4", "ambient"),
        )
    }
)
"""The methods by name. Implicit midpoint stays without a chart, as RᵀR is quadratic; the last two leave SO(3)."""


def rotation_method(name: str) -> RotationMethod:
    """Look a method up by its name.

    Raises
    ------
    ConfigError
        If there is no such method.
    """
    if name not in ROTATION_METHODS:
        raise ConfigError(f"A method for rotations is one of {', '.join(ROTATION_METHODS)}; got {name!r}.")
    return ROTATION_METHODS[name]
