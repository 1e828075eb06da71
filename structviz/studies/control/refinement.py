"""Depth refinement: do the weights of ever more layers approach a control, a function of time?"""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from structviz.errors import ConfigError
from structviz.nets import PointClassifier
from structviz.seeding import seeded
from structviz.stopping import stop_if_asked
from structviz.studies.control.adjoint import objective
from structviz.types import Points

__all__ = ["RefinedControl", "control_distance", "refine_depth"]

_NOISE = 0.5
"""Standard deviation of the weights of each layer about their common mean, before training."""


@dataclass(frozen=True, eq=False)
class RefinedControl:
    """A control that was learnt in so many layers.

    Attributes
    ----------
    theta
        A^k and b^k of each layer in one row: the control on the k-th of equal parts of [0, T].
    loss
        The mean loss in the end, without the regulariser.
    roughness
        ∫‖θ̇‖² = Σ_k ‖θ^{k+1} − θ^k‖² / Δt.
    """

    theta: Float[Tensor, "layer parameter"]
    loss: float
    roughness: float


def refine_depth(
    x: Points,
    labels: Int[Tensor, "label"],
    depths: tuple[int, ...] = (10, 20, 40, 80),
    size: float = 0.01,
    smoothness: float = 0.0,
    steps: int = 150,
    seed: int = 0,
) -> tuple[RefinedControl, ...]:
    """Train ResNets of several depths on the same points, from weights that are drawn for each layer by itself.

    They last T = 4, the classifier is the sign of the first coordinate, and L-BFGS makes the objective small. All start
    about one mean weight, so that they may find the same control; nothing promises that they do.

    Parameters
    ----------
    x, labels
        The points and their classes 0 and 1.
    depths
        Numbers of layers, each 2 or more.
    size, smoothness
        λ and μ of λ/2 ∫‖θ‖² + μ/2 ∫‖θ̇‖², as in `objective`.
    steps
        Of L-BFGS, at most.
    seed
        Of the weights.

    Returns
    -------
    tuple of RefinedControl
        One for each depth, in the order of `depths`.

    Raises
    ------
    ConfigError
        If there is no depth, or one below 2.
    """
    if not depths or min(depths) < 2:
        raise ConfigError(f"Controls of 2 layers or more are compared; got the depths {depths}.")
    return tuple(_learned(x, labels, n_layers, size, smoothness, steps, seed) for n_layers in depths)


def _learned(
    x: Points, labels: Int[Tensor, "label"], n_layers: int, size: float, smoothness: float, steps: int, seed: int
) -> RefinedControl:
    with seeded(seed):
        net = PointClassifier("euler", 2, n_layers, 4.0, classifier="fixed").to(x)
        with torch.no_grad():
            net.A.add_(_NOISE * torch.randn_like(net.A))
            net.b.add_(_NOISE * torch.randn_like(net.b))
    descent = torch.optim.LBFGS(
        net.parameters(), max_iter=steps, history_size=20, line_search_fn="strong_wolfe", tolerance_change=1e-12
    )

    def cost() -> float:
        stop_if_asked()
        descent.zero_grad()
        value = objective(net, x, labels, size, smoothness)
        value.backward()
        return value.item()

    descent.step(cost)
    with torch.no_grad():
        theta = torch.cat([net.A.flatten(1), net.b], 1).clone()
        loss = objective(net, x, labels).item()
    return RefinedControl(theta, loss, (theta.diff(dim=0).square().sum() / net.dt).item())


def control_distance(one: RefinedControl, other: RefinedControl) -> float:
    """‖θ − θ′‖ / ‖θ′‖ in L²(0, T), where θ′ is the finer control.

    Raises
    ------
    ConfigError
        If the number of layers of the finer one is no multiple of the other's.
    """
    n, m = len(one.theta), len(other.theta)
    if m % n:
        raise ConfigError(f"The finer control has a multiple of {n} layers; got {m}.")
    coarse = one.theta.repeat_interleave(m // n, 0)
    return ((coarse - other.theta).norm() / other.theta.norm()).item()
