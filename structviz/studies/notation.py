"""The notation of the lecture in the plane: what each layer does to points, and the training problem in numbers."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from structviz.errors import ConfigError
from structviz.types import Labels, Points

__all__ = ["MAX_LAYERS", "MAX_WEIGHT", "SIGMAS", "TARGETS", "Findings", "Objective", "PlaneNetwork", "study"]

MAX_LAYERS = 8
"""The most layers of one network."""

SIGMAS: Mapping[str, Callable[[Tensor], Tensor]] = MappingProxyType(
    {"identity": torch.clone, "relu": torch.relu, "tanh": torch.tanh, "abs": torch.abs}
)
"""Nonlinearities, element by element. The identity leaves an affine map; the absolute value folds the plane."""

TARGETS = ((0.0, 0.0), (1.0, 0.0))
"""Where the points of class 0 and of class 1 should arrive."""

MAX_WEIGHT = 100.0
"""The largest absolute value of a weight."""


@dataclass(frozen=True)
class Objective:
    """The training problem at one θ, as numbers.

    Attributes
    ----------
    loss
        (1/N) Σ ½‖Φ(x_n) − y_n‖², where y_n is the target of the point's class.
    regulariser
        R(θ) = λ/2 Σ (‖A^k‖² + ‖b^k‖²).
    accuracy
        Share of the points that arrive closer to the target of their class than to the other one.
    """

    loss: float
    regulariser: float
    accuracy: float

    @property
    def total(self) -> float:
        """Loss plus regulariser: what training minimises."""
        return self.loss + self.regulariser


@dataclass(frozen=True, eq=False)
class PlaneNetwork:
    """Φ_θ(x) = z^K with z⁰ = x and z^{k+1} = σ(A^k z^k + b^k), all in the plane.

    Parameters
    ----------
    A, b
        The weights θ of K layers, 1 to `MAX_LAYERS`.
    sigma
        A key of `SIGMAS`.

    Raises
    ------
    ConfigError
        If the number of layers or the nonlinearity is not allowed.

    Examples
    --------
    >>> net = PlaneNetwork.parse("0,-1,1,0,0,0", "identity")  # a quarter turn
    >>> net(torch.tensor([[1.0, 0.0]]))
    tensor([[0., 1.]])
    """

    A: Float[Tensor, "layer 2 2"]
    b: Float[Tensor, "layer 2"]
    sigma: str = "relu"

    def __post_init__(self) -> None:
        if not 1 <= len(self.A) <= MAX_LAYERS:
            raise ConfigError(f"A network here has 1 to {MAX_LAYERS} layers; got {len(self.A)}. Remove some.")
        if self.sigma not in SIGMAS:
            raise ConfigError(f"A nonlinearity is one of {', '.join(SIGMAS)}; got {self.sigma!r}. Choose one of these.")

    @classmethod
    def parse(cls, text: str, sigma: str = "relu") -> "PlaneNetwork":
        """The network of a text: layers apart by semicolons, each as A₁₁, A₁₂, A₂₁, A₂₂, b₁, b₂.

        Raises
        ------
        ConfigError
            If the text says something else, or a number lies beyond ±100.
        """
        try:
            theta = [[float(number) for number in layer.split(",")] for layer in text.split(";")]
        except ValueError:
            theta = [[]]
        if not all(len(layer) == 6 and all(abs(number) <= MAX_WEIGHT for number in layer) for layer in theta):
            raise ConfigError(
                f"Each layer is six numbers from −{MAX_WEIGHT:g} to {MAX_WEIGHT:g}, A row by row and then b, with "
                f"semicolons between layers; got {text[:60]!r}. Write for example 1,0,0,1,0,0."
            )
        numbers = torch.tensor(theta)
        return cls(numbers[:, :4].reshape(-1, 2, 2), numbers[:, 4:], sigma)

    def __str__(self) -> str:
        theta = torch.cat([self.A.reshape(-1, 4), self.b], dim=1).tolist()
        return ";".join(",".join(f"{round(number, 3) + 0.0:g}" for number in layer) for layer in theta)

    def __call__(self, x: Points) -> Points:
        """Φ(x), for each point."""
        return self.stages(x)[-1, -1]

    def stages(self, x: Points) -> Float[Tensor, "layer 4 point 2"]:
        """What happens in each layer: z^k, A^k z^k, A^k z^k + b^k and z^{k+1} = σ(A^k z^k + b^k)."""
        seen = []
        for A, b in zip(self.A, self.b, strict=True):
            linear = x @ A.mT
            seen.append(torch.stack([x, linear, linear + b, SIGMAS[self.sigma](linear + b)]))
            x = seen[-1][-1]
        return torch.stack(seen)

    def singular_values(self) -> Float[Tensor, "layer 2"]:
        """The singular values of each A^k, the largest first; a zero means that A^k collapses the plane."""
        return torch.linalg.svdvals(self.A)

    def objective(self, x: Points, labels: Labels, weight: float = 0.0) -> Objective:
        """The training problem at these weights θ.

        Parameters
        ----------
        x, labels
            The N points and their classes.
        weight
            λ ≥ 0, the weight of the regulariser.
        """
        with torch.no_grad():
            ends, targets = self(x), x.new_tensor(TARGETS)
            right = torch.cdist(ends, targets).argmin(dim=1) == labels
            return Objective(
                _loss(ends, labels).item(),
                0.5 * weight * (self.A.square().sum() + self.b.square().sum()).item(),
                right.double().mean().item(),
            )

    def gradient_step(self, x: Points, labels: Labels, weight: float, rate: float) -> "PlaneNetwork":
        """The network after one step of gradient descent, θ − rate ∇(loss + R).

        Parameters
        ----------
        x, labels, weight
            As for `objective`.
        rate
            The learning rate.
        """
        A, b = (theta.detach().clone().requires_grad_() for theta in (self.A, self.b))
        total = _loss(PlaneNetwork(A, b, self.sigma)(x), labels) + 0.5 * weight * (A.square().sum() + b.square().sum())
        by_A, by_b = torch.autograd.grad(total, (A, b))
        return PlaneNetwork(self.A - rate * by_A, self.b - rate * by_b, self.sigma)


@dataclass(frozen=True)
class Findings:
    """What the page says of a network; every number as it is displayed.

    Attributes
    ----------
    n_layers
        The number K of layers.
    accuracy
        In whole per cent.
    total
        Loss plus regulariser, to four digits.
    singular
        The layers k whose A^k collapses the plane.
    dead
        Points whose ReLU is switched off in both coordinates of the last layer, in whole per cent.
    """

    n_layers: int
    accuracy: int
    total: float
    singular: tuple[int, ...]
    dead: int


def study(net: PlaneNetwork, x: Points, labels: Labels, weight: float = 0.0) -> Findings:
    """What there is to say about a network and its points.

    Parameters
    ----------
    net, x, labels, weight
        As for `PlaneNetwork.objective`.
    """
    found, values = net.objective(x, labels, weight), net.singular_values()
    dead = (net(x) == 0).all(dim=1).double().mean().item() if net.sigma == "relu" else 0.0
    singular = (values[:, 1] <= 1e-3 * values[:, 0]).nonzero().flatten().tolist()
    return Findings(len(net.A), _per_cent(found.accuracy), round(found.total, 4), tuple(singular), _per_cent(dead))


def _per_cent(share: float) -> int:
    """Whole per cent, halves upwards, as a browser rounds them."""
    return math.floor(100 * share + 0.5)


def _loss(ends: Points, labels: Labels) -> Float[Tensor, ""]:
    return functional.mse_loss(ends, ends.new_tensor(TARGETS)[labels])
