"""What a map of points does nearby: does it fold, does it squeeze, how far can it pull two points apart?"""

from collections.abc import Callable

import torch
from jaxtyping import Complex, Float, Int
from torch import Tensor
from torch.nn import functional

from structviz.errors import ShapeError

__all__ = ["jacobian_eigenvalues", "jacobians", "lipschitz_constant", "orientations", "smallest_singular_values"]

PointMap = Callable[[Tensor], Tensor]

_PAIRS = 2**20
"""Pairs of points that are looked at in one go: a million distances take 8 MB."""


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
    with torch.inference_mode(mode=False), torch.enable_grad():
        x = points.detach().clone().requires_grad_()
        images = _images(net, x)
        if not images.requires_grad:  # a map that does not look where it starts
            return images.new_zeros(*images.shape, points.shape[1])
        # Each image depends on its own point only, so that a sum over all of them keeps the rows apart.
        rows = [
            torch.autograd.grad(coordinate.sum(), x, retain_graph=True, materialize_grads=True)[0]
            for coordinate in images.unbind(1)
        ]
    return torch.stack(rows, 1)


def jacobian_eigenvalues(field: PointMap, points: Float[Tensor, "batch dim"]) -> Complex[Tensor, "batch dim"]:
    """Eigenvalues of the Jacobian at each point.

    Those of a velocity field say how its linearisation at that point and time behaves. Along a path on which the
    Jacobian changes they bound nothing: distances can grow although all real parts are negative.

    Parameters
    ----------
    field
        Takes points to as many vectors of the same dimension.
    points
        Where; shape (batch, dim).

    Examples
    --------
    >>> jacobian_eigenvalues(lambda z: -2 * z, torch.zeros(1, 2)).real
    tensor([[-2., -2.]])
    """
    return torch.linalg.eigvals(jacobians(field, points))


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

    That is the least ‖Jv‖ of all unit vectors v. Where it is zero, the map is not invertible.

    Parameters
    ----------
    net
        Takes points to points; if their dimension shrinks, some direction is lost and all values are zero.
    points
        Where; shape (batch, dim).

    Returns
    -------
    Tensor
        nan where the Jacobian is no number.
    """
    J = jacobians(net, points)
    lost = ~torch.isfinite(J).flatten(1).all(1)
    # Rows of zeros, so that there are as many values as directions.
    J = functional.pad(J.nan_to_num(0.0, 0.0, 0.0), (0, 0, 0, max(J.shape[2] - J.shape[1], 0)))
    return torch.linalg.svdvals(J)[:, -1].masked_fill(lost, torch.nan)


@torch.no_grad()
def lipschitz_constant(net: PointMap, points: Float[Tensor, "batch dim"]) -> float:
    """The largest ratio ‖Φ(x) − Φ(y)‖ / ‖x − y‖ of all pairs of points: a lower bound of the Lipschitz constant.

    Parameters
    ----------
    net
        Takes the points to as many points.
    points
        At least two different ones; shape (batch, dim). The time grows with the square of their number.

    Returns
    -------
    float
        Of different points only, and up to the rounding of images that are close; nan if an image is no number.

    Raises
    ------
    ShapeError
        If no two points differ, or the map does not return one point for each.

    Examples
    --------
    >>> lipschitz_constant(lambda z: 3 * z, torch.eye(2))
    3.0
    """
    before, after = points.double(), _images(net, points).double()
    largest = before.new_zeros(())
    found = False
    rows = max(_PAIRS // max(len(points), 1), 1)
    for start in range(0, len(points), rows):
        # Without matrix products, which are quicker and lose half of the digits where points are close.
        apart, pulled = (
            torch.cdist(z[start : start + rows], z[start:], compute_mode="donot_use_mm_for_euclid_dist")
            for z in (before, after)
        )
        differ = apart > 0
        found = found or bool(differ.any())
        largest = torch.maximum(largest, torch.where(differ, pulled / apart, 0.0).max())
    if not found:
        raise ShapeError(f"a ratio of distances needs two points that differ, got {len(points)}: add some")
    return largest.item()


def _images(net: PointMap, points: Tensor) -> Tensor:
    images = net(points)
    if images.ndim != 2 or len(images) != len(points):
        raise ShapeError(
            f"a map of points must return one point for each of the {len(points)}, got the shape "
            f"{tuple(images.shape)}: return a table with a row for each"
        )
    return images
