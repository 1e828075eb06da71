"""What an attack wants: the true class left, or a target reached; by how much is its margin."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from structviz.errors import ConfigError, ShapeError

__all__ = ["Classifier", "Goal", "margins"]

Classifier = Callable[[Tensor], Tensor]
"""Takes a batch to its logits, of shape (batch, class), each element by itself."""


def margins(
    logits: Float[Tensor, "batch class"], labels: Int[Tensor, "batch"], targeted: bool = False
) -> Float[Tensor, "batch"]:
    """How far an attack has come: above 0 where it succeeds.

    Parameters
    ----------
    logits
        Outputs of the network.
    labels
        True classes; targets, if the attack is targeted.
    targeted
        Whether the attack wants the class to become the label, or to become any other.

    Returns
    -------
    Tensor
        Untargeted: the largest other logit minus that of the label. Targeted: the opposite.

    Examples
    --------
    >>> margins(torch.tensor([[3.0, 1.0, 2.0]]), torch.tensor([0]))
    tensor([-1.])
    """
    label = labels[:, None]
    ahead = logits.scatter(1, label, -torch.inf).amax(1) - logits.gather(1, label)[:, 0]
    return -ahead if targeted else ahead


@dataclass(frozen=True)
class Goal:
    """Leave the true classes, or reach targets.

    Attributes
    ----------
    net
        Takes a batch to logits.
    labels
        True classes, or targets.
    targeted
        Which of the two.
    """

    net: Classifier
    labels: Int[Tensor, "label"]
    targeted: bool

    def check(self, n: int) -> None:
        """Check that there is a label for each of `n` elements.

        Raises
        ------
        ShapeError
            If there is not.
        """
        if len(self.labels) != n:
            raise ShapeError(f"Each image has one label; got {n} images and {len(self.labels)} labels.")

    @torch.no_grad()
    def at(self, x: Float[Tensor, "batch *rest"]) -> Float[Tensor, "batch class"]:
        """The logits, without a gradient."""
        return self._logits(x)

    def with_slope(
        self, x: Float[Tensor, "batch *rest"]
    ) -> tuple[Float[Tensor, "batch class"], Float[Tensor, "batch *rest"]]:
        """The logits, and a gradient that points as that of the cross-entropy does, or against it to reach a target.

        The cross-entropy is log(1 + exp m) with m = log Σ_{j≠label} exp(z_j) − z_label, so both gradients have one
        direction; but that of the cross-entropy rounds to nothing, or to another direction, where a network is sure.
        """
        with torch.enable_grad():
            x = x.detach().requires_grad_()
            logits = self._logits(x)
            label = self.labels[:, None]
            others = logits.scatter(1, label, -torch.inf).logsumexp(1)
            ahead = (others - logits.gather(1, label)[:, 0]).sum()
            (gradient,) = torch.autograd.grad(-ahead if self.targeted else ahead, x)
        return logits.detach(), gradient

    def margins(self, logits: Float[Tensor, "batch class"]) -> Float[Tensor, "batch"]:
        """See `margins`."""
        return margins(logits, self.labels, self.targeted)

    def _logits(self, x: Tensor) -> Tensor:
        logits = self.net(x)
        if logits.ndim != 2 or len(logits) != len(x):
            raise ShapeError(f"A classifier gives logits of the shape ({len(x)}, classes); got {tuple(logits.shape)}.")
        classes = logits.shape[1]
        if len(self.labels) and not (int(self.labels.min()) >= 0 and int(self.labels.max()) < classes):
            raise ConfigError(
                f"Labels are whole numbers from 0 to {classes - 1}; got {int(self.labels.min())} to "
                f"{int(self.labels.max())}."
            )
        return logits
