"""Networks that move points: plain ones, ResNets and Runge–Kutta networks, with a linear classifier at the end."""

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from structviz.errors import ConfigError
from structviz.nets.activations import activation
from structviz.nets.propagation import propagate
from structviz.nets.shape import check_depth, shape_of, widened
from structviz.ode import INTEGRATORS, integrator

__all__ = ["CLASSIFIERS", "PLAIN", "SCHEMES", "PointClassifier", "check_points_network"]

PLAIN = "plain"
"""The scheme of a network without a skip connection: z⁺ = σ(Az + b)."""

SCHEMES = (PLAIN, *INTEGRATORS)
"""What a layer can do: forget where it started, or take one step of an integrator. A ResNet is "euler"."""

CLASSIFIERS = ("learned", "fixed")
"""Where the linear classifier comes from."""

_EULER: tuple[tuple[tuple[float, ...], ...], tuple[float, ...]] = (((0.0,),), (1.0,))


class PointClassifier(nn.Module):
    """Φ(x): points of the plane go through K layers; a line then tells the classes apart.

    A layer is one step of an integrator for ż = σ(A(t)z + b(t)), with A and b constant over its stages; with
    forward Euler that is the ResNet z⁺ = z + Δt σ(Az + b). K layers last T = K Δt.

    Parameters
    ----------
    scheme
        One of `SCHEMES`.
    width
        Dimension of z: 2, or more; the further coordinates start at zero.
    n_layers
        The number K of layers.
    time
        End time T > 0; a plain network has no time, and uses it for its films only.
    activation
        Name of the nonlinearity σ, one of `structviz.nets.ACTIVATIONS`.
    classifier
        "learned", or "fixed": the sign of the first coordinate.

    Raises
    ------
    ConfigError
        If a setting is unknown or out of range.

    References
    ----------
    Haber, Ruthotto: Stable architectures for deep neural networks. Inverse Problems 34, 2017.
    Benning, Celledoni, Ehrhardt, Owren, Schönlieb: Deep learning as optimal control problems. J. Comput. Dyn. 6, 2019.

    Examples
    --------
    >>> net = PointClassifier(n_layers=10)
    >>> net(torch.zeros(5, 2)).shape, net.trajectory(torch.zeros(5, 2)).shape
    (torch.Size([5]), torch.Size([11, 5, 2]))
    """

    def __init__(
        self,
        scheme: str = "euler",
        width: int = 2,
        n_layers: int = 40,
        time: float = 4.0,
        activation: str = "tanh",
        classifier: str = "learned",
    ) -> None:
        super().__init__()
        check_points_network(scheme, width, n_layers, time, activation, classifier)
        self.scheme = scheme
        self.width = width
        self.n_layers = n_layers
        self.time = float(time)
        self.activation = activation
        self.classifier = classifier
        # A ResNet starts as an autonomous flow, the same in all layers; a plain network as is usual for one.
        draws = n_layers if scheme == PLAIN else 1
        std = 1 / math.sqrt(width) if scheme == PLAIN else 0.5
        self.A = nn.Parameter((std * torch.randn(draws, width, width)).repeat(n_layers // draws, 1, 1))
        self.b = nn.Parameter(torch.zeros(n_layers, width))
        first = torch.zeros(width)
        first[0] = 1
        if classifier == "learned":
            self.normal = nn.Parameter(first)
            self.offset = nn.Parameter(torch.zeros(()))
        else:
            self.register_buffer("normal", first)
            self.register_buffer("offset", torch.zeros(()))

    @property
    def shape(self) -> dict[str, str | int | float]:
        """The arguments that build a network of this shape."""
        return shape_of(self)

    @property
    def dt(self) -> float:
        """Time step Δt = T / K."""
        return self.time / self.n_layers

    def enter(self, x: Float[Tensor, "batch dim"], /) -> Float[Tensor, "batch width"]:
        """z⁰: the points, with zeros for the further coordinates.

        Raises
        ------
        ShapeError
            If the points have neither two coordinates nor as many as the network.
        """
        return widened(x, self.width)

    def layer(self, k: int, z: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """f^k: what layer k makes of z."""
        if self.scheme == PLAIN:
            return self.velocity(k, z)
        return integrator(self.scheme).step(lambda _t, u: self.velocity(k, u), k * self.dt, self.dt, z)

    def velocity(self, k: int, z: Float[Tensor, "batch width"]) -> Float[Tensor, "batch width"]:
        """σ(A^k z + b^k): the field that moves z in layer k; for a plain network, where it goes."""
        return activation(self.activation)(nn.functional.linear(z, self.A[k], self.b[k]))

    def trajectory(self, x: Float[Tensor, "batch dim"]) -> Float[Tensor, "frame batch width"]:
        """z⁰, …, z^K."""
        zs = [self.enter(x)]
        for k in range(self.n_layers):
            zs.append(self.layer(k, zs[-1]))
        return torch.stack(zs)

    def last(self, x: Float[Tensor, "batch dim"], first: int = 0) -> Float[Tensor, "batch width"]:
        """z^K, from points that enter layer `first`; once differentiable, and quicker than the whole trajectory.

        Raises
        ------
        ConfigError
            If there is no such layer, nor the classifier, which comes after layer K - 1.
        """
        if not 0 <= first <= self.n_layers:
            raise ConfigError(f"Points enter a layer from 0 to {self.n_layers}; got {first}.")
        z = self.enter(x)
        scheme = None if self.scheme == PLAIN else integrator(self.scheme)
        if scheme is not None and not scheme.explicit:
            for k in range(first, self.n_layers):
                z = self.layer(k, z)
            return z
        a, w, dt = (*_EULER, 1.0) if scheme is None else (scheme.a, scheme.w, self.dt)
        return propagate(z, self.A[first:], self.b[first:], dt, a, w, activation(self.activation), scheme is not None)

    def classify(self, z: Float[Tensor, "batch width"]) -> Float[Tensor, "batch"]:
        """Logits of class 1: positive on the side of the line where `normal` points to."""
        return z @ self.normal + self.offset

    def forward(self, x: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch"]:
        """Logits of class 1 for points of the plane."""
        return self.classify(self.last(x))


def check_points_network(
    scheme: str, width: int, n_layers: int, time: float, activation_name: str, classifier: str
) -> None:
    """Check the settings of a `PointClassifier`.

    Parameters
    ----------
    scheme, width, n_layers, time, classifier
        As for `PointClassifier`.
    activation_name
        Name of the nonlinearity σ.

    Raises
    ------
    ConfigError
        If a setting is unknown or out of range.
    """
    activation(activation_name)
    if scheme not in SCHEMES:
        raise ConfigError(f"A layer is one of {', '.join(SCHEMES)}; got {scheme!r}.")
    if classifier not in CLASSIFIERS:
        raise ConfigError(f"A classifier is {' or '.join(CLASSIFIERS)}; got {classifier!r}.")
    if not 2 <= width <= 64:
        raise ConfigError(f"The width must be from 2 to 64, since points have two coordinates; got {width}.")
    check_depth(n_layers)
    if not (math.isfinite(time) and 0 < time <= 1000):
        raise ConfigError(f"The time T must be positive and at most 1000; got {time!r}.")
