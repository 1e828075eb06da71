"""An epidemic and the fields that learn it: what keeps the population, and what does not."""

import pytest
import torch

from structviz.errors import ConfigError
from structviz.ode import INTEGRATORS
from structviz.studies.manifolds import FIELDS, epidemic, fit_epidemic, sir


def test_an_epidemic_keeps_its_population_and_its_first_integral() -> None:
    truth = epidemic(50, 0.0).truth
    torch.testing.assert_close(truth.sum(1), torch.ones(151, dtype=torch.float64), rtol=0, atol=1e-13)
    # With R₀ = 3.5: S exp(R₀ R) is constant along all solutions.
    kept = truth[:, 0] * (3.5 * truth[:, 2]).exp()
    torch.testing.assert_close(kept, kept[:1].expand(151), rtol=1e-5, atol=0)
    torch.testing.assert_close(sir(0.0, truth).sum(1), torch.zeros(151, dtype=torch.float64), rtol=0, atol=1e-15)


def test_counts_are_noisy_and_do_not_add_up() -> None:
    seen = epidemic(40, 0.05, seed=2)
    assert seen.counted.shape == (41, 3)
    shifts = seen.counted - seen.truth[:41]
    assert shifts.std().item() == pytest.approx(0.05, rel=0.2)
    assert (seen.counted.sum(1) - 1).abs().max() > 0.02


@pytest.mark.parametrize("method", INTEGRATORS)
def test_the_structured_field_keeps_the_population_with_any_method(method: str) -> None:
    fit = fit_epidemic(epidemic(20, 0.02), "structured", 2, method)
    assert (fit.population - 1).abs().max() < 1e-12


def test_the_free_field_does_not_keep_it_and_both_learn() -> None:
    seen = epidemic(45, 0.02, seed=1)
    early, late = (fit_epidemic(seen, "structured", n).loss for n in (1, 60))
    assert late < early
    assert (fit_epidemic(seen, "free", 60).population - 1).abs().max() > 0.01


def test_fields_are_the_same_for_the_same_seed_and_leave_the_global_generator_alone() -> None:
    state = torch.get_rng_state()
    first, second = (fit_epidemic(epidemic(20, 0.02), "free", 2) for _ in range(2))
    assert torch.equal(first.states, second.states)
    assert torch.equal(torch.get_rng_state(), state)


def test_misuse_is_said() -> None:
    with pytest.raises(ConfigError, match="5 to 150 days"):
        epidemic(4, 0.1)
    with pytest.raises(ConfigError, match=", ".join(FIELDS)):
        fit_epidemic(epidemic(20, 0.0), "none")
