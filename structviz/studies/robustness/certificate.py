"""What a Lipschitz constant promises of a class: the radius in which it cannot change, and attempts to change it."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor

from structviz.attacks import margins, pgd, sizes
from structviz.attacks.goal import Classifier
from structviz.errors import ConfigError
from structviz.stopping import stop_if_asked
from structviz.types import Images

__all__ = [
    "Attempts",
    "Certificate",
    "attempt",
    "certificate",
    "certified_accuracy",
    "certified_radii",
    "closest_attack",
]

_PART = 500
"""Images that are classified at once."""


def certified_radii(
    logits: Float[Tensor, "batch label"], labels: Int[Tensor, "batch"], lipschitz: float
) -> Float[Tensor, "batch"]:
    """Radii of the balls in which the labels stay the largest logits; below 0 where they are not the largest ones.

    With ‖g(x) − g(y)‖ ≤ L ‖x − y‖, a difference g_i − g_j changes by at most √2 L ‖x − y‖, as its gradient with respect
    to the logits has the length √2. So the radius is (g_i − max_{j≠i} g_j) / (√2 L).

    Parameters
    ----------
    logits
        g(x) of each image.
    labels
        Classes i.
    lipschitz
        L, for the Euclidean norms of images and logits.

    Returns
    -------
    Tensor
        Euclidean lengths in the unit of the images, shape (batch,), negative for wrong images.

    Raises
    ------
    ConfigError
        If L is not a positive number.

    References
    ----------
    Tsuzuku, Sato, Sugiyama: Lipschitz-margin training. NeurIPS 2018.

    Examples
    --------
    >>> certified_radii(torch.tensor([[3.0, 1.0, 0.0]]), torch.tensor([0]), lipschitz=2.0)
    tensor([0.7071])
    """
    if not 0 < lipschitz < math.inf:
        raise ConfigError(f"A Lipschitz constant is a positive number; got {lipschitz!r}.")
    return -margins(logits, labels) / (math.sqrt(2) * lipschitz)


def certified_accuracy(
    logits: Float[Tensor, "batch label"],
    labels: Int[Tensor, "batch"],
    lipschitz: float,
    radii: tuple[float, ...],
) -> Float[Tensor, "radius"]:
    """The share of images that are right, and stay so within each radius.

    Parameters
    ----------
    logits, labels, lipschitz
        As for `certified_radii`, with the true classes.
    radii
        Euclidean lengths of changes.

    Returns
    -------
    Tensor
        Shares from 0 to 1, shape (radius,), float64.
    """
    certain = certified_radii(logits, labels, lipschitz).double()
    return torch.stack([(certain > radius).double().mean() for radius in radii])


@dataclass(frozen=True)
class Certificate:
    """What is known of one image.

    Attributes
    ----------
    label, runner_up
        The classes with the two largest logits.
    margin
        By how much the first exceeds the second.
    lipschitz
        L of the logits.
    radius
        No image at a smaller distance has another class.
    """

    label: int
    runner_up: int
    margin: float
    lipschitz: float
    radius: float


def certificate(logits: Float[Tensor, "label"], lipschitz: float) -> Certificate:
    """The certificate of one image, from its logits.

    Raises
    ------
    ConfigError
        If L is not a positive number.
    """
    (first, second), (label, runner_up) = (part.tolist() for part in logits.topk(2))
    (radius,) = certified_radii(logits[None], torch.tensor([label]), lipschitz).tolist()
    return Certificate(int(label), int(runner_up), first - second, lipschitz, radius)


@dataclass(frozen=True)
class Attempts:
    """How often the class of an image could be changed within a ball.

    Attributes
    ----------
    radius
        Of the ball.
    random, random_changed
        Random changes that were tried, and those that changed the class.
    climbs, climbs_changed
        Attacks along the gradient from random starts, and those that changed the class.
    longest
        The longest change that was tried, in the Euclidean norm.
    """

    radius: float
    random: int
    random_changed: int
    climbs: int
    climbs_changed: int
    longest: float

    @property
    def changed(self) -> int:
        """Attempts of both kinds that changed the class."""
        return self.random_changed + self.climbs_changed


@torch.no_grad()
def attempt(
    net: Classifier,
    x: Float[Tensor, "1 1 row column"],
    radius: float,
    generator: Generator,
    random: int = 10_000,
    climbs: int = 10,
    steps: int = 40,
) -> Attempts:
    """Try to change the class of an image by changes of at most a length.

    Random changes have that length, in random directions; where a value would leave [0, 1] it changes the other way.
    Each climb starts at a random place in the ball.

    Parameters
    ----------
    net
        Takes a batch to logits, and can be differentiated.
    x
        The image, as a batch of one, in [0, 1].
    radius
        The length, positive.
    generator
        Draws directions and starts.
    random, climbs, steps
        How many attempts of each kind, and steps in each climb.

    Returns
    -------
    Attempts
        How many random changes and climbs were tried, how many changed the class, and the longest change.

    Raises
    ------
    ConfigError
        If the radius is not positive, or nothing is to be tried.
    StoppedError
        If the block around it should stop, see `structviz.stopping`.
    """
    if not 0 < radius < math.inf or min(random, climbs) < 0 or random + climbs == 0:
        raise ConfigError(f"Attempts have a positive radius and are 1 or more; got {radius!r}, {random} and {climbs}.")
    label = net(x).argmax(1)
    changed, longest = 0, 0.0
    for first in range(0, random, _PART):
        stop_if_asked()
        delta = torch.randn(min(_PART, random - first), *x.shape[1:], generator=generator, dtype=torch.float64)
        delta *= radius / delta.flatten(1).norm(dim=1).clamp(min=1e-300)[:, None, None, None]
        inward = torch.where((x + delta < 0) | (x + delta > 1), -delta, delta)
        tried = (x.double() + inward).clamp(0, 1).to(x.dtype)
        changed += int((net(tried).argmax(1) != label).sum())
        longest = max(longest, sizes(tried - x, "l2").max().item())
    found = 0
    if climbs:
        many = x.expand(climbs, *x.shape[1:]).contiguous()
        climbed = pgd(net, many, label.expand(climbs), radius, "l2", steps, generator=generator)
        found = int(climbed.success.sum())
        longest = max(longest, climbed.size.max().item())
    return Attempts(radius, random, changed, climbs, found, longest)


def closest_attack(
    net: Classifier, x: Images, labels: Int[Tensor, "batch"], radii: Float[Tensor, "batch"], factors: tuple[float, ...]
) -> Float[Tensor, "factor"]:
    """The share of images whose class an attack changes, within multiples of a radius that each has of its own.

    With certified radii it is 0 up to the factor 1; how soon it rises beyond says how tight the certificates are.

    Parameters
    ----------
    net
        Takes a batch to logits, and can be differentiated.
    x, labels
        Images in [0, 1], and the classes to leave.
    radii
        Positive.
    factors
        Ascending.

    Returns
    -------
    Tensor
        Shares from 0 to 1, one for each factor, shape (factor,).

    Raises
    ------
    ConfigError
        If the factors do not ascend, or there is no image.
    """
    if list(factors) != sorted(factors) or not len(x):
        raise ConfigError(f"Attacks need an image and ascending factors; got {len(x)} images and {factors}.")
    shares, start = [], x
    for factor in factors:
        found = pgd(net, x, labels, factor * radii, "l2", 20, start=start)
        start = found.x  # so that a wider ball never has fewer
        shares.append(found.success.double().mean())
    return torch.stack(shares)
