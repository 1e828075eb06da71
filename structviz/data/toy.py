"""Points in the plane in two classes: small enough to watch each one on its way through a network."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor

from structviz.data.arguments import check_integer
from structviz.errors import ConfigError
from structviz.types import Labels, Points

__all__ = ["MAX_NOISE", "TOY_SETS", "DrawnPoints", "ToySet", "held_out", "toy", "toy_split"]

MAX_NOISE = 2.0
"""Largest standard deviation of the noise: beyond it nothing is left of any shape."""

_MOST = 1_000_000
_LARGEST_SEED = 2**63 - 1


@dataclass(frozen=True)
class ToySet:
    """A shape for each of two classes, and the noise that blurs them.

    Parameters
    ----------
    name
        Key in `TOY_SETS`.
    title
        Name for people.
    noise
        Standard deviation of the noise, unless another one is asked for.
    sentence
        What the set is and why it is worth a look.
    draw
        Places without noise, from labels and from two numbers per point that are uniform in [0, 1).
    dimension
        How many coordinates are noisy; the others are 0.
    """

    name: str
    title: str
    noise: float
    sentence: str
    draw: Callable[[Labels, Points], Points]
    dimension: int = 2


@dataclass(frozen=True)
class DrawnPoints:
    """Points before the noise has a level: what a page needs to move them as the level changes.

    Attributes
    ----------
    places
        Where the points are without noise, in double precision.
    shifts
        How far noise of standard deviation 1 moves each of them, in double precision.
    labels
        0 or 1.
    """

    places: Float[Tensor, "point 2"]
    shifts: Float[Tensor, "point 2"]
    labels: Labels

    def at(self, noise: float) -> Points:
        """The points at a standard deviation of the noise, float32."""
        return (self.places + noise * self.shifts).float()


def toy(
    name: str, n_points: int, generator: Generator | None = None, noise: float | None = None
) -> tuple[Points, Labels]:
    """Draw points in two classes, and blur them.

    A place and a noise belong to each point, whatever the arguments: the first ``m`` of ``n`` points are
    those that the same generator gives for ``n = m``, and another noise level moves each point along a
    straight line. The label tells which shape a point comes from, even if the noise moves it to the other.

    Parameters
    ----------
    name
        A key of `TOY_SETS`.
    n_points
        Number of points, 2 to 1 000 000. Classes take turns 0, 1, 0, 1, ..., so that they are balanced
        within one point, in every leading part too.
    generator
        Draws places and noise; on the CPU. Without it the points are those of seed 0.
    noise
        Standard deviation of the normal noise on each coordinate, 0 to `MAX_NOISE`; without it the
        set's own. With 0 the points lie exactly on the shapes.

    Returns
    -------
    points : Points
        ``(n_points, 2)``, float32, about the origin and about as far as 1 from it.
    labels : Labels
        ``(n_points,)``, int64, each 0 or 1. Class 1 is the lower moon; the ring; the arm that starts to the
        left; the squares, or clouds, on the diagonal x = y; the cloud at the upper right; the outer intervals.

    Raises
    ------
    ConfigError
        If the name is unknown or a number is out of range.

    References
    ----------
    Benning, Celledoni, Ehrhardt, Owren, Schönlieb: Deep learning as optimal control problems. J. Comput.
    Dyn. 6, 2019.

    Examples
    --------
    >>> from structviz.data import toy
    >>> points, labels = toy("donut2d", 4, noise=0)
    >>> points.norm(dim=1)[labels == 1]
    tensor([0.5000, 0.5000])
    """
    drawn = _drawn(name, n_points, Generator().manual_seed(0) if generator is None else generator)
    sigma = TOY_SETS[name].noise if noise is None else noise
    if not (isinstance(sigma, (int, float)) and 0 <= sigma <= MAX_NOISE):
        raise ConfigError(
            f"noise must be a number from 0 to {MAX_NOISE:g}, but it is {sigma!r}: choose one in that range."
        )
    return drawn.at(sigma), drawn.labels


def toy_split(
    name: str, n_train: int, n_test: int, seed: int, noise: float | None = None
) -> tuple[
    tuple[Float[Tensor, "train 2"], Int[Tensor, "train"]],
    tuple[Float[Tensor, "test 2"], Int[Tensor, "test"]],
]:
    """Draw points to train on, and others to test on: two independent draws, decided by one seed.

    Neither set changes with the size of the other one.

    Parameters
    ----------
    name
        A key of `TOY_SETS`.
    n_train, n_test
        Numbers of points, each 2 to 1 000 000.
    seed
        0 to 2⁶³ - 1; only the lowest 31 bits count, since torch knows no more than 2³² generators.
    noise
        Standard deviation of the noise on both sets; without it the set's own.

    Returns
    -------
    train, test : tuple[Points, Labels]
        As from `toy`.

    Raises
    ------
    ConfigError
        If the name is unknown or a number is out of range.

    Examples
    --------
    >>> from structviz.data import toy_split
    >>> (points, labels), (test_points, test_labels) = toy_split("spiral2d", 500, 200, seed=0)
    >>> len(points), len(test_labels)
    (500, 200)
    """
    check_integer("n_train", n_train, 2, _MOST)
    check_integer("n_test", n_test, 2, _MOST)
    train, test = _generators(seed)
    return toy(name, n_train, train, noise), toy(name, n_test, test, noise)


def held_out(name: str, n_test: int, seed: int) -> DrawnPoints:
    """The test points of `toy_split` before the noise has a level.

    Parameters
    ----------
    name, n_test, seed
        As for `toy_split`.

    Returns
    -------
    DrawnPoints
        Places and shifts of the n_test points, in float64, with their classes 0 and 1.

    Raises
    ------
    ConfigError
        If the name is unknown or a number is out of range.

    Examples
    --------
    >>> held_out("donut2d", 4, seed=0).at(0.1).equal(toy_split("donut2d", 2, 4, seed=0, noise=0.1)[1][0])
    True
    """
    return _drawn(name, n_test, _generators(seed)[1])


def _generators(seed: int) -> tuple[Generator, Generator]:
    """Those of training and test points: an even and an odd number, so that no seed trains on what another tests on."""
    check_integer("seed", seed, 0, _LARGEST_SEED)
    return Generator().manual_seed(2 * seed), Generator().manual_seed(2 * seed + 1)


def _drawn(name: str, n_points: int, generator: Generator) -> DrawnPoints:
    if name not in TOY_SETS:
        raise ConfigError(f"name must be one of {', '.join(TOY_SETS)}, but it is {name!r}: choose one of these.")
    check_integer("n_points", n_points, 2, _MOST)
    toy_set = TOY_SETS[name]
    labels = torch.arange(n_points) % 2
    # One row of uniform numbers for each point, so that point i does not depend on n.
    draws = torch.rand(n_points, 4, dtype=torch.float64, generator=generator)
    shifts = _normal(draws[:, 2:])
    shifts[:, toy_set.dimension :] = 0
    return DrawnPoints(toy_set.draw(labels, draws[:, :2]), shifts, labels)


def _normal(u: Points) -> Points:
    """Two independent normal numbers from two uniform ones (Box and Muller, 1958).

    Those of `torch.randn` depend on how many are drawn.
    """
    return _polar((-2 * torch.log1p(-u[:, 0])).sqrt(), 2 * math.pi * u[:, 1])


def _polar(radius: Float[Tensor, "point"], angle: Float[Tensor, "point"]) -> Points:
    return torch.stack([radius * angle.cos(), radius * angle.sin()], dim=1)


def _side(flags: Tensor) -> Float[Tensor, "point"]:
    """1 where a flag is set, -1 elsewhere."""
    return torch.where(flags.bool(), 1.0, -1.0).double()


def _half_moons(labels: Labels, u: Points) -> Points:
    """Upper half circle of radius 1 about (-1/2, -1/4), and the same turned by half a turn about the origin."""
    moon = _polar(torch.ones_like(u[:, 0]), math.pi * u[:, 0]) - u.new_tensor([0.5, 0.25])
    return -_side(labels)[:, None] * moon


def _donut(labels: Labels, u: Points) -> Points:
    """Disc of radius 0.05, evenly filled, and circle of radius 0.5.

    With noise 0.1 the best circle between them errs on 1.5 of 100 points.
    """
    radius = torch.where(labels == 1, 0.5, 0.05 * u[:, 1].sqrt())
    return _polar(radius, 2 * math.pi * u[:, 0])


def _spiral(labels: Labels, u: Points) -> Points:
    """Radius 0.1 + 0.9 s at the angle 2πs with s uniform in [0, 1), and the same turned by half a turn."""
    arm = _polar(0.1 + 0.9 * u[:, 0], 2 * math.pi * u[:, 0])
    return -_side(labels)[:, None] * arm


def _squares(labels: Labels, u: Points) -> Points:
    """Uniform in [-0.7, 0.7]², given whether x·y > 0."""
    x = 0.7 * (2 * u[:, 0] - 1)
    y = 0.7 * (1 - u[:, 1]) * _side(x > 0) * _side(labels)
    return torch.stack([x, y], dim=1)


def _xor(labels: Labels, u: Points) -> Points:
    """The corners (±1/2, ±1/2), given whether x·y > 0."""
    x = 0.5 * _side(u[:, 0] < 0.5)
    return torch.stack([x, x * _side(labels)], dim=1)


def _gaussians(labels: Labels, u: Points) -> Points:
    """The corners -(1/2, 1/2) and (1/2, 1/2)."""
    return _side(labels)[:, None] * torch.full_like(u, 0.5)


def _line(labels: Labels, u: Points) -> Points:
    """On the x-axis: |x| ≤ 0.25, and 0.5 ≤ |x| ≤ 1."""
    outer = _side(u[:, 0] < 0.5) * (0.5 + 0.5 * u[:, 1])
    x = torch.where(labels == 1, outer, 0.25 * (2 * u[:, 0] - 1))
    return torch.stack([x, torch.zeros_like(x)], dim=1)


TOY_SETS: Mapping[str, ToySet] = MappingProxyType(
    {
        toy_set.name: toy_set
        for toy_set in (
            ToySet(
                "halfmoon2d",
                "Half moons",
                0.1,
                "Two half circles that reach into each other: no straight line parts them, but the plane need not "
                "be bent much until one does.",
                _half_moons,
            ),
            ToySet(
                "donut2d",
                "Donut",
                0.1,
                "A disc inside a ring: a flow of the plane cannot carry the one out of the other, so perfect "
                "separation takes a third dimension.",
                _donut,
            ),
            ToySet(
                "spiral2d",
                "Spiral",
                0.05,
                "Two arms that wind once around each other: the plane must be unwound before a line can part them.",
                _spiral,
            ),
            ToySet(
                "squares2d",
                "Squares",
                0.1,
                "Four squares that touch, of which opposite ones belong together: the sign of x·y is to be learned, "
                "and near the axes noise hides it.",
                _squares,
            ),
            ToySet(
                "xor",
                "Exclusive or",
                0.15,
                "Four clouds with gaps between them, of which opposite ones belong together: the classical example "
                "of what no single straight line can part.",
                _xor,
            ),
            ToySet(
                "gaussians",
                "Two clouds",
                0.25,
                "Two round clouds side by side: a straight line parts all but a few of their points, so start here.",
                _gaussians,
            ),
            ToySet(
                "donut1d",
                "Donut on a line",
                0.05,
                "One interval between two others: a flow on the line keeps the order of points, so the outer two "
                "meet only if points may leave the line.",
                _line,
                dimension=1,
            ),
        )
    }
)
"""All toy sets by name, in the order of a menu."""
