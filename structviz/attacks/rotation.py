"""The attack that only turns the image, and perhaps shifts it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn.functional import pad

from structviz.attacks.goal import Classifier, Goal
from structviz.errors import ConfigError
from structviz.stopping import stop_if_asked
from structviz.transforms.rotation import Padding, rotate
from structviz.types import Images

__all__ = ["Rotation", "turned", "worst_rotation"]

_TOGETHER = 2
"""Turned images that the network sees at once: more take more memory and are hardly faster."""


@dataclass(frozen=True)
class Rotation:
    """The worst turn of each image that was found.

    Attributes
    ----------
    x
        The turned images, in [0, 1].
    angle
        By which they are turned, in radians, counter-clockwise positive.
    shift
        By how many rows and columns they are shifted after that.
    success
        Whether the network finds another class than the true one.
    logits
        Outputs of the network for the turned images.
    angles
        The grid of angles that was looked at first.
    margins
        At each of them, with the worst shift.
    predicted
        The class that the network finds there.
    history
        The largest margin met so far: a row after the grid, then one after each round of refinement.
    """

    x: Images
    angle: Float[Tensor, "batch"]
    shift: Int[Tensor, "batch 2"]
    success: Bool[Tensor, "batch"]
    logits: Float[Tensor, "batch class"]
    angles: Float[Tensor, "angle"]
    margins: Float[Tensor, "angle batch"]
    predicted: Int[Tensor, "angle batch"]
    history: Float[Tensor, "round batch"]


def turned(
    net: Classifier,
    x: Images,
    angles: Sequence[float] | Float[Tensor, "angle"],
    padding: Padding = "reflect",
    on_angles: Callable[[Int[Tensor, "some"], Float[Tensor, "some batch class"]], object] | None = None,
) -> Float[Tensor, "angle batch class"]:
    """Outputs of a network for all images at all angles, a few at a time.

    Parameters
    ----------
    net
        Takes a batch to logits.
    x
        Square images, in [0, 1]; they are turned by splines and cut off at [0, 1].
    angles
        Radians, counter-clockwise positive, in the order in which they shall be looked at.
    padding
        What fills the corners: "reflect" (the mirror image of the border) or "zeros" (black).
    on_angles
        Called with the numbers of some angles and their logits, as soon as they are there.

    Returns
    -------
    Tensor
        Logits, shape (angle, batch, class), in the order of `angles`.

    Raises
    ------
    ConfigError, ShapeError
        See `structviz.transforms.rotate`.
    StoppedError
        If the block around it should stop, see `structviz.stopping`.

    Examples
    --------
    >>> turned(lambda x: x.flatten(1), torch.eye(2)[None, None], [0.0, torch.pi / 2])[:, 0].tolist()
    [[1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0]]
    """
    at = torch.as_tensor(angles, dtype=torch.float64)
    return _outputs(net, x, at, torch.zeros(len(at), 2, dtype=torch.int64), padding, on_angles)


def worst_rotation(
    net: Classifier,
    x: Images,
    labels: Int[Tensor, "label"],
    angles: Sequence[float] | Float[Tensor, "angle"],
    shifts: Sequence[tuple[int, int]] = ((0, 0),),
    rounds: int = 4,
    padding: Padding = "reflect",
) -> Rotation:
    """Search for the turn of each image that takes the network farthest from the true class.

    All angles of a grid are looked at with all shifts; then the search goes on between the worst one and its
    neighbours, by halves. Symmetry under the turns of a group says nothing about the angles between: the grid should
    have them.

    Parameters
    ----------
    net
        Takes a batch to logits of the shape (batch, class); no gradient is needed.
    x
        Square images, in [0, 1].
    labels
        True classes.
    angles
        The grid, in radians, counter-clockwise positive.
    shifts
        Rows and columns by which the turned images are shifted too, less than the side of an image.
    rounds
        How often the distance to the neighbours is halved; 0 leaves the worst angle of the grid.
    padding
        What fills the corners: "reflect" (the mirror image of the border) or "zeros" (black).

    Returns
    -------
    Rotation
        For each image the worst turned image, its angle in radians and its shift in pixels, and the margins at all
        angles of the grid.

    Raises
    ------
    ConfigError
        If there is no angle or no shift, or a number is out of range.
    ShapeError
        If the numbers of images and labels differ.
    StoppedError
        If the block around it should stop, see `structviz.stopping`.

    References
    ----------
    Engstrom, Tran, Tsipras, Schmidt, Madry: Exploring the landscape of spatial robustness. ICML 2019.

    Examples
    --------
    >>> image = torch.tensor([[[[1.0, 0.0], [0.0, 0.0]]]])  # the network finds out in which corner the light is
    >>> found = worst_rotation(lambda x: x.flatten(1), image, torch.tensor([0]), [0.0, torch.pi / 2], rounds=0)
    >>> round(found.angle.item(), 4), found.success.item()
    (1.5708, True)
    """
    grid = torch.as_tensor(angles, dtype=torch.float64)
    side = min(x.shape[-2:])
    if grid.ndim != 1 or len(grid) == 0 or not shifts or rounds < 0:
        raise ConfigError(
            f"A search needs angles, shifts and 0 rounds or more; got {len(grid)} angles, {len(shifts)} shifts and "
            f"{rounds} rounds."
        )
    if any(abs(step) >= side for shift in shifts for step in shift):
        raise ConfigError(f"Shifts are smaller than an image, {side} pixels; got {list(shifts)}.")
    goal = Goal(net, labels, targeted=False)
    goal.check(len(x))
    ways = torch.tensor(shifts)
    outputs = _outputs(net, x, grid.repeat(len(ways)), ways.repeat_interleave(len(grid), 0), padding)
    logits = outputs.unflatten(0, (len(ways), len(grid)))
    margins = torch.stack([goal.margins(one) for one in outputs]).unflatten(0, (len(ways), len(grid)))
    over_shifts, way = margins.max(0)
    seen = logits.gather(0, way[None, :, :, None].expand(1, *logits.shape[1:]))[0]

    best, number = over_shifts.max(0)
    each = torch.arange(len(x))
    angle, shift, best_logits = grid[number], ways[way[number, each]], seen[number, each]
    history, reach = [best], _gap(grid) / 2
    for _ in range(rounds):
        for step in (-reach, reach):
            stop_if_asked()
            tried = (angle + step).clamp(grid.min(), grid.max())
            there = goal.at(_placed(x, tried, shift, padding))
            found = goal.margins(there)
            better = found > best
            best, angle = torch.where(better, found, best), torch.where(better, tried, angle)
            best_logits = torch.where(better[:, None], there, best_logits)
        reach = reach / 2
        history.append(best)
    worst = _placed(x, angle, shift, padding)
    return Rotation(
        worst, angle, shift, best > 0, best_logits, grid, over_shifts, seen.argmax(-1), torch.stack(history)
    )


def _outputs(
    net: Classifier,
    x: Tensor,
    angles: Tensor,
    shifts: Tensor,
    padding: Padding,
    on_some: Callable[[Tensor, Tensor], object] | None = None,
) -> Tensor:
    """Logits of all images in all places: (place, batch, class)."""
    found = []
    for numbers in torch.arange(len(angles)).split(max(1, _TOGETHER // max(len(x), 1))):
        stop_if_asked()
        k = len(numbers)
        images = _placed(
            x.repeat(k, 1, 1, 1),
            angles[numbers].repeat_interleave(len(x)),
            shifts[numbers].repeat_interleave(len(x), 0),
            padding,
        )
        with torch.no_grad():
            found.append(net(images).unflatten(0, (k, len(x))))
        if on_some is not None:
            on_some(numbers, found[-1])
    return torch.cat(found)


def _placed(x: Tensor, angles: Tensor, shifts: Tensor, padding: Padding) -> Tensor:
    """Each image turned by its angle, then shifted by its rows and columns."""
    images = rotate(x, angles, padding).clamp(0, 1)
    if not shifts.any():
        return images
    rows, columns = x.shape[-2:]
    most = int(shifts.abs().max())
    wide = pad(images, (most,) * 4, mode="reflect" if padding == "reflect" else "constant")
    corners = (most - shifts).tolist()
    return torch.stack([one[:, r : r + rows, c : c + columns] for one, (r, c) in zip(wide, corners, strict=True)])


def _gap(grid: Tensor) -> float:
    """The largest distance between neighbours on the grid."""
    return float(grid.sort().values.diff().max()) if len(grid) > 1 else 0.0
