"""Previews: what a network in training makes of a few examples."""

import dataclasses
import math
from typing import Any

import pytest
import torch
from torch import Generator, Tensor, nn

from structviz.arms import ROTATION_ARMS, is_equivariant
from structviz.config import (
    ClassifierShape,
    CouplingShape,
    DenoiserShape,
    LipschitzShape,
    NetShape,
    NonexpansiveShape,
    ODENetShape,
    PlaneShape,
    PointShape,
    SphereShape,
    TrainConfig,
    UnrolledShape,
)
from structviz.data import IMAGES, TOY_SETS, image, stripes
from structviz.errors import ConfigError
from structviz.metrics import psnr
from structviz.tomography import ParallelBeam, RayTransform, fbp
from structviz.training import RECIPES, Recipe, flow_on
from structviz.training.flow import FLOW, decision_map, evaluate_classifier, half_width
from structviz.training.images import TEST_SIGMA, TEST_SIZE
from structviz.training.images import held_out as noisy_photographs
from structviz.training.patients import DATA_RANGE, held_out, held_out_pair, training_patients
from structviz.training.recipes import PAIR, Preview, complete
from structviz.training.stripes import SIGMA
from structviz.transforms import disc_mask
from tests.tolerances import EQUIVARIANCE

SHAPES = {
    "stripes": DenoiserShape(width=8, dilations=(1, 1), residual=True),
    "images": DenoiserShape(width=8, dilations=(1, 1), residual=True),
    "stability": NonexpansiveShape(width=8, n_layers=2, kernel_size=3),
    "flow": PointShape(n_layers=4, time=2.0),
    "ct": UnrolledShape(image_size=16, n_views=6, iterations=2, width=8, memory=1),
    "plane": PlaneShape(n_layers=3),
    "control": ODENetShape("simplex", n_layers=3),
    "invertibility": CouplingShape(width=4, n_layers=2),
    "manifolds": SphereShape(n_layers=3),
    "digits": ClassifierShape(width=8, kernel_size=3),
}
PICTURED = [
    name for name in RECIPES if name not in ("flow", "plane", "invertibility", "control", "manifolds", "digits")
]
"""Their previews are pictures of a pair."""


def shape_of(name: str, arm: str) -> NetShape:
    """Of the free arm of the stable denoisers as for photographs; stable classifiers have their own."""
    if (name, arm) == ("digits", "nonexpansive"):
        return LipschitzShape(width=16)
    return SHAPES["images" if (name, arm) == ("stability", "ordinary") else name]


def settings(name: str, arm: str = "ordinary", **values: Any) -> TrainConfig:
    few: dict[str, Any] = {"n_train": 30, "steps": 2, "batch_size": 2, "net": shape_of(name, arm)}
    return complete(TrainConfig(name, arm, **{**few, **values}), RECIPES[name])


def plain_network(recipe: Recipe, config: TrainConfig, generator: Generator) -> nn.Module:
    """With weights that are not those of the start, which in some recipes give back what came."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        net = recipe.build(config)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter += 0.1 * torch.randn(parameter.shape, generator=generator)
    return recipe.export(net.eval())


class Answer(nn.Module):
    """A network that knows what it will be asked for."""

    def __init__(self, x: Tensor) -> None:
        super().__init__()
        self.x = nn.Parameter(x)

    def forward(self, y: Tensor) -> Tensor:
        assert len(y) == len(self.x)
        return self.x


def stacked(images: list[Tensor]) -> Tensor:
    return torch.stack(images)[:, None]


def same(a: Preview, b: Preview) -> bool:
    return a.figures == b.figures and all(torch.equal(a.pictures[name], b.pictures[name]) for name in a.pictures)


@pytest.mark.parametrize(("name", "arm"), [(name, arm) for name in RECIPES for arm in RECIPES[name].arms])
def test_every_arm_gives_a_preview(name: str, arm: str, generator: Generator) -> None:
    recipe, config = RECIPES[name], settings(name, arm)
    net = plain_network(recipe, config, generator)
    before = torch.get_rng_state()
    preview, again, examples = recipe.preview(net, config), recipe.preview(net, config), recipe.examples(config)
    assert torch.equal(torch.get_rng_state(), before)
    assert same(preview, again)
    assert all(math.isfinite(value) for value in preview.figures.values())
    assert recipe.headline
    # The data sets of manifolds ask for classes or for angles.
    assert set(recipe.headline) - set(preview.figures) <= ({"angle_test"} if name == "manifolds" else set())
    assert set(recipe.headline) & set(preview.figures)
    assert tuple(examples) == (() if name in ("flow", "plane", "control") else tuple(preview.pictures))
    for picture in preview.pictures.values():
        assert picture.isfinite().all()
        assert not picture.requires_grad
    for key, example in examples.items():
        assert example.given.shape == example.truth.shape == preview.pictures[key].shape
    # What does not depend on the network would not be worth a look.
    assert not same(preview, recipe.preview(plain_network(recipe, config, generator), config))
    if name not in ("flow", "digits") and is_equivariant(arm):
        upright, turned = (preview.pictures[key] for key in PAIR)
        difference = (torch.rot90(upright) - turned).norm() / turned.norm()
        assert difference < EQUIVARIANCE[torch.float32]
        assert preview.figures["psnr_turned"] == pytest.approx(preview.figures["psnr_upright"], abs=1e-3)


@pytest.mark.parametrize("name", PICTURED)
def test_figures_are_those_of_the_pictures(name: str) -> None:
    recipe, config = RECIPES[name], settings(name)
    examples = recipe.examples(config)
    given, truth = (stacked([getattr(e, part) for e in examples.values()]) for part in ("given", "truth"))
    side = truth.shape[-1]
    mask = None if name == "stripes" else disc_mask(side, side)
    data_range = DATA_RANGE if name == "ct" else 1.0
    perfect, lazy = (recipe.preview(Answer(x), config) for x in (truth, given))
    assert min(perfect.figures.values()) > 100
    expected = psnr(given, truth, data_range, mask).tolist()
    assert [lazy.figures[f"psnr_{key}"] for key in PAIR] == pytest.approx(expected)
    assert torch.equal(stacked(list(lazy.pictures.values())), given)


@pytest.mark.parametrize("name", PICTURED)
def test_the_second_example_is_the_first_turned(name: str) -> None:
    upright, turned = RECIPES[name].examples(settings(name)).values()
    assert torch.equal(torch.rot90(upright.truth), turned.truth)
    # Noise turns too; a transform and its filter know it to round-off.
    torch.testing.assert_close(torch.rot90(upright.given), turned.given, rtol=0, atol=1e-5)
    assert (upright.given - turned.given).abs().max() > 0.05


@pytest.mark.parametrize("name", ["stripes", "images"])
def test_what_comes_back_may_be_changed(name: str) -> None:
    recipe, config = RECIPES[name], settings(name)
    before = recipe.preview(nn.Identity(), config)
    kept = {key: picture.clone() for key, picture in before.pictures.items()}
    for picture in before.pictures.values():
        picture.zero_()
    for example in recipe.examples(config).values():
        example.given.zero_()
        example.truth.zero_()
    after = recipe.preview(nn.Identity(), config)
    assert after.figures == before.figures
    assert all(torch.equal(after.pictures[key], kept[key]) for key in kept)


@pytest.mark.parametrize("name", RECIPES)
def test_examples_go_where_the_network_is(name: str) -> None:
    places: list[str] = []

    class Elsewhere(nn.Module):
        """Its weights are on a device that holds no numbers; what it answers comes from the CPU."""

        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(1, device="meta"))

        def forward(self, y: Tensor) -> Tensor:
            places.append(y.device.type)
            return torch.zeros(len(y), *shape)

        def log_prob(self, x: Tensor) -> Tensor:
            places.append(x.device.type)
            return torch.zeros(len(x))

    recipe, config = RECIPES[name], settings(name)
    of_images = list(recipe.examples(config).values())[:1]
    logits = {"manifolds": [], "digits": [10]}
    shape = logits.get(name, [n for example in of_images for n in (1, *example.truth.shape)])
    preview = recipe.preview(Elsewhere(), config)
    assert set(places) == {"meta"}
    assert all(picture.device.type == "cpu" for picture in preview.pictures.values())


# The examples are what they are said to be, and no network learns from them.


def test_stripes_have_the_noise_of_training() -> None:
    upright, turned = RECIPES["stripes"].examples(settings("stripes")).values()
    assert any(torch.equal(upright.truth, x) for (x,) in stripes(2))
    assert any(torch.equal(turned.truth, x) for (x,) in stripes(2, orientation="vertical"))
    assert (upright.given - upright.truth).std().item() == pytest.approx(SIGMA, rel=0.1)


@pytest.mark.parametrize("seed", [0, 1, 90, 2_718_281_828])
@pytest.mark.parametrize("arm", ROTATION_ARMS)
def test_no_network_learns_from_the_stripes(arm: str, seed: int) -> None:
    recipe, config = RECIPES["stripes"], settings("stripes", arm, seed=seed, n_train=16, batch_size=8)
    noises = torch.stack([e.given - e.truth for e in recipe.examples(config).values()]).flatten(1)
    batches = recipe.batches(config, Generator().manual_seed(seed))
    for _, (y, x) in zip(range(20), batches, strict=False):
        # Independent noises have a correlation of about 0.02 on so many pixels.
        correlations = torch.corrcoef(torch.cat([noises, (y - x).flatten(1)]))[:2, 2:]
        assert correlations.abs().max() < 0.15


def test_the_photograph_is_held_out_and_noisy() -> None:
    upright, _ = RECIPES["images"].examples(settings("images")).values()
    assert torch.equal(upright.truth, image(IMAGES[0], TEST_SIZE)[0, 0])
    assert (upright.given - upright.truth).std().item() == pytest.approx(TEST_SIGMA, rel=0.05)


@pytest.mark.parametrize("seed", [0, 2021])
def test_the_patient_is_the_first_that_is_held_out(seed: int) -> None:
    config = settings("ct", seed=seed)
    geometry = ParallelBeam(16, 6, pixel_size=44.0 / 16)
    pair = held_out_pair(geometry)
    assert torch.equal(pair.x[0], held_out(geometry, "upright", 2).x[0])
    upright, _ = RECIPES["ct"].examples(config).values()
    assert torch.equal(upright.truth, pair.x[0, 0])
    assert torch.equal(upright.given, fbp(RayTransform(geometry), pair.y[:1], "hann")[0, 0])
    learned_from = torch.nn.functional.avg_pool2d(training_patients(20, 32, seed), 2)
    assert (learned_from - pair.x[:1]).abs().amax((1, 2, 3)).min() > 0.01


@pytest.mark.parametrize("n_views", [6, 7])
def test_the_patient_is_measured_as_it_lies(n_views: int) -> None:
    geometry = ParallelBeam(16, n_views, pixel_size=44.0 / 16)
    pair = held_out_pair(geometry)
    exact = RayTransform(geometry)(pair.x)
    # Of pixels that are coarse and of photons that are few; the other orientation is far away.
    errors = (pair.y - exact).flatten(1).norm(dim=1) / exact.flatten(1).norm(dim=1)
    assert errors.max() < 0.1
    assert (pair.y - exact.flip(0)).norm() / exact.norm() > 0.2


@pytest.mark.parametrize(("name", "upright", "turned"), [("stripes", "upright", "turned"), ("images", "0", "90")])
def test_what_a_turn_costs_on_a_card_is_no_draw_of_noise(
    name: str, upright: str, turned: str, generator: Generator
) -> None:
    recipe = RECIPES[name]
    for arm, least, most in (("equivariant", 0, 1e-4), ("ordinary", 1e-3, math.inf)):
        config = settings(name, arm)
        figures = recipe.evaluate(plain_network(recipe, config, generator), config)
        assert least <= abs(figures[f"psnr_{upright}"] - figures[f"psnr_{turned}"]) <= most, arm


def test_between_quarter_turns_the_noise_keeps_its_power() -> None:
    for angle in (0, 30, 45, 90):
        noisy, clean = noisy_photographs(angle)
        assert (noisy - clean).std().item() == pytest.approx(TEST_SIGMA, rel=0.02)


# Points.


@pytest.mark.parametrize("dataset", TOY_SETS)
def test_points_are_measured_as_at_the_end(dataset: str, generator: Generator) -> None:
    config = settings("flow", dataset=dataset, seed=3)
    net = plain_network(FLOW, config, generator)
    preview, figures = FLOW.preview(net, config), FLOW.evaluate(net, config)
    assert dict(preview.figures) == {key: figures[key] for key in preview.figures}
    assert set(preview.figures) == {"accuracy_train", "accuracy_test", "loss_train", "loss_test"}
    picture = preview.pictures["decision"]
    assert picture.shape == (56, 56)
    points, _ = next(FLOW.batches(settings("flow", dataset=dataset, seed=3, batch_size=30), Generator()))
    assert torch.equal(picture, decision_map(net, half_width(points)))


def test_points_of_ones_own_are_looked_at(generator: Generator) -> None:
    points = torch.randn(12, 2, generator=generator)
    labels = (points[:, 0] > 0).long()
    recipe = flow_on(points, labels)
    config = complete(TrainConfig("flow", net=SHAPES["flow"]), recipe)
    net = plain_network(recipe, config, generator)
    preview = recipe.preview(net, config)
    figures = evaluate_classifier(net, (points, labels), (points, labels))
    assert dict(preview.figures) == {key: figures[key] for key in preview.figures}
    assert torch.equal(preview.pictures["decision"], decision_map(net, half_width(points)))
    assert recipe.examples(config) == {}
    with pytest.raises(ConfigError, match="can only be measured on those"):
        FLOW.preview(net, config)


class Right(nn.Module):
    """Points to the right of 1/2 are of class 1, and nothing is known of those far below."""

    def forward(self, z: Tensor) -> Tensor:
        return torch.where(z[:, 1] < -1.5, math.nan, 100 * (z[:, 0] - 0.5))


def test_the_map_lies_as_one_reads_a_plane() -> None:
    picture = decision_map(Right(), 2.0, 40)
    # Pixels are 0.1 wide, from -2 to 2: the edge is after the 25th column, what is not known in the last five rows.
    assert picture.shape == (40, 40)
    assert torch.equal(picture[-5:], torch.full((5, 40), 0.5))
    assert (picture[:35, :25] < 0.01).all()
    assert (picture[:35, 25:] > 0.99).all()


def test_the_window_holds_all_points() -> None:
    assert half_width(torch.tensor([[1.0, -2.0], [0.5, 0.0]])) == pytest.approx(2.3)
    assert half_width(torch.zeros(3, 2)) == 1.0


def test_a_large_set_costs_no_more_than_a_few_steps() -> None:
    seen: list[int] = []

    class Counting(Right):
        def forward(self, z: Tensor) -> Tensor:
            seen.append(len(z))
            return super().forward(z)

    FLOW.preview(Counting(), dataclasses.replace(settings("flow"), n_train=50_000))
    assert sum(seen) == 4096 + 1000 + 56 * 56
