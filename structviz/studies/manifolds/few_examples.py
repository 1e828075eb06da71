"""Networks that learn from few examples, with a structure and without: one training, and its results as a table."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import torch
from jaxtyping import Float
from torch import Tensor, nn

from structviz.errors import ConfigError
from structviz.stopping import stop_if_asked

__all__ = ["EXAMPLE_ARMS", "STEPS", "ExampleRun", "check_arm", "fit", "read_runs", "write_runs"]

EXAMPLE_ARMS: Mapping[str, str] = MappingProxyType(
    {"structured": "structured", "projected": "finally projected", "free": "free"}
)
"""Networks of the same number of weights, with titles. The finally projected one is free but for its last line."""

STEPS = 300
"""Of Adam."""

_RATE = 0.02


@dataclass(frozen=True)
class ExampleRun:
    """What a network has learnt.

    Attributes
    ----------
    arm, n_train, seed
        Which network, from how many examples, and which ones.
    error
        The mean angle between outputs for new inputs and what they should be, in degrees; outputs off the manifold
        count by the closest point on it.
    off
        The largest distance of an output from the manifold.
    """

    arm: str
    n_train: int
    seed: int
    error: float
    off: float


def check_arm(arm: str, n_train: int) -> None:
    """Raise a ConfigError if the arm is unknown or there is no example."""
    if arm not in EXAMPLE_ARMS or n_train < 1:
        raise ConfigError(f"Networks are {', '.join(EXAMPLE_ARMS)} with an example or more; got {arm!r} and {n_train}.")


def fit(
    net: nn.Module, x: Float[Tensor, "example *entries"], y: Float[Tensor, "example *entries"], n_steps: int = STEPS
) -> None:
    """Train a network by least squares, with all examples in each step of Adam.

    Parameters
    ----------
    net
        Its weights change.
    x, y
        Inputs, and what should come out.
    n_steps
        Of Adam, at a rate that falls to 0 like a cosine.
    """
    optimiser = torch.optim.Adam(net.parameters(), _RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, n_steps)
    for _ in range(n_steps):
        stop_if_asked()
        loss = (net(x) - y).square().flatten(1).sum(1).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()


def write_runs(runs: Sequence[ExampleRun]) -> str:
    """Runs as a table."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["arm", "n_train", "seed", "degrees", "off"])
    writer.writerows([run.arm, run.n_train, run.seed, f"{run.error:.4f}", f"{run.off:.2e}"] for run in runs)
    return out.getvalue()


def read_runs(text: str) -> tuple[ExampleRun, ...]:
    """The runs of a table, as `write_runs` makes it."""
    rows = csv.DictReader(io.StringIO(text))
    return tuple(
        ExampleRun(row["arm"], int(row["n_train"]), int(row["seed"]), float(row["degrees"]), float(row["off"]))
        for row in rows
    )
