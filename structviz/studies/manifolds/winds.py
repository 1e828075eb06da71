"""Learn where the wind carries points of a globe: networks that stay on the sphere and free ones, with few examples."""

import math

import torch
from jaxtyping import Float
from torch import Generator, Tensor, nn
from torch.nn.functional import linear, normalize

from structviz.checks import sphere_distance
from structviz.nets import sphere_exp
from structviz.studies.manifolds.few_examples import STEPS, ExampleRun, check_arm, fit
from structviz.studies.manifolds.threads import one_thread

__all__ = ["carried", "learn_wind", "wind"]

_LAYERS, _WIDTH, _SCALE = 8, 16, 0.5
_TESTED = 500
_FINE = 100
"""Steps of the true wind."""


def wind(z: Float[Tensor, "batch 3"]) -> Float[Tensor, "batch 3"]:
    """The velocity of the wind: a jet around the axis, faster in the north, and air that gathers at two places."""
    axis = z.new_tensor([0.0, 0.0, 1.0]).expand_as(z)
    jet = (0.5 + 0.3 * z[:, 2:]) * torch.linalg.cross(axis, z)
    places = normalize(z.new_tensor([[1.0, 0.2, 0.3], [-0.6, -0.7, -0.4]]))
    near = torch.exp(2 * (z @ places.T - 1))
    pull = near @ places
    return jet + pull - (pull * z).sum(1, keepdim=True) * z


def carried(z: Float[Tensor, "batch 3"]) -> Float[Tensor, "batch 3"]:
    """Where the wind has carried points after unit time, by a hundred midpoint steps along great circles."""
    h = 1 / _FINE
    for _ in range(_FINE):
        middle = sphere_exp(z, h / 2 * wind(z))
        v = wind(middle)
        # The velocity of the middle, made tangent at the beginning.
        z = sphere_exp(z, h * (v - (v * z).sum(1, keepdim=True) * z))
        z = normalize(z)
    return z


def _points(n: int, seed: int) -> Float[Tensor, "batch 3"]:
    return normalize(torch.randn(n, 3, generator=Generator().manual_seed(seed), dtype=torch.float64))


class _WindNet(nn.Module):
    """Layers of one step each along v = Bᵀσ(Az + b): tangent and along great circles, or in steps of forward Euler."""

    def __init__(self, arm: str, seed: int) -> None:
        super().__init__()
        self.arm, draw = arm, Generator().manual_seed(seed)

        def weights(*shape: int) -> nn.Parameter:
            return nn.Parameter(_SCALE * torch.randn(*shape, generator=draw, dtype=torch.float64))

        self.A, self.B, self.b = weights(_LAYERS, _WIDTH, 3), weights(_LAYERS, _WIDTH, 3), weights(_LAYERS, _WIDTH)

    def forward(self, z: Float[Tensor, "batch 3"]) -> Float[Tensor, "batch 3"]:
        """Where points go."""
        for A, B, b in zip(self.A, self.B, self.b, strict=True):
            v = torch.tanh(linear(z, A, b)) @ B / _LAYERS
            z = sphere_exp(z, v - (v * z).sum(1, keepdim=True) * z) if self.arm == "structured" else z + v
        return normalize(z) if self.arm == "projected" else z


@one_thread()
def learn_wind(arm: str, n_train: int, seed: int, n_steps: int = STEPS, noise: float = 0.02) -> ExampleRun:
    """Train a network on examples of where the wind carries points, and test it on 500 others.

    Parameters
    ----------
    arm
        One of `EXAMPLE_ARMS`.
    n_train
        How many examples.
    seed
        Of examples and first weights.
    n_steps
        Of Adam, with all examples.
    noise
        Standard deviation of each coordinate of where examples were seen, before they are put onto the sphere.

    Returns
    -------
    ExampleRun
        The mean angle to the true places in degrees, and the largest distance of an output from the sphere.

    Raises
    ------
    ConfigError
        If the arm is unknown or there is no example.
    """
    check_arm(arm, n_train)
    x, new = _points(n_train, 1000 + seed), _points(_TESTED, 999)
    shifts = torch.randn(n_train, 3, generator=Generator().manual_seed(2000 + seed), dtype=torch.float64)
    y = normalize(carried(x) + noise * shifts)
    net = _WindNet(arm, seed)
    fit(net, x, y, n_steps)
    with torch.no_grad():
        found = net(new)
        cosines = (normalize(found) * carried(new)).sum(1).clamp(-1, 1)
        error = math.degrees(cosines.arccos().mean().item())
        return ExampleRun(arm, n_train, seed, error, sphere_distance(found).max().item())
