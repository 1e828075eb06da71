"""Learn how a solid tumbles from few examples: networks whose features are rotations, and free ones."""

import math

import torch
from jaxtyping import Float
from torch import Generator, Tensor, nn

from structviz.checks import rotation_distance
from structviz.data import attitudes
from structviz.metrics import rotation_angle
from structviz.nets import RotationFlow
from structviz.ode import nearest_rotation
from structviz.seeding import seeded
from structviz.studies.manifolds.few_examples import STEPS, ExampleRun, check_arm, fit
from structviz.studies.manifolds.threads import one_thread

__all__ = ["learn_tumbling"]

_TESTED = 500


class _Projected(nn.Module):
    """The rotation that is closest to what a free network says."""

    def __init__(self, net: RotationFlow) -> None:
        super().__init__()
        self.net = net

    def forward(self, R: Float[Tensor, "batch 3 3"]) -> Float[Tensor, "batch 3 3"]:
        return nearest_rotation(self.net(R))


@one_thread()
def learn_tumbling(arm: str, n_train: int, seed: int, n_steps: int = STEPS, noise: float = 0.03) -> ExampleRun:
    """Train a network on examples of how a solid tumbles within unit time, and test it on 500 other attitudes.

    Parameters
    ----------
    arm
        One of `EXAMPLE_ARMS`: layers R⁺ = R exp(hΩ̂(R)), or layers that change nine numbers freely.
    n_train
        How many examples.
    seed
        Of examples and first weights.
    n_steps
        Of Adam, with all examples.
    noise
        Standard deviation of the angles, about each axis, by which examples are seen wrongly.

    Returns
    -------
    ExampleRun
        The mean angle to the true attitudes in degrees, and the largest distance of an output from a rotation.

    Raises
    ------
    ConfigError
        If the arm is unknown or there is no example.
    """
    check_arm(arm, n_train)
    x, y = attitudes(n_train, Generator().manual_seed(1000 + seed), noise)
    new, wanted = attitudes(_TESTED, Generator().manual_seed(999), noise=0.0)
    with seeded(seed):
        flow = RotationFlow("lie-euler" if arm == "structured" else "free").double()
    net = _Projected(flow) if arm == "projected" else flow
    fit(net, x, y, n_steps)
    with torch.no_grad():
        found = net(new)
        error = math.degrees(rotation_angle(found, wanted).mean().item())
        return ExampleRun(arm, n_train, seed, error, rotation_distance(found).max().item())
