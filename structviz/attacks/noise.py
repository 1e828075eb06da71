"""Noise of the size of an attack that knows nothing of the network: the control beside one that does."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from structviz.attacks.ball import Ball, Norm
from structviz.attacks.best import Best
from structviz.attacks.goal import Classifier, Goal
from structviz.attacks.record import Attack, OnStep
from structviz.errors import ConfigError
from structviz.stopping import stop_if_asked

__all__ = ["random_noise"]


def random_noise(
    net: Classifier,
    x: Float[Tensor, "batch *rest"],
    labels: Int[Tensor, "label"],
    eps: float | Float[Tensor, "radius"],
    generator: torch.Generator,
    norm: Norm = "linf",
    draws: int = 1,
    targeted: bool = False,
    in_eight_bits: bool = False,
    on_step: OnStep | None = None,
) -> Attack:
    """Attack by random noise as large as the ball allows, and keep the best of several draws for each image.

    For "linf" every value changes by ±ε; for "l2" the direction is uniform. Values are cut off at [0, 1], which makes
    δ a little shorter in "l2".

    Parameters
    ----------
    net
        Takes a batch to logits of the shape (batch, class).
    x
        The images, in [0, 1].
    labels
        True classes, or targets.
    eps
        Norm of the noise, one for all images or one for each.
    generator
        Draws the noise.
    norm
        "linf" or "l2".
    draws
        How often.
    targeted
        Whether the labels are targets.
    in_eight_bits
        Whether the images with noise have values k / 255.
    on_step
        Called after each draw with what has been found so far.

    Returns
    -------
    Attack
        Where no draw has a larger margin than the image, the draw with the largest margin all the same.

    Raises
    ------
    ConfigError, ShapeError, StoppedError
        See `structviz.attacks.pgd`.

    Examples
    --------
    >>> def net(x):
    ...     return torch.cat([x, 1 - x], 1)
    >>> generator = torch.Generator().manual_seed(0)
    >>> random_noise(net, torch.tensor([[0.6]]), torch.tensor([0]), 0.05, generator).success
    tensor([False])
    """
    if draws < 1:
        raise ConfigError(f"Noise is drawn once or more; got {draws} draws.")
    ball, goal = Ball.around(x, eps, norm, in_eight_bits), Goal(net, labels, targeted)
    best = Best(ball, goal)
    best.record()
    best.margins = torch.full_like(best.margins, -torch.inf)  # noise is what is asked for, not its absence
    for _ in range(draws):
        stop_if_asked()
        at = ball.shown(ball.project(x + ball.eps * ball.ascent(_noise(x, generator))))
        best.keep(at, goal.at(at))
        best.record()
        if on_step is not None:
            on_step(best.attack())
    return best.attack()


def _noise(x: Tensor, generator: torch.Generator) -> Tensor:
    kind = torch.float32 if x.dtype == torch.float32 else torch.float64
    return torch.randn(x.shape, generator=generator, device=generator.device, dtype=kind).to(x)
