"""Networks that conserve the symplectic form, and networks with an antisymmetric linear part."""

import math
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import linear

from structviz.errors import ConfigError
from structviz.nets.activations import activation as by_name
from structviz.nets.claims import Claim
from structviz.nets.layered import InvertibleMap, LayeredMap
from structviz.nets.shape import check_steps, shape_of
from structviz.ode import SPLITTINGS, integrator, splitting

__all__ = ["HAMILTONIAN_METHODS", "AntisymmetricNet", "HamiltonianNet", "log_cosh"]

HAMILTONIAN_METHODS = (*SPLITTINGS, "euler")
"""How a Hamiltonian network takes its steps; with forward Euler nothing is conserved: the twin."""


class HamiltonianNet(InvertibleMap):
    """Φ(q, p): a Hamiltonian system with one step of a splitting method in each layer.

    With symplectic Euler a layer is

        q⁺ = q + h K₁ᵀσ(K₁p + b₁),    p⁺ = p − h K₂ᵀσ(K₂q⁺ + b₂),

    two shears that belong to H(q, p) = Σ S(K₁p + b₁) + Σ S(K₂q + b₂) with S′ = σ. So Φ′ᵀΩΦ′ = Ω and det Φ′ = 1 whatever
    the weights are, and each layer is undone by subtraction. Symplectic Euler is not symmetric in time; the
    Störmer–Verlet method is: its layers with −h, last to first, lead back.

    Parameters
    ----------
    dim
        Coordinates of phase space, an even number: positions, then as many momenta.
    width
        Rows of K₁ and K₂.
    n_layers
        The number K of layers.
    time
        End time T = K h.
    method
        One of `HAMILTONIAN_METHODS`.
    activation
        Name of the nonlinearity σ, one of `structviz.nets.ACTIVATIONS`.
    shared
        Whether all layers have the same weights. Only then is there one energy for all of them.

    Raises
    ------
    ConfigError
        If a setting is unknown or out of range.

    References
    ----------
    Haber, Ruthotto: Stable architectures for deep neural networks. Inverse Problems 34, 2017.
    Hairer, Lubich, Wanner: Geometric numerical integration, 2nd edition, 2006, chapters VI and IX.
    Galimberti et al.: Hamiltonian deep neural networks guaranteeing nonvanishing gradients by design. IEEE Trans.
    Automat. Control 68, 2023.

    Examples
    --------
    >>> net = HamiltonianNet(n_layers=5)
    >>> z = torch.ones(3, 2)
    >>> torch.allclose(net.inverse(net(z)), z, atol=1e-5)
    True
    """

    def __init__(
        self,
        dim: int = 2,
        width: int = 8,
        n_layers: int = 20,
        time: float = 2.0,
        method: str = "symplectic-euler",
        activation: str = "tanh",
        shared: bool = False,
    ) -> None:
        super().__init__()
        check_steps(n_layers, time, activation)
        if method not in HAMILTONIAN_METHODS:
            raise ConfigError(f"A Hamiltonian network takes steps of {', '.join(HAMILTONIAN_METHODS)}; got {method!r}.")
        if dim < 2 or dim % 2 or width < 1:
            raise ConfigError(f"Phase space has an even number of coordinates, K a row or more; got {dim} and {width}.")
        self.dim, self.width, self.n_layers, self.time = dim, width, n_layers, float(time)
        self.method, self.activation, self.shared = method, activation, shared
        draws, n = 1 if shared else n_layers, dim // 2
        self.K = nn.Parameter(torch.randn(draws, 2, width, n) / n**0.5)  # K₁ of the momenta, K₂ of the positions
        self.b = nn.Parameter(torch.randn(draws, 2, width))

    @property
    def shape(self) -> dict[str, Any]:
        """The arguments that build a network of this shape."""
        return shape_of(self)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Symplectic, invertible and volume preserving with a splitting method, and reversible with a symmetric one."""
        if self.method not in SPLITTINGS:
            return ()
        always = (
            Claim("symplectic", 1e-12, "phase space"),
            Claim("invertible", 1e-12, "phase space"),
            Claim("volume", 1e-12, "phase space"),
        )
        return (*always, Claim("reversible", 1e-12, "phase space")) if splitting(self.method).symmetric else always

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Normal points."""
        return torch.randn(n, self.dim, generator=generator, dtype=torch.float64)

    @property
    def h(self) -> float:
        """Length of a step, T / K."""
        return self.time / self.n_layers

    def velocity(self, k: int, p: Float[Tensor, "batch half"]) -> Float[Tensor, "batch half"]:
        """∂H/∂p = K₁ᵀσ(K₁p + b₁) in layer k."""
        return self._gradient(k, 0, p)

    def slope(self, k: int, q: Float[Tensor, "batch half"]) -> Float[Tensor, "batch half"]:
        """∂H/∂q = K₂ᵀσ(K₂q + b₂) in layer k: the opposite of the force."""
        return self._gradient(k, 1, q)

    def _gradient(self, k: int, which: int, u: Tensor) -> Tensor:
        k = 0 if self.shared else k
        K, b = self.K[k, which], self.b[k, which]
        return by_name(self.activation)(linear(u, K, b)) @ K

    def energy(self, z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch"]:
        """H(q, p), for σ = tanh, whose primitive is log cosh.

        Raises
        ------
        ConfigError
            If the layers do not share their weights, or σ is another one.
        """
        if not self.shared or self.activation != "tanh":
            raise ConfigError(
                "An energy needs layers that share their weights, and tanh: build the network with shared=True."
            )
        q, p = z.chunk(2, dim=1)
        K, b = self.K[0], self.b[0]
        return (log_cosh(linear(p, K[0], b[0])) + log_cosh(linear(q, K[1], b[1]))).sum(1)

    def layer(self, k: int, z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """One step."""
        return self._step(k, z, self.h)

    def transform_layer(
        self, k: int, z: Float[Tensor, "batch dim"]
    ) -> tuple[Float[Tensor, "batch dim"], Float[Tensor, "batch"]]:
        """One step, and log |det| of its Jacobian, which is 0: shears keep volumes.

        Raises
        ------
        ConfigError
            If the method is forward Euler, which does not keep them.
        """
        if self.method not in SPLITTINGS:
            raise ConfigError("Forward Euler does not keep volumes; choose a splitting method.")
        return self.layer(k, z), z.new_zeros(len(z))

    def backward_in_time(self, z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """The layers last to first, with steps of −h: the inverse if the method is symmetric, and only then."""
        for k in reversed(range(self.n_layers)):
            z = self._step(k, z, -self.h)
        return z

    def _step(self, k: int, z: Tensor, h: float) -> Tensor:
        q, p = z.chunk(2, dim=1)
        if self.method not in SPLITTINGS:
            return torch.cat([q + h * self.velocity(k, p), p - h * self.slope(k, q)], dim=1)
        moved = splitting(self.method).step(lambda u: self.velocity(k, u), lambda u: self.slope(k, u), h, q, p)
        return torch.cat(moved, dim=1)

    def undo_layer(self, k: int, z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """What layer k made z of.

        Raises
        ------
        ConfigError
            If the method is forward Euler, whose steps have no inverse in closed form.
        """
        if self.method not in SPLITTINGS:
            raise ConfigError("A step of forward Euler has no inverse in closed form; choose a splitting method.")
        q, p = z.chunk(2, dim=1)
        method = splitting(self.method)
        return torch.cat(method.undo(lambda u: self.velocity(k, u), lambda u: self.slope(k, u), self.h, q, p), dim=1)


class AntisymmetricNet(LayeredMap):
    """Φ(x): points follow ż = σ((K − Kᵀ − γI) z + b), one step of a method in each layer.

    At each point the Jacobian is D (K − Kᵀ − γI) with D = diag σ′ ≥ 0. For D > 0 it is similar to
    D^½ (K − Kᵀ − γI) D^½, whose symmetric part is −γD, so the real parts of its eigenvalues are at most 0, and are 0
    for γ = 0. That is a statement on each frozen Jacobian: distances along the flow can grow all the same, so the
    network makes no claim. A step of forward Euler with γ = 0 has |1 + hλ| > 1.

    Parameters
    ----------
    dim
        Coordinates of a point.
    n_layers
        The number K of layers; each has weights of its own.
    time
        End time T = K h.
    gamma
        Damping γ, 0 or more.
    method
        One of `structviz.ode.INTEGRATORS`.
    activation
        Name of the nonlinearity σ, one of `structviz.nets.ACTIVATIONS`.

    Raises
    ------
    ConfigError
        If a setting is unknown or out of range.

    References
    ----------
    Haber, Ruthotto: Stable architectures for deep neural networks. Inverse Problems 34, 2017.
    Chang, Chen, Haber, Chi: AntisymmetricRNN: a dynamical system view on recurrent neural networks. ICLR 2019.

    Examples
    --------
    >>> AntisymmetricNet(n_layers=5).trajectory(torch.zeros(3, 2)).shape
    torch.Size([6, 3, 2])
    """

    def __init__(
        self,
        dim: int = 2,
        n_layers: int = 20,
        time: float = 4.0,
        gamma: float = 0.0,
        method: str = "euler",
        activation: str = "tanh",
    ) -> None:
        super().__init__()
        integrator(method)
        check_steps(n_layers, time, activation)
        if dim < 2 or not 0 <= gamma < float("inf"):
            raise ConfigError(f"Points have two coordinates or more, and γ is 0 or more; got {dim} and {gamma}.")
        self.dim, self.n_layers, self.time, self.gamma = dim, n_layers, float(time), float(gamma)
        self.method, self.activation = method, activation
        self.K = nn.Parameter(torch.randn(n_layers, dim, dim) / dim**0.5)
        self.b = nn.Parameter(torch.zeros(n_layers, dim))

    @property
    def shape(self) -> dict[str, Any]:
        """The arguments that build a network of this shape."""
        return shape_of(self)

    @property
    def h(self) -> float:
        """Length of a step, T / K."""
        return self.time / self.n_layers

    def weight(self, k: int) -> Float[Tensor, "dim dim"]:
        """K − Kᵀ − γI in layer k."""
        identity = torch.eye(self.dim, dtype=self.K.dtype, device=self.K.device)
        return self.K[k] - self.K[k].T - self.gamma * identity

    def velocity(self, k: int, z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """σ((K − Kᵀ − γI) z + b) in layer k."""
        return by_name(self.activation)(linear(z, self.weight(k), self.b[k]))

    def layer(self, k: int, z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """One step of the method."""
        return integrator(self.method).step(lambda _t, u: self.velocity(k, u), k * self.h, self.h, z)


def log_cosh(u: Tensor) -> Tensor:
    """Log cosh u, without overflow."""
    return u.abs() + torch.log1p(torch.exp(-2 * u.abs())) - math.log(2)
