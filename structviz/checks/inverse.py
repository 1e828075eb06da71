"""Does an inverse undo its network, and is the change of volume what the network says?"""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.checks.jacobian import jacobians
from structviz.checks.relative import relative_errors
from structviz.errors import ShapeError

__all__ = ["Invertible", "KnownVolume", "inverse_error", "log_det_error"]


@runtime_checkable
class Invertible(Protocol):
    """A map with an inverse."""

    def __call__(self, x: Tensor, /) -> Tensor:
        """Data → code."""
        ...

    def inverse(self, z: Tensor, /) -> Tensor:
        """Code → data."""
        ...


@runtime_checkable
class KnownVolume(Protocol):
    """A map that knows the determinant of its Jacobian."""

    def __call__(self, x: Tensor, /) -> Tensor:
        """Data → code."""
        ...

    def log_det(self, x: Tensor, /) -> Tensor:
        """Log |det Φ′(x)| for each input."""
        ...


@torch.no_grad()
def inverse_error(net: Invertible, x: Float[Tensor, "batch *rest"]) -> float:
    """Measure the relative ℓ2 error of Φ⁻¹(Φ(x)) and of Φ(Φ⁻¹(z)), the larger of both.

    Both orders are needed: a map can undo another one on its image only.

    Parameters
    ----------
    net
        A map with its `inverse`.
    x
        Inputs. They serve as codes z as well, if codes have their shape; otherwise z = Φ(x).

    Returns
    -------
    float
        nan if a value is no number.

    Raises
    ------
    ShapeError
        If the inverse does not lead back to the shape of the inputs.

    Examples
    --------
    >>> class Double:
    ...     def __call__(self, x): return 2 * x
    ...     def inverse(self, z): return z / 2
    >>> inverse_error(Double(), torch.ones(3, 2))
    0.0
    """
    z = net(x)
    back = net.inverse(z)
    if back.shape != x.shape:
        raise ShapeError(
            f"an inverse must lead back to the shape of the inputs, {tuple(x.shape)}, got {tuple(back.shape)}"
        )
    codes = x if z.shape == x.shape else z
    again = net(net.inverse(codes))
    errors = torch.cat([relative_errors(back[None], x[None]), relative_errors(again[None], codes[None])])
    return errors.max().item()


def log_det_error(net: KnownVolume, x: Float[Tensor, "batch *rest"]) -> float:
    """Measure |log_det(x) − log |det Φ′(x)||, the largest of all inputs, with Φ′(x) by automatic differentiation.

    Parameters
    ----------
    net
        A map with its `log_det`; as many numbers come out as go in.
    x
        Inputs, few and small: the whole Jacobian of each is made.

    Returns
    -------
    float
        inf where a Jacobian is singular; nan if a value is no number.

    Raises
    ------
    ShapeError
        If `log_det` does not return one number for each input, or the number of coordinates changes.

    Examples
    --------
    >>> class Double:
    ...     def __call__(self, x): return 2 * x
    ...     def log_det(self, x): return x.new_full((len(x),), 2 * 0.6931471805599453)
    >>> log_det_error(Double(), torch.ones(3, 2, dtype=torch.float64))
    0.0
    """
    with torch.no_grad():
        found = net.log_det(x)
    if found.shape != (len(x),):
        raise ShapeError(f"log_det returns one number for each of the {len(x)} inputs; got {tuple(found.shape)}.")
    J = jacobians(_flat(net, x), x.flatten(1))
    if J.shape[1] != J.shape[2]:
        raise ShapeError(f"A determinant needs as many numbers out as in; got {J.shape[1]} from {J.shape[2]}.")
    return (found.double() - torch.linalg.slogdet(J.double()).logabsdet).abs().max().item()


def _flat(net: Callable[[Tensor], Tensor], x: Tensor) -> Callable[[Tensor], Tensor]:
    return lambda flat: net(flat.reshape(-1, *x.shape[1:])).flatten(1)
