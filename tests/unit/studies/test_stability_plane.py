"""Structured networks of the plane keep what they promise up to their longest step, and lose it beyond."""

import math

import pytest
import torch

from structviz.checks import audit, worst_pair
from structviz.errors import ConfigError
from structviz.studies.stability import (
    MOST_SCALE,
    PLANE_NETWORKS,
    TRAINED_SCALE,
    WELL,
    layer_spectra,
    longest_scale,
    plane_network,
    study_pairs,
    twin_network,
)

POINTS = ("halfmoon2d", "donut2d", "xor", WELL)
BOUNDED = [(name, method) for name, kind in PLANE_NETWORKS.items() if kind.bounded for method in kind.methods]


# The longest step does not depend on the points: methods take turns on trained weights and on the repeated layer.
@pytest.mark.parametrize(
    ("name", "method", "points"), [(*pair, ("donut2d", WELL)[k % 2]) for k, pair in enumerate(BOUNDED)]
)
def test_up_to_the_longest_step_no_pair_moves_apart(
    name: str, method: str, points: str, generator: torch.Generator
) -> None:
    longest = longest_scale(name, method)
    (finding,) = audit(plane_network(name, points, method, longest, 40), generator, n=16)
    assert finding.claim.kind == "non-expansive"
    assert finding.holds
    if longest < MOST_SCALE:
        assert plane_network(name, points, method, 1.001 * longest, 40).claims == ()


@pytest.mark.parametrize("method", ["euler", "heun"])
def test_beyond_the_longest_step_the_well_expands(method: str) -> None:
    x = torch.tensor([[0.05, 0.0], [0.3, -0.2]], dtype=torch.float64)
    ratio, *_ = worst_pair(plane_network("gradient", WELL, method, 1.2, 10), x, 20)
    assert ratio > 1.2


def test_at_a_step_of_twelve_tenths_a_layer_of_the_well_expands_by_exactly_1_4() -> None:
    net = plane_network("gradient", WELL, "euler", 1.2, 1)
    eigenvalues = layer_spectra(net, torch.zeros(1, 2, dtype=torch.float64))
    torch.testing.assert_close(eigenvalues.abs(), torch.full((1, 1, 2), 1.4, dtype=torch.float64))
    near = torch.tensor([[1e-6, 0.0]], dtype=torch.float64)
    assert study_pairs(net, near, -near, 0).ratios.item() == pytest.approx(1.4, rel=1e-9)


def test_an_average_of_an_euler_step_is_half_the_step(generator: torch.Generator) -> None:
    x = torch.randn(5, 2, generator=generator, dtype=torch.float64)
    one, other = plane_network("averaged", "xor", "euler", 1.0, 7), plane_network("gradient", "xor", "euler", 0.5, 7)
    torch.testing.assert_close(one(x), other(x))


@pytest.mark.parametrize("name", PLANE_NETWORKS)
def test_fewer_layers_are_the_first_ones(name: str, generator: torch.Generator) -> None:
    x = torch.randn(5, 2, generator=generator, dtype=torch.float64)
    method = PLANE_NETWORKS[name].methods[0]
    few, all_layers = (plane_network(name, "xor", method, TRAINED_SCALE, n) for n in (7, 40))
    torch.testing.assert_close(few(x), all_layers.trajectory(x)[7])


@pytest.mark.parametrize("points", POINTS)
def test_a_hamiltonian_network_keeps_areas_unless_its_steps_are_those_of_euler(
    points: str, generator: torch.Generator
) -> None:
    findings = audit(plane_network("hamiltonian", points, "symplectic-euler", 0.2, 40), generator, n=4)
    assert {finding.claim.kind for finding in findings} >= {"symplectic"}
    assert all(finding.holds for finding in findings if finding.claim.kind == "symplectic")
    assert plane_network("hamiltonian", points, "euler", 0.2, 40).claims == ()


def test_the_free_twin_pulls_neighbours_apart() -> None:
    x, y = torch.tensor([[0.2, 0.15], [-0.05, -0.1]], dtype=torch.float64).split(1)
    assert study_pairs(twin_network("halfmoon2d", 40), x, y, 0).ratios.item() > 5
    study = study_pairs(plane_network("gradient", "halfmoon2d", "euler", TRAINED_SCALE, 40), x, y, 0)
    assert study.ratios.item() <= study.bound == 1
    assert study_pairs(twin_network("halfmoon2d", 40), x, y, 0).bound == math.inf


@pytest.mark.parametrize(
    "settings",
    [
        ("soup", "xor", "euler", 1.0, 4),
        ("gradient", "xor", "symplectic-euler", 1.0, 4),
        ("gradient", "xor", "euler", 0.0, 4),
        ("gradient", "xor", "euler", 2.1, 4),
        ("gradient", "xor", "euler", 1.0, 41),
    ],
)
def test_impossible_networks_are_refused(settings: tuple[str, str, str, float, int]) -> None:
    with pytest.raises(ConfigError, match=r"one of gradient|1 to 40 layers"):
        plane_network(*settings)
