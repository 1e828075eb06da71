"""One small picture for each chapter of the lecture, computed from the mathematics that the chapter is about.

Every picture is an SVG text with the same view box and a transparent background. Blue is what keeps its
structure, vermilion what does not, grey where things begin: colours that are seen on white and on black.
"""

import base64
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from structviz import data
from structviz.figures.pixels import to_png
from structviz.figures.theme import ARM_COLOURS
from structviz.transforms import add_gaussian, rotate
from structviz.types import Image

__all__ = [
    # pictures
    "VIEW_BOX",
    "robustness",
    "resnet_flow",
    "optimal_control",
    "rotation",
    "tomography",
    "stability",
    "invertibility",
    "manifolds",
    # their mathematics
    "Control",
    "coupling",
    "coupling_inverse",
    "gradient_flow",
    "half_moons",
    "linear_quadratic",
    "residual_flow",
    "sinogram",
    "sphere_flow",
]

Points = Float[np.ndarray, "*batch 2"]
Points3 = Float[np.ndarray, "*batch 3"]
Matrix = Float[np.ndarray, "to from"]
Vector = Float[np.ndarray, "from"]

VIEW_BOX = (300, 120)
"""Width and height of every picture, in its own units."""

_GREY, _BLUE, _VERMILION = ARM_COLOURS["noisy"], ARM_COLOURS["equivariant"], ARM_COLOURS["ordinary"]


def robustness(sigma: float = 0.25, angle: float = math.radians(40)) -> str:
    """A photograph, the same with noise, and turned: three times the same to us, not to a network."""
    clean = data.image("camera", 96)
    noisy = add_gaussian(clean, sigma, torch.Generator().manual_seed(0))
    return _images(clean, noisy, rotate(clean, angle))


def resnet_flow(n_points: int = 14, n_layers: int = 40) -> str:
    """The way of the points of two half moons through the layers of a ResNet."""
    flows = [residual_flow(moon, n_layers).swapaxes(0, 1) for moon in half_moons(n_points)]
    first, second = _Panel(0, 0, *VIEW_BOX).fit(*flows)
    return _svg(
        *_lines(first, _BLUE, opacity=0.5), *_dots(first[:, 0], _BLUE, 1.2), *_dots(first[:, -1], _BLUE),
        *_lines(second, _VERMILION, opacity=0.5), *_dots(second[:, 0], _VERMILION, 1.2), *_dots(second[:, -1], _VERMILION),
    )  # fmt: skip


def optimal_control(n_steps: int = 24) -> str:
    """A car that is steered to rest at the origin: where it is, and below it the force in each time step."""
    run = linear_quadratic(np.array([1.0, 0.0]), n_steps)
    time = np.linspace(0, 1, n_steps + 1)
    state_panel, control_panel = _Panel(0, 0, 300, 66), _Panel(0, 72, 300, 48)
    zero = np.array([[0.0, 0.0], [1.0, 0.0]])
    places, axis = state_panel.fit(np.stack([time, run.states[:, 0]], 1), zero, alike=False)
    # Each control holds from one time to the next: two corners for it, and the axis as the foot of its bar.
    corners = np.stack([time.repeat(2)[1:-1], run.controls.repeat(2)], 1)
    steps, foot = control_panel.fit(corners, zero, alike=False)
    bars = [_bar(steps[2 * k], steps[2 * k + 1], foot[0, 1]) for k in range(n_steps)]
    return _svg(
        _line(axis, _GREY), _line(places, _BLUE, 2), *_dots(places, _BLUE, 2.2), *bars, _line(foot, _GREY)
    )


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
    """
    noisy = add_gaussian(data.stripes(1, size, "vertical"), sigma, torch.Generator().manual_seed(0))
    with torch.inference_mode():
        return _images(noisy, ordinary(noisy), equivariant(noisy), colour_map="stripes")


def tomography(size: int = 64, n_views: int = 96, view: int = 24) -> str:
    """A phantom with the rays of one view, and the sinogram in which this view is one column."""
    phantom = data.shepp_logan(size)
    angles = torch.arange(n_views) * (math.pi / n_views)
    views = sinogram(phantom, angles)
    height = 108
    left, right = _Panel(6, 6, height, height), _Panel(132, 6, height * n_views // size, height)
    offsets = np.linspace(-0.45, 0.45, 7) * height
    direction, across = _ray(float(angles[view]))
    ends = np.stack([-direction, direction]) * (0.5 * height)
    rays = left.centre + offsets[:, None, None] * across + ends
    column = right.left + (view + 0.5) * right.width / n_views
    marked = np.array([[column, right.top], [column, right.top + height]])
    return _svg(
        _embedded(phantom[0, 0], "grey", left), *_lines(rays, _BLUE, 1.2),
        _embedded(views / views.max(), "grey", right), _line(marked, _BLUE, 2),
    )  # fmt: skip


def stability(n_steps: int = 60) -> str:
    """Points that start close to each other and only come closer."""
    start = np.stack([np.linspace(-2.6, -2.2, 9), np.linspace(-1.0, 1.0, 9)], 1)
    (paths,) = _Panel(0, 0, *VIEW_BOX).fit(gradient_flow(start, n_steps).swapaxes(0, 1))
    return _svg(*_lines(paths, _BLUE), *_dots(paths[:, 0], _GREY), *_dots(paths[:, -1], _BLUE))


def invertibility(n_lines: int = 9) -> str:
    """A square grid, its image under an additive coupling layer, and the grid that the inverse gives back."""
    ticks, fine = np.linspace(-1, 1, n_lines), np.linspace(-1, 1, 4 * n_lines)
    vertical = np.stack(np.meshgrid(ticks, fine, indexing="ij"), axis=-1)
    grid = np.concatenate([vertical, vertical[..., ::-1]])
    deformed = coupling(grid)
    drawn = []
    for lines, panel, colour in zip(
        (grid, deformed, coupling_inverse(deformed)), _squares(3), (_GREY, _BLUE, _GREY), strict=True
    ):
        drawn += _lines(panel.fit(lines, deformed)[0], colour, 1.2)
    return _svg(*drawn)


def manifolds(n_steps: int = 16, step: float = 0.3) -> str:
    """Steps along great circles, which stay on the sphere, and Euler steps, which leave it."""
    start = np.array([[math.cos(t) * 0.9, math.sin(t) * 0.9, math.sqrt(1 - 0.81)] for t in (0.5, 2.6, 4.7)])
    drawn = []
    for retract, colour, panel in zip((False, True), (_VERMILION, _BLUE), _squares(2), strict=True):
        paths = sphere_flow(start, n_steps, step, retract).swapaxes(0, 1)
        graticule, placed = panel.fit(_seen(_graticule()), _seen(paths))
        drawn += [
            *_lines(graticule, _GREY, 0.6, 0.7),
            *_lines(placed, colour, 2),
            *_dots(placed[:, -1], colour, 3),
        ]
    return _svg(*drawn)


def half_moons(n_points: int) -> tuple[Points, Points]:
    """Two interlocking half circles about the origin, each the other one turned by half a turn."""
    t = np.linspace(0, math.pi, n_points)
    moon = np.stack([np.cos(t) - 0.5, np.sin(t) - 0.25], 1)
    return moon, -moon


def residual_flow(z: Points, n_layers: int, time: float = 4.0) -> Points:
    """All layers z^{k+1} = z^k + Δt tanh(A(t) z^k + b), with A linear in t and b = 0.

    Gradient descent on the logistic loss of the half moons found these A, up to rounding.
    """
    A0, A1 = np.array([[0.0, -0.7], [1.0, 0.2]]), np.array([[0.2, -0.5], [0.2, 0.2]])
    states = [z]
    for k in range(n_layers):
        states.append(states[-1] + time / n_layers * np.tanh(states[-1] @ (A0 + k / n_layers * A1).T))
    return np.stack(states)


@dataclass(frozen=True)
class Control:
    """What a control does: states at all times, controls between them and what they cost."""

    states: Float[np.ndarray, "times 2"]
    controls: Float[np.ndarray, "steps"]
    cost: float


def linear_quadratic(
    x0: Float[np.ndarray, "2"], n_steps: int, time: float = 6.0, force: float = 0.1
) -> Control:
    """Steer ẍ = u from x0 = (place, speed) to rest at the least cost Σ h (|x|² + force · u²) + |x_n|².

    The Riccati recursion runs backwards in time and gives the best feedback u = -K x for each step.
    """
    h = time / n_steps
    A, B = np.array([[1.0, h], [0.0, 1.0]]), np.array([[h * h / 2], [h]])
    P, gains = np.eye(2), []
    for _ in range(n_steps):
        K = np.linalg.solve(h * force + B.T @ P @ B, B.T @ P @ A)
        P = h * np.eye(2) + A.T @ P @ (A - B @ K)
        gains.append(K)
    states, controls = [x0], []
    for K in reversed(gains):
        controls.append(-K @ states[-1])
        states.append(A @ states[-1] + B @ controls[-1])
    return Control(np.stack(states), np.concatenate(controls), float(x0 @ P @ x0))


def sinogram(image: Image, angles: Float[Tensor, "views"]) -> Float[Tensor, "detectors views"]:
    """Line integrals in pixel lengths: turn the image by -angle, then add up each column."""
    turned = rotate(image.expand(len(angles), -1, -1, -1), -angles, padding="zeros")
    return turned.sum(dim=(1, 2)).T


def gradient_flow(x: Points, n_steps: int, share: float = 0.15) -> Points:
    """Euler steps of ẋ = -Aᵀ tanh(Ax), with the given share of the largest step 2 / ‖A‖² that is non-expansive."""
    A = np.array([[0.5, 0.35], [-0.2, 1.1]])
    h = share * 2 / np.linalg.norm(A, 2) ** 2
    states = [x]
    for _ in range(n_steps):
        states.append(states[-1] - h * np.tanh(states[-1] @ A.T) @ A)
    return np.stack(states)


def coupling(x: Points) -> Points:
    """Two additive coupling layers, y₂ = x₂ + f(x₁) and then y₁ = x₁ + g(y₂)."""
    y2 = x[..., 1] + _f(x[..., 0])
    return np.stack([x[..., 0] + _g(y2), y2], axis=-1)


def coupling_inverse(y: Points) -> Points:
    """Undo `coupling`: subtract what was added, last layer first; f and g need no inverse."""
    x1 = y[..., 0] - _g(y[..., 1])
    return np.stack([x1, y[..., 1] - _f(x1)], axis=-1)


def sphere_flow(z: Points3, n_steps: int, h: float, retract: bool = True) -> Points3:
    """Steps along the tangent field ξ(z) = e × z + (e - (e·z) z) / 8 towards the pole e.

    Parameters
    ----------
    z
        Where to start, on the unit sphere.
    n_steps, h
        Number and length of the steps.
    retract
        Whether to follow great circles, z⁺ = exp_z(h ξ(z)); otherwise the steps are Euler's, z⁺ = z + h ξ(z).
    """
    pole = np.array([0.0, 0.0, 1.0])
    states = [z]
    for _ in range(n_steps):
        z = states[-1]
        v = h * (np.cross(pole, z) + (pole - (z @ pole)[..., None] * z) / 8)
        length = np.linalg.norm(v, axis=-1, keepdims=True)
        states.append(np.cos(length) * z + np.sinc(length / math.pi) * v if retract else z + v)
    return np.stack(states)


def _f(x: np.ndarray) -> np.ndarray:
    return 0.35 * np.sin(2.5 * x)


def _g(x: np.ndarray) -> np.ndarray:
    return 0.35 * np.sin(2.5 * x)


def _ray(angle: float) -> tuple[Float[np.ndarray, "2"], Float[np.ndarray, "2"]]:
    """Direction of the rays of a view and the direction across them, in a picture, where y points down."""
    sin, cos = math.sin(angle), math.cos(angle)
    return np.array([-sin, -cos]), np.array([cos, -sin])


def _graticule(n_meridians: int = 12, n_parallels: int = 5) -> Points3:
    """Meridians and parallels of the unit sphere."""
    t = np.linspace(0, 2 * math.pi, 49)
    height = np.sin(np.linspace(-math.pi / 2, math.pi / 2, n_parallels + 2)[1:-1])[:, None]
    radius = np.sqrt(1 - height**2)
    parallels = np.stack([radius * np.cos(t), radius * np.sin(t), height + 0 * t], axis=-1)
    turn = np.linspace(0, math.pi, n_meridians // 2, endpoint=False)[:, None]
    meridians = np.stack([np.cos(turn) * np.cos(t), np.sin(turn) * np.cos(t), np.sin(t) + 0 * turn], axis=-1)
    return np.concatenate([parallels, meridians])


def _seen(points: Points3, tilt: float = math.radians(35)) -> Points:
    """Orthographic projection, from `tilt` above the equator."""
    return np.stack(
        [points[..., 0], points[..., 2] * math.cos(tilt) + points[..., 1] * math.sin(tilt)], axis=-1
    )


@dataclass(frozen=True)
class _Panel:
    """A rectangle in the picture."""

    left: float
    top: float
    width: float
    height: float

    @property
    def centre(self) -> Float[np.ndarray, "2"]:
        return np.array([self.left + self.width / 2, self.top + self.height / 2])

    def fit(self, *sets: Points, alike: bool = True, margin: float = 4) -> list[Points]:
        """Move sets of points, y up, into the panel: all in the same way, both axes alike unless told otherwise."""
        everything = np.concatenate([points.reshape(-1, 2) for points in sets])
        low, high = everything.min(0), everything.max(0)
        scale = (np.array([self.width, self.height]) - 2 * margin) / (high - low)
        if alike:
            scale = np.full(2, scale.min())
        return [self.centre + (points - (low + high) / 2) * scale * (1, -1) for points in sets]


def _squares(n: int) -> list[_Panel]:
    """Panels side by side, as large as fit, with even gaps."""
    width, height = VIEW_BOX
    side = min(height, (width - 8 * (n - 1)) / n)
    gap = (width - n * side) / max(1, n - 1) if n > 2 else 0
    left = (width - n * side - (n - 1) * gap) / 2
    return [_Panel(left + k * (side + gap), (height - side) / 2, side, side) for k in range(n)]


def _svg(*elements: str) -> str:
    width, height = VIEW_BOX
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{"".join(elements)}</svg>'


def _line(points: Points, colour: str, width: float = 1.5, opacity: float = 1.0) -> str:
    text = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
    return (
        f'<polyline points="{text}" fill="none" stroke="{colour}" stroke-width="{width}" '
        f'stroke-opacity="{opacity}" stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _lines(
    curves: Sequence[Points] | np.ndarray, colour: str, width: float = 1.5, opacity: float = 1.0
) -> list[str]:
    return [_line(points, colour, width, opacity) for points in curves]


def _dots(points: Points, colour: str, radius: float = 2.5) -> list[str]:
    return [f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius}" fill="{colour}"/>' for x, y in points]


def _bar(start: Points, end: Points, foot: float) -> str:
    top, bottom = sorted((float(start[1]), float(foot)))
    return (
        f'<rect x="{start[0] + 1:.2f}" y="{top:.2f}" width="{end[0] - start[0] - 2:.2f}" '
        f'height="{bottom - top:.2f}" rx="1" fill="{_VERMILION}"/>'
    )


def _images(*images: Image, colour_map: str = "grey") -> str:
    squares = _squares(len(images))
    return _svg(
        *(_embedded(image[0, 0], colour_map, panel) for image, panel in zip(images, squares, strict=True))
    )


def _embedded(picture: Float[Tensor, "row column"], colour_map: str, panel: _Panel) -> str:
    """An image inside the picture; its pixels stay pixels at any size."""
    png = base64.b64encode(to_png(picture, colour_map)).decode()
    return (
        f'<image x="{panel.left:.2f}" y="{panel.top:.2f}" width="{panel.width:.2f}" height="{panel.height:.2f}" '
        f'preserveAspectRatio="none" style="image-rendering:pixelated" href="data:image/png;base64,{png}"/>'
    )
