"""What weights cost as controls: their size, and how much they change from layer to layer."""

from typing import Protocol, runtime_checkable

from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError

__all__ = ["Controlled", "control_cost"]


@runtime_checkable
class Controlled(Protocol):
    """A network with one θ^k = (A^k, b^k) for each time step Δt."""

    @property
    def A(self) -> Tensor:  # noqa: N802 - the letter of the lecture
        """Of shape (K, width, width)."""
        ...

    @property
    def b(self) -> Tensor:
        """Of shape (K, width)."""
        ...

    @property
    def dt(self) -> float:
        """The time step Δt."""
        ...


def control_cost(net: Controlled, size: float, smoothness: float) -> Float[Tensor, ""]:
    """R(θ) = λ/2 Σ_k Δt ‖θ^k‖² + μ/2 Σ_k ‖θ^{k+1} − θ^k‖² / Δt, the discrete λ/2 ∫ ‖θ‖² + μ/2 ∫ ‖θ̇‖².

    Parameters
    ----------
    net
        Its weights; Δt is T / K even where the steps are learned, so that no layer gets its weights for less.
    size, smoothness
        λ and μ, each 0 or more.

    Raises
    ------
    ConfigError
        If a weight is negative.
    """
    if min(size, smoothness) < 0:
        raise ConfigError(f"The weights of regularisers are 0 or more; got {size} and {smoothness}.")
    squares = net.A.square().sum() + net.b.square().sum()
    changes = net.A.diff(dim=0).square().sum() + net.b.diff(dim=0).square().sum()
    return size / 2 * net.dt * squares + smoothness / 2 * changes / net.dt
