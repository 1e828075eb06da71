"""The film of a flow: where points, a grid and the classifier's regions are after each layer."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from structviz.errors import ConfigError
from structviz.nets.points import PointClassifier
from structviz.studies.flow.folds import folds_along
from structviz.studies.flow.refinement import Motion
from structviz.types import Labels, Points

__all__ = ["MAX_FRAMES", "Film", "film", "lattice"]

MAX_FRAMES = 61
"""Frames of a film; longer motions leave steps out."""

_MESH = 25
_ARROWS = 15
_PIXELS = 48


@dataclass(frozen=True)
class Film:
    """All that is drawn of a network that moves points; one frame for each layer, and one before the first.

    Attributes
    ----------
    times
        t of each frame, from 0 to T.
    positions
        Where the points are.
    labels
        0 or 1.
    anchors, arrows
        Places in the plane, and the velocity there while a frame lasts; none if the network is wider than the plane.
    mesh
        Nodes of a square grid in the input plane, carried along.
    folded
        Cells of the mesh that one of the layers so far has turned over, seen at their centres; none if the network is
        wider than the plane.
    smallest
        At the centres of the cells, the smallest singular value of the Jacobian of all layers; see
        `structviz.studies.flow.folds_along`.
    decisions
        For each pixel of the window, the probability of class 1 for a point that is there in that frame: what the
        layers still to come decide. The first row has the largest second coordinate. In the last frame it is the
        classifier's own. None (no rows) if the network is wider than the plane.
    normal, offset
        The classifier: class 1 where normal · z + offset > 0.
    half_width
        The window that holds what matters is [-half_width, half_width] in each direction.
    """

    times: Float[Tensor, "frame"]
    positions: Float[Tensor, "frame point dim"]
    labels: Int[Tensor, "point"]
    anchors: Float[Tensor, "arrow 2"]
    arrows: Float[Tensor, "frame arrow 2"]
    mesh: Float[Tensor, "frame row column dim"]
    folded: Bool[Tensor, "frame cell_row cell_column"]
    smallest: Float[Tensor, "grid_row grid_column"]
    decisions: Float[Tensor, "frame pixel_row pixel_column"]
    normal: Float[Tensor, "dim"]
    offset: float
    half_width: float


@torch.no_grad()
def film(net: PointClassifier, motion: Motion, points: Points, labels: Labels) -> Film:
    """Record how the steps of a motion carry points, a grid and the classifier's regions.

    Parameters
    ----------
    net
        The network whose classifier and space are used.
    motion
        Its layers, or its flow in other steps; see `structviz.studies.flow.layers` and
        `structviz.studies.flow.refined`.
    points, labels
        What moves.

    Returns
    -------
    Film
        At most `MAX_FRAMES` frames, the first and the last among them; float32.

    Raises
    ------
    ConfigError
        If there are no points, or one of them is no number.

    Examples
    --------
    >>> from structviz.data import toy
    >>> from structviz.studies.flow import layers
    >>> net = PointClassifier(n_layers=10)
    >>> film(net, layers(net), *toy("halfmoon2d", 20)).positions.shape
    torch.Size([11, 20, 2])
    """
    if not len(points):
        raise ConfigError("A film needs at least one point; got none. Draw some.")
    if lost := len(points) - int(points.isfinite().all(1).sum()):
        raise ConfigError(f"The points of a film start at finite places; got {lost} that do not. Leave them out.")
    n_steps = len(motion.steps)
    stride = math.ceil(n_steps / (MAX_FRAMES - 1))
    shown = sorted({*range(0, n_steps, stride), n_steps})
    positions = motion.trajectory(net.enter(points), shown)
    reach = 1.15 * points.abs().max().item() or 1.0
    nodes = lattice(reach, _MESH).to(points)
    mesh = motion.trajectory(net.enter(nodes.reshape(-1, 2)), shown).unflatten(1, (_MESH, _MESH))
    half_width = _half_width(positions, reach)
    planar = net.width == 2
    anchors = lattice(0.92 * half_width, _ARROWS).to(points).reshape(-1, 2) if planar else points[:0]
    cells = lattice(reach * (1 - 1 / (_MESH - 1)), _MESH - 1).to(points)
    folds = folds_along(motion, net.enter(cells.reshape(-1, 2)), shown)
    return Film(
        times=torch.tensor([motion.times[k] for k in shown]),
        positions=positions,
        labels=labels,
        anchors=anchors,
        arrows=torch.stack([_velocity(motion, k, anchors) if planar else anchors for k in shown]),
        mesh=mesh,
        folded=folds.turned.unflatten(1, cells.shape[:2]) if planar else folds.turned.new_zeros(len(shown), 0, 0),
        smallest=folds.smallest.unflatten(0, cells.shape[:2]),
        decisions=_decisions(net, motion, shown, half_width) if planar else torch.zeros(len(shown), 0, 0),
        normal=net.normal.detach().clone(),
        offset=net.offset.item(),
        half_width=half_width,
    )


def lattice(reach: float, side: int) -> Float[Tensor, "side side 2"]:
    """A square grid of points, in double precision; rows go up."""
    ticks = torch.linspace(-reach, reach, side, dtype=torch.float64)
    return torch.stack(torch.meshgrid(ticks, ticks, indexing="xy"), -1)


def _half_width(positions: Tensor, reach: float) -> float:
    """A window that holds nearly all points in all frames; what blows up may leave it."""
    extents = positions.abs().amax(-1).flatten()
    extents = extents[extents.isfinite()]
    if not len(extents):
        return reach
    held = torch.quantile(extents[:: max(1, len(extents) // 100_000)].double(), 0.995).item()
    return min(max(reach, 1.1 * held), 1000.0)


def _velocity(motion: Motion, k: int, z: Points) -> Points:
    """What step k does to a point, for each unit of time; the last frame repeats the last step."""
    k = min(k, len(motion.steps) - 1)
    return (motion.steps[k](z) - z) / (motion.times[k + 1] - motion.times[k])


def _decisions(net: PointClassifier, motion: Motion, shown: list[int], half_width: float) -> Tensor:
    """For each frame the probability of class 1, given what the steps still to come make of each pixel."""
    centre = half_width * (1 - 1 / _PIXELS)
    pixels = lattice(centre, _PIXELS).flip(0).reshape(-1, 2).to(net.A)
    z = pixels[:0]
    for k, step in enumerate(motion.steps):
        # All frames that have begun go on together: one long batch instead of many short runs.
        z = step(torch.cat([z, pixels]) if k in shown else z)
    logits = net.classify(torch.cat([z, pixels])).unflatten(0, (len(shown), _PIXELS, _PIXELS))
    return torch.sigmoid(logits).nan_to_num(0.5)
