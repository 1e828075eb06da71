"""The unit sphere and what lies on it or near it, as somebody sees it from outside."""

import math

import numpy as np
from jaxtyping import Float, Int
from PIL import Image as PillowImage
from PIL import ImageDraw

from structviz.figures.svg import Points
from structviz.figures.theme import CLASS_COLOURS

__all__ = ["Points3", "axes_of", "globe", "graticule", "hidden", "on_sphere", "visible"]

Points3 = Float[np.ndarray, "... 3"]

_OVERSAMPLED = 2
_GREY = (128, 134, 142)


def axes_of(yaw: float, pitch: float) -> Float[np.ndarray, "3 3"]:
    """The axes of the picture in its columns: to the right, up, and towards the eye.

    Parameters
    ----------
    yaw, pitch
        Longitude and latitude of the eye, in radians.
    """
    cy, sy, cp, sp = math.cos(yaw), math.sin(yaw), math.cos(pitch), math.sin(pitch)
    return np.array([[-sy, -sp * cy, cp * cy], [cy, -sp * sy, cp * sy], [0.0, cp, sp]])


def on_sphere(longitude: np.ndarray, latitude: np.ndarray) -> Points3:
    """The points of the unit sphere with these coordinates, in radians."""
    x, y, z = np.broadcast_arrays(
        np.cos(longitude) * np.cos(latitude), np.sin(longitude) * np.cos(latitude), np.sin(latitude)
    )
    return np.stack([x, y, z], axis=-1)


def graticule(n_meridians: int = 12, n_parallels: int = 5) -> Points3:
    """Meridians and parallels of the unit sphere, as (curve, place, 3)."""
    t = np.linspace(0, 2 * math.pi, 97)
    latitude = np.linspace(-math.pi / 2, math.pi / 2, n_parallels + 2)[1:-1, None]
    longitude = np.linspace(0, math.pi, n_meridians // 2, endpoint=False)[:, None]
    return np.concatenate([on_sphere(t, latitude), on_sphere(longitude, t)])


def hidden(points: Points3) -> np.ndarray:
    """Which points the unit sphere hides, in coordinates to the right, up and towards the eye."""
    return (points[..., 2] < -1e-9) & (np.linalg.norm(points[..., :2], axis=-1) <= 1 + 1e-9)


def visible(curves: Points3) -> list[Points]:
    """The pieces of curves that the unit sphere does not hide, projected along the line of sight."""
    pieces = []
    for curve in curves:
        free = ~hidden(curve)
        cuts = np.flatnonzero(np.diff(free)) + 1
        runs = zip(np.split(curve, cuts), np.split(free, cuts), strict=True)
        pieces += [run[:, :2] for run, seen in runs if seen[0] and len(run) > 1]
    return pieces


def globe(
    states: Float[np.ndarray, "time point 3"],
    labels: Int[np.ndarray, "point"],
    spikes: str,
    view: tuple[float, float] = (0.9, 0.35),
    side: int = 448,
) -> PillowImage.Image:
    """A picture on a transparent ground of points on their way, with lines from the sphere to those that have left it.

    Parameters
    ----------
    states
        Where the points are at each time; those that are not finite are left out.
    labels
        Their classes, 0 or 1.
    spikes
        Colour of the lines to the sphere.
    view
        Longitude and latitude of the eye, in radians.
    side
        Of the picture, in pixels.

    Returns
    -------
    Image
        RGBA, side × side pixels.
    """
    large = _OVERSAMPLED * side
    axes = axes_of(*view)
    seen = states @ axes
    ends = seen[-1]
    reach = np.linalg.norm(seen, axis=-1)
    half = 1.08 * min(2.4, max(1.0, np.max(reach, initial=1.0, where=np.isfinite(reach))))
    unit = large / (2 * half)
    picture = PillowImage.new("RGBA", (large, large))
    draw = ImageDraw.Draw(picture)

    def place(points: Float[np.ndarray, "place _"]) -> list[tuple[float, float]]:
        return [(large / 2 + unit * x, large / 2 - unit * y) for x, y, *_ in points.tolist()]

    draw.circle((large / 2, large / 2), unit, (*_GREY, 40), (*_GREY, 255), 3 * _OVERSAMPLED)
    for curve in visible(graticule() @ axes):
        draw.line(place(curve), (*_GREY, 110), _OVERSAMPLED)
    order = np.argsort(ends[:, 2])
    radius = max(3.0, side / 75) * _OVERSAMPLED
    behind = hidden(ends)
    for n in order:
        if not np.isfinite(ends[n]).all() or np.abs(ends[n]).max() > 50:
            continue
        colour = CLASS_COLOURS[labels[n]] + ("50" if behind[n] else "FF")
        length = np.linalg.norm(ends[n])
        if abs(length - 1) > 0.004:
            draw.line(
                place(np.stack([ends[n] / length, ends[n]])), spikes + colour[-2:], max(2, side // 120) * _OVERSAMPLED
            )
        ((x, y),) = place(ends[n][None])
        if labels[n]:
            draw.rectangle((x - radius, y - radius, x + radius, y + radius), colour)
        else:
            draw.circle((x, y), radius, colour)
    return picture.resize((side, side), PillowImage.Resampling.LANCZOS)
