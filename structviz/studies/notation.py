"""The notation of the lecture in the plane: what each layer does to points, and the training problem in numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import mse_loss

from structviz.errors import ConfigError
from structviz.parsing import numbers_in
from structviz.types import Labels, Points

__all__ = ["MAX_LAYERS", "MAX_WEIGHT", "SIGMAS", "TARGETS", "PlaneNetwork"]

MAX_LAYERS = 8
"""The most layers of one network."""

MAX_WEIGHT = 100.0
"""The largest absolute value of a weight."""

_RULE = f"A layer is six numbers from −{MAX_WEIGHT:g} to {MAX_WEIGHT:g}, A row by row and then b, like 1,0,0,1,0,0"

TARGETS = ((0.0, 0.0), (1.0, 0.0))
"""Where the points of class 0 and of class 1 should arrive."""

SIGMAS: Mapping[str, Callable[[Tensor], Tensor]] = MappingProxyType(
    {"identity": torch.clone, "relu": torch.relu, "tanh": torch.tanh, "abs": torch.abs}
)
"""Nonlinearities, element by element. The identity leaves an affine map; the absolute value folds the plane."""


@dataclass(frozen=True, eq=False)
class PlaneNetwork:
    """Φ_θ(x) = z^K with z⁰ = x and z^{k+1} = σ(A^k z^k + b^k), all in the plane; σ is one of `SIGMAS`.

    Examples
    --------
    >>> net = PlaneNetwork.parse("0,-1,1,0,0,0", "identity")  # a quarter turn
    >>> net(torch.tensor([[1.0, 0.0]]))
    tensor([[0., 1.]])
    """

    A: Float[Tensor, "layer 2 2"]
    b: Float[Tensor, "layer 2"]
    sigma: str = "relu"

    @classmethod
    def parse(cls, text: str, sigma: str = "relu") -> "PlaneNetwork":
        """The network of a text: layers apart by semicolons, each as A₁₁, A₁₂, A₂₁, A₂₂, b₁, b₂.

        Raises
        ------
        ConfigError
            If the text says something else, has more than 8 layers or a number beyond ±100, or there is no such σ.
        """
        if sigma not in SIGMAS:
            raise ConfigError(f"A nonlinearity is one of {', '.join(SIGMAS)}; got {sigma!r}. Choose one of these.")
        layers = text.split(";")
        if len(layers) > MAX_LAYERS:
            raise ConfigError(f"A network here has 1 to {MAX_LAYERS} layers; got {len(layers)}. Remove some.")
        theta = torch.tensor([numbers_in(layer, 6, MAX_WEIGHT, _RULE) for layer in layers], dtype=torch.float32)
        return cls(theta[:, :4].reshape(-1, 2, 2), theta[:, 4:], sigma)

    def stages(self, x: Points) -> Float[Tensor, "layer 4 point 2"]:
        """What happens in each layer: z^k, A^k z^k, A^k z^k + b^k and z^{k+1} = σ(A^k z^k + b^k)."""
        seen = []
        for A, b in zip(self.A, self.b, strict=True):
            linear = x @ A.mT
            seen.append(torch.stack([x, linear, linear + b, SIGMAS[self.sigma](linear + b)]))
            x = seen[-1][-1]
        return torch.stack(seen)

    def __call__(self, x: Points) -> Points:
        """Φ(x), for each point."""
        return self.stages(x)[-1, -1]

    def loss(self, x: Points, labels: Labels) -> Float[Tensor, ""]:
        """(1/N) Σ L(Φ(x_n), y_n) with L(z, y) = ½‖z − y‖², where y_n is the target of the point's class."""
        return mse_loss(self(x), x.new_tensor(TARGETS)[labels])

    def regulariser(self, weight: float) -> Float[Tensor, ""]:
        """R(θ) = λ/2 Σ (‖A^k‖² + ‖b^k‖²), where λ is the weight."""
        return 0.5 * weight * (self.A.square().sum() + self.b.square().sum())

    def accuracy(self, x: Points, labels: Labels) -> float:
        """Share of the points that arrive closer to the target of their class than to the other one."""
        return (torch.cdist(self(x), x.new_tensor(TARGETS)).argmin(dim=1) == labels).double().mean().item()

    def dead(self, x: Points) -> float:
        """Share of the points whose ReLU is switched off in both coordinates of the last layer."""
        return (self(x) == 0).all(dim=1).double().mean().item() if self.sigma == "relu" else 0.0

    def singular(self) -> list[int]:
        """The layers k whose A^k presses the plane onto a line: one singular value is next to nothing."""
        values = torch.linalg.svdvals(self.A)
        return (values[:, 1] <= 1e-3 * values[:, 0]).nonzero().flatten().tolist()

    def gradient_step(self, objective: Callable[["PlaneNetwork"], Tensor], rate: float) -> "PlaneNetwork":
        """The network after one step of gradient descent, θ − rate ∇objective(θ)."""
        here = PlaneNetwork(self.A.clone().requires_grad_(), self.b.clone().requires_grad_(), self.sigma)
        by_A, by_b = torch.autograd.grad(objective(here), (here.A, here.b))
        return PlaneNetwork(self.A - rate * by_A, self.b - rate * by_b, self.sigma)
