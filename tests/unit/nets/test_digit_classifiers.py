import math

import pytest
import torch
from torch import Generator

from structviz.checks import audit, lipschitz_ratio
from structviz.errors import ConfigError, ShapeError
from structviz.nets import ConvClassifier, LipschitzClassifier, OrthonormalClassifier, rectangular_cayley
from structviz.nets.invariant import InvariantClassifier


def noise(n: int = 4, **options: object) -> torch.Tensor:
    return torch.rand(n, 1, 28, 28, generator=Generator().manual_seed(0), **options)  # pyright: ignore[reportArgumentType]


@pytest.fixture(scope="module")
def invariant() -> ConvClassifier:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        net = InvariantClassifier("C8", width=8).eval().export()
    for layer in net.convolutions:  # the same for all channels; without it these first weights leave no feature above 0
        assert layer.bias is not None
        layer.bias += 0.5
    return net


def test_quarter_turns_change_no_logit(invariant: ConvClassifier) -> None:
    x = noise()
    logits = invariant(x)
    assert logits.std(0).max() > 1e-2  # they follow the image, and not the bias alone
    for k in (1, 2, 3):
        torch.testing.assert_close(invariant(torch.rot90(x, k, (-2, -1))), logits, rtol=0, atol=1e-5)
    (found,) = audit(invariant.double(), Generator().manual_seed(0), n=4)
    assert found.claim.kind == "invariant"
    assert found.holds
    invariant.float()


def test_a_free_kernel_breaks_the_promise(invariant: ConvClassifier) -> None:
    free = ConvClassifier(width=8, group="C8").double()
    (found,) = audit(free, Generator().manual_seed(0), n=4)
    assert found.measured > 1e-4
    assert not found.holds


def test_the_export_is_the_network() -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        trained = InvariantClassifier("C4", width=8, kernel_size=3).eval()
    torch.testing.assert_close(trained.export()(noise()), trained(noise()), rtol=0, atol=1e-5)


@pytest.mark.parametrize("shape", [(5, 3), (4, 4), (7, 1)])
def test_columns_are_orthonormal(shape: tuple[int, int]) -> None:
    A = torch.randn(*shape, generator=Generator().manual_seed(1), dtype=torch.float64)
    W = rectangular_cayley(A)
    torch.testing.assert_close(W.T @ W, torch.eye(shape[1], dtype=torch.float64), rtol=0, atol=1e-12)


def test_the_bound_is_that_of_the_weights() -> None:
    """L is computed: it follows the weights, is 1 for those of a training, and no pair exceeds it."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        net = OrthonormalClassifier(width=16, temperature=0.5)
        plain = net.export().double()
    x, y = noise(32, dtype=torch.float64), noise(32, dtype=torch.float64).flip(0)
    torch.testing.assert_close(net.double()(x), plain(x) / 0.5, rtol=0, atol=1e-5)
    assert plain.lipschitz_bound == pytest.approx(1, abs=1e-5)
    assert lipschitz_ratio(plain, x, y).max() <= plain.lipschitz_bound * (1 + 1e-9)
    with torch.no_grad():
        plain.W[0].mul_(3)
        plain.W[1].mul_(0.5)
    assert plain.lipschitz_bound == pytest.approx(1.5, abs=1e-5)
    (found,) = audit(plain, Generator().manual_seed(0), n=8)
    assert found.holds
    assert 1.0 < found.measured <= 1.5 * (1 + 1e-5)  # the search comes near: layers of this kind shorten little


def test_sizes_that_do_not_fit_are_refused() -> None:
    for make in (
        lambda: ConvClassifier(width=4, group="C8"),
        lambda: ConvClassifier(kernel_size=4),
        lambda: LipschitzClassifier(width=15),
        lambda: LipschitzClassifier(temperature=math.nan),
        lambda: LipschitzClassifier(n_layers=1),
    ):
        with pytest.raises(ConfigError):
            make()
    for net in (ConvClassifier(), LipschitzClassifier()):
        with pytest.raises(ShapeError):
            net(torch.zeros(1, 1, 27, 27))
