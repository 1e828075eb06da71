"""Networks as flows: fields ż = f(t, z), the methods that follow them, and the trajectories; for rotations likewise."""

from structviz.ode.contractivity import contractivity_radius
from structviz.ode.dissipative import DISSIPATIVE_METHODS, DissipativeMethod, dissipative_method
from structviz.ode.field import Field
from structviz.ode.integrators import INTEGRATORS, Integrator, integrator
from structviz.ode.lie_group import ROTATION_METHODS, AngularVelocity, RotationMethod, rotation_method
from structviz.ode.rigid_body import RigidBody, body_momentum
from structviz.ode.so3 import hat, nearest_rotation, so3_cayley, so3_cayley_inverse, so3_exp, so3_log, vee
from structviz.ode.splitting import SPLITTINGS, Splitting, splitting
from structviz.ode.trajectories import solve

__all__ = [
    # points
    "Field",
    "INTEGRATORS",
    "Integrator",
    "SPLITTINGS",
    "Splitting",
    "contractivity_radius",
    "integrator",
    "solve",
    "splitting",
    # friction
    "DISSIPATIVE_METHODS",
    "DissipativeMethod",
    "dissipative_method",
    # rotations
    "AngularVelocity",
    "ROTATION_METHODS",
    "RigidBody",
    "RotationMethod",
    "body_momentum",
    "hat",
    "nearest_rotation",
    "rotation_method",
    "so3_cayley",
    "so3_cayley_inverse",
    "so3_exp",
    "so3_log",
    "vee",
]
