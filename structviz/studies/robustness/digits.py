"""The four classifiers of digits: accuracy against the angle, under attack, and what is certified."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor, nn

from structviz import zoo
from structviz.attacks import pgd_curve
from structviz.data import digits
from structviz.errors import CheckpointError
from structviz.files import atomic_write
from structviz.metrics import class_accuracy
from structviz.nets import LipschitzClassifier
from structviz.studies.robustness.certificate import certified_accuracy
from structviz.studies.robustness.transfer import transfer_table
from structviz.transforms import rotate
from structviz.types import Images

__all__ = [
    "ANGLES",
    "ATTACK_STEPS",
    "DIGIT_NETWORKS",
    "N_ATTACKED",
    "N_TURNED",
    "RADII",
    "TRANSFER_RADIUS",
    "Curve",
    "accuracy_at_angles",
    "accuracy_under_attack",
    "confusion",
    "digit_curves",
    "digit_network",
    "read_curves",
    "save_curves",
    "taken_for",
    "transfer_curves",
    "turn",
    "write_curves",
]

DIGIT_NETWORKS: Mapping[str, str] = MappingProxyType(
    {
        "ordinary": "ordinary",
        "augmented": "augmented",
        "equivariant": "C8-invariant",
        "nonexpansive": "1-Lipschitz",
    }
)
"""The arms of the recipe `digits`, and what the classifiers are called."""

CURVE_TABLE = Path("digits", "curves.csv")
"""All curves, beside the networks that ship."""

ANGLES = tuple(range(0, 360, 15))
"""Of the curves, in degrees."""

RADII = (0.0, 0.25, 0.5, 1.0, 2.0)
"""Largest lengths ε of changes, in the Euclidean norm."""

TRANSFER_RADIUS = 1.0
"""Largest length of the changes that are made for one classifier and shown to all."""

N_TURNED, N_ATTACKED, ATTACK_STEPS = 500, 200, 12
"""Held-out digits that are turned and those that are attacked, and steps of the attack from each of two starts."""


def digit_network(arm: str, folder: Path = zoo.PRETRAINED) -> nn.Module:
    """A classifier that ships, by its arm."""
    return zoo.load(f"digits/{arm}", folder=folder)


def turn(images: Images, degrees: float | int) -> Images:
    """Digits that are turned counter-clockwise about the centre, with black around."""
    return rotate(images, math.radians(degrees), "zeros").clamp(0, 1)


@torch.no_grad()
def accuracy_at_angles(
    net: nn.Module, images: Images, labels: Int[Tensor, "batch"], angles: Sequence[float] = ANGLES
) -> Float[Tensor, "angle"]:
    """The share of digits that are right at each angle.

    Parameters
    ----------
    net
        From digits to logits.
    images, labels
        Upright digits with their classes.
    angles
        In degrees.

    Returns
    -------
    Tensor
        Shares from 0 to 1, one for each angle, shape (angle,), float64.
    """
    return torch.tensor([class_accuracy(net(turn(images, angle)), labels) for angle in angles], dtype=torch.float64)


@torch.no_grad()
def confusion(net: nn.Module, images: Images, labels: Int[Tensor, "batch"]) -> Int[Tensor, "10 10"]:
    """How many digits of each class, a row, are taken for each class, a column.

    Parameters
    ----------
    net
        From digits to logits.
    images, labels
        Digits with their classes.

    Returns
    -------
    Tensor
        Counts, shape (10, 10): entry [i, j] has the digits i that are taken for j.
    """
    return torch.bincount(10 * labels + net(images).argmax(1), minlength=100).reshape(10, 10)


def taken_for(counts: Int[Tensor, "10 10"], true: int, found: int) -> float:
    """The share of digits of one class that are taken for another; nan if there are none.

    Parameters
    ----------
    counts
        As `confusion` gives them.
    true, found
        The class, and the one that it is taken for.

    Returns
    -------
    float
        From 0 to 1.
    """
    row = counts[true]
    return (row[found] / row.sum()).item()


def accuracy_under_attack(
    net: nn.Module, images: Images, labels: Int[Tensor, "batch"], radii: Sequence[float], seed: int = 0
) -> Float[Tensor, "radius"]:
    """The share of digits that are right whatever the attack tried, by projected gradient steps in the Euclidean norm.

    Parameters
    ----------
    net
        From digits to logits.
    images, labels
        Digits with their classes.
    radii
        Largest lengths of changes, ascending.
    seed
        Draws a start in each ball; another one is what the ball before has found.

    Returns
    -------
    Tensor
        Shares from 0 to 1, one for each radius, shape (radius,), float64.
    """
    generator = Generator().manual_seed(seed)
    curve = pgd_curve(net, images, labels, list(radii), "l2", ATTACK_STEPS, generator=generator)
    return torch.stack([(~attack.success).double().mean() for attack in curve])


@dataclass(frozen=True)
class Curve:
    """Shares of held-out digits, as one classifier has them.

    Attributes
    ----------
    kind
        "angle" and "attack": right at an angle in degrees, or under attack within a radius. "certified": right and
        certified for a radius. "6 as 9" and "9 as 6": taken for the other one at an angle. "transfer from ordinary" and
        so on: of those that all classify correctly, taken for others after an attack on another classifier.
    arm
        Of the classifier.
    at, share
        Angles or radii, and the shares there.
    """

    kind: str
    arm: str
    at: tuple[float, ...]
    share: tuple[float, ...]


def digit_curves(arm: str, folder: Path = zoo.PRETRAINED) -> list[Curve]:
    """All curves of a classifier that ships, measured; it takes some minutes on one core."""
    net = digit_network(arm, folder)
    images, labels = digits("test", N_TURNED)
    curves = [Curve("angle", arm, ANGLES, tuple(accuracy_at_angles(net, images, labels).tolist()))]
    counts = [confusion(net, turn(images, angle), labels) for angle in (0, 180)]
    for true, found in ((6, 9), (9, 6)):
        shares = tuple(taken_for(count, true, found) for count in counts)
        curves.append(Curve(f"{true} as {found}", arm, (0, 180), shares))
    images, labels = digits("test", N_ATTACKED)
    attacked = accuracy_under_attack(net, images, labels, RADII)
    curves.append(Curve("attack", arm, RADII, tuple(attacked.tolist())))
    if isinstance(net, LipschitzClassifier):
        with torch.no_grad():
            certified = certified_accuracy(net(images), labels, net.lipschitz_bound, RADII)
        curves.append(Curve("certified", arm, RADII, tuple(certified.tolist())))
    return curves


def transfer_curves(folder: Path = zoo.PRETRAINED) -> list[Curve]:
    """How often changes that were made for each classifier fool each of them; it takes a minute on one core."""
    nets = {arm: digit_network(arm, folder) for arm in DIGIT_NETWORKS}
    table = transfer_table(nets, *digits("test", N_ATTACKED), TRANSFER_RADIUS, "l2", ATTACK_STEPS)
    return [
        Curve(f"transfer from {made}", shown, (TRANSFER_RADIUS,), (share,))
        for made, row in zip(nets, table.tolist(), strict=True)
        for shown, share in zip(nets, row, strict=True)
    ]


def write_curves(curves: Sequence[Curve]) -> str:
    """The curves as CSV, a row for each point."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["kind", "arm", "at", "share"])
    for curve in curves:
        writer.writerows(
            [curve.kind, curve.arm, f"{at:g}", f"{share:.6g}"] for at, share in zip(curve.at, curve.share, strict=True)
        )
    return out.getvalue()


def save_curves(folder: Path) -> Path:
    """Measure the curves of all classifiers in `folder`, and write them there."""
    path = folder / CURVE_TABLE
    curves = [curve for arm in DIGIT_NETWORKS for curve in digit_curves(arm, folder)]
    atomic_write(path, write_curves(curves + transfer_curves(folder)).encode())
    return path


@lru_cache(maxsize=1)
def read_curves() -> Mapping[tuple[str, str], Curve]:
    """The curves of the classifiers that ship, by kind and arm, as they were measured.

    Raises
    ------
    CheckpointError
        If the file is missing or damaged.
    """
    path = zoo.PRETRAINED / CURVE_TABLE
    points: dict[tuple[str, str], list[tuple[float, float]]] = {}
    try:
        for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))):
            points.setdefault((row["kind"], row["arm"]), []).append((float(row["at"]), float(row["share"])))
    except (OSError, ValueError, KeyError) as error:
        raise CheckpointError(f"The curves of digits in {path} cannot be read: {error}. Run pretrain.") from error
    return {
        key: Curve(*key, tuple(at for at, _ in found), tuple(share for _, share in found))
        for key, found in points.items()
    }
