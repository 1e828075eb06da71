"""Attitudes of a solid that tumbles: where it points now, and where it will point."""

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from structviz.data.arguments import check_integer
from structviz.data.toy import MAX_NOISE
from structviz.errors import ConfigError
from structviz.ode import RigidBody, nearest_rotation, rotation_method, so3_exp

__all__ = ["attitude_split", "attitudes", "tumbled"]

_MOST = 100_000
_MOMENTUM = (1.0, 1.0, 1.0)
_FINE = 50
"""Steps of the true body; their error is below 1e-7."""

NOISE = 0.03
"""Standard deviation of the noise about each axis, in radians."""


def tumbled(R: Float[Tensor, "batch 3 3"], time: float = 1.0) -> Float[Tensor, "batch 3 3"]:
    """The attitudes of a free rigid body after some time, with momentum (1, 1, 1) in axes of space."""
    body, momentum = RigidBody(), R.new_tensor(_MOMENTUM)
    step, velocity = rotation_method("rkmk4").step, body.tumbling(momentum)
    for _ in range(_FINE):
        R = step(velocity, 0.0, time / _FINE, R)
    return R


def attitudes(
    n: int, generator: Generator | None = None, noise: float = NOISE
) -> tuple[Float[Tensor, "attitude 3 3"], Float[Tensor, "attitude 3 3"]]:
    """Draw attitudes of a solid, and those after unit time, seen with noise.

    Parameters
    ----------
    n
        From 1 to 100 000.
    generator
        On the CPU; without it the attitudes are those of seed 0.
    noise
        Standard deviation of the angle about each axis, in radians, from 0 to 2.

    Returns
    -------
    before, after : Float[Tensor, "attitude 3 3"]
        Rotations, float64, evenly distributed; R v is in axes of space what v is in axes of the solid.

    Raises
    ------
    ConfigError
        If a number is out of range.

    Examples
    --------
    >>> before, after = attitudes(4)
    >>> before.shape, torch.linalg.det(after).round(decimals=6)
    (torch.Size([4, 3, 3]), tensor([1., 1., 1., 1.], dtype=torch.float64))
    """
    check_integer("n", n, 1, _MOST)
    if not 0 <= noise <= MAX_NOISE:
        raise ConfigError(f"noise must be a number from 0 to {MAX_NOISE:g}, but it is {noise!r}: choose one there.")
    if generator is None:
        generator = Generator().manual_seed(0)
    before = nearest_rotation(torch.randn(n, 3, 3, dtype=torch.float64, generator=generator))
    turns = noise * torch.randn(n, 3, dtype=torch.float64, generator=generator)
    return before, tumbled(before) @ so3_exp(turns)


def attitude_split(
    n_train: int, n_test: int, seed: int
) -> tuple[
    tuple[Float[Tensor, "train 3 3"], Float[Tensor, "train 3 3"]],
    tuple[Float[Tensor, "test 3 3"], Float[Tensor, "test 3 3"]],
]:
    """Attitudes to train on, and others to test on that are seen without noise, decided by one seed.

    Parameters
    ----------
    n_train, n_test
        Numbers of attitudes.
    seed
        From 0 on.

    Returns
    -------
    two pairs of tensors
        Attitudes and those after unit time, rotation matrices (n, 3, 3): first to train on, then to test on.
    """
    train, test = Generator().manual_seed(2 * seed), Generator().manual_seed(2 * seed + 1)
    return attitudes(n_train, train), attitudes(n_test, test, noise=0.0)
