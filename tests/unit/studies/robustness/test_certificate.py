import math

import pytest
import torch
from torch import Generator, Tensor, nn

from structviz.attacks import pgd
from structviz.errors import ConfigError
from structviz.studies.robustness.certificate import (
    attempt,
    certificate,
    certified_accuracy,
    certified_radii,
    closest_attack,
)


class Linear(nn.Module):
    """Logits Wx of 2×2 images, in float64."""

    def __init__(self, W: Tensor) -> None:
        super().__init__()
        self.W = W.double()

    def forward(self, x: Tensor) -> Tensor:
        return x.flatten(1).double() @ self.W.T


def random_linear(n: int = 3) -> Linear:
    return Linear(torch.randn(n, 4, generator=Generator().manual_seed(0)))


def in_the_middle(n: int = 1) -> Tensor:
    """Images so far from 0 and 1 that the limits of grey values stop no short change."""
    return 0.5 + 0.02 * torch.randn(n, 1, 2, 2, generator=Generator().manual_seed(1), dtype=torch.float64)


TWO = Linear(3 * torch.eye(2, 4))
"""Orthogonal rows of the length 3: ‖w₁ − w₂‖ = √2 · 3, so that with L = 3 the certificate is the exact radius."""


def test_the_radius_of_orthogonal_rows_is_the_exact_one() -> None:
    x = in_the_middle(5)
    logits = TWO(x)
    labels = logits.argmax(1)
    exact = (logits[:, 0] - logits[:, 1]).abs() / (TWO.W[0] - TWO.W[1]).norm()
    radii = certified_radii(logits, labels, lipschitz=3.0)
    torch.testing.assert_close(radii, exact)
    torch.testing.assert_close(certified_radii(logits, 1 - labels, 3.0), -exact)
    below = pgd(TWO, x, labels, 0.999 * radii, "l2", steps=20)
    beyond = pgd(TWO, x, labels, 1.001 * radii, "l2", steps=20)
    assert not below.success.any()
    assert beyond.success.all()


def test_a_linear_classifier_is_certified_for_no_more_than_its_exact_radius() -> None:
    """The exact one is the least of margin / ‖w_i − w_j‖ over all other classes."""
    net, x = random_linear(), in_the_middle(50)
    logits = net(x)
    labels = logits.argmax(1)
    lipschitz = torch.linalg.matrix_norm(net.W, 2).item()
    gaps = logits.gather(1, labels[:, None]) - logits
    exact = (gaps / (net.W[labels][:, None] - net.W).norm(dim=2)).nan_to_num(torch.inf).amin(1)
    radii = certified_radii(logits, labels, lipschitz)
    assert (radii <= exact * (1 + 1e-12)).all()
    assert (radii > 0.3 * exact).any()
    # The controls: L too small by half, or √2 forgotten where it is needed, promise too much.
    assert (certified_radii(TWO(x), TWO(x).argmax(1), 1.5) > 1.9 * certified_radii(TWO(x), TWO(x).argmax(1), 3.0)).all()


def test_attempts_fail_within_the_certificate_and_succeed_beyond() -> None:
    x = in_the_middle()
    found = certificate(TWO(x)[0], lipschitz=3.0)
    assert found.margin == pytest.approx(found.radius * math.sqrt(2) * 3.0)
    assert {found.label, found.runner_up} == {0, 1}
    within = attempt(TWO, x, 0.999 * found.radius, Generator().manual_seed(0), random=600, climbs=3, steps=10)
    assert (within.random, within.climbs, within.changed) == (600, 3, 0)
    assert within.longest == pytest.approx(0.999 * found.radius, rel=1e-6)
    wrong = certificate(TWO(x)[0], lipschitz=1.5)  # L halved
    beyond = attempt(TWO, x, 0.999 * wrong.radius, Generator().manual_seed(0), random=600, climbs=3, steps=10)
    assert beyond.climbs_changed == 3
    assert 0 < beyond.random_changed < 600


def test_certified_accuracy_counts_what_is_right_and_certain() -> None:
    logits = torch.tensor([[3.0, 0.0], [1.0, 0.0], [0.0, 2.0]])
    shares = certified_accuracy(logits, torch.tensor([0, 0, 0]), lipschitz=1.0, radii=(0.0, 1.0, 2.0, 3.0))
    torch.testing.assert_close(shares, torch.tensor([2, 1, 1, 0]).double() / 3)


def test_attacks_rise_from_zero_beyond_exact_certificates() -> None:
    x = in_the_middle(8)
    labels = TWO(x).argmax(1)
    shares = closest_attack(TWO, x, labels, certified_radii(TWO(x), labels, 3.0), (0.5, 0.99, 1.01, 2.0))
    assert shares.tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("lipschitz", [0.0, -1.0, math.inf, math.nan])
def test_a_constant_is_a_positive_number(lipschitz: float) -> None:
    with pytest.raises(ConfigError, match="positive number"):
        certified_radii(torch.zeros(1, 2), torch.tensor([0]), lipschitz)
