"""Splitting methods: their order, their inverses and the one that is symmetric."""

import math

import pytest
import torch

from structviz.checks import fitted_slope
from structviz.errors import ConfigError
from structviz.ode import SPLITTINGS, splitting

ALL = pytest.mark.parametrize("name", SPLITTINGS)
Q = torch.tensor([[1.0, 0.3]], dtype=torch.float64)
P = torch.tensor([[0.2, -0.9]], dtype=torch.float64)


@ALL
def test_the_order_is_seen_on_the_harmonic_oscillator(name: str) -> None:
    method, sizes, errors = splitting(name), [], []
    assert method.name == name
    for n in (20, 40, 80):
        q, p = Q, P
        for _ in range(n):
            q, p = method.step(lambda p: p, lambda q: q, 1 / n, q, p)
        sizes.append(1 / n)
        errors.append((q - (math.cos(1) * Q + math.sin(1) * P)).norm().item())
    assert fitted_slope(sizes, errors) == pytest.approx(method.order, abs=0.2)


@ALL
def test_a_step_is_undone(name: str) -> None:
    method = splitting(name)
    there = method.step(torch.tanh, torch.sin, 0.3, Q, P)
    assert (there[0] - Q).abs().min() > 0.01
    back = method.undo(torch.tanh, torch.sin, 0.3, *there)
    torch.testing.assert_close(back, (Q, P), rtol=0, atol=1e-15)


def test_only_the_symmetric_method_is_its_own_adjoint() -> None:
    for method in SPLITTINGS.values():
        back = method.step(torch.tanh, torch.sin, -0.3, *method.step(torch.tanh, torch.sin, 0.3, Q, P))
        assert method.symmetric == ((back[0] - Q).abs().max() < 1e-14) == (method.name == "stormer-verlet")


def test_unknown_methods_are_refused() -> None:
    with pytest.raises(ConfigError, match="got 'leapfrog'"):
        splitting("leapfrog")
