"""Maps with an inverse: round trips, volumes, backward passes without activations, each with its control."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from structviz.checks import audit, inverse_error, log_det_error, peak_saved_bytes
from structviz.errors import ConfigError, ShapeError
from structviz.nets import (
    CouplingFlow,
    HamiltonianNet,
    InvertibleImageNet,
    InvertibleMap,
    InvertibleResNet,
    WaveletFlow,
    claims,
    haar,
    haar_inverse,
    recomputed,
)

MAPS: dict[str, Callable[[], InvertibleMap]] = {
    "additive": lambda: CouplingFlow(3, 8, 32, "additive"),
    "affine": lambda: CouplingFlow(2, 8, 32, "affine"),
    "affine-odd": lambda: CouplingFlow(3, 8, 5, "affine"),
    "resnet": lambda: InvertibleResNet(2, 8, 8, 0.8),
    "resnet-slow": lambda: InvertibleResNet(3, 8, 3, 0.95, "relu"),
    "image-additive": lambda: InvertibleImageNet(4, 6, 2, "additive"),
    "image-affine": lambda: InvertibleImageNet(4, 3, 1, "affine"),
    "wavelets": lambda: WaveletFlow(4, 9),
    "wavelets-additive": lambda: WaveletFlow(4, 5, "additive"),
    "hamiltonian": lambda: HamiltonianNet(2, 6, 8),
}
ALL = pytest.mark.parametrize("name", MAPS)


def build(name: str) -> InvertibleMap:
    torch.manual_seed(5)
    net = MAPS[name]().double()
    for parameter in net.parameters():
        if parameter.ndim == 1:
            nn.init.normal_(parameter, std=0.3)
    return net.requires_grad_(False)


@ALL
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_promises_are_kept(name: str, dtype: torch.dtype, generator: torch.Generator) -> None:
    net = build(name).to(dtype)
    findings = audit(net, generator, n=16)
    assert {"invertible", "volume"} <= {finding.claim.kind for finding in findings}
    assert all(finding.holds for finding in findings), findings


@ALL
def test_the_log_det_is_that_of_the_whole_map_and_not_zero_where_it_stretches(
    name: str, generator: torch.Generator
) -> None:
    net = build(name)
    x = net.probe(3, generator)  # pyright: ignore[reportCallIssue]
    assert log_det_error(net, x) < 1e-9
    keeps = "additive" in name or name == "hamiltonian"
    assert (net.log_det(x).abs().max() < 1e-12) == keeps
    z, log_det = net.transform(x)
    torch.testing.assert_close(z, net(x))
    torch.testing.assert_close(log_det, net.log_det(x))
    normal = torch.distributions.Normal(0.0, 1.0).log_prob(z).flatten(1).sum(1)
    torch.testing.assert_close(net.log_prob(x), normal + log_det)


def test_a_branch_that_is_no_contraction_is_not_undone(generator: torch.Generator) -> None:
    torch.manual_seed(0)
    net = InvertibleResNet(2, 8, 4, 1.2, "relu").double().requires_grad_(False)
    net.V.copy_(-net.W.mT)  # the branch pulls back as hard as it can
    net.b.fill_(2.0)
    assert "invertible" not in {claim.kind for claim in claims(net)}
    assert inverse_error(net, net.probe(40, generator)) > 1e-3


def test_the_fixed_point_iteration_obeys_the_bound_of_banach(generator: torch.Generator) -> None:
    net = build("resnet")
    assert isinstance(net, InvertibleResNet)
    x = net.probe(20, generator)
    iterates = net.fixed_point(2, net.layer(2, x), 30)
    errors = (iterates - x).norm(dim=2)
    first = (iterates[1] - iterates[0]).norm(dim=1)
    c = net.contraction
    for n in range(1, 31):
        assert (errors[n] <= c**n / (1 - c) * first + 1e-14).all()
    assert (errors[1:5] < c * errors[:4] + 1e-14).all()


def test_branches_have_the_lipschitz_constant_that_they_say(generator: torch.Generator) -> None:
    net = build("resnet")
    assert isinstance(net, InvertibleResNet)
    W, V = net.weights(0)
    assert torch.linalg.matrix_norm(W, 2) * torch.linalg.matrix_norm(V, 2) <= 0.8 * (1 + 1e-12)
    assert torch.linalg.matrix_norm(net.V[0], 2) > 1.5, "so the bound did something"


def test_haar_is_orthonormal_with_the_coarse_picture_first(generator: torch.Generator) -> None:
    x = torch.randn(2, 3, 4, 6, generator=generator, dtype=torch.float64)
    z = haar(x)
    assert z.shape == (2, 12, 2, 3)
    torch.testing.assert_close(z.norm(), x.norm())
    torch.testing.assert_close(haar_inverse(z), x)
    torch.testing.assert_close(z[:, ::4], 2 * torch.nn.functional.avg_pool2d(x, 2))


def test_no_part_of_a_picture_depends_on_what_is_finer_in_its_code(generator: torch.Generator) -> None:
    net = build("wavelets")
    code = torch.randn(1, 16, 3, 2, generator=generator, dtype=torch.float64)
    packet = net.enter(net.inverse(code))
    for first, ends in ((4, 16), (1, 4)):
        changed = code.clone()
        changed[:, first:ends] += 1
        again = net.enter(net.inverse(changed))
        torch.testing.assert_close(again[:, :first], packet[:, :first])
        assert (again[:, first:] - packet[:, first:]).abs().amin() > 1e-6, "and what is finer does follow"


def test_a_permutation_that_is_not_undone_is_seen(generator: torch.Generator) -> None:
    class Forgetful(CouplingFlow):
        def inverse(self, z: Tensor) -> Tensor:
            return super().inverse(z).flip(1)

    torch.manual_seed(0)
    net = Forgetful().double().requires_grad_(False)
    assert inverse_error(net, net.probe(5, generator)) > 0.1


@ALL
def test_a_backward_pass_without_activations_gives_the_same_gradients(name: str, generator: torch.Generator) -> None:
    net = build(name).requires_grad_()
    x = net.probe(3, generator).requires_grad_()  # pyright: ignore[reportCallIssue]
    found: list[list[Tensor]] = []
    for z, log_det in (net.transform(x), recomputed(net, x)):
        loss = (z * torch.linspace(0.5, 1.5, z.numel(), dtype=z.dtype).view_as(z)).square().sum() - 3 * log_det.sum()
        gradients = torch.autograd.grad(loss, [x, *net.parameters()], allow_unused=True)
        found.append([g if g is not None else torch.zeros(()).double() for g in gradients])
    stored, again = found
    assert max(g.abs().max() for g in stored) > 0.1
    for one, other in zip(stored, again, strict=True):
        torch.testing.assert_close(other.expand_as(one), one, rtol=1e-7, atol=1e-9)


def test_memory_stays_when_depth_grows_and_grows_when_activations_are_stored(generator: torch.Generator) -> None:
    def peak(n_layers: int, stored: bool) -> int:
        net = CouplingFlow(2, 8, n_layers)
        x = torch.randn(100, 2, generator=generator)

        def loss() -> Tensor:
            z, log_det = net.transform(x) if stored else recomputed(net, x)
            return z.square().sum() - log_det.sum()

        return peak_saved_bytes(loss, net.parameters())

    assert peak(32, stored=True) > 3.8 * peak(8, stored=True)
    assert peak(32, stored=False) < 1.1 * peak(8, stored=False)
    assert peak(8, stored=False) < peak(8, stored=True) / 4


def test_a_density_integrates_to_one() -> None:
    axis = torch.linspace(-8, 8, 401, dtype=torch.float64)
    grid = torch.cartesian_prod(axis, axis)
    # The layers are deep; a shallow flow keeps its mass on the grid.
    torch.manual_seed(1)
    net = CouplingFlow(2, 8, 2).double().requires_grad_(False)
    total = net.log_prob(grid).exp().sum().item() * (axis[1] - axis[0]).item() ** 2
    assert total == pytest.approx(1, abs=0.01)


def test_the_closed_form_of_an_affine_map() -> None:
    net = CouplingFlow(2, 4, 1, "affine").double().requires_grad_(False)
    for parameter in net.parameters():
        parameter.zero_()
    (*_, last) = net.conditioners[0].children()
    last.bias.copy_(torch.tensor([0.5, 3.0]))  # pyright: ignore
    s = 2 * math.tanh(0.25)
    x = torch.tensor([[1.0, 2.0]], dtype=torch.float64)
    torch.testing.assert_close(net(x), torch.tensor([[1.0, 2 * math.exp(s) + 3]], dtype=torch.float64))
    assert net.log_det(x).item() == pytest.approx(s)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: CouplingFlow(1), ConfigError, "two coordinates"),
        (lambda: CouplingFlow(kind="mixed"), ConfigError, "got 'mixed'"),
        (lambda: CouplingFlow(n_layers=0), ConfigError, "from 1 to 1000"),
        (lambda: InvertibleResNet(contraction=0.0), ConfigError, "below 1 for an inverse"),
        (lambda: InvertibleImageNet(levels=5), ConfigError, "1 to 4 times"),
        (lambda: InvertibleImageNet()(torch.zeros(1, 1, 6, 8)), ShapeError, "multiples of 4"),
        (lambda: WaveletFlow()(torch.zeros(1, 3, 8, 8)), ShapeError, "Grey images"),
    ],
)
def test_wrong_settings_get_a_sentence(make: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize(
    ("contraction", "n_layers", "invertible"),
    [(0.8, 8, 1e-8), (0.95, 8, 5.7e-6), (0.99, 8, None), (0.9995, 1, None), (1.5, 1000, None)],
)
def test_an_inverse_is_promised_to_what_rounding_leaves(
    contraction: float, n_layers: int, invertible: float | None
) -> None:
    found = {claim.kind: claim.bound for claim in InvertibleResNet(2, 4, n_layers, contraction).claims}
    assert found.get("invertible") == (None if invertible is None else pytest.approx(invertible, rel=0.02))
    assert ("lipschitz" in found) == (n_layers < 1000), "beyond the largest number there is none"


def test_a_slow_contraction_is_undone() -> None:
    net = InvertibleResNet(2, 2, 1, 0.99, "relu").double().requires_grad_(False)
    net.W.copy_(torch.eye(2)[None])
    net.V.copy_(-torch.eye(2)[None])
    net.b.zero_()
    x = torch.tensor([[1.0, 2.0]], dtype=torch.float64)  # g(x) = −0.99 x here
    torch.testing.assert_close(net.inverse(net(x)), x, rtol=1e-10, atol=0)
