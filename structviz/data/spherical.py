"""Points of the unit sphere in two classes: small enough to watch each one on its way over the sphere."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor
from torch.nn.functional import normalize

from structviz.data.arguments import check_integer
from structviz.data.toy import MAX_NOISE
from structviz.errors import ConfigError
from structviz.types import Labels

__all__ = ["SPHERE_SETS", "SpherePoints", "SphereSet", "sphere_split", "spherical"]

SpherePoints = Float[Tensor, "point 3"]
"""Points of the unit sphere."""

_MOST = 100_000


@dataclass(frozen=True)
class SphereSet:
    """A shape on the sphere for each of two classes, and the noise that blurs them.

    Attributes
    ----------
    name, title
        Key in `SPHERE_SETS`, and name for people.
    sentence
        What it is and why it is worth a look.
    noise
        Standard deviation of the noise, before points return to the sphere.
    draw
        Places from labels and two numbers per point that are uniform in [0, 1).
    """

    name: str
    title: str
    sentence: str
    noise: float
    draw: Callable[[Labels, Float[Tensor, "point 2"]], SpherePoints]


def spherical(
    name: str, n_points: int, generator: Generator | None = None, noise: float | None = None
) -> tuple[SpherePoints, Labels]:
    """Draw points of the sphere in two classes, blur them in space and bring them back to the sphere.

    Parameters
    ----------
    name
        A key of `SPHERE_SETS`.
    n_points
        From 2 to 100 000; classes take turns.
    generator
        On the CPU; without it the points are those of seed 0.
    noise
        Standard deviation of each coordinate's noise, from 0 to 2; without it the set's own.

    Returns
    -------
    points : SpherePoints
        ``(n_points, 3)``, float32, each of length 1.
    labels : Labels
        ``(n_points,)``, int64, each 0 or 1.

    Raises
    ------
    ConfigError
        If the name is unknown or the number out of range.

    Examples
    --------
    >>> points, labels = spherical("spirals", 4)
    >>> points.shape, labels
    (torch.Size([4, 3]), tensor([0, 1, 0, 1]))
    """
    if name not in SPHERE_SETS:
        raise ConfigError(f"name must be one of {', '.join(SPHERE_SETS)}, but it is {name!r}: choose one of these.")
    check_integer("n_points", n_points, 2, _MOST)
    chosen = SPHERE_SETS[name]
    sigma = chosen.noise if noise is None else noise
    if not 0 <= sigma <= MAX_NOISE:
        raise ConfigError(f"noise must be a number from 0 to {MAX_NOISE:g}, but it is {sigma!r}: choose one there.")
    if generator is None:
        generator = Generator().manual_seed(0)
    labels = torch.arange(n_points) % 2
    places = chosen.draw(labels, torch.rand(n_points, 2, dtype=torch.float64, generator=generator))
    shifts = sigma * torch.randn(n_points, 3, dtype=torch.float64, generator=generator)
    return normalize(places + shifts).float(), labels


def sphere_split(
    name: str, n_train: int, n_test: int, seed: int
) -> tuple[
    tuple[Float[Tensor, "train 3"], Int[Tensor, "train"]],
    tuple[Float[Tensor, "test 3"], Int[Tensor, "test"]],
]:
    """Points to train on and others to test on, decided by one seed; as `structviz.data.toy_split` in the plane.

    Parameters
    ----------
    name
        A key of `SPHERE_SETS`.
    n_train, n_test
        Numbers of points.
    seed
        From 0 on.

    Returns
    -------
    two pairs of tensors
        Points (n, 3) of length 1 with their classes (n,) in {0, 1}: first to train on, then to test on.

    Examples
    --------
    >>> (points, labels), _ = sphere_split("belt", 10, 20, seed=0)
    >>> len(points), len(labels)
    (10, 10)
    """
    train, test = Generator().manual_seed(2 * seed), Generator().manual_seed(2 * seed + 1)
    return spherical(name, n_train, train), spherical(name, n_test, test)


def _at(height: Float[Tensor, "point"], longitude: Float[Tensor, "point"]) -> SpherePoints:
    radius = (1 - height.square()).clamp(min=0).sqrt()
    return torch.stack([radius * longitude.cos(), radius * longitude.sin(), height], 1)


def _spirals(labels: Labels, u: Float[Tensor, "point 2"]) -> SpherePoints:
    """Arms that wind once and a quarter round the axis on their way down, half a turn apart."""
    return _at(0.9 - 1.8 * u[:, 0], 2.5 * math.pi * u[:, 0] + math.pi * labels)


def _belt(labels: Labels, u: Float[Tensor, "point 2"]) -> SpherePoints:
    """Class 1 is a belt around the equator, class 0 a cap around each pole."""
    height = torch.where(
        labels == 1, 0.5 * u[:, 0] - 0.25, (0.65 + 0.35 * (2 * u[:, 0] - 1).abs()).copysign(u[:, 0] - 0.5)
    )
    return _at(height, 2 * math.pi * u[:, 1])


SPHERE_SETS: Mapping[str, SphereSet] = MappingProxyType(
    {
        chosen.name: chosen
        for chosen in (
            SphereSet("spirals", "Two spirals", "Two arms wind from pole to pole.", 0.06, _spirals),
            SphereSet(
                "belt",
                "Belt and caps",
                "A belt lies between two caps: no flow can part them entirely, since a circle has two sides only.",
                0.06,
                _belt,
            ),
        )
    }
)
"""The sets by name."""
