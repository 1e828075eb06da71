"""Networks that stay on the sphere, have orthogonal weights, or lose no mass; and their twins, which do not."""

import math
from typing import TypeVar

import pytest
import torch
from torch import nn

from structviz.checks import audit, jacobians
from structviz.errors import ConfigError, ShapeError
from structviz.nets import (
    ORTHOGONAL_ACTIVATIONS,
    ORTHOGONAL_WEIGHTS,
    RETRACTIONS,
    LayeredMap,
    MassFlow,
    OrthogonalNet,
    RotationFlow,
    SphereFlow,
    cayley,
    claims,
    max_min,
    onto_sphere,
    sphere_exp,
)
from structviz.nets.sphere_classifier import SphereClassifier
from structviz.ode import INTEGRATORS

Net = TypeVar("Net", bound=LayeredMap)


def seeded(make: type[Net], **settings: object) -> Net:
    torch.manual_seed(1)
    return make(**settings).double().requires_grad_(False)


def sphere(method: str = "exponential", n_layers: int = 20, time: float = 2.0) -> SphereFlow:
    torch.manual_seed(1)
    return SphereFlow(method=method, n_layers=n_layers, time=time).double().requires_grad_(False)


@pytest.mark.parametrize("method", RETRACTIONS)
def test_a_thousand_layers_stay_on_the_sphere(method: str, generator: torch.Generator) -> None:
    net = sphere(method, 1000, 100.0)
    (finding,) = audit(net, generator)
    assert finding.claim.kind == "norm"
    assert finding.holds
    x = net.probe(8, generator)
    assert (net(x) - x).norm(dim=1).min() > 0.1, "points move"


def test_steps_of_space_leave_the_sphere_as_computed(generator: torch.Generator) -> None:
    euler, rk4 = sphere("euler", 1), sphere("rk4", 1)
    x = euler.probe(16, generator)
    v = euler.velocity(0, x)
    assert (x * v).sum(1).abs().max() < 1e-14, "the field is tangent"
    torch.testing.assert_close(euler(x).square().sum(1), 1 + 4 * v.square().sum(1))
    assert (rk4(x).norm(dim=1) - 1).abs().max() > 1e-3
    assert claims(euler) == claims(rk4) == ()


@pytest.mark.parametrize(("method", "order"), [("exponential", 1), ("projection", 1)])
def test_steps_on_the_sphere_follow_its_field(method: str, order: int, generator: torch.Generator) -> None:
    x = sphere().probe(32, generator)
    torch.manual_seed(1)
    weights = SphereFlow(n_layers=1).double().state_dict()

    def end(name: str, n_layers: int) -> torch.Tensor:
        net = sphere(name, n_layers)
        net.load_state_dict({key: value.expand(n_layers, *value.shape[1:]) for key, value in weights.items()})
        return net(x)

    exact = end("rk4", 400)
    coarse, fine = ((end(method, n) - exact).norm() for n in (50, 100))
    assert math.log2(coarse / fine) == pytest.approx(order, abs=0.2)


def test_a_network_on_the_sphere_learns_where_its_field_vanishes(generator: torch.Generator) -> None:
    z = sphere().probe(3, generator).requires_grad_()
    sphere_exp(z, 0 * z).sum().backward()
    assert z.grad is not None
    assert z.grad.isfinite().all()
    torch.testing.assert_close(sphere_exp(z, 0 * z), z, rtol=0, atol=0)


@pytest.mark.parametrize("method", ["exponential", "rk4"])
def test_points_off_the_sphere_start_at_the_closest_one(method: str, generator: torch.Generator) -> None:
    net, classifier = sphere(method), SphereClassifier().double()
    x = net.probe(8, generator)
    torch.testing.assert_close(net(3 * x), net(x), rtol=0, atol=1e-14)
    torch.testing.assert_close(net.trajectory(3 * x)[0], x, rtol=0, atol=1e-15)
    torch.testing.assert_close(onto_sphere(1e-100 * x), x, rtol=0, atol=1e-14)
    torch.testing.assert_close(classifier.last(3 * x), classifier.trajectory(x)[-1], rtol=0, atol=1e-14)


@pytest.mark.parametrize("wrong", [[0.0, 0.0, 0.0], [math.nan, 1.0, 0.0], [math.inf, 0.0, 0.0]])
@pytest.mark.parametrize("make", [SphereFlow, SphereClassifier])
def test_the_centre_has_no_closest_point(make: type[nn.Module], wrong: list[float]) -> None:
    with pytest.raises(ConfigError, match=r"no closest point on it; got \[.*Leave them out"):
        make()(torch.tensor([[1.0, 0.0, 0.0], wrong]))


@pytest.mark.usefixtures("without_shape_checks")
@pytest.mark.parametrize("shape", [(4,), (4, 5), (4, 3, 3, 3), ()])
@pytest.mark.parametrize(
    ("make", "settings", "words"),
    [
        (SphereFlow, {}, "Points of a sphere with 3 coordinates"),
        (SphereClassifier, {}, "Points of a sphere with 3 coordinates"),
        (MassFlow, {}, "Vectors with 16 entries"),
        (RotationFlow, {}, "Attitudes"),
        (OrthogonalNet, {"dim": 4, "activation": "max-min"}, "Points with 4 coordinates"),
    ],
)
def test_inputs_of_another_shape_are_refused(
    make: type[nn.Module], settings: dict[str, object], words: str, shape: tuple[int, ...]
) -> None:
    with pytest.raises(
        ShapeError, match=rf"{words} have the shape \(batch, .*; got \({', '.join(map(str, shape))}.*row"
    ):
        make(**settings)(torch.ones(shape))


@pytest.mark.usefixtures("without_shape_checks")
def test_what_has_no_pairs_or_no_rows_is_refused() -> None:
    for odd in (torch.ones(2, 3), torch.ones(4)):
        with pytest.raises(ShapeError, match=r"pairs of coordinates.*add a coordinate"):
            max_min(odd)
    with pytest.raises(ShapeError, match="put one in each row"):
        onto_sphere(torch.ones(3))


@pytest.mark.parametrize("weights", ORTHOGONAL_WEIGHTS)
@pytest.mark.parametrize("activation", ORTHOGONAL_ACTIVATIONS)
def test_weights_are_orthogonal_and_no_pair_moves_apart(
    weights: str, activation: str, generator: torch.Generator
) -> None:
    net = seeded(OrthogonalNet, dim=4, n_layers=5, weights=weights, activation=activation)
    findings = audit(net, generator)
    assert [finding.claim.kind for finding in findings] == ["orthogonal", "non-expansive"]
    assert all(finding.holds for finding in findings)
    assert findings[1].measured > 1e-3


@pytest.mark.parametrize("activation", ["abs", "max-min"])
def test_gradients_keep_their_length_but_not_with_the_relu(activation: str, generator: torch.Generator) -> None:
    x = torch.randn(4, 6, generator=generator, dtype=torch.float64)
    kept = torch.linalg.svdvals(jacobians(seeded(OrthogonalNet, dim=6, n_layers=100, activation=activation), x))
    torch.testing.assert_close(kept, torch.ones_like(kept))
    lost = torch.linalg.svdvals(jacobians(seeded(OrthogonalNet, dim=6, n_layers=100, activation="relu"), x))
    assert lost.max() < 0.5


def test_the_cayley_transform_of_a_plane_turns_by_twice_an_arctangent() -> None:
    s = torch.tensor([0.0, 0.3, 5.0, 1e6], dtype=torch.float64)
    zero = torch.zeros_like(s)
    turned = cayley(torch.stack([torch.stack([zero, -s], -1), torch.stack([s, zero], -1)], -2))
    angle = 2 * torch.atan(s / 2)
    torch.testing.assert_close(turned[:, 0, 0], torch.cos(angle))
    torch.testing.assert_close(turned[:, 1, 0], torch.sin(angle))
    assert turned[-1, 0, 0] > -1, "a half turn is a limit"


@pytest.mark.parametrize("method", INTEGRATORS)
def test_mass_stays_with_every_method(method: str, generator: torch.Generator) -> None:
    net = seeded(MassFlow, method=method)
    (finding,) = audit(net, generator)
    assert finding.claim.kind == "mass"
    assert finding.holds
    x = net.probe(4, generator)
    assert (net(x) - x).abs().max() > 0.05, "mass moves"


def test_a_free_field_gains_and_loses_mass(generator: torch.Generator) -> None:
    free = seeded(MassFlow, conserving=False)
    assert claims(free) == ()
    x = free.probe(4, generator)
    assert ((free(x) - x).sum(1) / x.sum(1)).abs().max() > 0.02


def test_a_matrix_of_flows_gives_the_velocity(generator: torch.Generator) -> None:
    net = MassFlow(dim=5, width=3, n_layers=1).double().requires_grad_(False)
    (x,) = net.probe(1, generator)
    M = net.U[0].T @ torch.diag(torch.tanh(net.W[0] @ x + net.b[0])) @ net.V[0]
    torch.testing.assert_close(net.velocity(0, x[None])[0], (M - M.T).sum(1))


@pytest.mark.parametrize(
    ("make", "settings", "words"),
    [
        (SphereFlow, {"method": "great"}, "exponential, projection, .*'great'"),
        (SphereFlow, {"dim": 1}, "2 coordinates or more"),
        (SphereFlow, {"time": 0.0}, "positive and at most 1000"),
        (OrthogonalNet, {"weights": "qr"}, "cayley or exponential.*'qr'"),
        (OrthogonalNet, {"activation": "max-min", "dim": 3}, "pairs of them for max-min; got 3"),
        (MassFlow, {"dim": 1}, "2 entries or more"),
        (MassFlow, {"method": "magic"}, "magic"),
        (MassFlow, {"n_layers": 0}, "from 1 to 1000"),
    ],
)
def test_wrong_settings_are_refused(make: type[nn.Module], settings: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        make(**settings)


def test_of_each_pair_the_larger_coordinate_comes_first() -> None:
    u = torch.tensor([[1.0, 2.0, 4.0, 3.0], [0.0, -1.0, 5.0, 5.5]])
    assert max_min(u).tolist() == [[2.0, 1.0, 4.0, 3.0], [0.0, -1.0, 5.5, 5.0]]


def test_a_small_exponential_is_orthogonal_in_the_layers_too() -> None:
    net = OrthogonalNet(2, n_layers=1, weights="exponential").double().requires_grad_(False)
    net.A.copy_(torch.tensor([[[0.0, 0.03], [0.0, 0.0]]]))
    net.b.fill_(2.0)  # so that no entry is negative, which the absolute value would change
    W = net.layer(0, torch.eye(2, dtype=torch.float64)).mT - 2
    assert (W.mT @ W - torch.eye(2)).abs().max() < 1e-14


@pytest.mark.parametrize("S", [2 * torch.eye(3), torch.ones(3, 3)])
def test_what_is_not_skew_has_no_orthogonal_cayley_transform(S: torch.Tensor) -> None:
    """I − S/2 is singular for the first, and the second would give a matrix that is not orthogonal."""
    with pytest.raises(ConfigError, match=r"S \+ Sᵀ = 0.*Take S = A − Aᵀ"):
        cayley(S)
