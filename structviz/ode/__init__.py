"""Networks as flows: fields ż = f(t, z), the methods that follow them, and the trajectories that come out."""

from structviz.ode.contractivity import contractivity_radius
from structviz.ode.field import Field
from structviz.ode.integrators import INTEGRATORS, Integrator, integrator
from structviz.ode.splitting import SPLITTINGS, Splitting, splitting
from structviz.ode.trajectories import solve

__all__ = [
    "Field",
    "INTEGRATORS",
    "Integrator",
    "SPLITTINGS",
    "Splitting",
    "contractivity_radius",
    "integrator",
    "solve",
    "splitting",
]
