"""A learned density beside the true one, and beside what needs no network: a Gaussian and a kernel density estimate."""

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.data import toy_log_density
from structviz.nets import InvertibleMap
from structviz.studies.invertibility.density import DensityMap, density_map, mapped
from structviz.types import Points

__all__ = ["DensityStudy", "compare_densities", "gaussian_fit", "kernel_estimate", "known_densities"]

_BANDWIDTHS = tuple(0.02 * 1.35**k for k in range(10))
"""From 0.02 to 0.3: half of the training points choose one by their likelihood under the other half."""

_CHOOSERS = 2000
_PLACES = 4000

LogDensity = Callable[[Tensor], Tensor]


@dataclass(frozen=True, eq=False)
class DensityStudy:
    """Densities of one set of points, by name: "exact", "kernel" and "gaussian", and "flow" if there is one.

    Attributes
    ----------
    maps
        Each on the same square.
    nats
        The mean log-likelihood of held-out points. That of "exact" is the most that any density can have, up to the
        chance in these points.
    bandwidth
        Standard deviation of the kernels.
    n_held_out
        How many points were held out.
    """

    maps: Mapping[str, DensityMap]
    nats: Mapping[str, float]
    bandwidth: float
    n_held_out: int


def gaussian_fit(train: Points) -> LogDensity:
    """Log-density of the normal distribution with mean and covariance of the points."""
    normal = torch.distributions.MultivariateNormal(train.mean(0), torch.cov(train.T))
    return normal.log_prob


def kernel_estimate(train: Points) -> tuple[LogDensity, float]:
    """Log-density of a kernel density estimate with normal kernels, and its bandwidth.

    The bandwidth is the one under which half of the points gives the other half the largest likelihood.
    """
    half, other = train[:_CHOOSERS], train[_CHOOSERS : 2 * _CHOOSERS]
    if not len(other):
        half, other = train.tensor_split(2)
    distances = torch.cdist(other, half).square()
    found = max(_BANDWIDTHS, key=lambda sigma: _mean_of_kernels(distances, sigma).mean().item())

    def log_density(x: Points) -> Float[Tensor, "batch"]:
        parts = [_mean_of_kernels(torch.cdist(part, train).square(), found) for part in x.split(512)]
        return torch.cat(parts)

    return log_density, found


def _mean_of_kernels(squares: Float[Tensor, "batch kernel"], sigma: float) -> Float[Tensor, "batch"]:
    return torch.logsumexp(squares / (-2 * sigma**2), 1) - math.log(squares.shape[1] * 2 * math.pi * sigma**2)


def _map_of_kernels(train: Points, sigma: float, axis: Float[Tensor, "side"]) -> DensityMap:
    """The kernel density estimate on a grid: normal kernels are products, so their sum is a product of matrices."""
    across, up = (torch.exp((axis[:, None] - train[:, k]).square() / (-2 * sigma**2)) for k in (0, 1))
    density = up @ across.T / (len(train) * 2 * math.pi * sigma**2)
    return DensityMap(axis, density, density.double().sum().item() * (axis[1] - axis[0]).item() ** 2)


@torch.no_grad()
def known_densities(
    dataset: str,
    train: Float[Tensor, "train 2"],
    test: Float[Tensor, "test 2"],
    half_width: float,
    side: int = 80,
) -> DensityStudy:
    """The true density of a set of points, and those of two estimates that need no network.

    Parameters
    ----------
    dataset
        A key of `structviz.data.TOY_SETS` with a density in the plane.
    train, test
        Points that the estimates see, and points that nothing has seen.
    half_width, side
        Of the maps, as for `density_map`.

    Returns
    -------
    DensityStudy
        Maps and mean log-likelihoods in nats, by the names "exact", "kernel" and "gaussian".
    """
    kernel, bandwidth = kernel_estimate(train)
    estimates: dict[str, LogDensity] = {
        "exact": lambda x: toy_log_density(dataset, x, _PLACES),
        "kernel": kernel,
        "gaussian": gaussian_fit(train),
    }
    exact, gaussian = (mapped(estimates[name], half_width, side) for name in ("exact", "gaussian"))
    maps = {"exact": exact, "kernel": _map_of_kernels(train, bandwidth, exact.axis), "gaussian": gaussian}
    nats = {name: log_density(test).mean().item() for name, log_density in estimates.items()}
    return DensityStudy(maps, nats, bandwidth, len(test))


@torch.no_grad()
def compare_densities(net: InvertibleMap, known: DensityStudy, test: Float[Tensor, "test 2"]) -> DensityStudy:
    """Put the density of a flow beside those that are known.

    Parameters
    ----------
    net
        A flow of the plane that was trained on the set.
    known
        As from `known_densities`.
    test
        The points that nothing has seen.

    Returns
    -------
    DensityStudy
        What is known, and the map and the mean log-likelihood in nats of "flow".
    """
    axis = known.maps["exact"].axis
    side, half_width = len(axis), (axis[-1] - axis[0]).item() / 2 * len(axis) / (len(axis) - 1)
    return dataclasses.replace(
        known,
        maps={**known.maps, "flow": density_map(net, half_width, side)},
        nats={**known.nats, "flow": net.log_prob(test).mean().item()},
    )
