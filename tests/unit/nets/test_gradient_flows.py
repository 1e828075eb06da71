"""Gradient flows: non-expansive up to the longest step with every method, and expanding as computed beyond it."""

import pytest
import torch
from torch import nn

from structviz.checks import audit, averaged_ratio, jacobian_eigenvalues, lipschitz_ratio, worst_pair
from structviz.errors import ConfigError
from structviz.nets import FLOW_METHODS, Averaged, GradientFlow, NonexpansiveDenoiser, claims, longest_step


def flow(share: float = 1.0, method: str = "euler", n_layers: int = 6, activation: str = "tanh") -> GradientFlow:
    torch.manual_seed(1)
    return GradientFlow(2, 5, n_layers, share, method, activation).double().requires_grad_(False)


@pytest.mark.parametrize("method", FLOW_METHODS)
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_no_pair_moves_apart_up_to_the_longest_step(method: str, activation: str, generator: torch.Generator) -> None:
    net = flow(1.0, method, activation=activation)
    (finding,) = audit(net, generator)
    assert finding.claim.kind == "non-expansive"
    assert 0.01 < finding.measured <= 1 + 1e-9
    assert finding.holds


def test_a_longer_euler_step_expands_by_exactly_what_the_linearisation_says() -> None:
    net = flow(1.2, n_layers=1, activation="relu")
    # Where all of σ′ is 1, a layer is I − h AᵀA, and its steepest direction is the singular vector.
    net.b.fill_(100.0)
    direction = torch.linalg.svd(net.A[0])[2][:1]
    ratio = lipschitz_ratio(net, torch.zeros(1, 2).double(), 0.1 * direction).item()
    assert ratio == pytest.approx(1.4, abs=1e-12)
    assert claims(net) == ()
    assert worst_pair(net, torch.zeros(1, 2).double(), 30)[0] == pytest.approx(1.4, abs=1e-9)


@pytest.mark.parametrize("method", ["euler", "heun"])
def test_the_twin_with_a_step_too_large_expands(method: str) -> None:
    net = flow(1.25, method, n_layers=1)
    net.b.zero_()  # at the origin all of σ′ is 1
    assert worst_pair(net, torch.zeros(1, 2).double(), 30)[0] > 1.4


def test_the_field_goes_downhill_with_eigenvalues_between_minus_the_norm_squared_and_zero(
    generator: torch.Generator,
) -> None:
    net = flow()
    z = torch.randn(20, 2, generator=generator, dtype=torch.float64)
    x = z.clone().requires_grad_()
    energy = torch.log(torch.cosh(x @ net.A[0].T + net.b[0])).sum()
    torch.testing.assert_close(net.velocity(0, z), -torch.autograd.grad(energy, x)[0])
    eigenvalues = jacobian_eigenvalues(lambda u: net.velocity(0, u), z)
    assert eigenvalues.imag.abs().max() < 1e-12
    norm = torch.linalg.matrix_norm(net.A[0], 2).item()
    assert -(norm**2) <= eigenvalues.real.min() < eigenvalues.real.max() <= 1e-14


def test_euler_layers_are_averaged_by_their_share(generator: torch.Generator) -> None:
    x, y = 2 * torch.randn(2, 400, 2, generator=generator, dtype=torch.float64)
    half = flow(0.5, n_layers=1)
    assert averaged_ratio(half, x, y, 0.5).max() <= 1 + 1e-12
    deep = flow(0.5, n_layers=4)  # K of them together are Kα / (1 + (K − 1) α)-averaged
    assert averaged_ratio(deep, x, y, 0.8).max() <= 1 + 1e-12
    steep = flow(1.0, n_layers=1, activation="relu")
    steep.b.fill_(100.0)
    assert averaged_ratio(steep, x, y, 0.5).max() > 1.1


def test_the_step_carries_the_gradient_of_the_norm() -> None:
    torch.manual_seed(0)
    net = GradientFlow(2, 3, 2).double()
    x = torch.randn(3, 2, dtype=torch.float64)

    def by_weights(A: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(net, {"A": A}, (x,))

    assert torch.autograd.gradcheck(by_weights, net.A.detach().clone().requires_grad_())


def test_the_average_of_a_half_turn_converges_and_the_half_turn_does_not() -> None:
    turn = nn.Linear(2, 2, bias=False).double().requires_grad_(False)
    turn.weight.copy_(torch.tensor([[0.0, -1.0], [1.0, 0.0]]))
    x = y = torch.tensor([[1.0, 0.0]], dtype=torch.float64)
    for _ in range(200):
        x, y = turn(x), Averaged(turn)(y)
    assert x.norm().item() == pytest.approx(1.0)
    assert y.norm() < 1e-29  # 2^(−100)


@pytest.mark.parametrize(
    ("method", "channels", "group", "dtype"),
    [
        ("euler", 1, None, torch.float32),
        ("heun", 4, None, torch.float64),
        ("rk4", 1, "C4", torch.float64),
        ("heun", 4, "C4", torch.float32),
        ("euler", 8, "D4", torch.float32),
    ],
)
def test_denoisers_move_no_two_images_apart(
    method: str, channels: int, group: str | None, dtype: torch.dtype, generator: torch.Generator
) -> None:
    torch.manual_seed(2)
    net = NonexpansiveDenoiser(8, 3, 3, channels, method=method, group=group).requires_grad_(False)
    nn.init.normal_(net.b)
    findings = audit(net.to(dtype), generator, n=3)
    assert {f.claim.kind for f in findings} == {"non-expansive", *(["equivariant"] if group else [])}
    assert all(f.holds for f in findings), findings


def test_the_denoiser_with_a_step_too_large_expands() -> None:
    torch.manual_seed(2)
    net = NonexpansiveDenoiser(8, 1, 3, share=1.25).double().requires_grad_(False)
    nn.init.constant_(net.b, 100.0)  # all of σ′ is 1
    ratio, *_ = worst_pair(net, torch.zeros(1, 1, 24, 24).double(), 100)
    assert claims(net) == ()
    assert 1.3 < ratio <= 1.5


def test_the_longest_step_in_numbers() -> None:
    assert longest_step(torch.tensor(2.0), "euler", 1.0).item() == 0.5
    assert longest_step(torch.tensor(2.0), "kutta3", 1.0).item() == 0.25
    assert longest_step(torch.tensor(2.0), "rk4", 2.0).item() == 0.25


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"share": 0.0}, "bound 2 r"),
        ({"share": 5.0}, "got 5.0"),
        ({"method": "implicit-midpoint"}, "got 'implicit-midpoint'"),
        ({"n_layers": 0}, "from 1 to 1000"),
        ({"dim": 0}, "a coordinate or more"),
    ],
)
def test_wrong_settings_get_a_sentence(settings: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        GradientFlow(**settings)


def test_channels_fill_the_fields_of_the_group() -> None:
    with pytest.raises(ConfigError, match="regular fields of 4"):
        NonexpansiveDenoiser(6, group="C4")
    with pytest.raises(ConfigError, match="odd side"):
        NonexpansiveDenoiser(kernel_size=4)
