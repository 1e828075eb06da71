"""Learn where the wind carries points of a globe: networks that stay on the sphere and free ones, with few examples."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import torch
from jaxtyping import Float
from torch import Generator, Tensor, nn
from torch.nn.functional import linear, normalize

from structviz.errors import ConfigError
from structviz.nets import sphere_exp
from structviz.stopping import stop_if_asked
from structviz.studies.manifolds.threads import one_thread

__all__ = ["WIND_ARMS", "WindRun", "carried", "learn_wind", "read_winds", "wind", "write_winds"]

WIND_ARMS: Mapping[str, str] = MappingProxyType(
    {
        "sphere": "structured",
        "projected": "finally projected",
        "free": "free",
    }
)
"""Networks of the same weights, with titles. The finally projected one is free but for its last line."""

_LAYERS, _WIDTH, _SCALE = 8, 16, 0.5
_RATE, _STEPS, _TESTED = 0.02, 300, 500
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


@dataclass(frozen=True)
class WindRun:
    """What a network has learnt.

    Attributes
    ----------
    arm, n_train, seed
        Which network, from how many examples, and which ones.
    error
        The mean angle between where it sends new points and where the wind carries them, in degrees; outputs off the
        sphere count by their direction.
    off
        The largest distance of an output from the sphere.
    """

    arm: str
    n_train: int
    seed: int
    error: float
    off: float


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
            z = sphere_exp(z, v - (v * z).sum(1, keepdim=True) * z) if self.arm == "sphere" else z + v
        return normalize(z) if self.arm == "projected" else z


@one_thread()
def learn_wind(arm: str, n_train: int, seed: int, n_steps: int = _STEPS, noise: float = 0.02) -> WindRun:
    """Train a network on examples of where the wind carries points, and test it on 500 others.

    Parameters
    ----------
    arm
        One of `WIND_ARMS`.
    n_train
        How many examples.
    seed
        Of examples and first weights.
    n_steps
        Of Adam, with all examples.
    noise
        Standard deviation of each coordinate of where examples were seen, before they are put onto the sphere.

    Raises
    ------
    ConfigError
        If the arm is unknown or there is no example.
    """
    if arm not in WIND_ARMS or n_train < 1:
        raise ConfigError(f"Networks are {', '.join(WIND_ARMS)} with an example or more; got {arm!r} and {n_train}.")
    x, new = _points(n_train, 1000 + seed), _points(_TESTED, 999)
    shifts = torch.randn(n_train, 3, generator=Generator().manual_seed(2000 + seed), dtype=torch.float64)
    y = normalize(carried(x) + noise * shifts)
    net = _WindNet(arm, seed)
    optimiser = torch.optim.Adam(net.parameters(), _RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, n_steps)
    for _ in range(n_steps):
        stop_if_asked()
        loss = (net(x) - y).square().sum(1).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    with torch.no_grad():
        found = net(new)
        cosines = (normalize(found) * carried(new)).sum(1).clamp(-1, 1)
        return WindRun(
            arm, n_train, seed, math.degrees(cosines.arccos().mean().item()), (found.norm(dim=1) - 1).abs().max().item()
        )


def write_winds(runs: Sequence[WindRun]) -> str:
    """Runs as a table."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["arm", "n_train", "seed", "degrees", "off"])
    writer.writerows([run.arm, run.n_train, run.seed, f"{run.error:.4f}", f"{run.off:.2e}"] for run in runs)
    return out.getvalue()


def read_winds(text: str) -> tuple[WindRun, ...]:
    """The runs of a table, as `write_winds` makes it."""
    rows = csv.DictReader(io.StringIO(text))
    return tuple(
        WindRun(row["arm"], int(row["n_train"]), int(row["seed"]), float(row["degrees"]), float(row["off"]))
        for row in rows
    )
