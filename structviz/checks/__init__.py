"""One function per structural claim: tensors and callables in, an error number out."""

from structviz.checks.adjoint import adjoint_error
from structviz.checks.equivariance import equivariance_error, interpolation_error
from structviz.checks.jacobian import jacobians, lipschitz_constant, orientations, smallest_singular_values
from structviz.checks.layers import layer_equivariance_error
from structviz.checks.order import observed_order
from structviz.checks.relative import relative_errors
from structviz.checks.slope import fitted_slope

__all__ = [
    "adjoint_error",
    "equivariance_error",
    "fitted_slope",
    "interpolation_error",
    "jacobians",
    "layer_equivariance_error",
    "lipschitz_constant",
    "observed_order",
    "orientations",
    "relative_errors",
    "smallest_singular_values",
]
