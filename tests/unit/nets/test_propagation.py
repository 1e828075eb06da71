"""Many layers as one operation, against a literal loop that automatic differentiation goes through."""

import dataclasses
from collections.abc import Sequence

import pytest
import torch
from torch import Generator, Tensor
from torch.autograd.gradcheck import GradcheckError
from torch.testing import assert_close

from structviz.nets import ACTIVATIONS, Activation, activation, propagate
from structviz.ode import INTEGRATORS
from tests.covering import every_pair

Tableau = tuple[Sequence[Sequence[float]], Sequence[float], bool]

TABLEAUS: dict[str, Tableau] = {
    **{name: (method.a, method.w, True) for name, method in INTEGRATORS.items() if method.explicit},
    "plain": (((0.0,),), (1.0,), False),
    # Weights that vanish, where the tableau of the discrete adjoint cannot be written down.
    "midpoint": (((0.0, 0.0), (0.5, 0.0)), (0.0, 1.0), True),
    "idle stages": (((0.0, 0.0, 0.0), (0.3, 0.0, 0.0), (-0.2, 0.7, 0.0)), (0.4, 0.0, 0.0), True),
    "plain midpoint": (((0.0, 0.0), (0.5, 0.0)), (0.3, 0.7), False),
}
EVERY_TABLEAU = pytest.mark.parametrize("tableau", TABLEAUS.values(), ids=TABLEAUS)
EVERY_ACTIVATION = pytest.mark.parametrize("sigma", ACTIVATIONS.values(), ids=lambda a: a.name)
DT = 0.3


def literal(variables: Sequence[Tensor], tableau: Tableau, sigma: Activation) -> Tensor:
    """The layers as the formula has them."""
    (z, A, b), (a, w, residual) = variables, tableau
    for A_k, b_k in zip(A, b, strict=True):
        stages: list[Tensor] = []
        for i in range(len(w)):
            u = z + DT * sum((a[i][j] * stages[j] for j in range(i)), torch.zeros_like(z))
            stages.append(sigma(torch.einsum("ij,nj->ni", A_k, u) + b_k))
        start = z if residual else torch.zeros_like(z)
        z = sum((DT * w_i * s for w_i, s in zip(w, stages, strict=True)), start)
    return z


def ours(variables: Sequence[Tensor], tableau: Tableau, sigma: Activation) -> Tensor:
    (z, A, b), (a, w, residual) = variables, tableau
    return propagate(z, A, b, DT, a, w, sigma, residual)


def leaves(generator: Generator, n: int = 5, width: int = 3, n_layers: int = 4) -> tuple[Tensor, Tensor, Tensor]:
    """Points and weights that ask for gradients."""
    shapes = ((n, width), (n_layers, width, width), (n_layers, width))
    z, A, b = (torch.randn(shape, generator=generator, dtype=torch.float64).requires_grad_() for shape in shapes)
    return z, A, b


@every_pair(name=TABLEAUS, sigma=ACTIVATIONS.values(), n=[1, 7], width=[2, 5])
def test_values_and_gradients_are_those_of_the_literal_loop(
    name: str, sigma: Activation, n: int, width: int, generator: Generator
) -> None:
    tableau, variables = TABLEAUS[name], leaves(generator, n, width)
    expected, found = literal(variables, tableau, sigma), ours(variables, tableau, sigma)
    assert_close(found, expected, rtol=1e-12, atol=1e-13)
    toward = torch.randn(expected.shape, generator=generator, dtype=torch.float64)
    for left, right in zip(
        torch.autograd.grad(found, variables, toward), torch.autograd.grad(expected, variables, toward), strict=True
    ):
        assert_close(left, right, rtol=1e-11, atol=1e-12)


@EVERY_TABLEAU
def test_single_precision_gives_the_same_to_its_digits(tableau: Tableau, generator: Generator) -> None:
    exact = leaves(generator, 7, 2)
    rounded = [v.detach().float().requires_grad_() for v in exact]
    sigma = activation("tanh")
    found, expected = ours(rounded, tableau, sigma), ours(exact, tableau, sigma)
    assert found.dtype == torch.float32
    assert_close(found.double(), expected, rtol=0, atol=2e-5)
    for left, right in zip(
        torch.autograd.grad(found.sum(), rounded), torch.autograd.grad(expected.sum(), exact), strict=True
    ):
        assert left.dtype == torch.float32
        assert_close(left.double(), right, rtol=2e-4, atol=2e-4)


@EVERY_TABLEAU
@EVERY_ACTIVATION
def test_gradients_are_those_of_differences(tableau: Tableau, sigma: Activation, generator: Generator) -> None:
    variables = leaves(generator, 3, 2, 3)
    assert torch.autograd.gradcheck(lambda *v: ours(v, tableau, sigma), variables)


@EVERY_TABLEAU
def test_a_slope_that_is_a_little_off_is_found(tableau: Tableau, generator: Generator) -> None:
    off = dataclasses.replace(activation("tanh"), slope=lambda s: 1.01 * (1 - s.square()))
    with pytest.raises(GradcheckError, match="Jacobian mismatch"):
        torch.autograd.gradcheck(lambda *v: ours(v, tableau, off), leaves(generator, 3, 2, 3))


@pytest.mark.parametrize("name", [name for name in INTEGRATORS if INTEGRATORS[name].explicit])
def test_the_derivative_is_the_adjoint_method(name: str, generator: Generator) -> None:
    """ã_ij = w_j a_ji / w_i, run from the last layer to the first (Benning et al., section 4.1)."""
    method = INTEGRATORS[name]
    n_stages = method.stages
    a, w = (torch.tensor(entries, dtype=torch.float64) for entries in (method.a, method.w))
    adjoint = w[None, :] * a.T / w[:, None]
    z0, A, b = leaves(generator)

    entered, z = [], z0.detach()
    for A_k, b_k in zip(A.detach(), b.detach(), strict=True):
        slopes: list[Tensor] = []
        inputs = []
        for i in range(n_stages):
            inputs.append(z + DT * sum((a[i, j] * slopes[j] for j in range(i)), torch.zeros_like(z)))
            slopes.append(torch.tanh(inputs[-1] @ A_k.T + b_k))
        entered.append([1 - s.square() for s in slopes])
        z = z + DT * sum(w[i] * slopes[i] for i in range(n_stages))

    p = torch.randn(z.shape, generator=generator, dtype=torch.float64)
    (expected,) = torch.autograd.grad(ours((z0, A, b), (method.a, method.w, True), activation("tanh")), z0, p)
    for A_k, factors in zip(reversed(A.detach()), reversed(entered), strict=True):
        forces: dict[int, Tensor] = {}
        for i in reversed(range(n_stages)):
            later = sum((adjoint[i, j] * forces[j] for j in range(i + 1, n_stages)), torch.zeros_like(p))
            forces[i] = (factors[i] * (p + DT * later)) @ A_k
        p = p + DT * sum(w[i] * forces[i] for i in range(n_stages))
    assert_close(p, expected, rtol=1e-12, atol=1e-13)


@EVERY_TABLEAU
def test_derivatives_of_some_and_again(tableau: Tableau, generator: Generator) -> None:
    z, A, b = leaves(generator)
    sigma = activation("softplus")
    result = ours((z, A, b), tableau, sigma).square().sum()
    together = torch.autograd.grad(result, (z, A, b), retain_graph=True)
    again = torch.autograd.grad(result, (z, A, b))
    for variable, expected, repeated in zip((z, A, b), together, again, strict=True):
        assert torch.equal(expected, repeated)
        others = [v if v is variable else v.detach() for v in (z, A, b)]
        (alone,) = torch.autograd.grad(ours(others, tableau, sigma).square().sum(), variable)
        assert torch.equal(alone, expected)


@EVERY_TABLEAU
def test_second_derivatives_are_refused_rather_than_wrong(tableau: Tableau, generator: Generator) -> None:
    z, A, b = leaves(generator)
    loss = ours((z, A, b), tableau, activation("tanh")).square().sum()
    (gradient,) = torch.autograd.grad(loss, z, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        gradient.sum().backward()


@EVERY_TABLEAU
def test_nothing_is_changed_and_nothing_asked_for(tableau: Tableau, generator: Generator) -> None:
    variables = [v.detach() for v in leaves(generator)]
    before = [v.clone() for v in variables]
    assert not ours(variables, tableau, activation("tanh")).requires_grad
    with torch.no_grad():
        assert not ours(leaves(generator), tableau, activation("tanh")).requires_grad
    ours(variables, tableau, activation("tanh")).zero_()
    for now, then in zip(variables, before, strict=True):
        assert torch.equal(now, then)


@EVERY_TABLEAU
def test_no_points_and_no_layers(tableau: Tableau, generator: Generator) -> None:
    z, A, b = leaves(generator, n=0)
    gradients = torch.autograd.grad(ours((z, A, b), tableau, activation("tanh")).sum(), (z, A, b))
    assert [g.shape for g in gradients] == [z.shape, A.shape, b.shape]
    assert not any(g.any() for g in gradients)
    z, A, b = leaves(generator)
    assert torch.equal(ours((z, A[:0], b[:0]), tableau, activation("tanh")), z)


def test_a_plain_network_forgets_even_what_was_infinite() -> None:
    z = torch.tensor([[torch.inf, 1.0]])
    A = torch.tensor([[[1.0, 0.5], [-1.0, 2.0]]])
    after = propagate(z, A, torch.ones(1, 2), 1.0, *TABLEAUS["plain"][:2], activation("tanh"), residual=False)
    assert torch.equal(after, torch.tensor([[1.0, -1.0]]))
