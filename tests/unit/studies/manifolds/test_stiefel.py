"""Orthogonal weights beside free ones: singular values of products, gradients through layers, and training."""

import functools
import math

import pytest
import torch

from structviz.errors import ConfigError, ShapeError
from structviz.studies.manifolds import WEIGHTS, gradient_norms, layer_weights, product_singular_values, train_weights

ORTHOGONAL = ("cayley", "exponential")


def drawn(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_singular_values_are_those_of_the_product_where_that_can_be_formed() -> None:
    for n_layers in (1, 2, 6):
        W = layer_weights("free", n_layers, 4, drawn())
        dense = torch.linalg.svdvals(functools.reduce(lambda product, factor: factor @ product, W))
        torch.testing.assert_close(product_singular_values(W).exp(), dense, rtol=1e-9, atol=0)


def test_of_diagonal_layers_they_are_known_beyond_the_digits_of_a_product() -> None:
    W = torch.diag(torch.tensor([1e-3, 1e3, 1.0], dtype=torch.float64)).expand(100, 3, 3)
    wanted = torch.tensor([300.0, 0.0, -300.0], dtype=torch.float64) * math.log(10)
    torch.testing.assert_close(product_singular_values(W), wanted)


@pytest.mark.parametrize("kind", ORTHOGONAL)
def test_orthogonal_layers_keep_lengths_of_vectors_and_of_gradients_without_relu(kind: str) -> None:
    W = layer_weights(kind, 100, 6, drawn())
    assert product_singular_values(W).abs().max() < 1e-12
    for activation in ("abs", "max-min"):
        assert (gradient_norms(W, activation, drawn(1)) - 1).abs().max() < 1e-12
    assert gradient_norms(W, "relu", drawn(1))[0] < 1e-6


def test_free_layers_lose_or_blow_up_gradients_by_their_gain() -> None:
    small, large = (gradient_norms(layer_weights("free", 100, 16, drawn(), g), "abs", drawn(1))[0] for g in (0.8, 1.5))
    assert small < 1e-6
    assert large > 1e6


@pytest.mark.parametrize("kind", WEIGHTS)
def test_only_free_weights_leave_the_orthogonal_matrices_in_training(kind: str) -> None:
    found = train_weights(kind, 30)
    assert found.off[0] < 1e-13
    assert found.off[-1] > 0.1 if kind == "free" else max(found.off) < 1e-12
    assert found.loss[-1] < found.loss[0]
    assert len(found.off) == len(found.loss) == 31


def test_misuse_is_said() -> None:
    with pytest.raises(ConfigError, match="positive gain"):
        layer_weights("free", 3, 3, drawn(), gain=0.0)
    with pytest.raises(ConfigError, match="'sparse'"):
        train_weights("sparse", 1)
    with pytest.raises(ConfigError, match="abs, max-min, relu"):
        gradient_norms(torch.eye(2)[None], "tanh", drawn())


def test_layers_that_are_not_finite_have_no_singular_values() -> None:
    with pytest.raises(ConfigError, match="not finite"):
        product_singular_values(torch.full((2, 3, 3), math.nan).double())


@pytest.mark.usefixtures("without_shape_checks")
@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 2), (0, 2, 2)])
def test_layers_are_square_and_one_or_more(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match="one or more"):
        product_singular_values(torch.ones(shape).double())
