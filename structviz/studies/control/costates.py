"""The Runge–Kutta method for costates that belongs to a method for states.

A step of a method (a, w) from z has stages Z_i = z + Δt Σ_j a_ij k_j with k_j = f(Z_j), and z⁺ = z + Δt Σ_i w_i k_i.
Let p⁺ be the gradient of the objective with respect to z⁺. By the chain rule, the gradient with respect to k_i is

    λ_i = Δt w_i p⁺ + Δt Σ_j a_ji J_jᵀ λ_j,    J_j = f′(Z_j),

and the one with respect to z is p = p⁺ + Σ_i J_iᵀ λ_i. Where no w_i is 0, P_i = λ_i / (Δt w_i) are stages themselves:

    P_i = p⁺ + Δt Σ_j (w_j a_ji / w_i) J_jᵀ P_j,    p = p⁺ + Δt Σ_i w_i J_iᵀ P_i,

a Runge–Kutta method for ṗ = −f′(z)ᵀ p with the weights w, run from p⁺ to p, with its stages numbered as those of z.
Seen forwards, from p to p⁺ = p − Δt Σ w_j J_jᵀ P_j, the same stages are P_i = p − Δt Σ_j ã_ij J_jᵀ P_j with

    ã_ij = w_j − w_j a_ji / w_i,    so    w_i ã_ij + w_j a_ji = w_i w_j:

both methods together are a symplectic partitioned Runge–Kutta method. So optimising after discretising and discretising
after optimising are the same, and another method for the costates gives another direction, which is no gradient.
"""

from jaxtyping import Float
from torch import Tensor, tensor
from torch import float64 as double

from structviz.errors import ConfigError
from structviz.ode import Integrator

__all__ = ["EXPLICIT_MIDPOINT", "costate_matrix"]

EXPLICIT_MIDPOINT = Integrator("midpoint", "Explicit midpoint", 2, (0.0, 0.5), ((0.0, 0.0), (0.5, 0.0)), (0.0, 1.0))
"""A method with a zero weight: its first stage has no costate."""


def costate_matrix(method: Integrator) -> Float[Tensor, "stage stage"]:
    """ã_ij = w_j − w_j a_ji / w_i: the matrix of the method for costates, from p to p⁺, in float64.

    Parameters
    ----------
    method
        For the states; its weights w are those of the costates as well.

    Raises
    ------
    ConfigError
        If a weight is 0: then the stage has no costate of its own.

    References
    ----------
    Hager: Runge–Kutta methods in optimal control and the transformed adjoint system. Numer. Math. 87, 2000.
    Sanz-Serna: Symplectic Runge–Kutta schemes for adjoint equations, automatic differentiation, optimal control and
    more. SIAM Review 58, 2016.

    Examples
    --------
    >>> from structviz.ode import integrator
    >>> costate_matrix(integrator("heun"))
    tensor([[ 0.5000, -0.5000],
            [ 0.5000,  0.5000]], dtype=torch.float64)
    """
    if not all(method.w):
        raise ConfigError(
            f"The costates of a Runge–Kutta method need weights w that are not 0, since they are divided by them; got "
            f"w = {method.w} of {method.title}. Choose a method without a zero weight."
        )
    a, w = tensor(method.a, dtype=double), tensor(method.w, dtype=double)
    return w - w * a.T / w[:, None]
