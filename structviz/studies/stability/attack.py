"""Attacks on a denoiser: which small change of its input changes its output most?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError
from structviz.types import Images

__all__ = ["AttackCurve", "attack_curve", "attacked"]

Denoiser = Callable[[Images], Images]


@dataclass(frozen=True, eq=False)
class AttackCurve:
    """What attacks of growing size do to each image of a batch.

    Attributes
    ----------
    epsilons
        Largest ‖δ‖₂ of each attack.
    shifts
        ‖Φ(y + δ) − Φ(y)‖: what the attack found, a lower bound of what is possible.
    errors
        ‖Φ(y + δ) − x‖.
    certified
        ‖Φ(y) − x‖ + ε, which the error of a non-expansive denoiser cannot exceed.
    """

    epsilons: Float[Tensor, "epsilon"]
    shifts: Float[Tensor, "epsilon batch"]
    errors: Float[Tensor, "epsilon batch"]
    certified: Float[Tensor, "epsilon batch"]


def attacked(net: Denoiser, y: Images, eps: float, steps: int = 20, generator: torch.Generator | None = None) -> Images:
    """The change δ with ‖δ‖₂ ≤ ε that a search found to move the output most.

    Projected gradient ascent of ‖Φ(y + δ) − Φ(y)‖ from a random start: each step goes half of ε along the gradient and
    back into the ball. The best δ on the way is returned.

    Parameters
    ----------
    net
        A denoiser.
    y
        Its inputs, each attacked by itself.
    eps
        The radius ε, 0 or more, in the unit of the images.
    steps
        Steps of the search, 1 or more.
    generator
        Draws the starts, on the CPU; without it they are always the same.

    Raises
    ------
    ConfigError
        If the radius is negative or there is no step.

    References
    ----------
    Madry et al.: Towards deep learning models resistant to adversarial attacks. ICLR 2018.
    """
    if not 0 <= eps < float("inf") or steps < 1:
        raise ConfigError(f"An attack has a radius of 0 or more and a step or more; got {eps} and {steps}.")
    generator = generator or torch.Generator().manual_seed(0)
    with torch.no_grad():
        output = net(y)
    delta = _on_sphere(torch.randn(y.shape, generator=generator, dtype=torch.float64).to(y), eps)
    best, reached = torch.zeros_like(y), y.new_full((len(y),), -1.0)
    for k in range(steps + 1):
        with torch.enable_grad():
            delta = delta.detach().requires_grad_()
            shifts = (net(y + delta) - output).flatten(1).norm(dim=1)
            (gradient,) = torch.autograd.grad(shifts.sum(), delta)
        better = shifts.detach() > reached
        reached = torch.where(better, shifts.detach(), reached)
        best = torch.where(better[:, None, None, None], delta.detach(), best)
        if k < steps:
            moved = delta.detach() + _on_sphere(gradient, eps / 2)
            lengths = moved.flatten(1).norm(dim=1).clamp(min=1e-30)
            delta = moved * (eps / lengths).clamp(max=1.0)[:, None, None, None]
    return best


def attack_curve(net: Denoiser, y: Images, x: Images, epsilons: Sequence[float], steps: int = 20) -> AttackCurve:
    """Attack a denoiser with growing strength.

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

    Examples
    --------
    >>> y = torch.zeros(1, 1, 8, 8)
    >>> curve = attack_curve(lambda y: y / 2, y, y, [0.0, 1.0])
    >>> [round(shift, 3) for shift in curve.shifts.flatten().tolist()]
    [0.0, 0.5]
    """
    shifts, errors, certified = [], [], []
    with torch.no_grad():
        output = net(y)
    start = (output - x).flatten(1).norm(dim=1)
    for eps in epsilons:
        delta = attacked(net, y, eps, steps)
        with torch.no_grad():
            reached = net(y + delta)
        shifts.append((reached - output).flatten(1).norm(dim=1))
        errors.append((reached - x).flatten(1).norm(dim=1))
        certified.append(start + eps)
    return AttackCurve(start.new_tensor(epsilons), torch.stack(shifts), torch.stack(errors), torch.stack(certified))


def _on_sphere(direction: Tensor, radius: float) -> Tensor:
    lengths = direction.flatten(1).norm(dim=1).clamp(min=1e-30)
    return direction * (radius / lengths)[:, None, None, None]
