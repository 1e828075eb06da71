"""Attacks that follow the gradient of the loss with respect to the image."""

from collections.abc import Sequence
from typing import cast

import torch
from jaxtyping import Float, Int
from torch import Tensor

from structviz.attacks.ball import Ball, Norm
from structviz.attacks.best import Best
from structviz.attacks.goal import Classifier, Goal
from structviz.attacks.record import Attack, OnStep
from structviz.errors import ConfigError, ShapeError
from structviz.stopping import stop_if_asked

__all__ = ["fgsm", "pgd", "pgd_curve"]

_REACH = 2.5
"""All steps together are this many radii long, so that every point of the ball can be reached."""


def fgsm(
    net: Classifier,
    x: Float[Tensor, "batch *rest"],
    labels: Int[Tensor, "label"],
    eps: float | Float[Tensor, "radius"],
    norm: Norm = "linf",
    targeted: bool = False,
    in_eight_bits: bool = False,
) -> Attack:
    """Attack by one step along the gradient, as long as the ball allows: x + ε·sign(∇L) for "linf".

    It is the best attack on a linear classifier of two classes, as long as no value leaves [0, 1]. On others it may do
    less than a smaller step: what it gives is its one step, whatever that did.

    Parameters
    ----------
    net
        Takes a batch to logits of the shape (batch, class), and can be differentiated.
    x
        The images, in [0, 1].
    labels
        True classes, which the attack leaves; for a targeted one the classes that it wants.
    eps
        Largest norm of δ, one for all images or one for each.
    norm
        "linf" or "l2".
    targeted
        Whether the labels are targets.
    in_eight_bits
        Whether the attacked images have values k / 255, as in a PNG file; the images must have them too.

    Returns
    -------
    Attack
        Its history has the margins before and after.

    Raises
    ------
    ConfigError
        If ε, the norm, the labels or the values of the images are not as said.
    ShapeError
        If the numbers of images, labels and radii differ.

    References
    ----------
    Goodfellow, Shlens, Szegedy: Explaining and harnessing adversarial examples. ICLR 2015.

    Examples
    --------
    >>> def net(x):
    ...     return torch.cat([x, 1 - x], 1)
    >>> fgsm(net, torch.tensor([[0.6]]), torch.tensor([0]), eps=0.2).x
    tensor([[0.4000]])
    """
    ball, goal = Ball.around(x, eps, norm, in_eight_bits), Goal(net, labels, targeted)
    goal.check(len(x))
    before, gradient = goal.with_slope(x)
    there = ball.shown(ball.project(x + ball.eps * ball.ascent(gradient)))
    logits = goal.at(there)
    history = torch.stack([goal.margins(before), goal.margins(logits)])
    return Attack(there, there - x, history[1] > 0, history, logits, norm, eps)


def pgd(
    net: Classifier,
    x: Float[Tensor, "batch *rest"],
    labels: Int[Tensor, "label"],
    eps: float | Float[Tensor, "radius"],
    norm: Norm = "linf",
    steps: int = 20,
    targeted: bool = False,
    generator: torch.Generator | None = None,
    step_size: float | None = None,
    starts: int = 1,
    start: Tensor | None = None,
    in_eight_bits: bool = False,
    on_step: OnStep | None = None,
) -> Attack:
    """Attack by projected gradient steps, and keep the best point on the way for each image.

    Each step goes along the gradient of the cross-entropy (its sign for "linf"), then back into the ball and [0, 1].
    What is found shows that an image can be attacked; not to find anything proves nothing.

    Parameters
    ----------
    net
        Takes a batch to logits of the shape (batch, class), and can be differentiated.
    x
        The images, in [0, 1].
    labels
        True classes, which the attack leaves; for a targeted one the classes that it wants.
    eps
        Largest norm of δ, one for all images or one for each.
    norm
        "linf" or "l2".
    steps
        Steps from each start, 0 or more.
    targeted
        Whether the labels are targets.
    generator
        Draws the starts in the ball; without it the only start is the image.
    step_size
        Length of a step in the norm, by default 2.5 ε / steps.
    starts
        How many starts, one after the other; several need a generator.
    start
        Where the first of them is, such as what another attack has found; it is brought into the ball.
    in_eight_bits
        Whether the attacked images have values k / 255, as in a PNG file; the images must have them too. The network
        then sees such images alone, so that an attack that succeeds is still one when it has been saved and read.
    on_step
        Called after each step with what has been found so far.

    Returns
    -------
    Attack
        Its history has a row before the first step and one after each of ``starts · steps`` steps.

    Raises
    ------
    ConfigError
        If an argument is out of range, or the values of the images are not as said.
    ShapeError
        If the numbers of images, labels and radii differ.
    StoppedError
        If the block around it should stop, see `structviz.stopping`.

    References
    ----------
    Madry, Makelov, Schmidt, Tsipras, Vladu: Towards deep learning models resistant to adversarial attacks. ICLR 2018.

    Examples
    --------
    >>> def net(x):
    ...     return torch.cat([x, 1 - x], 1)
    >>> pgd(net, torch.tensor([[0.6]]), torch.tensor([0]), eps=0.2, steps=5).success
    tensor([True])
    """
    if steps < 0 or starts < 1 or (step_size is not None and not step_size > 0):
        raise ConfigError(
            f"An attack has 0 steps or more, a start or more and steps of a positive length; got {steps}, {starts} "
            f"and {step_size}."
        )
    if generator is None and starts > 1:
        raise ConfigError(f"{starts} starts need a generator that draws them; got none. Give one, or one start.")
    ball, goal = Ball.around(x, eps, norm, in_eight_bits), Goal(net, labels, targeted)
    if start is not None and start.shape != x.shape:
        raise ShapeError(f"A start has the shape of the images, {tuple(x.shape)}; got {tuple(start.shape)}.")
    length = ball.eps * (_REACH / max(steps, 1)) if step_size is None else step_size
    goal.check(len(x))
    if start is None and generator is None:  # the image is the start, and is shown once
        logits, slope = goal.with_slope(x) if steps > 0 else (goal.at(x), x)
        best = Best(ball, goal, logits)
    else:
        best, slope = Best(ball, goal), None
    for k in range(starts):
        at = _first(ball, start if k == 0 else None, generator)
        gradient = _show(best, at, more=steps > 0) if slope is None else slope
        if k == 0:
            best.record()
        for step in range(1, steps + 1):
            stop_if_asked()
            at = ball.project(at + length * ball.ascent(gradient))
            gradient = _show(best, at, more=step < steps)
            best.record()
            if on_step is not None:
                on_step(best.attack())
    return best.attack()


def pgd_curve(
    net: Classifier,
    x: Float[Tensor, "batch *rest"],
    labels: Int[Tensor, "label"],
    radii: Sequence[float],
    norm: Norm = "linf",
    steps: int = 20,
    targeted: bool = False,
    generator: torch.Generator | None = None,
    in_eight_bits: bool = False,
) -> tuple[Attack, ...]:
    """Attack in balls of growing radius, each from what the one before has found: margins and successes never fall.

    Parameters
    ----------
    net, x, labels, norm, targeted, in_eight_bits
        See `pgd`.
    radii
        Values of ε, ascending.
    steps
        In each ball and from each start.
    generator
        If there is one, each ball gets a random start too.

    Returns
    -------
    tuple of Attack
        One for each radius.

    Raises
    ------
    ConfigError, ShapeError, StoppedError
        See `pgd`; also if the radii do not ascend.

    Examples
    --------
    >>> def net(x):
    ...     return torch.cat([x, 1 - x], 1)
    >>> curve = pgd_curve(net, torch.tensor([[0.6]]), torch.tensor([0]), [0.05, 0.1, 0.2], steps=4)
    >>> [bool(attack.success) for attack in curve]
    [False, False, True]
    """
    if list(radii) != sorted(radii):
        raise ConfigError(f"The radii of a curve ascend; got {list(radii)}. Sort them.")
    found: list[Attack] = []
    start = x
    for eps in radii:
        starts = 1 if generator is None else 2
        found.append(pgd(net, x, labels, eps, norm, steps, targeted, generator, None, starts, start, in_eight_bits))
        start = found[-1].x
    return tuple(found)


def _first(ball: Ball, start: Tensor | None, generator: torch.Generator | None) -> Tensor:
    if start is not None:
        return ball.project(start)
    return ball.centre if generator is None else ball.random(generator)


def _show(best: Best, at: Tensor, more: bool) -> Tensor:
    """Show a point to the network; its gradient, if another step follows."""
    shown = best.ball.shown(at)
    logits, gradient = best.goal.with_slope(shown) if more else (best.goal.at(shown), cast(Tensor, at))
    best.keep(shown, logits)
    return gradient
