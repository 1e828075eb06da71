"""Densities by change of variables: log p(x) = log N(Φ(x)) + log |det Φ′(x)|."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError
from structviz.nets import InvertibleMap
from structviz.types import Points

__all__ = ["Cell", "DensityMap", "density_map", "mapped", "maximise_likelihood", "sample", "stretched_cell"]


@dataclass(frozen=True, eq=False)
class DensityMap:
    """The density on a square grid.

    Attributes
    ----------
    axis
        Coordinates of the cells' centres, the same for both directions.
    density
        p at the centres; entry [i, j] belongs to (axis[j], axis[i]), in 1 / unit of area.
    total
        Σ p · area of a cell: 1 if the grid holds all of the mass and resolves it.
    """

    axis: Float[Tensor, "side"]
    density: Float[Tensor, "side side"]
    total: float


@dataclass(frozen=True, eq=False)
class Cell:
    """One small square, before and after the network.

    Attributes
    ----------
    corners, image
        Its corners in order, and where they go.
    areas
        Area before and after, of the polygon of the corners.
    predicted
        Area before, times |det Φ′| at the centre.
    """

    corners: Float[Tensor, "4 2"]
    image: Float[Tensor, "4 2"]
    areas: tuple[float, float]
    predicted: float


@torch.no_grad()
def density_map(net: InvertibleMap, half_width: float = 3.0, side: int = 200) -> DensityMap:
    """The density that a flow of the plane gives to the square [−w, w]².

    Parameters
    ----------
    net
        A flow of the plane, data → code.
    half_width
        w.
    side
        Cells along one side.

    Returns
    -------
    DensityMap
        Densities at the centres of side × side cells, in 1 / unit of area, and their sum times the area of a cell.

    Raises
    ------
    ConfigError
        If the square or the grid is empty, or the grid too fine.
    """
    return mapped(net.log_prob, half_width, side, next(net.parameters()).dtype)


def mapped(
    log_density: Callable[[Tensor], Tensor], half_width: float, side: int, dtype: torch.dtype = torch.float32
) -> DensityMap:
    """A density on the square [−w, w]².

    Parameters
    ----------
    log_density
        Log p of points in the plane, in nats.
    half_width, side
        As for `density_map`.
    dtype
        Of the points.

    Returns
    -------
    DensityMap
        Densities at the centres of side × side cells, in 1 / unit of area, and their sum times the area of a cell.

    Raises
    ------
    ConfigError
        As for `density_map`.
    """
    if not 0 < half_width < float("inf") or not 2 <= side <= 2000:
        raise ConfigError(f"A map has a width above 0 and 2 to 2000 cells a side; got {half_width} and {side}.")
    step = 2 * half_width / side
    axis = (torch.arange(side, dtype=dtype) + 0.5) * step - half_width
    grid = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).reshape(-1, 2)
    density = log_density(grid).exp().reshape(side, side)
    return DensityMap(axis, density, density.double().sum().item() * step**2)


@torch.no_grad()
def sample(net: InvertibleMap, n: int, generator: torch.Generator) -> Points:
    """Draw points from the density of a flow of the plane: normal codes, code → data.

    Parameters
    ----------
    net
        The flow.
    n
        How many points.
    generator
        Draws the codes.

    Returns
    -------
    Tensor
        Points in the plane of the data, shape (n, 2), in the dtype of the network.
    """
    return net.inverse(torch.randn(n, 2, generator=generator, dtype=torch.float64).to(next(net.parameters()).dtype))


@torch.no_grad()
def stretched_cell(net: InvertibleMap, centre: Float[Tensor, "2"], side: float = 1e-3) -> Cell:
    """What becomes of the area of a small square.

    Parameters
    ----------
    net
        A flow of the plane.
    centre
        Centre of the square.
    side
        Its side; what is predicted holds up to O(side²), relative.

    Returns
    -------
    Cell
        The corners before and after, and the areas: measured, and predicted from the determinant.
    """
    square = torch.tensor([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]], dtype=centre.dtype) * side / 2
    corners = centre + square
    image = net(corners)
    predicted = side**2 * net.log_det(centre[None]).exp().item()
    return Cell(corners, image, (_area(corners), _area(image)), predicted)


def maximise_likelihood(
    net: InvertibleMap, x: Points, steps: int, learning_rate: float = 5e-3, batch_size: int = 256, seed: int = 0
) -> Iterator[float]:
    """Train a flow on points, in place, one step of Adam at a time; the rate decays to zero along a cosine.

    Parameters
    ----------
    net
        The flow.
    x
        The points; each step sees a random part of them.
    steps
        How many.
    learning_rate
        At the start.
    batch_size
        Points in a step, at most.
    seed
        Of the order of the points.

    Returns
    -------
    Iterator of float
        The mean log-likelihood of each step's points, in nats, before the step.
    """
    generator = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.Adam(net.parameters(), lr=learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for _ in range(steps):
        chosen = torch.randint(len(x), (min(batch_size, len(x)),), generator=generator)
        likelihood = net.log_prob(x[chosen]).mean()
        optimiser.zero_grad()
        (-likelihood).backward()
        optimiser.step()
        schedule.step()
        yield likelihood.item()


def _area(corners: Tensor) -> float:
    """Area of a polygon, by the shoelace formula."""
    following = corners.roll(-1, 0)
    return 0.5 * (corners[:, 0] * following[:, 1] - corners[:, 1] * following[:, 0]).sum().abs().item()
