"""Denoisers under attack, inside iterations and on photographs: closed forms, and the shipped ones as controls."""

import pytest
import torch
from torch import Tensor

from structviz import data, zoo
from structviz.checks import lipschitz_ratio
from structviz.errors import ConfigError
from structviz.metrics import psnr
from structviz.nets import NonexpansiveDenoiser, power_iteration
from structviz.studies.stability import (
    Problem,
    attack_curve,
    attacked,
    deblurring,
    denoising_quality,
    plug_and_play,
    scanning,
    study_pairs,
)
from structviz.transforms import add_gaussian

ROUNDING = 1e-5
"""Of ratios, in float32."""


def photograph(name: str = "camera", sigma: float = 0.1) -> tuple[Tensor, Tensor]:
    x = data.image(name, 64)
    return x, add_gaussian(x, sigma, torch.Generator().manual_seed(0))


def test_an_attack_moves_the_free_denoiser_by_more_than_its_length_and_the_other_never() -> None:
    x, y = photograph()
    epsilons = [0.0, 1.0, 2.0]
    shipped = zoo.load("stability/nonexpansive")
    assert isinstance(shipped, NonexpansiveDenoiser)
    stable = attack_curve(shipped.prepared(), y, x, epsilons, 12)
    assert (stable.shifts[:, 0] <= stable.epsilons * (1 + ROUNDING)).all()
    assert (stable.errors <= stable.certified * (1 + ROUNDING)).all()
    free = attack_curve(zoo.load("stability/ordinary"), y, x, epsilons, 12)
    assert (free.shifts[1:, 0] > free.epsilons[1:]).all()


def test_an_attack_on_the_error_of_the_identity_reaches_the_certified_line(generator: torch.Generator) -> None:
    x, y = torch.rand(2, 2, 1, 8, 8, generator=generator, dtype=torch.float64)
    curve = attack_curve(lambda z: z, y, x, [0.0, 0.5], 10, on_error=True)
    torch.testing.assert_close(curve.errors, curve.certified, rtol=1e-6, atol=0)
    torch.testing.assert_close(curve.shifts[1], torch.full((2,), 0.5, dtype=torch.float64))
    torch.testing.assert_close(curve.outputs, y + curve.changes)


def test_each_image_is_attacked_in_its_own_ball_and_from_its_own_start(generator: torch.Generator) -> None:
    y = torch.rand(3, 1, 6, 6, generator=generator, dtype=torch.float64)
    radii = torch.tensor([0.1, 1.0, 2.0], dtype=torch.float64)
    scale = torch.ones(6, 6, dtype=torch.float64)
    scale[2, 3] = 4
    best = torch.zeros_like(y)
    best[:, 0, 2, 3] = 1
    delta = attacked(lambda z: scale * z, y, radii, 1, start=best)
    torch.testing.assert_close(delta, radii[:, None, None, None] * best)


def test_attacks_of_one_image_share_the_best_direction() -> None:
    # Gains lie close together, so that a search of two steps finds the largest from no start.
    scale = torch.linspace(1, 1.2, 64, dtype=torch.float64).reshape(8, 8)
    y, epsilons = torch.zeros(1, 1, 8, 8, dtype=torch.float64), [0.0, 0.1, 1.0, 10.0, 100.0]
    radii = torch.tensor(epsilons, dtype=torch.float64)
    alone = attacked(lambda z: scale * z, y.repeat(4, 1, 1, 1), radii[1:], 1)
    gains = (scale * alone).flatten(1).norm(dim=1) / radii[1:]
    shared = attack_curve(lambda z: scale * z, y, y, epsilons, 2)
    together = shared.shifts[1:, 0] / radii[1:]
    assert gains.max() - gains.min() > 1e-3
    best = attacked(lambda z: scale * z, y, 1.0, 1, start=alone[gains.argmax()][None])
    torch.testing.assert_close(together, (scale * best).norm().expand(4))


def test_what_is_kept_are_the_iterates(generator: torch.Generator) -> None:
    x = torch.rand(1, 1, 5, 5, generator=generator, dtype=torch.float64)
    found = plug_and_play(lambda z: z, lambda z: z, lambda z: z, 0 * x, x, 0.5, 3, keep=(0, 2, 3, 9))
    assert found.frames == (0, 2, 3)
    torch.testing.assert_close(found.iterates, torch.stack([x, x / 4, x / 8]))
    torch.testing.assert_close(found.x, found.iterates[-1])


def test_the_free_denoiser_goes_astray_where_the_averaged_one_settles() -> None:
    problem = deblurring(data.image("chelsea", 64), 6.0, 0.0)
    shipped = zoo.load("stability/nonexpansive")
    assert isinstance(shipped, NonexpansiveDenoiser)
    stable = shipped.prepared()
    denoisers = {"free": zoo.load("stability/ordinary"), "stable": lambda z: (z + stable(z)) / 2}
    found = {
        name: plug_and_play(D, problem.A, problem.adjoint, problem.y, problem.start, 1.0, 240).residuals[:, 0]
        for name, D in denoisers.items()
    }
    assert (found["stable"].diff() <= 1e-6 * problem.x.norm()).all()
    assert found["stable"][-1] < 1e-3
    assert found["free"][-1] > 2 * found["free"].min()


@pytest.mark.parametrize(
    ("problem", "least"),
    [
        (deblurring(torch.rand(1, 1, 12, 12, generator=torch.Generator().manual_seed(3)), 1.5, 0.1), 0.5),
        (scanning("shepp-logan", 16, 6, 0.0), 0.98),
        (scanning("ellipses", 16, 6, 0.05), 0.98),
    ],
)
def test_problems_have_a_transpose_and_a_norm_of_at_most_one(
    problem: Problem, least: float, generator: torch.Generator
) -> None:
    x = torch.rand(problem.x.shape, generator=generator)
    y = problem.A(torch.rand(problem.x.shape, generator=generator))
    torch.testing.assert_close((problem.A(x) * y).sum(), (x * problem.adjoint(y)).sum(), rtol=1e-5, atol=0)
    norm = power_iteration(problem.A, problem.adjoint, x, 100)
    assert least < norm <= 1
    assert problem.x.max() <= 1


def test_only_known_phantoms_are_scanned() -> None:
    with pytest.raises(ConfigError, match="ellipses, shepp-logan"):
        scanning("cat", 16, 6, 0.0)


def test_quality_is_that_of_the_outputs_and_falls_with_the_noise() -> None:
    x = data.image("coins", 64)
    found = denoising_quality(lambda y: y, x, [0.05, 0.1, 0.2], seed=4)
    torch.testing.assert_close(found.psnr[:, 0], -20 * torch.tensor([0.05, 0.1, 0.2]).log10(), rtol=0.02, atol=0)
    torch.testing.assert_close(found.psnr[1], psnr(found.outputs[1], x))
    again = denoising_quality(lambda y: 0 * y, x, [0.05], seed=4)
    torch.testing.assert_close(again.outputs[0], torch.zeros_like(x))


def test_a_denoiser_with_channels_reads_its_image_out_of_the_last_state(generator: torch.Generator) -> None:
    torch.manual_seed(5)
    net = NonexpansiveDenoiser(4, 3, 3, channels=4).double().requires_grad_(False)
    x, y = torch.rand(2, 2, 1, 9, 8, generator=generator, dtype=torch.float64)
    torch.testing.assert_close(net.read(net.trajectory(x)[-1]), net(x))
    torch.testing.assert_close(net.prepared()(x), net(x))
    found = study_pairs(net, x, y, 0)
    torch.testing.assert_close(found.ratios, lipschitz_ratio(net, x, y))
    # The last states have parts that the output does not see.
    assert (found.ratios < found.distances[-1] / found.distances[0]).all()
