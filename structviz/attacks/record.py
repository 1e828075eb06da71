"""What an attack has found, for each image of a batch."""

from collections.abc import Callable
from dataclasses import dataclass

from jaxtyping import Bool, Float
from torch import Tensor

from structviz.attacks.ball import Norm, sizes

__all__ = ["Attack", "OnStep"]


@dataclass(frozen=True)
class Attack:
    """The attacked images and how they were found.

    Attributes
    ----------
    x
        The attacked images, in [0, 1].
    delta
        What was added to the images: x minus the image.
    success
        Whether the network finds another class than the true one, or the target of a targeted attack.
    history
        The largest margin met so far: row 0 before the first step, then one row after each step. It never falls.
    logits
        Outputs of the network for the attacked images.
    norm
        In which norm δ is measured, "linf" or "l2".
    eps
        Largest norm that was allowed, one for all images or one for each.
    """

    x: Float[Tensor, "batch *rest"]
    delta: Float[Tensor, "batch *rest"]
    success: Bool[Tensor, "batch"]
    history: Float[Tensor, "steps_and_one batch"]
    logits: Float[Tensor, "batch class"]
    norm: Norm
    eps: float | Float[Tensor, "radius"]

    @property
    def size(self) -> Float[Tensor, "batch"]:
        """‖δ‖ of each image in the norm of the attack, computed in float64."""
        return sizes(self.delta, self.norm)

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return len(self.history) - 1


OnStep = Callable[[Attack], object]
"""Called after each step with what has been found so far."""
