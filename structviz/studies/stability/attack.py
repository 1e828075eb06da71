"""Attacks on a denoiser: which small change of its input changes its output most?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from structviz.errors import ConfigError
from structviz.stopping import stop_if_asked
from structviz.types import Images, PerImage

__all__ = ["AttackCurve", "attack_curve", "attacked"]

Denoiser = Callable[[Images], Images]


@dataclass(frozen=True, eq=False)
class AttackCurve:
    """What attacks of growing size do to each image of a batch.

    Attributes
    ----------
    epsilons
        Largest ‖δ‖₂ of each attack.
    changes
        The attacks δ that a search found.
    outputs
        Φ(y + δ).
    shifts
        ‖Φ(y + δ) − Φ(y)‖: what the attack found, a lower bound of what is possible.
    errors
        ‖Φ(y + δ) − x‖, a lower bound as well.
    certified
        ‖Φ(y) − x‖ + ε, which the error of a non-expansive denoiser cannot exceed.
    """

    epsilons: Float[Tensor, "epsilon"]
    changes: Float[Tensor, "epsilon batch 1 row column"]
    outputs: Float[Tensor, "epsilon batch 1 row column"]
    shifts: Float[Tensor, "epsilon batch"]
    errors: Float[Tensor, "epsilon batch"]
    certified: Float[Tensor, "epsilon batch"]


def attacked(
    net: Denoiser,
    y: Images,
    eps: float | PerImage,
    steps: int = 20,
    generator: torch.Generator | None = None,
    *,
    away_from: Images | None = None,
    start: Images | None = None,
) -> Images:
    """The change δ with ‖δ‖₂ ≤ ε that a search found to move the output most.

    Projected gradient ascent of ‖Φ(y + δ) − Φ(y)‖: each step goes 2 ε along the gradient and back into the ball. The
    best δ on the way is returned, so a start is never made worse.

    Parameters
    ----------
    net
        A denoiser.
    y
        Its inputs, each attacked by itself.
    eps
        The radius ε, 0 or more, in the unit of the images; one for all, or one for each.
    steps
        Steps of the search, 1 or more.
    generator
        Draws the starts, on the CPU; without it they are always the same.
    away_from
        Images from which the outputs are driven away: the clean ones, for an attack on the error. By default Φ(y).
    start
        The directions in which to begin; by default they are drawn.

    Returns
    -------
    Tensor
        δ for each image, shape as `y`, in the unit of the images.

    Raises
    ------
    ConfigError
        If a radius is negative or there is no step.

    References
    ----------
    Madry et al.: Towards deep learning models resistant to adversarial attacks. ICLR 2018.
    """
    radius = torch.as_tensor(eps).to(y).expand(len(y))
    if not ((radius >= 0) & radius.isfinite()).all() or steps < 1:
        raise ConfigError(f"An attack has a radius of 0 or more and a step or more; got {eps} and {steps}.")
    generator = generator or torch.Generator().manual_seed(0)
    with torch.no_grad():
        there = net(y) if away_from is None else away_from
    if start is None:
        start = torch.randn(y.shape, generator=generator, dtype=torch.float64).to(y)
    delta = _on_sphere(start, radius)
    best, reached = torch.zeros_like(y), y.new_full((len(y),), -1.0)
    for k in range(steps + 1):
        stop_if_asked()
        with torch.enable_grad():
            delta = delta.detach().requires_grad_()
            distances = (net(y + delta) - there).flatten(1).norm(dim=1)
            (gradient,) = torch.autograd.grad(distances.sum(), delta)
        better = distances.detach() > reached
        reached = torch.where(better, distances.detach(), reached)
        best = torch.where(better[:, None, None, None], delta.detach(), best)
        if k < steps:
            moved = delta.detach() + _on_sphere(gradient, 2 * radius)
            lengths = moved.flatten(1).norm(dim=1).clamp(min=1e-30)
            delta = moved * (radius / lengths).clamp(max=1.0)[:, None, None, None]
    return best


def attack_curve(
    net: Denoiser, y: Images, x: Images, epsilons: Sequence[float], steps: int = 20, on_error: bool = False
) -> AttackCurve:
    """Attack a denoiser with growing strength.

    After half of the steps, each attack goes on from the direction that has moved the output most, relative to its
    length, among all attacks on the same image.

    Parameters
    ----------
    net
        A denoiser.
    y, x
        Noisy images and the clean ones.
    epsilons
        The radii.
    steps
        Steps of each search.
    on_error
        Whether the attack enlarges the error ‖Φ(y + δ) − x‖; else it enlarges the shift ‖Φ(y + δ) − Φ(y)‖.

    Returns
    -------
    AttackCurve
        δ and outputs, shape (epsilon, batch, 1, row, column), with lengths of shifts and errors, shape (epsilon,
        batch).

    Examples
    --------
    >>> y = torch.zeros(1, 1, 8, 8)
    >>> curve = attack_curve(lambda y: y / 2, y, y, [0.0, 1.0])
    >>> [round(shift, 3) for shift in curve.shifts.flatten().tolist()]
    [0.0, 0.5]
    """
    n, n_images = len(epsilons), len(y)
    with torch.no_grad():
        output = net(y)
    many = lambda images: images.repeat(n, 1, 1, 1)  # noqa: E731
    ys, there, radii = many(y), many(x if on_error else output), y.new_tensor(epsilons).repeat_interleave(n_images)
    delta, reached = torch.zeros_like(ys), many(output)

    def search(where: Bool[Tensor, "attack"], steps: int, start: Images | None = None) -> None:
        """Attack some of the inputs; what is better than before is kept."""
        found = attacked(net, ys[where], radii[where], steps, away_from=there[where], start=start)
        with torch.no_grad():
            outputs = net(ys[where] + found)
        before, now = ((images - there[where]).flatten(1).norm(dim=1) for images in (reached[where], outputs))
        farther = (now > before)[:, None, None, None]
        delta[where] = torch.where(farther, found, delta[where])
        reached[where] = torch.where(farther, outputs, reached[where])

    attackable, first = radii > 0, (steps + 1) // 2
    if attackable.any():
        search(attackable, first)
    if attackable.any() and steps > first:
        gains = ((reached - many(output)).flatten(1).norm(dim=1) / radii.clamp(min=1e-30)).reshape(n, n_images)
        best = gains.masked_fill(~attackable.reshape(n, n_images), -1).argmax(dim=0)
        directions = delta.unflatten(0, (n, n_images))[best, torch.arange(n_images, device=y.device)]
        search(attackable, steps - first, many(directions)[attackable])
    start = (output - x).flatten(1).norm(dim=1)
    lengths = lambda images: images.flatten(1).norm(dim=1).reshape(n, n_images)  # noqa: E731
    return AttackCurve(
        y.new_tensor(epsilons),
        delta.unflatten(0, (n, n_images)),
        reached.unflatten(0, (n, n_images)),
        lengths(reached - many(output)),
        lengths(reached - many(x)),
        start + y.new_tensor(epsilons)[:, None],
    )


def _on_sphere(direction: Tensor, radius: Tensor) -> Tensor:
    lengths = direction.flatten(1).norm(dim=1).clamp(min=1e-30)
    return direction * (radius / lengths)[:, None, None, None]
