"""Controls beside an attack: random noise of its size, an attack without gradients, and a gradient that is hidden."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from structviz import attacks
from structviz.attacks import Attack
from structviz.attacks.goal import Classifier
from structviz.studies.robustness.transfer import Afterwards, after_changes
from structviz.types import Images

__all__ = ["AFTERWARDS", "DRAWS", "QUERIES", "ControlStudy", "hides_gradient", "try_controls"]

DRAWS = 10
"""Of random noise, of which the best counts."""

QUERIES = 100
"""Squares that the attack without gradients tries."""

AFTERWARDS = ("shift by 4 pixels", "turn by 1°", "JPEG 50")
"""Changes of the attacked photograph of which the attack knew nothing."""

_STEPS = 8


@dataclass(frozen=True, eq=False)
class ControlStudy:
    """What several attacks with noise of one strength do to a photograph, aimed at leaving its class.

    Attributes
    ----------
    label
        The class of the untouched photograph.
    eps
        The strength, in units of the whole range.
    gradient, random, square
        Attacks along the gradient, at random, and without gradients.
    masked
        The attack along the gradient on the same network behind a rounding to 256 levels, whose gradient is 0.
    transferred
        What the network behind the rounding makes of the first attack.
    afterwards
        What is left of the first attack when the attacked photograph changes; see `after_changes`.
    """

    label: int
    eps: float
    gradient: Attack
    random: Attack
    square: Attack
    masked: Attack
    transferred: Float[Tensor, "1 class"]
    afterwards: tuple[Afterwards, ...]


def hides_gradient(net: Classifier) -> Classifier:
    """The same network behind a rounding to the 256 levels of a file: equal on every file, and its gradient is 0."""

    def masked(x: Images) -> Float[Tensor, "batch class"]:
        return net(attacks.eight_bit(x))

    return masked


def try_controls(net: nn.Module, photo: Images, eps: float, seed: int = 0) -> ControlStudy:
    """Attack a photograph in several ways with noise of one strength.

    Parameters
    ----------
    net
        The classifier.
    photo
        Values k/255, of the shape (1, 3, side, side).
    eps
        In units of the whole range.
    seed
        Of what is random.

    Returns
    -------
    ControlStudy
        The attacks on the one photograph, and what is left of the first one after changes of the picture.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        label: Int[Tensor, 1] = net(photo).argmax(dim=1)
    masked = hides_gradient(net)
    gradient = attacks.pgd(net, photo, label, eps, steps=_STEPS, in_eight_bits=True)
    with torch.no_grad():
        transferred = masked(gradient.x)
    return ControlStudy(
        int(label),
        eps,
        gradient,
        attacks.random_noise(net, photo, label, eps, generator, draws=DRAWS),
        attacks.square(net, photo, label, eps, generator, steps=QUERIES),
        attacks.pgd(masked, photo, label, eps, steps=_STEPS),
        transferred,
        after_changes(net, photo, gradient.x, AFTERWARDS),
    )
