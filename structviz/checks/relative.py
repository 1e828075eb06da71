"""The relative error that every comparison of this package uses."""

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ShapeError

__all__ = ["relative_errors"]


def relative_errors(found: Float[Tensor, "item *rest"], expected: Float[Tensor, "item *rest"]) -> Float[Tensor, "item"]:
    """Relative error ‖found − expected‖ / ‖expected‖ of each item, in float64.

    Parameters
    ----------
    found, expected
        One item or many along the first axis; the Euclidean norm runs over all other axes.

    Returns
    -------
    Tensor
        0 where both are equal, even if both vanish; inf where only `expected` vanishes.

    Raises
    ------
    ShapeError
        If the shapes differ.

    Examples
    --------
    >>> relative_errors(torch.tensor([[3.0, 4.0], [0.0, 0.0]]), torch.tensor([[3.0, 0.0], [0.0, 0.0]]))
    tensor([1.3333, 0.0000], dtype=torch.float64)
    """
    if found.shape != expected.shape:
        raise ShapeError(
            f"What is compared must have the same shape, got {tuple(found.shape)} and {tuple(expected.shape)}: "
            "use a map whose output has the shape of its input"
        )
    found, expected = found.double().flatten(1), expected.double().flatten(1)
    difference, size = (found - expected).norm(dim=1), expected.norm(dim=1)
    return torch.where(difference == 0, 0.0, difference / size)
