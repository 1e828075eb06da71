"""Closed curves on the square [-1, 1] x [-1, 1], x to the right and y up, and the pixels that they cover."""

from collections.abc import Sequence
from math import cos, pi, radians, sin
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

__all__ = [
    "Box",
    "Curve",
    "Outlines",
    "blob",
    "box_around",
    "coverage",
    "offset",
    "path",
    "rounded",
    "smooth",
    "stroke",
]

Outlines = Float[np.ndarray, "_shapes _points 2"]
"""Closed polygons of either orientation; the last point is joined to the first."""

Curve = Float[np.ndarray, "_points 2"]
"""Points along one line."""

_CAP = np.linspace(pi / 2, -pi / 2, 7)[1:-1, None]


class Box(NamedTuple):
    """A rectangle of pixels: first row and column, and those after the last."""

    top: int
    left: int
    bottom: int
    right: int


def box_around(outlines: Sequence[Outlines], size: int) -> Box:
    """Find the pixels that shapes can touch, on an image with ``size`` pixels a side."""
    corners = [_to_pixels(group, size) for group in outlines]
    low = np.min([group.min(axis=(0, 1)) for group in corners], axis=0)
    high = np.max([group.max(axis=(0, 1)) for group in corners], axis=0)
    left, top = np.floor(low).clip(0, size).astype(int).tolist()
    right, bottom = np.ceil(high).clip(0, size).astype(int).tolist()
    return Box(top, left, bottom, right)


def coverage(outlines: Sequence[Outlines], size: int, box: Box | None = None) -> Float[np.ndarray, "row column"]:
    """Compute how much of each pixel the union of some shapes covers, from their borders alone.

    By Green's theorem the area of a shape inside a pixel is an integral of x dy along its border. So the
    border is cut where it crosses the grid, each piece is booked in its pixel and in the next one, and sums
    along the rows give the areas: exact for one polygon, on any grid. The work grows with the length of the
    borders, not with shapes times pixels.

    Parameters
    ----------
    outlines
        Groups of shapes; no shape crosses itself. What leaves the square is cut off.
    size
        Side of the image in pixels.
    box
        The pixels that are wanted; without it, all.

    Returns
    -------
    ndarray
        One number in [0, 1] for each pixel of the box, float64. Where several shapes meet in a pixel, their
        areas are added.
    """
    box = box or Box(0, 0, size, size)
    edges = [_edges(_to_pixels(group, size) - (box.left, box.top)) for group in outlines]
    starts, steps, signs = (np.concatenate(parts) for parts in zip(*edges, strict=True))
    changes = _changes(starts, steps, signs, box.bottom - box.top, box.right - box.left)
    # Rounded, so that what lies outside of all shapes is 0 exactly.
    return np.cumsum(changes, axis=1)[:, :-2].round(12).clip(0, 1)


def smooth(controls: Curve, points: int = 64) -> Curve:
    """Lead a smooth closed curve through control points: the trigonometric polynomial of lowest degree."""
    spectrum = np.fft.rfft(controls, axis=0)
    if len(controls) % 2 == 0:
        spectrum[-1] /= 2  # Two frequencies share it: with more points they part.
    return np.fft.irfft(spectrum, points, axis=0) * (points / len(controls))


def rounded(points: Float[np.ndarray, "_points coordinates"]) -> Float[np.ndarray, "_more coordinates"]:
    """Cut the corners of an open line, three times, as Chaikin does; the ends stay."""
    for _ in range(3):
        inner = np.stack([0.75 * points[:-1] + 0.25 * points[1:], 0.25 * points[:-1] + 0.75 * points[1:]], axis=1)
        points = np.concatenate([points[:1], inner.reshape(-1, points.shape[1])[1:-1], points[-1:]])
    return points


def blob(
    x: float, y: float, a: float, b: float, degrees: float = 0.0, wobble: Float[np.ndarray, "controls"] | None = None
) -> Outlines:
    """Outline an ellipse, turned counter-clockwise.

    Parameters
    ----------
    x, y
        Its centre, in a square from −1 to 1.
    a, b
        Its half axes.
    degrees
        By how much it is turned.
    wobble
        Relative changes of its radius in equally spaced directions; none by default.

    Returns
    -------
    Outlines
        One closed outline, ``(1, points, 2)``.
    """
    wobble = np.zeros(8) if wobble is None else wobble
    phi = np.arange(len(wobble)) * (2 * pi / len(wobble))
    circle = (1 + wobble)[:, None] * np.stack([np.cos(phi), np.sin(phi)], axis=-1)
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return smooth(circle * (a, b) @ np.array([[c, s], [-s, c]]) + (x, y))[None]


def stroke(centres: Float[np.ndarray, "shapes points 2"], radii: Float[np.ndarray, "#shapes #points"]) -> Outlines:
    """Outline what brushes with round ends leave along lines; where a radius is below 0, nothing is left."""
    along = np.gradient(centres, axis=1)
    along /= np.maximum(np.linalg.norm(along, axis=-1, keepdims=True), 1e-12)
    across = np.stack([-along[..., 1], along[..., 0]], axis=-1)
    radii = np.broadcast_to(radii, centres.shape[:2])[..., None].clip(min=0)
    ahead = np.cos(_CAP) * along[:, -1:] + np.sin(_CAP) * across[:, -1:]
    behind = np.cos(_CAP) * along[:, :1] + np.sin(_CAP) * across[:, :1]
    left, right = centres + radii * across, centres - radii * across
    end, start = centres[:, -1:] + radii[:, -1:] * ahead, centres[:, :1] - radii[:, :1] * behind
    return np.concatenate([left, end, right[:, ::-1], start], axis=1)


def offset(curve: Curve, distance: float) -> Curve:
    """Move a closed counter-clockwise curve outwards along its normals, or inwards if ``distance`` is negative."""
    along = np.roll(curve, -1, axis=0) - np.roll(curve, 1, axis=0)
    along /= np.linalg.norm(along, axis=-1, keepdims=True)
    return curve + distance * np.stack([along[:, 1], -along[:, 0]], axis=-1)


def path(curve: Curve, start: float, stop: float, points: int = 12) -> Curve:
    """Take the piece of a closed counter-clockwise curve between two directions from the origin.

    Parameters
    ----------
    curve
        The closed curve, ``(points, 2)``.
    start, stop
        The two directions, in degrees.
    points
        How many points the piece has.

    Returns
    -------
    Curve
        The piece, ``(points, 2)``.
    """
    directions = np.unwrap(np.arctan2(curve[:, 1], curve[:, 0]))
    turns = 2 * pi * np.array([-1, 0, 1])[:, None]
    wanted = np.linspace(radians(start), radians(stop), points)
    return np.stack([np.interp(wanted, (directions + turns).reshape(-1), np.tile(x, 3)) for x in curve.T], axis=-1)


def _to_pixels(points: Outlines, size: int) -> Outlines:
    """Pixels from the upper left corner, rows downwards."""
    return (points * (1, -1) + 1) * (size / 2)


def _edges(points: Outlines) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Starts and steps of all edges, and which way each runs round its shape."""
    steps = np.roll(points, -1, axis=1) - points
    twice_area = (points[..., 0] * steps[..., 1] - points[..., 1] * steps[..., 0]).sum(-1, keepdims=True)
    signs = np.broadcast_to(-np.sign(twice_area), points.shape[:2])
    return points.reshape(-1, 2), steps.reshape(-1, 2), signs.reshape(-1)


def _changes(starts: np.ndarray, steps: np.ndarray, signs: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Add up by how much the coverage of each pixel differs from that of its left neighbour, over all edges."""
    # Pieces of at most one pixel's length cross one row and one column of the grid at most.
    pieces = np.maximum(1, np.ceil(np.abs(steps).max(-1))).astype(int)
    edge = np.repeat(np.arange(len(steps)), pieces)
    number = np.arange(len(edge)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    step = (steps / pieces[:, None])[edge]
    start = starts[edge] + step * number[:, None]
    low, high = np.floor(start), np.floor(start + step)
    crossing = np.divide(np.maximum(low, high) - start, step, out=np.ones_like(step), where=low != high)

    # Cut at both crossings: now each piece lies in one pixel.
    share = np.concatenate([np.zeros((len(edge), 1)), np.sort(crossing, axis=1), np.ones((len(edge), 1))], axis=1)
    x, y = (start[:, i, None] + step[:, i, None] * share for i in (0, 1))
    x, row = ((0.5 * (ends[:, 1:] + ends[:, :-1])) for ends in (x, y))
    rise = np.diff(y, axis=1) * signs[edge, None] * ((row >= 0) & (row < rows))
    x = x.clip(0, columns)
    column = np.floor(x)
    place = (np.floor(row).clip(0, rows - 1) * (columns + 2) + column).astype(int).reshape(-1)
    beyond = (rise * (x - column)).reshape(-1)
    n = rows * (columns + 2)
    changes = np.bincount(place, rise.reshape(-1) - beyond, n) + np.bincount(place + 1, beyond, n)
    return changes.reshape(rows, columns + 2)
