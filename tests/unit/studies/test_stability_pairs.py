"""Pairs of points, phase portraits, attacks and plug and play: what the page of stability shows."""

import math

import pytest
import torch
from torch import Tensor

from structviz.errors import ConfigError
from structviz.nets import Averaged, GradientFlow, NonexpansiveDenoiser, power_iteration
from structviz.studies.stability import (
    PORTRAIT_METHODS,
    Portrait,
    attack_curve,
    attacked,
    blur,
    layer_spectra,
    phase_portrait,
    plug_and_play,
    study_pairs,
)


def flow(share: float) -> GradientFlow:
    torch.manual_seed(2)
    return GradientFlow(2, 6, 10, share, activation="tanh").double().requires_grad_(False)


def test_distances_never_grow_and_the_twin_passes_the_bound(generator: torch.Generator) -> None:
    x, y = torch.randn(2, 30, 2, generator=generator, dtype=torch.float64)
    found = study_pairs(flow(1.0), x, y)
    assert found.distances.shape == (11, 30)
    assert (found.distances[1:] <= found.distances[:-1] * (1 + 1e-12)).all()
    assert found.bound == 1
    assert found.ratios.max() <= found.worst * (1 + 1e-9) <= 1 + 2e-9
    torch.testing.assert_close(found.certified, (x - y).norm(dim=1))
    torch.testing.assert_close(found.distances[-1], (found.x[-1] - found.y[-1]).norm(dim=1))
    steep = flow(1.9)
    steep.b.zero_()  # near the origin all of σ′ is 1
    twin = study_pairs(steep, 0.01 * x, 0.01 * y)
    assert twin.bound == math.inf
    assert twin.worst > 1.2


def test_spectra_of_gradient_steps_lie_between_minus_one_and_one(generator: torch.Generator) -> None:
    x = torch.randn(10, 2, generator=generator, dtype=torch.float64)
    spectra = layer_spectra(flow(1.0), x)
    assert spectra.shape == (10, 10, 2)
    assert spectra.imag.abs().max() < 1e-12
    assert spectra.real.abs().max() <= 1 + 1e-12
    assert layer_spectra(flow(1.9), x).real.min() < -1.2


def test_energies_as_measured_over_many_steps() -> None:
    """At a small step RK4 wins; at a large one it drifts, and the symplectic methods only oscillate."""
    small = {method: phase_portrait("pendulum", method, 0.1, 300).largest_error for method in PORTRAIT_METHODS}
    assert small["rk4"] < 1e-4 < 1e-3 < small["stormer-verlet"] < 4e-3 < small["symplectic-euler"] < 0.1
    assert small["euler"] > 0.3
    for method, drifts in (("rk4", True), ("stormer-verlet", False), ("symplectic-euler", False)):
        errors = phase_portrait("pendulum", method, 0.4, 800).energy_errors.abs()
        early, late = errors[:100].max().item(), errors[-100:].max().item()
        assert (late > 3 * early) == drifts, (method, early, late)


def test_a_planet_comes_back_after_a_period() -> None:
    n = 1000
    portrait = phase_portrait("kepler", "rk4", 2 * math.pi / n, n)
    torch.testing.assert_close(portrait.q[-1], portrait.q[0], rtol=0, atol=1e-4)
    assert portrait.q[:, 0].min().item() == pytest.approx(-1.6, abs=1e-4)
    assert phase_portrait("kepler", "stormer-verlet", 0.01, 700).largest_error < 0.01


def test_an_orbit_that_is_lost_has_an_infinite_error() -> None:
    nothing = torch.zeros(2, 1, dtype=torch.float64)
    for lost in (math.inf, -math.inf, math.nan):
        errors = torch.tensor([0.0, lost], dtype=torch.float64)
        assert Portrait(errors, nothing, nothing, errors).largest_error == math.inf


@pytest.mark.parametrize(
    "arguments",
    [("top", "rk4", 0.1, 10), ("kepler", "rk5", 0.1, 10), ("kepler", "rk4", 0.0, 9), ("kepler", "rk4", 1.0, 0)],
)
def test_portraits_out_of_range_are_refused(arguments: tuple) -> None:
    with pytest.raises(ConfigError, match="got"):
        phase_portrait(*arguments)


def test_an_attack_finds_the_norm_of_a_linear_map_and_stays_in_its_ball() -> None:
    scale = torch.ones(1, 1, 6, 6, dtype=torch.float64)
    scale[0, 0, 2, 3] = 3.0
    y = torch.rand(2, 1, 6, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    delta = attacked(lambda z: scale * z, y, 0.5, 40)
    lengths = delta.flatten(1).norm(dim=1)
    assert (lengths <= 0.5 * (1 + 1e-12)).all()
    assert ((scale * delta).flatten(1).norm(dim=1) > 1.49).all()
    assert not attacked(lambda z: scale * z, y, 0.0, 2).any()


def test_the_certified_line_is_never_crossed_by_a_non_expansive_denoiser(generator: torch.Generator) -> None:
    torch.manual_seed(0)
    net = NonexpansiveDenoiser(4, 3, 3).double().requires_grad_(False)
    x = torch.rand(2, 1, 9, 10, generator=generator, dtype=torch.float64)
    y = x + 0.1
    epsilons = [0.0, 0.5, 1.0, 2.0]
    curve = attack_curve(net, y, x, epsilons)
    assert (curve.errors <= curve.certified * (1 + 1e-12)).all()
    assert (curve.shifts <= torch.tensor(epsilons).double()[:, None] * (1 + 1e-12)).all()
    assert (curve.shifts[1:] > curve.shifts[:-1]).all()
    twice = attack_curve(lambda z: 2 * net(z), y, x, epsilons)
    assert (twice.shifts[-1] > 2.0).any(), "the control crosses it"


def test_averaged_denoisers_converge_and_a_rotation_does_not(generator: torch.Generator) -> None:
    y = torch.rand(1, 1, 8, 8, generator=generator, dtype=torch.float64)

    def turn(x: Tensor) -> Tensor:
        return -torch.rot90(x, 1, (-2, -1))

    def nothing(x: Tensor) -> Tensor:
        return 0 * x  # no data: x ← D(x)

    kept = plug_and_play(turn, nothing, nothing, y, y, 1.0, 200).residuals
    assert kept[-1, 0].item() == pytest.approx(kept[0, 0].item())
    averaged = plug_and_play(lambda x: (x + turn(x)) / 2, nothing, nothing, y, y, 1.0, 200).residuals
    assert (averaged[1:] <= averaged[:-1] * (1 + 1e-9)).all()
    assert averaged[-1] < 1e-12


def test_deblurring_with_an_averaged_denoiser_has_residuals_that_never_grow(generator: torch.Generator) -> None:
    torch.manual_seed(0)
    net = Averaged(NonexpansiveDenoiser(4, 3, 3)).double().requires_grad_(False)
    A = blur(1.2)
    x = torch.rand(2, 1, 12, 14, generator=generator, dtype=torch.float64)
    found = plug_and_play(net, A, A, A(x), x, 1.9, 60)
    assert (found.residuals[1:] <= found.residuals[:-1] * (1 + 1e-9)).all()
    expanding = plug_and_play(lambda z: 1.2 * z, A, A, A(x), x, 1.9, 60)
    assert expanding.residuals[-1].min() > expanding.residuals[0].max(), "the control diverges"


def test_the_blur_is_symmetric_and_no_longer_than_one(generator: torch.Generator) -> None:
    A = blur(1.5)
    x, y = torch.randn(2, 1, 1, 11, 13, generator=generator, dtype=torch.float64)
    assert (A(x) * y).sum().item() == pytest.approx((x * A(y)).sum().item(), rel=1e-12)
    assert 0.8 < power_iteration(A, A, x) <= 1
    with pytest.raises(ConfigError, match="width of a blur"):
        blur(0.0)
