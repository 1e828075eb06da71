"""There and back: the states of points on both ways, and the error that adds up on the way back."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError
from structviz.nets import InvertibleMap, InvertibleResNet

__all__ = ["RoundTrip", "banach_study", "round_trip"]


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
def round_trip(net: InvertibleMap, x: Float[Tensor, "batch *before"]) -> RoundTrip:
    """Send points through the layers and back, in the precision of the network.

    Parameters
    ----------
    net
        A network whose layers can be undone.
    x
        The data.

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
        back.append(net.undo_layer(k, back[-1]))
    one, other = torch.stack(there), torch.stack(back[::-1])
    difference = (other.double() - one.double()).flatten(1).norm(dim=1)
    return RoundTrip(one, other, difference / one.double().flatten(1).norm(dim=1), torch.stack(log_dets))


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
