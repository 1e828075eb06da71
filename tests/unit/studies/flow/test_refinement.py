"""The flow behind a network: the network itself on its own grid, the exact flow on finer ones."""

from itertools import pairwise

import pytest
import torch
from torch import Generator, Tensor
from torch.testing import assert_close

from structviz.checks import fitted_slope, jacobians, orientations
from structviz.errors import ConfigError
from structviz.nets import PLAIN, SCHEMES, PointClassifier
from structviz.ode import INTEGRATORS
from structviz.studies.flow import (
    INTERPOLATIONS,
    Interpolation,
    Motion,
    WeightSchedule,
    layers,
    refined,
    weight_schedule,
)
from tests.covering import every_pair
from tests.tolerances import ORDER
from tests.unit.checks.smooth_networks import exact_end, scattered, smooth_network

METHODS = pytest.mark.parametrize("method", INTEGRATORS)
INTERPOLATED = pytest.mark.parametrize("interpolation", INTERPOLATIONS)


def end(motion: Motion, x: Tensor) -> Tensor:
    return motion.trajectory(x)[-1]


# The network itself.


@every_pair(
    method=INTEGRATORS,
    dtype=[torch.float32, torch.float64],
    grid=[(1, 1.0), (7, 3.1), (40, 4.0)],
    activation=["tanh", "relu"],
)
def test_its_own_grid_and_integrator_give_the_network_bit_for_bit(
    method: str, dtype: torch.dtype, grid: tuple[int, float], activation: str, generator: Generator
) -> None:
    n_layers, time = grid
    net = smooth_network(generator, method, 2, n_layers, time, activation, 0.5).to(dtype)
    x = scattered(9, generator).to(dtype)
    expected = net.trajectory(x)
    assert torch.equal(layers(net).trajectory(x), expected)
    assert torch.equal(refined(net, method).trajectory(x), expected)
    assert torch.equal(refined(net, method, n_layers).trajectory(x), expected)


@METHODS
def test_other_steps_another_integrator_or_other_weights_between_do_not(method: str, generator: Generator) -> None:
    net = smooth_network(generator, method)
    x = scattered(9, generator)
    own = net.last(x)
    other = "heun" if method != "heun" else "rk4"
    for motion in (refined(net, method, 2 * net.n_layers), refined(net, other), refined(net, method, 3)):
        assert (end(motion, x) - own).abs().max() > 1e-6
    # Only Euler does not look between the layers.
    linear = refined(net, method, interpolation="linear")
    assert torch.equal(end(linear, x), own) == (method == "euler")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_layers_are_those_of_every_network(scheme: str, generator: Generator) -> None:
    net = smooth_network(generator, scheme, width=3)
    motion = layers(net)
    x = scattered(5, generator, 3)
    assert torch.equal(motion.trajectory(x), net.trajectory(x))
    assert len(motion.steps) == net.n_layers == len(motion.times) - 1
    assert motion.times[0] == 0
    assert motion.times[-1] == net.time


def test_the_weights_of_a_plain_network_make_a_flow(generator: Generator) -> None:
    plain, resnet = smooth_network(generator, PLAIN), smooth_network(generator)
    resnet.load_state_dict(plain.state_dict())
    x = scattered(5, generator)
    assert torch.equal(end(refined(plain, "euler"), x), resnet.last(x))


def test_frames_that_are_not_shown_are_left_out(generator: Generator) -> None:
    motion = refined(smooth_network(generator), "heun", 12)
    x = scattered(5, generator)
    whole = motion.trajectory(x)
    assert whole.shape == (13, 5, 2)
    for shown in ([0, 12], [12], [1, 5, 6], [0], list(range(13))):
        assert torch.equal(motion.trajectory(x, shown), whole[shown])


def test_motions_neither_ask_for_gradients_nor_change_anything(generator: Generator) -> None:
    net = smooth_network(generator).requires_grad_(True)
    x = scattered(5, generator).requires_grad_()
    before, weights = x.detach().clone(), {key: value.clone() for key, value in net.state_dict().items()}
    for motion in (layers(net), refined(net, "rk4", 3), refined(net, "implicit-midpoint", 16, "linear")):
        frames = motion.trajectory(x)
        assert not frames.requires_grad
        frames.zero_()
    assert torch.equal(x, before)
    for key, value in net.state_dict().items():
        assert torch.equal(value, weights[key])


# Weights as functions of time.


@pytest.mark.parametrize(("n_layers", "time"), [(1, 1.0), (3, 0.7), (7, 3.1), (40, 4.0), (999, 1.3)])
@INTERPOLATED
def test_at_its_time_each_layer_holds(
    n_layers: int, time: float, interpolation: Interpolation, generator: Generator
) -> None:
    theta = weight_schedule(smooth_network(generator, n_layers=n_layers, time=time), interpolation)
    for k in range(n_layers):
        # The same time by three ways of rounding.
        for t in (k * time / n_layers, k * (time / n_layers), time * (k / n_layers)):
            A, b = theta.at(t)
            assert torch.equal(A, theta.A[k])
            assert torch.equal(b, theta.b[k])
    for t in (time, time * (1 + 1e-15), 2 * time):
        assert torch.equal(theta.at(t)[0], theta.A[-1])
    assert torch.equal(theta.at(-0.1)[0], theta.A[0])


def test_constant_weights_jump_at_the_seams_and_linear_ones_do_not(generator: Generator) -> None:
    net = smooth_network(generator)
    constant, linear = weight_schedule(net), weight_schedule(net, "linear")
    eps = 1e-7
    for k in range(1, net.n_layers):
        seam = k * net.dt
        before, after = constant.at(seam - eps), constant.at(seam + eps)
        assert torch.equal(before[0], net.A[k - 1])
        assert torch.equal(before[1], net.b[k - 1])
        assert torch.equal(after[0], net.A[k])
        assert torch.equal(after[1], net.b[k])
        for left, middle, right in zip(linear.at(seam - eps), linear.at(seam), linear.at(seam + eps), strict=True):
            assert_close(left, middle, rtol=0, atol=1e-4)
            assert_close(right, middle, rtol=0, atol=1e-4)
            assert (right - left).abs().max() > 1e-8  # it does move


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.9])
def test_linear_weights_are_shares_of_two_layers(share: float, generator: Generator) -> None:
    net = smooth_network(generator, n_layers=5)
    theta = weight_schedule(net, "linear")
    for k in range(4):
        A, b = theta.at((k + share) * net.dt)
        assert_close(A, (1 - share) * net.A[k] + share * net.A[k + 1], rtol=1e-13, atol=1e-13)
        assert_close(b, (1 - share) * net.b[k] + share * net.b[k + 1], rtol=1e-13, atol=1e-13)
    assert torch.equal(theta.at((4 + share) * net.dt)[0], net.A[4])


@pytest.mark.parametrize("n_steps", [1, 2, 3, 5, 8, 11, 16, 100])
def test_the_integral_of_the_weights_is_conserved(n_steps: int, generator: Generator) -> None:
    net = smooth_network(generator, n_layers=8, time=1.7)
    theta = weight_schedule(net)
    times = [k * net.time / n_steps for k in range(n_steps + 1)]
    means = [theta.mean(*ends) for ends in pairwise(times)]
    for index, whole in enumerate((net.A, net.b)):
        total = sum(mean[index] for mean in means) * net.time / n_steps
        assert_close(total, whole.sum(0) * net.dt, rtol=1e-12, atol=1e-12)


def test_means_by_hand() -> None:
    A = torch.tensor([1.0, 2.0, 4.0], dtype=torch.float64).view(3, 1, 1)
    theta = WeightSchedule(A, A[:, 0], time=3.0)
    for start, stop, expected in ((0, 3, 7 / 3), (0, 1, 1), (1, 2, 2), (0.5, 1.5, 1.5), (0.75, 3, 25 / 9), (2.5, 3, 4)):
        mean_A, mean_b = theta.mean(start, stop)
        assert mean_A.item() == pytest.approx(expected, rel=1e-14)
        assert mean_b.item() == pytest.approx(expected, rel=1e-14)


def test_coarse_steps_take_the_mean(generator: Generator) -> None:
    net = smooth_network(generator, n_layers=6, time=1.2)
    x = scattered(9, generator)
    z = x
    for k in (0, 2, 4):
        A, b = net.A[k : k + 2].mean(0), net.b[k : k + 2].mean(0)
        z = z + 0.4 * torch.tanh(z @ A.T + b)
    assert_close(end(refined(net, "euler", 3), x), z, rtol=0, atol=1e-13)
    single = x + 1.2 * torch.tanh(x @ net.A.mean(0).T + net.b.mean(0))
    assert_close(end(refined(net, "euler", 1), x), single, rtol=0, atol=1e-13)


def test_single_precision_weights_stay_so(generator: Generator) -> None:
    net = smooth_network(generator).float()
    for interpolation in INTERPOLATIONS:
        theta = weight_schedule(net, interpolation)
        assert theta.at(0.31)[0].dtype == theta.mean(0.1, 0.7)[0].dtype == torch.float32
        assert end(refined(net, "rk4", 11, interpolation), scattered(3, generator).float()).dtype == torch.float32


# Refinement.


@METHODS
@INTERPOLATED
@pytest.mark.parametrize("width", [2, 3])
def test_refinement_converges_to_the_flow_at_the_order_of_the_integrator(
    method: str, interpolation: Interpolation, width: int, generator: Generator
) -> None:
    net = smooth_network(generator, width=width, n_layers=4, size=0.6)
    x = scattered(5, generator, width)
    goal = exact_end(net, x, interpolation)
    numbers = [4 * n for n in (6, 8, 12, 16, 24)]
    errors = [(end(refined(net, method, n, interpolation), x) - goal).norm().item() for n in numbers]
    assert fitted_slope([net.time / n for n in numbers], errors) == pytest.approx(INTEGRATORS[method].order, abs=ORDER)


def test_the_two_interpolations_lead_to_different_places(generator: Generator) -> None:
    net = smooth_network(generator, n_layers=4)
    x = scattered(5, generator)
    constant, linear = (exact_end(net, x, interpolation) for interpolation in INTERPOLATIONS)
    assert (constant - linear).abs().max() > 0.01
    assert (end(refined(net, "rk4", 64, "linear"), x) - constant).abs().max() > 0.01


def test_steps_across_the_seams_lose_their_order(generator: Generator) -> None:
    net = smooth_network(generator, n_layers=4)
    x = scattered(5, generator)
    goal = exact_end(net, x, "constant")
    numbers = [17, 25, 35, 49, 67]  # none a multiple of 4
    errors = [(end(refined(net, "rk4", n), x) - goal).norm().item() for n in numbers]
    assert fitted_slope([net.time / n for n in numbers], errors) < 2.7


# What a flow conserves.

TURNING = torch.tensor([[0.0, -1.3], [1.3, 0.0]], dtype=torch.float64)


def turning_network(n_layers: int = 4) -> PointClassifier:
    """A antisymmetric and b = 0: ż = σ(Az) then conserves log cosh ωx + log cosh ωy, and areas."""
    net = PointClassifier(n_layers=n_layers, time=6.0).double().requires_grad_(False)
    net.A.copy_(TURNING.expand_as(net.A))
    return net


def energy(z: Tensor) -> Tensor:
    return (1.3 * z).cosh().log().sum(-1)


@METHODS
def test_a_conserved_quantity_drifts_less_and_less_under_refinement(method: str, generator: Generator) -> None:
    net, x = turning_network(), scattered(9, generator)
    numbers = [40, 80, 160]
    frames = [refined(net, method, n).trajectory(x) for n in numbers]
    drifts = [(energy(z) - energy(z[0])).abs().max().item() for z in frames]
    order = INTEGRATORS[method].order
    assert fitted_slope([1 / n for n in numbers], drifts) > order - ORDER
    assert (frames[-1] - frames[-1][0]).norm(dim=-1).max() > 1  # the points do move
    if method == "euler":
        assert (energy(frames[0][-1]) > energy(x)).all()  # outwards, as in the lecture


def through(motion: Motion, z: Tensor) -> Tensor:
    """All steps, with gradients."""
    for step in motion.steps:
        z = step(z)
    return z


@METHODS
def test_areas_are_conserved_better_and_better_under_refinement(method: str, generator: Generator) -> None:
    net, x = turning_network(), scattered(9, generator)
    numbers = [40, 80, 160]
    errors = [
        (torch.linalg.det(jacobians(lambda z, n=n: through(refined(net, method, n), z), x)) - 1).abs().max().item()
        for n in numbers
    ]
    if method == "implicit-midpoint":  # symplectic: areas to rounding, however coarse
        assert max(errors) < 1e-12
    else:
        assert errors[0] > 1e-9
        assert fitted_slope([1 / n for n in numbers], errors) > INTEGRATORS[method].order - ORDER


@METHODS
@INTERPOLATED
def test_fine_steps_keep_the_orientation(method: str, interpolation: Interpolation, generator: Generator) -> None:
    net = smooth_network(generator, size=2.0, time=3.0)
    x = 3 * scattered(200, generator)
    fine = refined(net, method, 80, interpolation)
    for k, z in enumerate(fine.trajectory(x)[:-1]):
        assert (orientations(fine.steps[k], z) == 1).all()


def test_coarse_euler_steps_fold(generator: Generator) -> None:
    net = smooth_network(generator, size=2.0, time=3.0)
    coarse = refined(net, "euler", 2)
    found = orientations(lambda z: through(coarse, z), 3 * scattered(200, generator))
    assert (found == -1).any()
    assert (found == 1).any()


# What is refused.


@pytest.mark.parametrize("n_steps", [0, -1, 20_001, 2.0, True])
@pytest.mark.usefixtures("without_shape_checks")
def test_impossible_numbers_of_steps_are_refused(n_steps: int, generator: Generator) -> None:
    with pytest.raises(ConfigError, match=f"whole, from 1 to 20000; got {n_steps!r}"):
        refined(smooth_network(generator), "euler", n_steps)


@pytest.mark.usefixtures("without_shape_checks")
def test_unknown_names_are_refused(generator: Generator) -> None:
    net = smooth_network(generator)
    with pytest.raises(ConfigError, match=r"an integrator is one of euler.*got 'plain'"):
        refined(net, PLAIN)
    with pytest.raises(ConfigError, match="Weights are constant or linear in time; got 'cubic'"):
        refined(net, "euler", 5, "cubic")  # pyright: ignore[reportArgumentType]
