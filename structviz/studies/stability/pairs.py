"""Pairs of inputs on their way through a network: how far apart they are after each layer, and the worst of them."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Complex, Float
from torch import Tensor

from structviz.checks import jacobian_eigenvalues, lipschitz_ratio, worst_pair
from structviz.nets import LayeredMap, claims

__all__ = ["PairStudy", "layer_spectra", "study_pairs"]


@dataclass(frozen=True, eq=False)
class PairStudy:
    """What a network does to distances.

    Attributes
    ----------
    x, y
        States of both inputs of each pair after 0, …, K layers.
    distances
        Between them.
    ratios
        ‖Φ(x) − Φ(y)‖ / ‖x − y‖ for each pair.
    bound
        The Lipschitz constant that the network promises; inf if it promises none.
    worst
        The largest ratio ‖Φ(x) − Φ(y)‖ / ‖x − y‖ of these pairs and of those that a search met, which starts from each
        x: a lower bound of the Lipschitz constant.
    worst_x, worst_y
        The pair that has it.
    """

    x: Float[Tensor, "frame batch *rest"]
    y: Float[Tensor, "frame batch *rest"]
    distances: Float[Tensor, "frame batch"]
    ratios: Float[Tensor, "batch"]
    bound: float
    worst: float
    worst_x: Float[Tensor, "1 *before"]
    worst_y: Float[Tensor, "1 *before"]

    @property
    def certified(self) -> Float[Tensor, "batch"]:
        """The distance that no pair can exceed at the end."""
        return self.bound * self.distances[0]


def study_pairs(
    net: LayeredMap, x: Float[Tensor, "batch *before"], y: Float[Tensor, "batch *before"], climb: int = 50
) -> PairStudy:
    """Follow pairs of inputs through the layers, and search for the pair that is pulled apart most.

    Parameters
    ----------
    net
        A network of layers.
    x, y
        The two inputs of each pair; different ones.
    climb
        Steps of the search.

    Returns
    -------
    PairStudy
        States, shape (K + 1, batch, …), distances, ratios, and the pair with the largest ratio that was met.

    Examples
    --------
    >>> from structviz.nets import GradientFlow
    >>> found = study_pairs(GradientFlow(n_layers=5), torch.zeros(1, 2), torch.ones(1, 2))
    >>> bool(found.ratios.max() <= found.bound == 1.0)
    True
    """
    with torch.no_grad():
        both = net.trajectory(torch.cat([x, y]))
        there, here = both.chunk(2, dim=1)
    apart = (there.double() - here.double()).flatten(2).norm(dim=2)
    promised = [claim.bound for claim in claims(net) if claim.kind in ("non-expansive", "lipschitz")]
    ratios = lipschitz_ratio(net, x, y)
    k = int(ratios.argmax())
    given, met = (ratios[k].item(), x[k : k + 1], y[k : k + 1]), worst_pair(net, x, climb)
    found = met if met[0] >= given[0] else given
    return PairStudy(there, here, apart, ratios, min(promised, default=math.inf), *found)


def layer_spectra(net: LayeredMap, x: Float[Tensor, "batch dim"]) -> Complex[Tensor, "layer batch dim"]:
    """Eigenvalues of the Jacobian of each layer f^k, at the states that points have when they enter it.

    They say how a layer treats infinitely close points; products of such matrices can grow although no eigenvalue of a
    single one leaves the unit disc.
    """
    with torch.no_grad():
        states = net.trajectory(x)
    return torch.stack([jacobian_eigenvalues(lambda z, k=k: net.layer(k, z), states[k]) for k in range(net.n_layers)])
