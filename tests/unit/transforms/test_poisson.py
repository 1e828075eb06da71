"""Counts by inversion, against the distribution function."""

import pytest
import torch

from structviz.transforms.poisson import poisson_quantile

U = (torch.arange(2000, dtype=torch.float64) + 0.5) / 2000


@pytest.mark.parametrize(("mean", "wrong"), [(0.3, 0.0), (16.0, 0.0), (49.9, 0.0), (50.0, 0.01), (1e4, 0.01)])
def test_counts_are_quantiles(mean: float, wrong: float) -> None:
    counts = poisson_quantile(U, torch.full_like(U, mean))
    # P(N <= k), the regularised upper incomplete gamma function.
    reached = torch.special.gammaincc(counts + 1, torch.full_like(U, mean))
    before = torch.special.gammaincc(counts.clamp(min=1e-300), torch.full_like(U, mean)).where(counts > 0, 0.0)
    is_off = (reached < U) | (before >= U)
    assert is_off.double().mean() <= wrong
    assert counts.diff().min() >= 0


def test_no_light_gives_no_counts_and_zero_has_a_count() -> None:
    assert not poisson_quantile(U, torch.zeros_like(U)).any()
    assert poisson_quantile(torch.zeros(1).double(), torch.tensor([60.0]).double()).isfinite().all()
