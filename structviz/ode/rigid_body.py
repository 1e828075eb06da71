"""The free rigid body: what turns it, and what it keeps."""

import math
from dataclasses import dataclass
from typing import final

from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError
from structviz.ode.lie_group import AngularVelocity

__all__ = ["RigidBody", "body_momentum"]


@final
@dataclass(frozen=True)
class RigidBody:
    """A solid that nothing pushes: ṁ = m × I⁻¹m in its own axes, Ṙ = R Ω̂ with Ω = I⁻¹m.

    Its momentum in axes of space, π = R m, does not change, so the attitude alone tells everything: m = Rᵀπ. The length
    of m and the energy ½ m·I⁻¹m are constant, both quadratic.

    Attributes
    ----------
    inertia
        Principal moments I₁, I₂, I₃; turns about the axis of the middle one are unstable.

    Raises
    ------
    ConfigError
        Unless the moments are positive and none exceeds the sum of the others: no solid has such.

    References
    ----------
    Hairer, Lubich, Wanner: Geometric numerical integration, 2nd edition, 2006, sections VII.5 and IV.1.

    Examples
    --------
    >>> import torch
    >>> body = RigidBody((1.0, 2.0, 2.5))
    >>> body.energy(torch.tensor([[0.0, 2.0, 0.0]]))
    tensor([1.])
    """

    inertia: tuple[float, float, float] = (1.0, 1.7, 2.2)

    def __post_init__(self) -> None:
        moments = sorted(self.inertia)
        if (
            len(moments) != 3
            or not all(map(math.isfinite, moments))
            or not moments[0] > 0
            or moments[2] > moments[0] + moments[1]
        ):
            raise ConfigError(
                "Principal moments of a solid are three positive numbers, none greater than the sum of the others; "
                f"got {self.inertia}."
            )

    def angular_velocity(self, m: Float[Tensor, "*batch 3"]) -> Float[Tensor, "*batch 3"]:
        """Ω = I⁻¹m."""
        return m / m.new_tensor(self.inertia)

    def energy(self, m: Float[Tensor, "*batch 3"]) -> Float[Tensor, "*batch"]:
        """½ m·I⁻¹m."""
        return (m * self.angular_velocity(m)).sum(-1) / 2

    def tumbling(self, momentum: Float[Tensor, "3"]) -> AngularVelocity:
        """Ω(R) = I⁻¹Rᵀπ for the momentum π in axes of space, for a `structviz.ode.RotationMethod`."""
        return lambda _t, R: self.angular_velocity(body_momentum(R, momentum))


def body_momentum(R: Float[Tensor, "*batch 3 3"], momentum: Float[Tensor, "3"]) -> Float[Tensor, "*batch 3"]:
    """m = Rᵀπ: the momentum in axes of the body."""
    return momentum @ R
