"""The film of a flow: every frame against the network that it shows."""

import math

import pytest
import torch
from torch import Generator, Tensor
from torch.testing import assert_close

from structviz.checks import orientations
from structviz.data import toy
from structviz.errors import ConfigError
from structviz.nets import PLAIN, SCHEMES, PointClassifier
from structviz.studies.flow import Film, Motion, film, lattice, layers, refined
from structviz.studies.flow.film import MAX_FRAMES
from structviz.types import Labels, Points
from tests.unit.checks.smooth_networks import scattered, smooth_network

SCHEME = pytest.mark.parametrize("scheme", SCHEMES)
POINTS, LABELS = toy("spiral2d", 31)
N_LAYERS = 6


def network(generator: Generator, scheme: str = "euler", width: int = 2, size: float = 1.0) -> PointClassifier:
    return smooth_network(generator, scheme, width, N_LAYERS, 2.0, size=size).float()


def shoot(net: PointClassifier, motion: Motion | None = None, points: Points = POINTS, labels: Labels = LABELS) -> Film:
    return film(net, layers(net) if motion is None else motion, points, labels)


def pixel_centres(half_width: float, side: int) -> Tensor:
    """Rows from the top, columns from the left."""
    places = [half_width * ((2 * i + 1) / side - 1) for i in range(side)]
    return torch.tensor([[x, y] for y in reversed(places) for x in places])


# Points, mesh, arrows.


@SCHEME
@pytest.mark.parametrize("width", [2, 3])
def test_positions_are_the_trajectory(scheme: str, width: int, generator: Generator) -> None:
    net = network(generator, scheme, width)
    shown = shoot(net)
    assert torch.equal(shown.positions, net.trajectory(POINTS))
    assert shown.positions.dtype == torch.float32
    assert torch.equal(shown.labels, LABELS)
    assert_close(shown.times, torch.arange(N_LAYERS + 1) * net.dt)
    assert torch.equal(shown.normal, net.normal)
    assert shown.offset == net.offset.item()


@SCHEME
@pytest.mark.parametrize("width", [2, 5])
def test_the_mesh_is_a_square_grid_that_goes_along(scheme: str, width: int, generator: Generator) -> None:
    net = network(generator, scheme, width)
    shown = shoot(net)
    reach = 1.15 * POINTS.abs().max().item()
    start = shown.mesh[0, ..., :2]
    side = len(start)
    assert torch.equal(start[0, 0], torch.tensor([-reach, -reach]))
    assert torch.equal(start[0, -1], torch.tensor([reach, -reach]))
    assert torch.equal(start[-1, 0], torch.tensor([-reach, reach]))
    assert_close(start.diff(dim=0), torch.tensor([0.0, 2 * reach / (side - 1)]).expand(side - 1, side, 2))
    assert not shown.mesh[0, ..., 2:].any()
    moved = net.trajectory(shown.mesh[0].flatten(0, 1))
    assert_close(shown.mesh.flatten(1, 2), moved)


@SCHEME
def test_arrows_are_what_a_step_does_for_each_unit_of_time(scheme: str, generator: Generator) -> None:
    net = network(generator, scheme)
    shown = shoot(net)
    assert shown.anchors.abs().max() == pytest.approx(0.92 * shown.half_width, rel=1e-6)
    for k in range(N_LAYERS + 1):
        step = min(k, N_LAYERS - 1)  # no step follows the last frame
        expected = (net.layer(step, shown.anchors) - shown.anchors) / net.dt
        assert_close(shown.arrows[k], expected, rtol=1e-4, atol=1e-4)
        if scheme == "euler":
            assert_close(shown.arrows[k], net.velocity(step, shown.anchors), rtol=1e-4, atol=1e-4)
    assert shown.arrows.abs().max() > 0.1


# Decisions.


@SCHEME
def test_decisions_are_what_the_layers_to_come_make_of_each_pixel(scheme: str, generator: Generator) -> None:
    net = network(generator, scheme)
    shown = shoot(net)
    rows, columns = shown.decisions.shape[1:]
    pixels = pixel_centres(shown.half_width, columns)
    assert rows == columns
    for k in range(N_LAYERS + 1):
        expected = torch.sigmoid(net.classify(net.last(pixels, first=k)))
        assert_close(shown.decisions[k].flatten(), expected, rtol=0, atol=1e-4)
    assert_close(shown.decisions[0].flatten(), torch.sigmoid(net(pixels)), rtol=0, atol=1e-4)


def test_decisions_of_a_refined_flow_are_those_of_its_steps(generator: Generator) -> None:
    net = network(generator)
    motion = refined(net, "rk4", 5)
    shown = shoot(net, motion)
    z = pixel_centres(shown.half_width, shown.decisions.shape[2])
    for step in motion.steps[3:]:
        z = step(z)
    assert_close(shown.decisions[3].flatten(), torch.sigmoid(net.classify(z)), rtol=0, atol=1e-5)
    assert (shown.decisions[3] - shoot(net).decisions[3]).abs().max() > 0.01


@pytest.mark.parametrize("angle", [0.0, 0.7, math.pi / 2, 4.0])
def test_the_last_frame_is_the_classifier_and_the_first_row_the_top(angle: float, generator: Generator) -> None:
    net = network(generator)
    net.normal.copy_(torch.tensor([math.cos(angle), math.sin(angle)]))
    net.offset.fill_(0.0)
    picture = shoot(net).decisions[-1]
    right, up = picture[:, -1] - picture[:, 0], picture[0] - picture[-1]
    assert (right.sign() == round(math.copysign(abs(math.cos(angle)) > 1e-9, math.cos(angle)))).all()
    assert (up.sign() == round(math.copysign(abs(math.sin(angle)) > 1e-9, math.sin(angle)))).all()


# Folds.


def test_fine_steps_fold_nothing_and_coarse_ones_do(generator: Generator) -> None:
    net = network(generator, size=2.0)
    assert not shoot(net, refined(net, "rk4", 60)).folded.any()
    coarse = shoot(net, refined(net, "euler", 2))
    assert coarse.folded[1:].any()
    assert not coarse.folded[0].any()
    assert not coarse.folded.all()
    side = coarse.mesh.shape[1] - 1
    assert coarse.folded.shape == (3, side, side)


def test_folds_lie_where_the_determinant_is_negative(generator: Generator) -> None:
    net = network(generator, size=2.0)
    motion = refined(net, "euler", 2)
    shown = shoot(net, motion)
    start = shown.mesh[0]
    centres = (start[:-1, :-1] + start[1:, 1:]).flatten(0, 1) / 2

    def through(z: Tensor) -> Tensor:
        return motion.steps[1](motion.steps[0](z))

    one, both = orientations(motion.steps[0], centres), orientations(through, centres)
    second = orientations(motion.steps[1], motion.steps[0](centres))
    assert torch.equal(shown.folded[1].flatten(), one == -1)
    assert torch.equal(shown.folded[2].flatten(), (one == -1) | (second == -1))
    assert ((one == -1) & (second == -1)).any()  # folded twice: all together keep the orientation
    assert not torch.equal(shown.folded[2].flatten(), both == -1)


# Many steps, few steps, and what leaves the plane.


@pytest.mark.parametrize(("n_steps", "stride"), [(60, 1), (61, 2), (120, 2), (121, 3), (150, 3)])
def test_long_motions_leave_frames_out(n_steps: int, stride: int, generator: Generator) -> None:
    net = network(generator)
    motion = refined(net, "euler", n_steps)
    shown = shoot(net, motion)
    kept = sorted({*range(0, n_steps, stride), n_steps})
    assert len(shown.times) == len(kept) <= MAX_FRAMES
    assert_close(shown.times, torch.tensor([motion.times[k] for k in kept]))
    assert torch.equal(shown.positions, motion.trajectory(POINTS)[kept])
    assert shown.times[0] == 0
    assert shown.times[-1] == pytest.approx(net.time)
    for part in (shown.mesh, shown.arrows, shown.decisions, shown.folded):
        assert len(part) == len(kept)
    pixels = pixel_centres(shown.half_width, shown.decisions.shape[2])
    z = pixels
    for step in motion.steps[kept[-2] :]:
        z = step(z)
    assert_close(shown.decisions[-2].flatten(), torch.sigmoid(net.classify(z)), rtol=0, atol=1e-5)


@pytest.mark.parametrize("n_layers", [1, 2])
def test_short_films(n_layers: int, generator: Generator) -> None:
    net = smooth_network(generator, n_layers=n_layers).float()
    assert len(shoot(net).times) == n_layers + 1


@pytest.mark.parametrize("width", [3, 8])
def test_outside_the_plane_there_is_less_to_draw(width: int, generator: Generator) -> None:
    net = network(generator, width=width)
    shown = shoot(net)
    assert shown.positions.shape == (N_LAYERS + 1, len(POINTS), width)
    assert shown.mesh.shape[-1] == width
    assert shown.decisions.shape == shown.folded.shape == (N_LAYERS + 1, 0, 0)
    assert shown.smallest.shape == (24, 24)
    assert shown.anchors.shape == (0, 2)
    assert shown.arrows.shape == (N_LAYERS + 1, 0, 2)


# The window, and points that leave it.


def test_the_window_holds_nearly_all(generator: Generator) -> None:
    net = network(generator, size=1.5)
    points = scattered(200, generator).float()
    shown = shoot(net, None, points, torch.arange(200) % 2)
    extents = shown.positions.abs().amax(-1)
    assert shown.half_width >= 1.15 * points.abs().max() * (1 - 1e-6)
    assert (extents <= shown.half_width).double().mean() >= 0.995
    still = smooth_network(generator, size=0.0).float()
    assert shoot(still).half_width == pytest.approx(1.15 * POINTS.abs().max().item())


@pytest.mark.parametrize("growth", [3.0, 1e4, 1e20, 1e38])
def test_lost_points_spoil_nothing(growth: float) -> None:
    net = PointClassifier(n_layers=5, activation="relu", time=1.0).requires_grad_(False)
    net.A.copy_((growth * torch.eye(2)).expand(5, 2, 2))
    shown = shoot(net)
    assert (growth < 1e4) == bool(shown.positions.isfinite().all() and shown.positions.abs().max() < 1e3)
    assert math.isfinite(shown.half_width)
    assert 1.15 * POINTS.abs().max().item() <= shown.half_width <= 1000
    assert shown.decisions.isfinite().all()
    assert shown.decisions.min() >= 0
    assert shown.decisions.max() <= 1
    assert torch.equal(shown.positions.isfinite(), net.trajectory(POINTS).isfinite())


def test_points_at_the_origin_have_a_window_too(generator: Generator) -> None:
    net = smooth_network(generator, size=0.0).float()
    shown = shoot(net, None, torch.zeros(1, 2), torch.zeros(1, dtype=torch.int64))
    assert shown.half_width > 0
    assert shown.mesh[0, -1, -1, 0] > 0


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (torch.zeros(0, 2), "at least one point; got none"),
        (torch.tensor([[0.0, math.nan], [1.0, 1.0]]), "finite places; got 1 that do not"),
        (torch.tensor([[0.0, math.inf], [math.nan, 1.0]]), "got 2 that do not"),
    ],
)
def test_films_need_points(points: Points, message: str, generator: Generator) -> None:
    with pytest.raises(ConfigError, match=message):
        shoot(network(generator), None, points, torch.zeros(len(points), dtype=torch.int64))


def test_filming_changes_nothing(generator: Generator) -> None:
    net = network(generator).requires_grad_(True)
    points = POINTS.clone()
    weights = {key: value.clone() for key, value in net.state_dict().items()}
    shown = shoot(net, None, points)
    for part in vars(shown).values():
        assert not (isinstance(part, Tensor) and part.requires_grad)
    shown.normal.zero_()
    shown.positions.zero_()
    assert torch.equal(points, POINTS)
    assert all(p.grad is None for p in net.parameters())
    for key, value in net.state_dict().items():
        assert torch.equal(value, weights[key])


def test_double_precision_stays_so(generator: Generator) -> None:
    net = smooth_network(generator)
    shown = shoot(net, None, POINTS.double())
    assert shown.positions.dtype == shown.mesh.dtype == shown.decisions.dtype == torch.float64


@SCHEME
def test_every_scheme_has_a_film_of_its_flow(scheme: str, generator: Generator) -> None:
    net = network(generator, scheme)
    assert len(shoot(net, refined(net, "heun", 3)).times) == 4
    assert (scheme == PLAIN) == bool((shoot(net).positions[1:].abs() <= 1).all())  # tanh alone


def test_lattice_rows_go_up() -> None:
    grid = lattice(2.0, 3)
    assert grid[0, 0].tolist() == [-2, -2]
    assert grid[0, 2].tolist() == [2, -2]
    assert grid[2, 1].tolist() == [0, 2]
