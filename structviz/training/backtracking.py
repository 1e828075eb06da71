"""Gradient descent that finds its own step: where the objective falls less than promised, the step is shortened."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

__all__ = ["GROW", "SHRINK", "Backtracking"]

GROW, SHRINK = 2.0, 0.9
"""By which factor L rises after a step that was too long, and falls after one that was taken."""

_MOST = 60
"""Trials of one step; beyond 2⁶⁰ L, a step changes no number."""


class Backtracking:
    """Steps θ⁺ = P(θ − ∇E(θ)/L), where P is the projection onto what weights may be.

    A step is taken once E(θ⁺) ≤ E(θ) + ⟨∇E(θ), d⟩ + L/2 ‖d‖² with d = θ⁺ − θ. That holds for every L from the Lipschitz
    constant of ∇E on, and the right side is at most E(θ): the objective never rises. A value that is no number fails.

    Parameters
    ----------
    parameters
        θ, changed in place.
    rate
        The first step 1/L to try.
    project
        Moves θ to the nearest weights that are allowed.

    Attributes
    ----------
    lipschitz
        L now.

    References
    ----------
    Benning, Celledoni, Ehrhardt, Owren, Schönlieb: Deep learning as optimal control problems. J. Comput. Dyn. 6, 2019,
    section 5.
    """

    def __init__(
        self, parameters: Sequence[nn.Parameter], rate: float, project: Callable[[], None] = lambda: None
    ) -> None:
        self.parameters, self.lipschitz, self._project = list(parameters), 1 / rate, project

    def step(self, objective: Callable[[], Tensor]) -> Tensor:
        """Take one step; return the objective before it.

        Where no step is short enough, as at a minimum or at weights that are no numbers, θ stays.
        """
        value = objective()
        gradients = torch.autograd.grad(value, self.parameters)
        with torch.no_grad():
            value = value.detach()
            start = [parameter.clone() for parameter in self.parameters]
            for _ in range(_MOST):
                for parameter, before, gradient in zip(self.parameters, start, gradients, strict=True):
                    parameter.copy_(before - gradient / self.lipschitz)
                self._project()
                moved = [parameter - before for parameter, before in zip(self.parameters, start, strict=True)]
                slope = sum((g * d).sum() for g, d in zip(gradients, moved, strict=True))
                length = sum(d.square().sum() for d in moved)
                # In the precision of the objective: where a step is lost in rounding, it is taken.
                if objective() <= value + slope + self.lipschitz / 2 * length:
                    self.lipschitz *= SHRINK
                    return value
                self.lipschitz *= GROW
            for parameter, before in zip(self.parameters, start, strict=True):
                parameter.copy_(before)
        return value
