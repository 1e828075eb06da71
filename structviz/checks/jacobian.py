"""What a map of points does nearby: does it fold, does it squeeze, how far can it pull two points apart?"""

from collections.abc import Callable

import torch
from jaxtyping import Float, Int
from torch import Tensor

from structviz.errors import ShapeError

__all__ = ["jacobians", "lipschitz_constant", "orientations", "smallest_singular_values"]

PointMap = Callable[[Tensor], Tensor]


def jacobians(net: PointMap, points: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch out dim"]:
    """Differentiate a map at each point.

    Parameters
    ----------
    net
        Takes the points to as many points, each by itself, of whatever dimension; once differentiable.
    points
        Where; shape (batch, dim).

    Returns
    -------
    Tensor
        Row i of a point's matrix is the gradient of coordinate i of its image.

    Raises
    ------
    ShapeError
        If the map does not return one point for each.

    Examples
    --------
    >>> jacobians(lambda z: z @ torch.tensor([[0.0, 1.0], [2.0, 0.0]]), torch.zeros(1, 2))
    tensor([[[0., 2.],
             [1., 0.]]])
    """
    with torch.enable_grad():
        x = points.detach().requires_grad_()
        images = net(x)
        if images.ndim != 2 or len(images) != len(points):
            raise ShapeError(
                f"a map of points must return one point for each of the {len(points)}, got the shape "
                f"{tuple(images.shape)}: return a table with a row for each"
            )
        # Each image depends on its own point only, so that a sum over all of them keeps the rows apart.
        rows = [
            torch.autograd.grad(coordinate.sum(), x, retain_graph=True, materialize_grads=True)[0]
            for coordinate in images.unbind(1)
        ]
    return torch.stack(rows, 1)


def orientations(net: PointMap, points: Float[Tensor, "batch dim"]) -> Int[Tensor, "batch"]:
    """The sign of det of the Jacobian at each point: a flow of the plane never changes it, a coarse ResNet may fold.

    Parameters
    ----------
    net
        Takes points to points of the same dimension.
    points
        Where; shape (batch, dim).

    Returns
    -------
    Tensor
        1 where the orientation is kept, -1 where it is reversed, 0 where the determinant vanishes or is no number.

    Raises
    ------
    ShapeError
        If the dimension changes, so that there is no determinant.
    """
    J = jacobians(net, points)
    if J.shape[1] != J.shape[2]:
        raise ShapeError(
            f"an orientation needs as many coordinates out as in, got {J.shape[1]} from {J.shape[2]}: "
            "look at the smallest singular values instead"
        )
    return torch.linalg.det(J).nan_to_num(0.0).sign().long()


def smallest_singular_values(net: PointMap, points: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch"]:
    """How much the map squeezes the neighbourhood of each point in the direction in which it does so most.

    Where it is zero, the map is not invertible.

    Parameters
    ----------
    net
        Takes points to points of at least the same dimension.
    points
        Where; shape (batch, dim).

    Returns
    -------
    Tensor
        nan where the Jacobian is no number.
    """
    J = jacobians(net, points)
    lost = ~torch.isfinite(J).all(-1).all(-1)
    values = torch.linalg.svdvals(J.nan_to_num(0.0, 0.0, 0.0))[:, -1]
    return values.masked_fill(lost, torch.nan)


@torch.no_grad()
def lipschitz_constant(net: PointMap, points: Float[Tensor, "batch dim"]) -> float:
    """The largest ratio ‖Φ(x) − Φ(y)‖ / ‖x − y‖ of all pairs of points: a lower bound of the Lipschitz constant.

    Parameters
    ----------
    net
        Takes the points to as many points.
    points
        At least two different ones; shape (batch, dim). The cost grows with the square of their number.

    Returns
    -------
    float
        Of different points only; nan if an image is no number.

    Raises
    ------
    ShapeError
        If fewer than two points differ.

    Examples
    --------
    >>> lipschitz_constant(lambda z: 3 * z, torch.eye(2))
    3.0
    """
    before, after = torch.pdist(points.double()), torch.pdist(net(points).double())
    apart = before > 0
    if not apart.any():
        raise ShapeError(f"a ratio of distances needs two points that differ, got {len(points)}: add some")
    return (after[apart] / before[apart]).max().item()
