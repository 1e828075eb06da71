"""Maps that are made of layers, and those of them whose layers can be undone."""

import math
from abc import ABC, abstractmethod

import torch
from jaxtyping import Float
from torch import Tensor, nn

__all__ = ["InvertibleMap", "LayeredMap"]


class LayeredMap(nn.Module, ABC):
    """Φ(x) = z^K with z⁰ = x and z^{k+1} = f^k(z^k), in the shape in which the layers have x.

    Where that is not the shape of x, `enter` makes z⁰ of x, and `read` makes Φ(x) of z^K.
    """

    n_layers: int

    @abstractmethod
    def layer(self, k: int, z: Float[Tensor, "batch *rest"]) -> Float[Tensor, "batch *rest"]:
        """f^k: what layer k makes of z, in the same shape."""

    def enter(self, x: Float[Tensor, "batch *before"], /) -> Float[Tensor, "batch *rest"]:
        """z⁰: the input, in the shape in which layers have it."""
        return x

    def read(self, z: Float[Tensor, "batch *rest"]) -> Float[Tensor, "batch *out"]:
        """Φ(x), from z^K."""
        return z

    def trajectory(self, x: Float[Tensor, "batch *before"], /) -> Float[Tensor, "frame batch *rest"]:
        """z⁰, …, z^K."""
        states = [self.enter(x)]
        for k in range(self.n_layers):
            states.append(self.layer(k, states[-1]))
        return torch.stack(states)

    def forward(self, x: Float[Tensor, "batch *before"], /) -> Float[Tensor, "batch *out"]:
        """Φ(x)."""
        z = self.enter(x)
        for k in range(self.n_layers):
            z = self.layer(k, z)
        return self.read(z)


class InvertibleMap(LayeredMap):
    """Layers that can be undone and know log |det| of their Jacobians: Φ goes data → code, Φ⁻¹ code → data.

    With codes that are normal, Φ gives the data the density log p(x) = log N(Φ(x)) + log |det Φ′(x)|.

    References
    ----------
    Papamakarios et al.: Normalizing flows for probabilistic modeling and inference. JMLR 22, 2021.
    """

    @abstractmethod
    def transform_layer(
        self, k: int, z: Float[Tensor, "batch *rest"]
    ) -> tuple[Float[Tensor, "batch *rest"], Float[Tensor, "batch"]]:
        """f^k(z), and log |det| of its Jacobian at z."""

    @abstractmethod
    def undo_layer(self, k: int, z: Float[Tensor, "batch *rest"]) -> Float[Tensor, "batch *rest"]:
        """What layer k made z of."""

    def leave(self, z: Float[Tensor, "batch *rest"]) -> Float[Tensor, "batch *before"]:
        """The inverse of `enter`, which moves entries or turns them and keeps volumes."""
        return z

    def layer(self, k: int, z: Float[Tensor, "batch *rest"]) -> Float[Tensor, "batch *rest"]:
        """f^k(z)."""
        return self.transform_layer(k, z)[0]

    def transform(
        self, x: Float[Tensor, "batch *before"]
    ) -> tuple[Float[Tensor, "batch *rest"], Float[Tensor, "batch"]]:
        """The code Φ(x), and log |det Φ′(x)|."""
        z, log_det = self.enter(x), x.new_zeros(len(x))
        for k in range(self.n_layers):
            z, of_layer = self.transform_layer(k, z)
            log_det = log_det + of_layer
        return z, log_det

    def inverse(self, z: Float[Tensor, "batch *rest"]) -> Float[Tensor, "batch *before"]:
        """Φ⁻¹(z): the layers undone, last to first."""
        for k in reversed(range(self.n_layers)):
            z = self.undo_layer(k, z)
        return self.leave(z)

    def log_det(self, x: Float[Tensor, "batch *before"]) -> Float[Tensor, "batch"]:
        """Log |det Φ′(x)|."""
        return self.transform(x)[1]

    def log_prob(self, x: Float[Tensor, "batch *before"]) -> Float[Tensor, "batch"]:
        """Log p(x) in nats, for codes that are standard normal."""
        z, log_det = self.transform(x)
        z = z.flatten(1)
        return log_det - z.square().sum(1) / 2 - z.shape[1] * math.log(2 * math.pi) / 2
