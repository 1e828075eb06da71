"""Optimisers on a landscape of two variables: gradient descent, and particles with friction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.checks import symplecticity_error
from structviz.errors import ConfigError
from structviz.ode import DISSIPATIVE_METHODS, dissipative_method
from structviz.studies.manifolds.threads import one_thread

__all__ = ["LANDSCAPES", "OPTIMISERS", "Descent", "Landscape", "conformality_error", "descend"]

DESCENT = "gradient-descent"

OPTIMISERS: Mapping[str, str] = MappingProxyType(
    {DESCENT: "Gradient descent", **{name: method.title for name, method in DISSIPATIVE_METHODS.items()}}
)
"""Optimisers by name, with titles."""


@dataclass(frozen=True)
class Landscape:
    """A function of the plane that is to be made small.

    Attributes
    ----------
    title
        As shown.
    value, slope
        f and ∇f, of points in rows.
    start
        Where optimisers begin.
    window
        Left, right, lower and upper end of a picture.
    """

    title: str
    value: Callable[[Float[Tensor, "batch 2"]], Float[Tensor, "batch"]]
    slope: Callable[[Float[Tensor, "batch 2"]], Float[Tensor, "batch 2"]]
    start: tuple[float, float]
    window: tuple[float, float, float, float]


def _rosenbrock(q: Float[Tensor, "batch 2"]) -> Float[Tensor, "batch"]:
    x, y = q.unbind(1)
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _rosenbrock_slope(q: Float[Tensor, "batch 2"]) -> Float[Tensor, "batch 2"]:
    x, y = q.unbind(1)
    bend = 200 * (y - x**2)
    return torch.stack([2 * (x - 1) - 2 * x * bend, bend], 1)


_STIFF = 100.0
"""Condition number of the quadratic valley."""


def _valley(q: Float[Tensor, "batch 2"]) -> Float[Tensor, "batch"]:
    return (q[:, 0] ** 2 + _STIFF * q[:, 1] ** 2) / 2


def _valley_slope(q: Float[Tensor, "batch 2"]) -> Float[Tensor, "batch 2"]:
    return q * q.new_tensor([1.0, _STIFF])


LANDSCAPES: Mapping[str, Landscape] = MappingProxyType(
    {
        "rosenbrock": Landscape("Rosenbrock's valley", _rosenbrock, _rosenbrock_slope, (-1.2, 1.0), (-2, 2, -0.6, 2.4)),
        "quadratic": Landscape("Quadratic, condition 100", _valley, _valley_slope, (-1.5, 0.6), (-1.8, 1.2, -0.9, 0.9)),
    }
)
"""The landscapes by name; both have the least value 0."""


@dataclass(frozen=True)
class Descent:
    """The way of an optimiser.

    Attributes
    ----------
    path
        q⁰, …, q^n; nan from where it has left the range of numbers.
    values
        f(q^k).
    """

    path: Float[Tensor, "step 2"]
    values: Float[Tensor, "step"]

    @property
    def diverged(self) -> bool:
        """Whether it ends a thousand times higher than it began, or has left the range of numbers."""
        return not bool(self.values[-1] <= 1000 * self.values[0])


@one_thread()
@torch.no_grad()
def descend(landscape: str, optimiser: str, n_steps: int, h: float, friction: float, speed: float = 1.0) -> Descent:
    """Follow an optimiser from rest, in float64; a step asks for one gradient, that of `leapfrog` could be kept too.

    Parameters
    ----------
    landscape, optimiser
        One of `LANDSCAPES` and one of `OPTIMISERS`.
    n_steps
        Number of steps, 1 to 100,000.
    h
        Length of a step; gradient descent takes q ← q − h²∇f(q), which is the first step of the heavy ball.
    friction, speed
        γ, and the limit of the speed of relativistic particles.

    Returns
    -------
    Descent
        Places q^k, shape (n_steps + 1, 2), and values f(q^k); nan from where they leave the range of numbers.

    Raises
    ------
    ConfigError
        If a name is unknown or a number out of range.

    Examples
    --------
    >>> descend("quadratic", "heavy-ball", 300, 0.1, 1.0).values[-1] < 1e-6
    tensor(True)
    """
    if landscape not in LANDSCAPES or optimiser not in OPTIMISERS:
        raise ConfigError(
            f"Landscapes are {', '.join(LANDSCAPES)} and optimisers {', '.join(OPTIMISERS)}; got {landscape!r} and "
            f"{optimiser!r}."
        )
    if not 1 <= n_steps <= 100_000 or not 0 < h < float("inf"):
        raise ConfigError(f"An optimiser takes 1 to 100,000 steps of a positive length; got {n_steps} of {h!r}.")
    ground = LANDSCAPES[landscape]
    q = torch.tensor([ground.start], dtype=torch.float64)
    p, path = torch.zeros_like(q), [q]
    for _ in range(n_steps):
        if optimiser == DESCENT:
            q = q - h * h * ground.slope(q)
        else:
            q, p = dissipative_method(optimiser).step(ground.slope, h, friction, q, p, speed)
        path.append(q)
    states = torch.cat(path)
    values = ground.value(states)
    lost = (~values.isfinite()).cumsum(0) > 0
    return Descent(states.masked_fill(lost[:, None], torch.nan), values.masked_fill(lost, torch.nan))


def conformality_error(landscape: str, optimiser: str, h: float, friction: float, speed: float = 1.0) -> float:
    """‖JᵀΩJ − e^{−γh}Ω‖ / ‖Ω‖ of one step, the largest at 20 random points of the landscape's window.

    Parameters
    ----------
    landscape, optimiser, h, friction, speed
        As for `descend`; gradient descent has no momentum and so no such form.

    Returns
    -------
    float
        Relative, without unit: 0 for a conformal symplectic step.

    Raises
    ------
    ConfigError
        If a name is unknown, or that of gradient descent; if a number is out of range or not finite.
    """
    if landscape not in LANDSCAPES:
        raise ConfigError(f"Landscapes are {', '.join(LANDSCAPES)}; got {landscape!r}.")
    if not 0 < h < float("inf"):
        raise ConfigError(f"A step has a positive length h; got {h!r}. Take one like 0.1.")
    method, slope = dissipative_method(optimiser), LANDSCAPES[landscape].slope
    left, right, low, high = LANDSCAPES[landscape].window
    shares = torch.rand(20, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    ends = shares.new_tensor([[left, low, -1, -1], [right, high, 1, 1]])
    z = ends[0] + shares * (ends[1] - ends[0])

    def step(z: Tensor) -> Tensor:
        return torch.cat(method.step(slope, h, friction, z[:, :2], z[:, 2:], speed), 1)

    factor = float(torch.tensor(-friction * h, dtype=torch.float64).exp())
    return symplecticity_error(step, z, factor)
