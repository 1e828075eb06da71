"""How long may a step be so that no two points move apart, where the exact flow keeps them from it?"""

import math

import torch

from structviz.ode.integrators import Integrator
from structviz.ode.integrators import integrator as by_name

__all__ = ["contractivity_radius"]


def contractivity_radius(method: str | Integrator) -> float:
    """The radius r of circle contractivity of a Runge–Kutta method.

    For a field with ⟨f(x) − f(y), x − y⟩ ≤ −ρ ‖f(x) − f(y)‖², such as −Aᵀσ(Ax + b) with ρ = 1 / (L ‖A‖²), a step is
    non-expansive in the Euclidean norm if dt ≤ 2 r ρ. With M_ij = w_i a_ij + w_j a_ji − w_i w_j, r is the largest
    number for which M + diag(w) / r is positive semidefinite. The condition is sufficient; it need not be sharp for a
    given field.

    Parameters
    ----------
    method
        A name out of `INTEGRATORS`, or a method of your own.

    Returns
    -------
    float
        1 for Euler, Heun and RK4, 1/2 for Kutta's method of order 3; inf if no step is too long, 0 if a weight is not
        positive.

    Raises
    ------
    ConfigError
        If there is no integrator of that name.

    References
    ----------
    Dahlquist, Jeltsch: Generalized disks of contractivity for explicit and implicit Runge–Kutta methods. BIT 46, 2006.
    Sherry et al.: Designing stable neural networks using convex analysis and ODEs. Physica D 463, 2024.

    Examples
    --------
    >>> contractivity_radius("euler")
    1.0
    """
    found = method if isinstance(method, Integrator) else by_name(method)
    a, w = (torch.tensor(entries, dtype=torch.float64) for entries in (found.a, found.w))
    if not (w > 0).all():
        return 0.0
    wa = w[:, None] * a
    M = wa + wa.T - w[:, None] * w
    least = torch.linalg.eigvalsh(M / (w[:, None] * w).sqrt())[0].item()
    return math.inf if least > -1e-12 else round(-1 / least, 12)
