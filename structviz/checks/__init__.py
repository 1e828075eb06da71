"""One function per structural claim: tensors and callables in, an error number out."""

from structviz.checks.equivariance import equivariance_error, interpolation_error

__all__ = ["equivariance_error", "interpolation_error"]
