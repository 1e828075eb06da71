"""One function per structural claim: tensors and callables in, an error number out."""

from structviz.checks.adjoint import adjoint_error
from structviz.checks.equivariance import equivariance_error, interpolation_error

__all__ = ["adjoint_error", "equivariance_error", "interpolation_error"]
