"""There and back: the states of points on both ways, and the error that adds up on the way back."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.checks import jacobians
from structviz.errors import ConfigError
from structviz.nets import InvertibleMap, InvertibleResNet, PointClassifier
from structviz.studies.invertibility.preimages import least_squares_inverse

__all__ = ["RoundTrip", "banach_study", "least_squares_trip", "limited_undo", "round_trip"]


@dataclass(frozen=True, eq=False)
class RoundTrip:
    """States z⁰, …, z^K on the way there (data → code), and on the way back (code → data).

    Attributes
    ----------
    there, back
        Frame k of both is before layer k; the last frames are equal.
    errors
        ‖back − there‖ / ‖there‖ over all points, for each frame: 0 at K, and the inverse error at frame 0.
    log_dets
        Log |det| of the first k layers, for each point.
    """

    there: Float[Tensor, "frame batch *rest"]
    back: Float[Tensor, "frame batch *rest"]
    errors: Float[Tensor, "frame"]
    log_dets: Float[Tensor, "frame batch"]


@torch.no_grad()
def round_trip(
    net: InvertibleMap, x: Float[Tensor, "batch *before"], undo: Callable[[int, Tensor], Tensor] | None = None
) -> RoundTrip:
    """Send points through the layers and back, in the precision of the network.

    Parameters
    ----------
    net
        A network whose layers can be undone.
    x
        The data.
    undo
        What layer k made z of, as a function of k and z; `net.undo_layer` if not given.

    Returns
    -------
    RoundTrip
        States on both ways, shape (K + 1, batch, …), relative errors at each frame, and logarithms of determinants.

    Examples
    --------
    >>> from structviz.nets import CouplingFlow
    >>> trip = round_trip(CouplingFlow(n_layers=4).double(), torch.ones(3, 2).double())
    >>> trip.errors[0].item() < 1e-12
    True
    """
    z, total = net.enter(x), x.new_zeros(len(x))
    there, log_dets = [z], [total]
    for k in range(net.n_layers):
        z, of_layer = net.transform_layer(k, z)
        total = total + of_layer
        there.append(z)
        log_dets.append(total)
    back = [z]
    for k in reversed(range(net.n_layers)):
        back.append((undo or net.undo_layer)(k, back[-1]))
    return _trip(there, back, log_dets)


def limited_undo(net: InvertibleMap, n_iterations: int | None) -> Callable[[int, Tensor], Tensor]:
    """What undoes a layer: for an invertible ResNet so many steps of its iteration, for others what they do anyway.

    Parameters
    ----------
    net
        A network whose layers can be undone.
    n_iterations
        Steps of the iteration; as many as rounding needs if None.
    """
    if n_iterations is None or not isinstance(net, InvertibleResNet):
        return net.undo_layer
    return lambda k, z: net.fixed_point(k, z, n_iterations)[-1]


def least_squares_trip(net: PointClassifier, x: Float[Tensor, "batch 2"], n_steps: int = 60) -> RoundTrip:
    """Send points of the plane through a network without an inverse, and search the way back layer by layer.

    On the way back each layer is asked which point it sends closest to where a point is, and the search starts there.
    Where a layer folds the plane there are several such points, and the search finds one of them.

    Parameters
    ----------
    net
        A network of the plane.
    x
        The data.
    n_steps
        Most steps of each search.

    Returns
    -------
    RoundTrip
        States on both ways, shape (K + 1, batch, width), relative errors at each frame, and logarithms of determinants.
    """
    with torch.no_grad():
        there, log_dets = [x], [x.new_zeros(len(x))]
        for k in range(net.n_layers):
            J = jacobians(partial(net.layer, k), there[-1])
            log_dets.append(log_dets[-1] + torch.linalg.slogdet(J).logabsdet)
            there.append(net.layer(k, there[-1]))
        back = [there[-1]]
        for k in reversed(range(net.n_layers)):
            back.append(least_squares_inverse(partial(net.layer, k), back[-1], back[-1], n_steps)[0])
    return _trip(there, back, log_dets)


def _trip(there: Sequence[Tensor], back: Sequence[Tensor], log_dets: Sequence[Tensor]) -> RoundTrip:
    """The states in the order in which they were met, with the errors on the way back."""
    one, other = torch.stack(list(there)), torch.stack(list(back[::-1]))
    difference = (other.double() - one.double()).flatten(1).norm(dim=1)
    return RoundTrip(one, other, difference / one.double().flatten(1).norm(dim=1), torch.stack(list(log_dets)))


@torch.no_grad()
def banach_study(
    net: InvertibleResNet, k: int, x: Float[Tensor, "batch dim"], n_iterations: int = 40
) -> tuple[Float[Tensor, "iterate"], Float[Tensor, "iterate"]]:
    """How the fixed-point iteration that undoes layer k converges, beside Banach's bound.

    Parameters
    ----------
    net
        An invertible ResNet.
    k
        Number of the layer.
    x
        Points before that layer.
    n_iterations
        Steps n of the iteration, 1 or more.

    Returns
    -------
    errors, bounds
        The largest ‖x_n − x‖ of all points, and cⁿ ‖x₁ − x₀‖ / (1 − c), the largest as well, for n = 0, 1, …; without
        a bound, inf, from c = 1 on.

    Raises
    ------
    ConfigError
        If there is no step.
    """
    if n_iterations < 1:
        raise ConfigError(f"An iteration has a step or more; got {n_iterations}.")
    iterates = net.fixed_point(k, net.layer(k, x), n_iterations)
    c = net.contraction
    first = (iterates[1] - iterates[0]).norm(dim=1).max()
    powers = c ** torch.arange(n_iterations + 1, dtype=iterates.dtype)
    bounds = powers / (1 - c) * first if c < 1 else torch.full_like(powers, math.inf)
    return (iterates - x).norm(dim=2).amax(1), bounds
