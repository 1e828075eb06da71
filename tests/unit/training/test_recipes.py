"""What a recipe declares about itself: words, figures and pictures, and that nobody keeps a second table of recipes."""

import ast
import dataclasses
import math
from pathlib import Path

import pytest

import structviz
from structviz import zoo
from structviz.config import TrainConfig
from structviz.errors import ConfigError
from structviz.figures import COLOUR_MAPS
from structviz.training import RECIPES, SHIPPED, STRIPES, Metric
from structviz.training.metric import accuracies, psnr_metric
from structviz.training.recipes import complete

ROOT = Path(structviz.__file__).parent


def words(path: Path) -> set[object]:
    return {node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant)}


def test_no_file_outside_of_training_lists_all_recipes() -> None:
    outside = [path for path in ROOT.rglob("*.py") if path.relative_to(ROOT).parts[0] != "training"]
    assert len(outside) > 100
    assert [path.name for path in outside if set(RECIPES) <= words(path)] == []
    assert set(RECIPES) <= set().union(*(words(path) for path in (ROOT / "training").glob("*.py")))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_figure_on_a_shipped_card_is_declared(name: str) -> None:
    card = zoo.card(name)
    assert set(card.metrics) <= set(RECIPES[card.config.recipe].metrics)


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_names_what_there_is(name: str) -> None:
    recipe = RECIPES[name]
    assert recipe.colour_map in COLOUR_MAPS
    assert recipe.page is not None
    assert (ROOT.parent / recipe.page.script).is_file()
    shipped = recipe.shipped(complete(TrainConfig(name), recipe))
    assert shipped
    assert set(shipped) <= set(SHIPPED)


def test_a_curve_needs_a_declared_metric() -> None:
    with pytest.raises(ConfigError, match="psnr_sideways"):
        dataclasses.replace(STRIPES, headline=("psnr_sideways",))


def test_a_figure_is_written_with_its_unit_and_digits() -> None:
    accuracy = accuracies("points")["accuracy_test"]
    assert accuracy.sentence(0.9049) == "90.5 % of new points right"
    assert psnr_metric("at 45°").text(31.06) == "31.1 dB"
    assert Metric("Error", "error").text(1.2345e-7) == "1.23·10⁻⁷"
    assert (accuracy.tie, psnr_metric("upright").tie) == (pytest.approx(0.0005), pytest.approx(0.05))


def test_what_no_recipe_declares_still_has_a_name() -> None:
    assert STRIPES.metric("some_new_number").title == "Some new number"


def test_runs_are_compared_by_the_figure_that_is_declared_for_it() -> None:
    metric, value = RECIPES["images"].compared({"psnr_45": 1.0, "psnr_90": 2.0}, "turned") or (None, math.nan)
    assert (metric, value) == (RECIPES["images"].metrics["psnr_90"], 2.0)
    assert STRIPES.compared({"psnr_turned": math.nan}, "turned") is None
    assert STRIPES.compared({"psnr_turned": 1.0}, "upright") is None
