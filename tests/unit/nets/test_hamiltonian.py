"""Hamiltonian networks keep the symplectic form; antisymmetric ones have eigenvalues on the left."""

import pytest
import torch
from torch import Tensor

from structviz.checks import audit, jacobian_eigenvalues, log_det_error, reversal_error, symplecticity_error
from structviz.errors import ConfigError
from structviz.nets import AntisymmetricNet, HamiltonianNet, claims

METHODS = pytest.mark.parametrize("method", ["symplectic-euler", "stormer-verlet"])


def network(method: str, dim: int = 4, shared: bool = False, activation: str = "tanh") -> HamiltonianNet:
    torch.manual_seed(3)
    net = HamiltonianNet(dim, 6, 8, 1.5, method, activation, shared)
    return net.double().requires_grad_(False)


@METHODS
@pytest.mark.parametrize("dim", [2, 4])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_promises_are_kept(method: str, dim: int, dtype: torch.dtype, generator: torch.Generator) -> None:
    findings = audit(network(method, dim).to(dtype), generator)
    kinds = [finding.claim.kind for finding in findings]
    assert kinds[:3] == ["symplectic", "invertible", "volume"]
    assert ("reversible" in kinds) == (method == "stormer-verlet")
    assert all(finding.holds for finding in findings), findings


def test_forward_euler_breaks_all_of_them(generator: torch.Generator) -> None:
    net = network("euler")
    z = net.probe(8, generator)
    assert claims(net) == ()
    assert symplecticity_error(net, z) > 1e-2
    assert reversal_error(net, z) > 1e-2
    with pytest.raises(ConfigError, match="no inverse"):
        net.inverse(z)
    with pytest.raises(ConfigError, match="volumes"):
        net.log_det(z)


def test_symplectic_euler_is_invertible_and_not_symmetric(generator: torch.Generator) -> None:
    net = network("symplectic-euler")
    z = net.probe(8, generator)
    assert reversal_error(net, z) > 1e-2
    assert log_det_error(net, z) < 1e-12


def test_a_layer_by_hand() -> None:
    net = network("symplectic-euler", dim=2)
    z = torch.tensor([[0.3, -0.8]], dtype=torch.float64)
    (K1, K2), (b1, b2) = net.K[0], net.b[0]
    q = 0.3 + net.h * (K1.T @ torch.tanh(K1 @ z[0, 1:] + b1))
    p = -0.8 - net.h * (K2.T @ torch.tanh(K2 @ q + b2))
    torch.testing.assert_close(net.layer(0, z), torch.cat([q, p])[None])


def test_the_field_belongs_to_the_energy(generator: torch.Generator) -> None:
    net = network("symplectic-euler", shared=True)
    z = net.probe(5, generator).requires_grad_()
    (gradient,) = torch.autograd.grad(net.energy(z).sum(), z)
    q, p = z.detach().chunk(2, dim=1)
    torch.testing.assert_close(gradient, torch.cat([net.slope(0, q), net.velocity(0, p)], dim=1))


def drift(method: str, n_layers: int) -> float:
    """The largest change of the energy, relative to its size."""
    torch.manual_seed(3)
    net = HamiltonianNet(2, 6, n_layers, 10.0, method, shared=True).double().requires_grad_(False)
    states = net.trajectory(torch.tensor([[0.5, 0.5]], dtype=torch.float64))
    energies = net.energy(states[:, 0])
    return ((energies - energies[0]).abs().max() / energies[0]).item()


def test_the_energy_oscillates_with_the_order_of_the_method() -> None:
    for method, order in (("symplectic-euler", 1), ("stormer-verlet", 2)):
        coarse, fine = drift(method, 400), drift(method, 800)
        assert 2**order * 0.8 < coarse / fine < 2**order * 1.25, (method, coarse, fine)
    assert drift("euler", 800) > 3 * drift("symplectic-euler", 800)


def test_energy_needs_shared_weights() -> None:
    with pytest.raises(ConfigError, match="shared=True"):
        network("symplectic-euler").energy(torch.zeros(1, 4).double())


@pytest.mark.parametrize("gamma", [0.0, 0.3])
def test_eigenvalues_of_antisymmetric_fields_lie_on_the_left(gamma: float, generator: torch.Generator) -> None:
    torch.manual_seed(4)
    net = AntisymmetricNet(3, 4, gamma=gamma).double().requires_grad_(False)
    z = torch.randn(50, 3, generator=generator, dtype=torch.float64)
    eigenvalues = jacobian_eigenvalues(lambda u: net.velocity(1, u), z)
    if gamma == 0:
        assert eigenvalues.real.abs().max() < 1e-7  # a zero eigenvalue is found to the root of the rounding error
        assert (1 + net.h * eigenvalues).abs().max() > 1  # and a step of Euler leaves the unit disc
    else:
        assert eigenvalues.real.max() < 0
    assert eigenvalues.imag.abs().max() > 0.1
    assert claims(net) == ()


def test_free_weights_have_eigenvalues_on_the_right(generator: torch.Generator) -> None:
    K = torch.randn(3, 3, generator=generator, dtype=torch.float64)

    def free(z: Tensor) -> Tensor:
        return torch.tanh(z @ K.T)

    assert jacobian_eigenvalues(free, torch.zeros(1, 3).double()).real.max() > 0.1


@pytest.mark.parametrize(
    ("build", "settings", "message"),
    [
        (HamiltonianNet, {"dim": 3}, "even number"),
        (HamiltonianNet, {"method": "rk4"}, "got 'rk4'"),
        (HamiltonianNet, {"time": 0.0}, "time T"),
        (AntisymmetricNet, {"gamma": -1.0}, "γ is 0 or more"),
        (AntisymmetricNet, {"n_layers": 0}, "from 1 to 1000"),
    ],
)
def test_wrong_settings_get_a_sentence(build: type, settings: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        build(**settings)
