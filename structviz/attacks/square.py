"""An attack that only asks for outputs: it finds out whether a network resists or merely hides its gradient."""

import math

import torch
from jaxtyping import Float, Int
from torch import Tensor

from structviz.attacks.ball import Ball, Norm
from structviz.attacks.best import Best
from structviz.attacks.goal import Classifier, Goal
from structviz.attacks.record import Attack, OnStep
from structviz.errors import ConfigError
from structviz.stopping import stop_if_asked
from structviz.types import Images

__all__ = ["square"]

_SHRINKS = (0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8)
"""After these shares of all steps, squares get half the area."""

_HEIGHT = 2.0
"""Of a square in "l2", in units of the change of a value when all change alike."""


def square(
    net: Classifier,
    x: Images,
    labels: Int[Tensor, "label"],
    eps: float | Float[Tensor, "radius"],
    generator: torch.Generator,
    norm: Norm = "linf",
    steps: int = 300,
    share: float = 0.3,
    targeted: bool = False,
    in_eight_bits: bool = False,
    on_step: OnStep | None = None,
) -> Attack:
    """Attack without gradients: squares of one colour, at random, are kept where they help.

    For "linf" each square takes values ±ε in each channel, from stripes of one pixel at the start. For "l2" each
    square adds or takes away the same in each channel, and δ is brought back into the ball. The network is asked once
    in a step, for all images at once.

    Parameters
    ----------
    net
        Takes a batch to logits of the shape (batch, class); no gradient is needed.
    x
        The images, in [0, 1].
    labels
        True classes, or targets.
    eps
        Largest norm of δ, one for all images or one for each.
    generator
        Draws the squares.
    norm
        "linf" or "l2".
    steps
        How many squares are tried.
    share
        Of the image that the first squares cover; later ones are smaller.
    targeted
        Whether the labels are targets.
    in_eight_bits
        Whether the attacked images have values k / 255.
    on_step
        Called after each step with what has been found so far.

    Returns
    -------
    Attack
        For each image the change δ with the largest margin, whether it succeeds, and the margins step by step.

    Raises
    ------
    ConfigError, ShapeError, StoppedError
        See `structviz.attacks.pgd`.

    References
    ----------
    Andriushchenko, Croce, Flammarion, Hein: Square attack. ECCV 2020.

    Examples
    --------
    >>> def net(x):
    ...     return torch.stack([x.mean((1, 2, 3)), 1 - x.mean((1, 2, 3))], 1)
    >>> generator = torch.Generator().manual_seed(0)
    >>> square(net, torch.full((1, 1, 8, 8), 0.52), torch.tensor([0]), 0.1, generator, steps=200).success
    tensor([True])
    """
    if steps < 0 or not 0 < share <= 1:
        raise ConfigError(
            f"A search has 0 steps or more, and squares that cover a share in (0, 1]; got {steps}, {share}."
        )
    ball, goal = Ball.around(x, eps, norm, in_eight_bits), Goal(net, labels, targeted)
    best = Best(ball, goal)
    at = ball.project(x + ball.eps * ball.ascent(_stripes(x, generator)))
    margins = _try(best, at)
    best.record()
    for step in range(1, steps + 1):
        stop_if_asked()
        side = _side(share, step / steps, x)
        tried = ball.project(_with_square(at, ball, side, generator))
        found = _try(best, tried)
        better = found > margins
        margins = torch.where(better, found, margins)
        at = torch.where(better[:, None, None, None], tried, at)
        best.record()
        if on_step is not None:
            on_step(best.attack())
    return best.attack()


def _try(best: Best, at: Tensor) -> Tensor:
    shown = best.ball.shown(at)
    logits = best.goal.at(shown)
    best.keep(shown, logits)
    return best.goal.margins(logits)


def _side(share: float, done: float, x: Tensor) -> int:
    """Side of the squares, in pixels."""
    halvings = sum(done > shrink for shrink in _SHRINKS)
    rows, columns = x.shape[-2:]
    return min(max(1, round(math.sqrt(share / 2**halvings * rows * columns))), rows, columns)


def _stripes(x: Tensor, generator: torch.Generator) -> Tensor:
    n, channels, _, columns = x.shape
    return _signs((n, channels, 1, columns), x, generator).expand_as(x)


def _with_square(at: Tensor, ball: Ball, side: int, generator: torch.Generator) -> Tensor:
    """Points with one square each changed, in a place and by signs of its own."""
    n, channels, rows, columns = at.shape
    draw = torch.rand(n, 2, generator=generator, device=generator.device).to(at.device)
    top, left = ((draw[:, k, None] * (size - side + 1)).long() for k, size in enumerate((rows, columns)))
    row, column = (torch.arange(size, device=at.device)[None] for size in (rows, columns))
    inside = ((row >= top) & (row < top + side))[:, None, :, None] & ((column >= left) & (column < left + side))[
        :, None, None, :
    ]
    signs = _signs((n, channels, 1, 1), at, generator)
    if ball.norm == "linf":
        return torch.where(inside, ball.centre + signs * ball.eps, at)
    height = _HEIGHT * ball.eps / math.sqrt(channels * rows * columns)
    return torch.where(inside, at + signs * height, at)


def _signs(shape: tuple[int, ...], like: Tensor, generator: torch.Generator) -> Tensor:
    coins = torch.randint(0, 2, shape, generator=generator, device=generator.device)
    return (2 * coins - 1).to(like)
