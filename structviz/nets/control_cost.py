"""What weights cost as controls: their size, and how much they change from layer to layer."""

from typing import Any

from jaxtyping import Float
from torch import Tensor, nn

from structviz.errors import ConfigError

__all__ = ["control_cost"]


def control_cost(net: nn.Module, size: float, smoothness: float) -> Float[Tensor, ""]:
    """R(θ) = λ/2 Σ_k Δt ‖θ^k‖² + μ/2 Σ_k ‖θ^{k+1} − θ^k‖² / Δt, the discrete λ/2 ∫ ‖θ‖² + μ/2 ∫ ‖θ̇‖².

    Parameters
    ----------
    net
        A network with θ^k = (A^k, b^k): `A` (K × width × width), `b` (K × width), and the time step `dt`.
        Δt is T / K even where the steps are learned, so that no layer gets its weights for less.
    size, smoothness
        λ and μ, each 0 or more.

    Returns
    -------
    Tensor
        R(θ), one number, 0 or more, in the dtype of the weights; it can be differentiated.

    Raises
    ------
    ConfigError
        If a weight is negative or not finite.
    """
    if not all(0 <= weight < float("inf") for weight in (size, smoothness)):
        raise ConfigError(f"The weights of regularisers are finite and 0 or more; got {size} and {smoothness}.")
    # No protocol with these attributes: since Python 3.12 `isinstance` does not see the parameters of a module.
    theta: Any = net
    squares = theta.A.square().sum() + theta.b.square().sum()
    changes = theta.A.diff(dim=0).square().sum() + theta.b.diff(dim=0).square().sum()
    return size / 2 * theta.dt * squares + smoothness / 2 * changes / theta.dt
