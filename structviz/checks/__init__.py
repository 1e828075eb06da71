"""One function per structural claim: tensors and callables in, an error number out; and an audit of all claims."""

from structviz.checks.adjoint import adjoint_error
from structviz.checks.audit import Finding, audit
from structviz.checks.equivariance import equivariance_error, interpolation_error
from structviz.checks.invariants import (
    mass_error,
    norm_error,
    orthogonality_error,
    reversal_error,
    symplecticity_error,
    time_error,
)
from structviz.checks.inverse import inverse_error, log_det_error
from structviz.checks.jacobian import (
    jacobian_eigenvalues,
    jacobians,
    lipschitz_constant,
    orientations,
    smallest_singular_values,
)
from structviz.checks.layers import layer_equivariance_error
from structviz.checks.lipschitz import averaged_ratio, lipschitz_ratio, worst_pair
from structviz.checks.manifolds import rotation_distance, sphere_distance
from structviz.checks.memory import peak_saved_bytes
from structviz.checks.order import observed_order
from structviz.checks.relative import relative_errors
from structviz.checks.slope import fitted_slope

__all__ = [
    "Finding",
    "adjoint_error",
    "audit",
    "averaged_ratio",
    "equivariance_error",
    "fitted_slope",
    "interpolation_error",
    "inverse_error",
    "jacobian_eigenvalues",
    "jacobians",
    "layer_equivariance_error",
    "lipschitz_constant",
    "lipschitz_ratio",
    "log_det_error",
    "mass_error",
    "norm_error",
    "observed_order",
    "orientations",
    "orthogonality_error",
    "peak_saved_bytes",
    "relative_errors",
    "reversal_error",
    "rotation_distance",
    "smallest_singular_values",
    "sphere_distance",
    "symplecticity_error",
    "time_error",
    "worst_pair",
]
