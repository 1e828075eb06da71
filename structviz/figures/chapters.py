"""One small picture for each chapter of the lecture, computed from the mathematics that the chapter is about.

Every picture is an SVG text with the same view box and a transparent background, in colours that are seen on
white and on black. Where something keeps its structure and something else does not, blue does and vermilion does not.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from structviz import data
from structviz.figures.globe import Points3, axes_of, graticule, on_sphere, visible
from structviz.figures.svg import VIEW_BOX, Panel, Points, bar, dots, embedded, line, lines, squares, svg
from structviz.figures.theme import ARM_COLOURS
from structviz.studies.control import car, closed_form
from structviz.studies.flow.half_moons import half_moons, untangled
from structviz.studies.invertibility import coupling, coupling_inverse
from structviz.studies.manifolds.sphere_steps import FIELDS, follow
from structviz.studies.stability import gradient_flow
from structviz.tomography.closed_form import line_integrals
from structviz.transforms import add_gaussian, rotate
from structviz.types import Image

__all__ = [
    "robustness",
    "flow",
    "optimal_control",
    "rotation",
    "tomography",
    "stability",
    "invertibility",
    "manifolds",
    "training",
    "notation",
]

_GREY, _BLUE, _VERMILION = ARM_COLOURS["noisy"], ARM_COLOURS["equivariant"], ARM_COLOURS["ordinary"]


def robustness(size: int = 64, sigma: float = 0.2, angle: float = math.radians(40)) -> str:
    """A photograph, the same with noise, and turned: three times the same to us, not to a network.

    Parameters
    ----------
    size
        Side of the photograph in pixels.
    sigma
        Standard deviation of the noise.
    angle
        Of the turn, in radians, counter-clockwise.

    Returns
    -------
    str
        SVG with three images in a row.
    """
    clean = data.image("camera", size)
    noisy = add_gaussian(clean, sigma, torch.Generator().manual_seed(0))
    return _side_by_side(clean, noisy, rotate(clean, angle))


def flow(n_points: int = 16, n_layers: int = 40) -> str:
    """The way of the points of two half moons through the layers of a ResNet."""
    flows = [untangled(moon, n_layers).transpose(0, 1).numpy() for moon in half_moons(n_points)]
    drawn = []
    for paths, colour in zip(Panel(0, 0, *VIEW_BOX).fit(*flows), (_BLUE, _VERMILION), strict=True):
        drawn += lines(paths, colour, opacity=0.5)
        drawn += [*dots(paths[:, 0], colour, 1.2), *dots(paths[:, -1], colour)]
    return svg(*drawn)


def optimal_control(n_steps: int = 20) -> str:
    """A car steered to rest at the origin: its place and its speed, and below them the force on the way."""
    solution = closed_form(car(), torch.tensor([1.0, 0.0], dtype=torch.float64), 2 * n_steps)
    time = np.linspace(0, 1, n_steps + 1)
    state_panel, control_panel = Panel(0, 0, 300, 68), Panel(0, 72, 300, 48)
    zero = np.array([[0.0, 0.0], [1.0, 0.0]])
    states = np.stack([np.stack([time, component], 1) for component in solution.states[::2].numpy().T])
    (places, speeds), axis = state_panel.fit(states, zero, alike=False)
    # A bar from one time to the next has two corners at the force halfway between them, and its foot on the axis.
    corners = np.stack([time.repeat(2)[1:-1], solution.controls[1::2, 0].numpy().repeat(2)], 1)
    steps, foot = control_panel.fit(corners, zero, alike=False)
    bars = [bar(steps[2 * k], steps[2 * k + 1], float(foot[0, 1]), _VERMILION) for k in range(n_steps)]
    return svg(
        line(axis, _GREY, 0.8), line(speeds, _GREY, 2), line(places, _BLUE, 2), *dots(places, _BLUE),
        *bars, line(foot, _GREY, 0.8),
    )  # fmt: skip


def rotation(
    ordinary: Callable[[Tensor], Tensor],
    equivariant: Callable[[Tensor], Tensor],
    size: int = 24,
    sigma: float = 0.25,
) -> str:
    """Vertical stripes with noise, and what two networks make of them that have seen horizontal ones only.

    Parameters
    ----------
    ordinary, equivariant
        The networks, from noisy images to clean ones.
    size
        Side of the image in pixels.
    sigma
        Standard deviation of the noise; the lecture has 0.25.

    Returns
    -------
    str
        SVG with three images in a row: the noisy one, and both outputs.
    """
    noisy = add_gaussian(data.stripes(1, size, "vertical"), sigma, torch.Generator().manual_seed(0))
    with torch.inference_mode():
        return _side_by_side(noisy, ordinary(noisy), equivariant(noisy), colour_map="stripes")


def tomography(size: int = 64, n_views: int = 96, view: int = 24) -> str:
    """A phantom with the rays of one view, and the sinogram in which this view is one column.

    Parameters
    ----------
    size
        Side of the phantom, and rays of a view.
    n_views
        Views, equally spaced over half a turn.
    view
        The view that is marked, from 0.

    Returns
    -------
    str
        SVG with the phantom on the left and the sinogram, one column a view, on the right.
    """
    angles = np.arange(n_views) * (math.pi / n_views)
    offsets = torch.linspace(1, -1, size, dtype=torch.float64)
    views = line_integrals(data.SHEPP_LOGAN, torch.from_numpy(angles), offsets).T
    height = VIEW_BOX[1] - 8
    left, right = Panel(0, 4, height, height), Panel(height + 10, 4, VIEW_BOX[0] - height - 10, height)
    middles, half_chords = _chords(np.linspace(-0.8, 0.8, 7), float(angles[view]))
    rays = np.stack([middles - half_chords, middles + half_chords], axis=1)
    corners = np.array([[-1.0, -1.0], [1.0, 1.0]])
    drawn, _ = left.fit(rays, corners, margin=0)
    column = right.left + (view + 0.5) * right.width / n_views
    marked = np.array([[column, right.top], [column, right.top + height]])
    return svg(
        embedded(data.shepp_logan(size)[0, 0], "grey", left), *lines(drawn, _BLUE, 1.2),
        embedded(views / views.max(), "grey", right), line(marked, _BLUE, 2),
    )  # fmt: skip


def stability(n_steps: int = 70) -> str:
    """Points that start close to each other and only come closer."""
    start = torch.from_numpy(np.stack([np.linspace(-4.6, -4.2, 9), np.linspace(-1.0, 1.0, 9)], 1))
    A = torch.tensor([[0.6, 0.1], [-0.1, 0.8]], dtype=torch.float64)
    states = gradient_flow(start, A, 0.1, n_steps)
    (paths,) = Panel(0, 0, *VIEW_BOX).fit(states.transpose(0, 1).numpy())
    return svg(*lines(paths, _BLUE), *dots(paths[:, 0], _GREY), *dots(paths[:, -1], _BLUE))


def invertibility(n_lines: int = 8) -> str:
    """A square grid, its image under an additive coupling layer, and the grid that the inverse gives back."""
    ticks, fine = np.linspace(-1, 1, n_lines), np.linspace(-1, 1, 3 * n_lines)
    vertical = np.stack(np.meshgrid(ticks, fine, indexing="ij"), axis=-1)
    grid = np.concatenate([vertical, vertical[..., ::-1]])
    deformed = coupling(torch.from_numpy(grid))
    grids, colours = (grid, deformed.numpy(), coupling_inverse(deformed).numpy()), (_GREY, _BLUE, _GREY)
    drawn = []
    for curves, colour, panel in zip(grids, colours, squares(3), strict=True):
        drawn += lines(panel.fit(curves, deformed.numpy())[0], colour, 1.2)
    return svg(*drawn)


def manifolds(n_steps: int = 14, step: float = 0.3) -> str:
    """Euler steps, which leave the sphere, and steps along great circles, which stay on it."""
    turn = np.linspace(0, 2 * math.pi, 5, endpoint=False)
    start = torch.from_numpy(np.stack([np.cos(turn), np.sin(turn), 0 * turn], axis=1))
    euler, geodesic = (
        follow(FIELDS["pole"], method, step, n_steps, start).transpose(0, 1).numpy()
        for method in ("euler", "exponential")
    )
    sphere = np.concatenate([_seen(graticule()), _outline()])
    # Both panels show the same part of space, so that the spheres are of one size.
    frame = np.concatenate([curves.reshape(-1, 3)[:, :2] for curves in (_seen(euler), _seen(geodesic), _outline())])
    drawn = []
    for paths, colour, panel in zip((euler, geodesic), (_VERMILION, _BLUE), squares(2), strict=True):
        seen = _seen(paths)
        _, *grid = panel.fit(frame, *visible(sphere))
        _, ends, *pieces = panel.fit(frame, seen[:, -1, :2], *visible(seen))
        drawn += [*lines(grid, _GREY, 0.6), *lines(pieces, colour, 2), *dots(ends, colour, 3)]
    return svg(*drawn)


def _chords(offsets: Float[np.ndarray, "rays"], angle: float) -> tuple[Points, Points]:
    """Middles and halves of the chords of the unit disc on the lines x cos(angle) + y sin(angle) = offset."""
    sin, cos = math.sin(angle), math.cos(angle)
    halves = np.sqrt(1 - offsets**2)
    return offsets[:, None] * np.array([cos, sin]), halves[:, None] * np.array([-sin, cos])


def _outline() -> Points3:
    """Where the line of sight touches the unit sphere, in the coordinates of `_seen`."""
    return on_sphere(np.linspace(0, 2 * math.pi, 97), np.zeros((1, 1)))


def _seen(points: Points3, tilt: float = math.radians(50)) -> Points3:
    """Coordinates of somebody who looks from `tilt` above the equator: to the right, up, towards the eye."""
    return points @ axes_of(-math.pi / 2, tilt)


def training(rates: Sequence[float] = (0.08, 1.0, 2.03), n_steps: int = 24) -> str:
    """The loss of a linear layer while it learns, at a small, a good and a too large learning rate.

    Parameters
    ----------
    rates
        In parts of 1/L, where L is the largest curvature of the loss: gradient descent diverges above 2.
    n_steps
        Steps of gradient descent.
    """
    curvatures, start, steps = np.array([1.0, 0.25]), np.array([0.6, 1.6]), np.arange(n_steps + 1)
    # In the directions of the curvatures, each step multiplies what is left by 1 − rate · curvature.
    left = start * (1 - np.outer(rates, curvatures)[:, None, :]) ** steps[:, None]
    losses = 0.5 * (curvatures * left**2).sum(-1)
    curves = Panel(0, 0, *VIEW_BOX).fit(*(np.stack([steps, loss], 1) for loss in losses), alike=False)
    colours = (_GREY, _BLUE, _VERMILION)
    drawn = [line(curve, colour, 3) for curve, colour in zip(curves, colours, strict=True)]
    return svg(*drawn, *(mark for curve, colour in zip(curves, colours, strict=True) for mark in dots(curve, colour)))


def notation() -> str:
    """A grid, the same after a linear map and a shift, and folded by the absolute value: one layer, step by step."""
    A, b = np.array([[1.0, 0.8], [0.0, 1.0]]), np.array([0.3, -0.2])
    ticks = np.linspace(-1, 1, 9)
    along, across = np.meshgrid(ticks, np.linspace(-1, 1, 25), indexing="ij")
    grid = np.concatenate([np.stack([along, across], -1), np.stack([across, along], -1)])
    moved = grid @ A.T + b
    drawn = []
    for panel, stage, colour in zip(squares(3), (grid, moved, np.abs(moved)), (_GREY, _BLUE, _VERMILION), strict=True):
        drawn += lines(panel.fit(*stage), colour)
    return svg(*drawn)


def _side_by_side(*images: Image, colour_map: str = "grey") -> str:
    panels = squares(len(images))
    return svg(*(embedded(image[0, 0], colour_map, panel) for image, panel in zip(images, panels, strict=True)))
