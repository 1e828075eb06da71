"""Whoever computes in float64 by default still gets the data, projector and networks of everybody else, in float32."""

from collections.abc import Callable, Iterator

import pytest
import torch
from torch import Generator, Tensor

from structviz import data, tomography, training, transforms, zoo
from structviz.config import UnrolledShape
from structviz.training import TrainConfig
from structviz.training.descent import initial_network
from structviz.training.patients import held_out
from structviz.training.recipes import complete


@pytest.fixture
def double_by_default() -> Iterator[None]:
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


def generator() -> Generator:
    return Generator().manual_seed(1)


def project() -> Tensor:
    return tomography.RayTransform(tomography.ParallelBeam(32, 10))(data.shepp_logan(32))


def batch(config: TrainConfig) -> Tensor:
    recipe = training.recipe(config.recipe)
    return next(recipe.batches(complete(config, recipe), generator()))[0]


SMALL = UnrolledShape(image_size=16, n_views=6, iterations=1, width=8)

MADE: dict[str, Callable[[], Tensor]] = {
    "stripes": lambda: data.stripes(2, generator=generator()),
    "image": lambda: data.image("coins", 32),
    "shepp-logan": lambda: data.shepp_logan(32),
    "thorax": lambda: data.thorax(1, 32, generator()),
    "ellipses": lambda: data.ellipses(1, 32, generator()),
    "points": lambda: data.toy("spiral2d", 20, generator())[0],
    "turned": lambda: transforms.rotate(data.image("coins", 32), 0.3),
    "noisy": lambda: transforms.add_noise(data.image("coins", 32), "gaussian", 0.2, generator()),
    "sinogram": project,
    "held-out patients": lambda: held_out.__wrapped__(tomography.ParallelBeam(16, 6), "rotated", 2).x,
    "a batch of photographs": lambda: batch(TrainConfig("images", "augmented", n_train=2, batch_size=2)),
    "a batch of scans": lambda: batch(TrainConfig("ct", "augmented", n_train=2, batch_size=2, net=SMALL)),
    "fbp": lambda: tomography.fbp(tomography.RayTransform(tomography.ParallelBeam(32, 10)), project()),
}


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_data_and_operators_do_not_follow_the_default(
    make: Callable[[], Tensor], request: pytest.FixtureRequest
) -> None:
    expected = make()
    request.getfixturevalue("double_by_default")
    found = make()
    assert found.dtype == expected.dtype == torch.float32
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("name", ["stripes/equivariant", "flow/resnet-donut2d", "ct/equivariant-small"])
def test_networks_load_as_they_were_saved(name: str, request: pytest.FixtureRequest) -> None:
    expected = zoo.load(name).state_dict()
    request.getfixturevalue("double_by_default")
    found = zoo.load(name).state_dict()
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert found[key].dtype == value.dtype
        assert torch.equal(found[key], value)


@pytest.mark.usefixtures("double_by_default")
@pytest.mark.parametrize("recipe", ["stripes", "flow"])
def test_training_starts_all_the_same(recipe: str) -> None:
    result = training.train(training.TrainConfig(recipe, n_train=8, steps=2), device="cpu")
    assert {value.dtype for value in result.net.state_dict().values()} == {torch.float32}


EQUIVARIANT = {
    "stripes": TrainConfig("stripes", "equivariant", n_train=8, steps=2, batch_size=2),
    "ct": TrainConfig("ct", "equivariant", n_train=2, steps=2, net=SMALL),
}


@pytest.mark.parametrize("recipe", EQUIVARIANT)
def test_equivariant_networks_begin_and_train_all_the_same(recipe: str, request: pytest.FixtureRequest) -> None:
    pytest.importorskip("escnn")
    expected = _begun(EQUIVARIANT[recipe])
    request.getfixturevalue("double_by_default")
    found = _begun(EQUIVARIANT[recipe])
    assert torch.get_default_dtype() == torch.float64, "as it was before"
    assert found == expected
    result = training.train(EQUIVARIANT[recipe], device="cpu")
    assert result.outcome is training.Outcome.FINISHED
    assert {value.dtype for value in result.net.state_dict().values()} == {torch.float32}


def _begun(config: TrainConfig) -> dict[str, tuple[torch.Size, torch.dtype]]:
    """Shapes and numbers of all tensors of a network before its training, the filters of escnn too."""
    recipe = training.recipe(config.recipe)
    return {
        key: (value.shape, value.dtype)
        for key, value in initial_network(recipe, complete(config, recipe)).state_dict().items()
    }
