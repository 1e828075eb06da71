"""What moves the points: the right-hand side f of ż = f(t, z)."""

from collections.abc import Callable

from jaxtyping import Float
from torch import Tensor

from structviz.errors import ShapeError

__all__ = ["Field", "slope"]

Field = Callable[[float | Float[Tensor, ""], Float[Tensor, "batch dim"]], Float[Tensor, "batch dim"]]
"""A map (t, z) ↦ ż from a time and a batch of points to the velocity of each point.

Any differentiable function or module of torch will do, with or without weights. The integrators of this package
pass the time as a Python float; other solvers pass a scalar tensor, hence both.
"""


def slope(field: Field, t: float, z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
    """Evaluate a field, and make sure that nothing will be broadcast or promoted behind the user's back.

    Parameters
    ----------
    field
        The right-hand side.
    t
        Time, in the unit in which the field is a velocity.
    z
        Points, shape (batch, dim).

    Returns
    -------
    Tensor
        The velocity of each point, shape and dtype of `z`.

    Raises
    ------
    ShapeError
        If the field returns anything else.

    Examples
    --------
    >>> import torch
    >>> slope(lambda t, z: t * z, 2.0, torch.ones(1, 3))
    tensor([[2., 2., 2.]])
    """
    velocity = field(t, z)
    if not isinstance(velocity, Tensor) or velocity.shape != z.shape or velocity.dtype != z.dtype:
        returned = (
            f"{velocity.dtype} of shape {tuple(velocity.shape)}" if isinstance(velocity, Tensor) else repr(velocity)
        )
        raise ShapeError(
            f"a field must return one velocity for each point, {z.dtype} of shape {tuple(z.shape)}, got "
            f"{returned}: let it return a tensor like the points that it is given"
        )
    return velocity
