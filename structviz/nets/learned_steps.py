"""The four networks of "Deep learning as optimal control problems": without steps, with given and with learned ones."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from structviz.config import STEP_RULES
from structviz.errors import ConfigError
from structviz.nets.activations import activation as by_name
from structviz.nets.claims import Claim
from structviz.nets.layered import LayeredMap
from structviz.nets.shape import check_steps, shape_of, widened
from structviz.nets.simplex import project_to_simplex

__all__ = ["STEP_RULES", "ODENet"]


class ODENet(LayeredMap):
    """Φ(x): points go through z^{k+1} = z^k + h^k σ(A^k z^k + b^k); a line then tells two classes apart.

    All four kinds start with the same weights, if the same generator draws them, and differ in the steps alone:

    * "none": z^{k+1} = σ(A^k z^k + b^k), no skip connection and no time;
    * "fixed": h^k = T / K;
    * "learned": h^k are weights like all others, of any sign and sum, and start at T / K;
    * "simplex": h^k are weights too, with h^k ≥ 0 and Σ h^k = T. The steps are the nearest ones of that kind,
      whatever is stored; training moves what is stored there as well, by `project_weights` after each step.

    Parameters
    ----------
    steps
        One of `STEP_RULES`.
    width
        Dimension of z: 2, or more; the further coordinates start at zero.
    n_layers
        The number K of layers.
    time
        End time T > 0.
    activation
        Name of the nonlinearity σ, one of `structviz.nets.ACTIVATIONS`.

    Raises
    ------
    ConfigError
        If a setting is unknown or out of range.

    References
    ----------
    Benning, Celledoni, Ehrhardt, Owren, Schönlieb: Deep learning as optimal control problems. J. Comput. Dyn. 6, 2019.

    Examples
    --------
    >>> net = ODENet("simplex", n_layers=10)
    >>> net(torch.zeros(5, 2)).shape, round(net.time_steps.sum().item(), 6)
    (torch.Size([5]), 1.0)
    """

    def __init__(
        self,
        steps: str = "learned",
        width: int = 2,
        n_layers: int = 20,
        time: float = 1.0,
        activation: str = "tanh",
    ) -> None:
        super().__init__()
        check_steps(n_layers, time, activation)
        if steps not in STEP_RULES:
            raise ConfigError(f"The time steps are one of {', '.join(STEP_RULES)}; got {steps!r}.")
        if not 2 <= width <= 64:
            raise ConfigError(f"The width must be from 2 to 64, since points have two coordinates; got {width}.")
        self.steps, self.width, self.n_layers = steps, width, n_layers
        self.time, self.activation = float(time), activation
        self.A = nn.Parameter(torch.randn(n_layers, width, width) / width**0.5)
        self.b = nn.Parameter(torch.zeros(n_layers, width))
        if steps in ("learned", "simplex"):
            self.h = nn.Parameter(torch.full((n_layers,), self.dt))
        self.normal = nn.Parameter(torch.eye(width)[0])
        self.offset = nn.Parameter(torch.zeros(()))

    @property
    def shape(self) -> dict[str, Any]:
        """The arguments that build a network of this shape."""
        return shape_of(self)

    @property
    def dt(self) -> float:
        """T / K: the time step, or where learned ones start."""
        return self.time / self.n_layers

    @property
    def has_time(self) -> bool:
        """Whether the layers are steps in time."""
        return self.steps != "none"

    @property
    def time_steps(self) -> Float[Tensor, "layer"]:
        """The steps h^k that the layers take; 1 where there is no time.

        For derivatives the projection onto the simplex counts as the identity. So the gradient with respect to h is
        that of the loss with respect to the steps, and can bring back a layer whose step is 0.
        """
        if self.steps == "learned":
            return self.h
        if self.steps == "simplex":
            return self.h + (project_to_simplex(self.h, self.time) - self.h).detach()
        return self.A.new_full((self.n_layers,), self.dt if self.has_time else 1.0)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """With given steps or steps on the simplex, time runs forwards, from 0 to T."""
        return (Claim("time", 1e-12, "time steps"),) if self.steps in ("fixed", "simplex") else ()

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Normal points; the time steps are the same for all of them."""
        return torch.randn(n, 2, generator=generator, dtype=torch.float64)

    @torch.no_grad()
    def project_weights(self) -> None:
        """Move the stored steps to the nearest ones on the simplex, if that is where they belong."""
        if self.steps == "simplex":
            self.h.copy_(project_to_simplex(self.h, self.time))

    def enter(self, x: Float[Tensor, "batch dim"], /) -> Float[Tensor, "batch width"]:
        """z⁰: the points, with zeros for the further coordinates.

        Raises
        ------
        ShapeError
            If the points have neither two coordinates nor as many as the network.
        """
        return widened(x, self.width)

    def velocity(self, k: int, z: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """σ(A^k z + b^k): the field that moves z in layer k; without time, where it goes."""
        return by_name(self.activation)(nn.functional.linear(z, self.A[k], self.b[k]))

    def layer(self, k: int, z: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """f^k: what layer k makes of z."""
        return z + self.time_steps[k] * self.velocity(k, z) if self.has_time else self.velocity(k, z)

    def last(self, x: Float[Tensor, "batch dim"], first: int = 0) -> Float[Tensor, "batch width"]:
        """z^K, from points that enter layer `first`.

        Raises
        ------
        ConfigError
            If there is no such layer, nor the classifier, which comes after layer K - 1.
        """
        if not 0 <= first <= self.n_layers:
            raise ConfigError(f"Points enter a layer from 0 to {self.n_layers}; got {first}.")
        z, sigma = self.enter(x), by_name(self.activation)
        weights = zip(self.A.mT.unbind(0), self.b.unbind(0), self.time_steps.unbind(0), strict=True)
        for A_transposed, b, h in list(weights)[first:]:
            slope = sigma(torch.addmm(b, z, A_transposed))
            z = torch.addcmul(z, h, slope) if self.has_time else slope
        return z

    def classify(self, z: Float[Tensor, "batch width"]) -> Float[Tensor, "batch"]:
        """Logits of class 1: positive on the side of the line where `normal` points to."""
        return z @ self.normal + self.offset

    def forward(self, x: Float[Tensor, "batch dim"], /) -> Float[Tensor, "batch"]:
        """Logits of class 1 for points of the plane."""
        return self.classify(self.last(x))
