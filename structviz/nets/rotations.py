"""Networks whose layers turn a rotation by a rotation, and twins whose layers change its nine numbers freely."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import linear

from structviz.errors import ConfigError
from structviz.nets.claims import Claim
from structviz.nets.layered import LayeredMap
from structviz.nets.shape import check_rows, check_steps, shape_of
from structviz.ode import nearest_rotation, rotation_method

__all__ = ["ROTATION_LAYERS", "RotationFlow"]

FREE = "free"

ROTATION_LAYERS = ("lie-euler", "lie-euler-cayley", "rkmk4", "projected-euler", "euler", FREE)
"""Kinds of layers: steps of `structviz.ode.ROTATION_METHODS`, of which "euler" leaves the rotations, and forward Euler
along a field of all nine numbers."""

_TURN, _MATRIX = 3, 9
"""Numbers of an angular velocity, and of a matrix."""


class RotationFlow(LayeredMap):
    """Φ(x): rotations follow a field Ṙ = RΩ̂(R), one step in each layer.

    The angular velocity is Ω(R) = Bᵀσ(A vec R + b) with σ = tanh. A Lie–Euler layer is R⁺ = R exp(hΩ̂): features stay
    on SO(3) whatever the weights are. The free twin takes M⁺ = M + h Bᵀσ(A vec M + b) with nine numbers in the rows of
    B, and fewer rows, so that both have the same number of weights where 19 divides the width.

    Parameters
    ----------
    layers
        One of `ROTATION_LAYERS`.
    width
        Rows of A and B in each layer; of a free network 13 for each 19.
    n_layers
        The number K of layers; each has weights of its own.
    time
        End time T = K h.

    Raises
    ------
    ConfigError
        If a setting is unknown or out of range.

    References
    ----------
    Iserles, Munthe-Kaas, Nørsett, Zanna: Lie-group methods. Acta Numerica 9, 2000.
    Huang, Wan, Probst, Van Gool: Deep learning on Lie groups for skeleton-based action recognition. CVPR 2017.

    Examples
    --------
    >>> R = RotationFlow(n_layers=3)(torch.eye(3)[None])
    >>> torch.allclose(R.mT @ R, torch.eye(3), atol=1e-5)
    True
    """

    def __init__(self, layers: str = "lie-euler", width: int = 19, n_layers: int = 8, time: float = 1.0) -> None:
        super().__init__()
        check_steps(n_layers, time, "tanh")
        if layers not in ROTATION_LAYERS:
            raise ConfigError(f"Layers of rotations are one of {', '.join(ROTATION_LAYERS)}; got {layers!r}.")
        if width < 1:
            raise ConfigError(f"A has a row or more; got {width}.")
        self.layers, self.width, self.n_layers, self.time = layers, width, n_layers, float(time)
        numbers = _MATRIX if layers == FREE else _TURN
        rows = max(1, round(width * (_MATRIX + _TURN + 1) / (2 * _MATRIX + 1))) if layers == FREE else width
        self.A = nn.Parameter(torch.randn(n_layers, rows, _MATRIX) / 2)
        self.B = nn.Parameter(torch.randn(n_layers, rows, numbers) / 2)
        self.b = nn.Parameter(torch.randn(n_layers, rows) / 2)

    @property
    def shape(self) -> dict[str, Any]:
        """The arguments that build a network of this shape."""
        return shape_of(self)

    @property
    def stays(self) -> bool:
        """Whether its layers keep rotations rotations."""
        return self.layers != FREE and rotation_method(self.layers).stays

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Features are rotations, with steps that are made for them."""
        return (Claim("rotation", 1e-12, "rotations"),) if self.stays else ()

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Random rotations."""
        return nearest_rotation(torch.randn(n, 3, 3, generator=generator, dtype=torch.float64))

    def velocity(self, k: int, R: Float[Tensor, "batch 3 3"]) -> Float[Tensor, "batch numbers"]:
        """Ω(R) in layer k, in axes of the body; of a free network the velocity of all nine numbers."""
        return torch.tanh(linear(R.flatten(1), self.A[k], self.b[k])) @ self.B[k]

    def enter(self, x: Float[Tensor, "batch 3 3"], /) -> Float[Tensor, "batch 3 3"]:
        """R⁰: the rotation that is closest to x, such as one whose columns were measured with noise."""
        check_rows(x, "Attitudes", 3, 3)
        return nearest_rotation(x)

    def layer(self, k: int, z: Float[Tensor, "batch 3 3"]) -> Float[Tensor, "batch 3 3"]:
        """One step."""
        h = self.time / self.n_layers
        if self.layers == FREE:
            return z + h * self.velocity(k, z).unflatten(1, (3, 3))
        return rotation_method(self.layers).step(lambda _t, R: self.velocity(k, R), 0.0, h, z)
