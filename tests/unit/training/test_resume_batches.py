"""Runs can be taken up again: after its first batch, a stream of batches depends on its generator alone."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
import torch
from torch import Generator, Tensor

from structviz.config import TrainConfig, UnrolledShape
from structviz.training import CT, RECIPES, Recipe, flow_on
from structviz.training.patients import training_patients
from structviz.training.recipes import complete

UNROLLED = UnrolledShape(image_size=16, n_views=6, iterations=1, width=4, memory=1)
OWN = flow_on(torch.arange(20.0).view(10, 2), torch.arange(10) % 2)


def cases() -> Iterator[Any]:
    """Every recipe with all its arms and data sets, in batches smaller than the set, and points all at once."""
    for recipe in (*RECIPES.values(), OWN):
        label = "own" if recipe is OWN else recipe.name
        net = UNROLLED if recipe is CT else None
        for arm in recipe.arms:
            for dataset in recipe.datasets or (None,):
                config = TrainConfig(recipe.name, arm, n_train=10, batch_size=3, seed=7, net=net, dataset=dataset)
                yield pytest.param(recipe, complete(config, recipe), id=f"{label}-{arm}-{dataset}")
    for recipe in (RECIPES["flow"], OWN):
        label = "own" if recipe is OWN else "flow"
        yield pytest.param(recipe, complete(TrainConfig("flow", n_train=10), recipe), id=f"{label}-whole")


def drawn(batches: Iterator[tuple[Tensor, Tensor]], n: int) -> list[tuple[Tensor, Tensor]]:
    """The next ones, as copies."""
    return [(y.clone(), x.clone()) for y, x in islice(batches, n)]


def same(a: list[tuple[Tensor, Tensor]], b: list[tuple[Tensor, Tensor]]) -> bool:
    return all(torch.equal(u, v) for one, two in zip(a, b, strict=True) for u, v in zip(one, two, strict=True))


@pytest.mark.parametrize(("recipe", "config"), list(cases()))
def test_a_fresh_stream_goes_on_where_the_old_one_was(recipe: Recipe, config: TrainConfig) -> None:
    before = torch.get_rng_state()
    generator = Generator().manual_seed(config.seed)
    batches = recipe.batches(config, generator)
    begun = drawn(batches, 3)
    saved = generator.get_state()
    expected = drawn(batches, 2)

    training_patients.cache_clear()  # another process has no cache
    fresh = Generator().manual_seed(config.seed)
    again = recipe.batches(config, fresh)
    first = drawn(again, 1)
    assert same(first, begun[:1])
    fresh.set_state(saved)
    assert same(drawn(again, 2), expected)
    assert torch.equal(torch.get_rng_state(), before)
    if config.batch_size != config.n_train:
        # Without the saved state it would be another batch.
        assert not same(begun[1:3], expected)
