"""Networks whose features are rotations, and their free twins."""

import pytest
import torch

from structviz.checks import audit, rotation_distance
from structviz.errors import ConfigError
from structviz.nets import ROTATION_LAYERS, RotationFlow, claims
from structviz.ode import so3_exp


def network(layers: str, **settings: int) -> RotationFlow:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return RotationFlow(layers, **settings).double().requires_grad_(False)


@pytest.mark.usefixtures("without_shape_checks")
@pytest.mark.parametrize("layers", ROTATION_LAYERS)
def test_features_stay_rotations_or_leave_them(layers: str, generator: torch.Generator) -> None:
    net = network(layers, n_layers=100)
    net.time = 50.0  # long steps
    off = rotation_distance(net.trajectory(net.probe(5, generator))).max()
    assert off < 1e-12 if net.stays else off > 1e-2
    assert [claim.kind for claim in claims(net)] == (["rotation"] if net.stays else [])
    assert all(finding.holds for finding in audit(net, generator))


def test_an_audit_sees_features_that_leave(generator: torch.Generator) -> None:
    net, promise = network("euler"), RotationFlow().claims

    class Boaster(torch.nn.Module):
        claims, probe = promise, staticmethod(net.probe)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return net(x)

    (finding,) = audit(Boaster(), generator)
    assert not finding.holds


def test_a_layer_turns_as_its_formula_says(generator: torch.Generator) -> None:
    net = network("lie-euler", n_layers=1)
    R = net.probe(4, generator)
    omega = torch.tanh(R.flatten(1) @ net.A[0].T + net.b[0]) @ net.B[0]
    torch.testing.assert_close(net.layer(0, R), R @ so3_exp(omega), rtol=0, atol=1e-14)


def test_measured_columns_become_the_closest_rotation(generator: torch.Generator) -> None:
    net = network("lie-euler", n_layers=2)
    R = net.probe(3, generator)
    stretched = R @ torch.diag(torch.tensor([2.0, 1.5, 0.5], dtype=torch.float64))
    torch.testing.assert_close(net(stretched), net(R))


def test_twins_have_as_many_weights() -> None:
    counts = {layers: sum(p.numel() for p in network(layers).parameters()) for layers in ROTATION_LAYERS}
    assert set(counts.values()) == {1976}


def test_misuse_is_said() -> None:
    with pytest.raises(ConfigError, match="lie-euler, lie-euler-cayley"):
        RotationFlow("straight")
    with pytest.raises(ConfigError, match="a row or more"):
        RotationFlow(width=0)
