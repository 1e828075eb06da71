"""The tables of the sweeps over rates and sizes that ship: whole, and with the settings that they tell."""

import json
import math

import pytest

from structviz import zoo
from structviz.data import IMAGES
from structviz.training import (
    IMAGES_SWEEP,
    RATES,
    RATES_BY_SIZE,
    TrainConfig,
    choice_in_sweep,
    choose_by_validation,
    gains,
    read_rows,
    read_shape,
    recipe,
    seeds_in_sweep,
    summary,
)
from structviz.training.recipes import complete

SEEDS = {0, 1, 2}
DIVERGED = {"ct": {("ordinary", 0.02), ("ordinary", 0.04)}}
"""Arms and rates at which all seeds diverged, so that they have no rows."""
SHIPPED_RATES = [name for name, path in RATES.items() if (zoo.PRETRAINED / path).is_file()]


def test_the_recipes_whose_rates_one_could_suspect_have_a_table() -> None:
    assert {"stripes", "ct"} <= set(SHIPPED_RATES)


@pytest.mark.parametrize("name", SHIPPED_RATES)
def test_rates_are_tried_by_both_arms_with_every_seed(name: str) -> None:
    path = zoo.PRETRAINED / RATES[name]
    rows = [row for row in read_rows(path) if row.n_train is not None]
    assert {row.recipe for row in rows} == {name}
    rates = {row.rate for row in rows}
    assert len(rates) == 5
    diverged = DIVERGED.get(name, set())
    assert len({(row.n_train, row.steps) for row in rows}) == 1, "nothing else differs"
    runs = {(row.arm, row.rate, row.seed) for row in rows}
    tried = {(arm, rate) for arm in ("ordinary", "equivariant") for rate in rates} - diverged
    assert runs == {(arm, rate, seed) for arm, rate in tried for seed in SEEDS}
    per_run = len(rows) / len(runs)
    assert all(sum((row.arm, row.rate, row.seed) == run for row in rows) == per_run for run in runs)
    assert all(row.validation is not None and math.isfinite(row.psnr) for row in rows)
    settings = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["arms"]
    ordinary, equivariant = settings["ordinary"], settings["equivariant"]
    assert ordinary == equivariant, "the arms share all settings but the rate"


def test_on_turned_stripes_no_rate_saves_the_ordinary_network() -> None:
    means = summary(read_rows(zoo.PRETRAINED / RATES["stripes"]))
    turned = {(mean["arm"], mean["rate"]): mean["psnr_high"] for mean in means if mean["orientation"] == "turned"}
    lowest = min(mean["psnr_low"] for mean in means if mean["arm"] == "equivariant")
    assert max(value for (arm, _), value in turned.items() if arm == "ordinary") < 8 < lowest


def test_the_own_rates_of_ct_are_those_that_validation_chooses() -> None:
    chosen = choose_by_validation(read_rows(zoo.PRETRAINED / RATES["ct"]))
    rates = {row.arm: row.rate for row in chosen if row.n_train is not None}
    settings = json.loads((zoo.PRETRAINED / RATES["ct"].with_suffix(".json")).read_text(encoding="utf-8"))
    net = read_shape(settings["arms"]["ordinary"]["net"])
    assert rates == {arm: complete(TrainConfig("ct", arm, net=net), recipe("ct")).learning_rate for arm in rates}


def test_the_table_of_photographs_has_every_seed_and_arm() -> None:
    rows = read_rows(zoo.PRETRAINED / IMAGES_SWEEP)
    assert {row.arm for row in rows if row.n_train is None} == {"tv", "nlm"}
    chosen = [row for row in choose_by_validation(rows) if row.n_train is not None]
    seeds: dict[int | None, dict[str, set[int | None]]] = {}
    for row in chosen:
        seeds.setdefault(row.n_train, {}).setdefault(row.arm, set()).add(row.seed)
    assert seeds[4] == dict.fromkeys(recipe("images").arms, SEEDS)
    for n_train, of_arms in seeds.items():
        assert {"ordinary", "augmented", "equivariant"} <= set(of_arms)
        assert len({frozenset(found) for found in of_arms.values()}) == 1, "arms are compared seed by seed"
        assert len(of_arms["ordinary"]) >= 2
        runs = sum(len(found) for found in of_arms.values())
        assert len([row for row in chosen if row.n_train == n_train]) == runs * 2 * len(IMAGES)
    assert len({row.rate for row in chosen}) == 1, "at equal rates"


def test_every_arm_and_size_was_trained_at_other_rates_with_every_seed() -> None:
    equal, others = zoo.PRETRAINED / IMAGES_SWEEP, zoo.PRETRAINED / RATES_BY_SIZE
    rows = [row for row in read_rows(others) if row.n_train is not None]
    chosen = [row for row in choose_by_validation(read_rows(equal)) if row.n_train is not None]
    assert {row.rate for row in rows}.isdisjoint({row.rate for row in chosen})
    tried = {(row.arm, row.group, row.n_train, row.seed, rate, 1500) for row in chosen for rate in (0.002, 0.01)}
    assert {row.run for row in rows} == tried
    assert len(rows) == len(tried) * 2 * len(IMAGES)
    assert all(row.validation is not None and math.isfinite(row.psnr) for row in rows)
    settings = [path.with_suffix(".json").read_text(encoding="utf-8") for path in (equal, others)]
    assert settings[0] == settings[1], "nothing but the rate differs"


def test_with_few_photographs_the_equivariant_arm_leads_by_more_than_the_error_of_the_seeds() -> None:
    chosen = choose_by_validation(read_rows(zoo.PRETRAINED / IMAGES_SWEEP))
    found = gains(chosen, "equivariant", "ordinary")
    for orientation in ("upright", "rotated"):
        spread = found[orientation, 4]
        assert spread.error is not None
        assert spread.mean > 2 * spread.error


@pytest.mark.parametrize("arm", ["ordinary", "augmented", "equivariant-c4", "equivariant-d4"])
def test_cards_of_small_photographs_tell_the_seeds_of_the_table(arm: str) -> None:
    card = zoo.card(f"images/{arm}-small")
    assert card.seeds == seeds_in_sweep(card.config)
    assert card.choice == choice_in_sweep(card.config) != ""
    for name, values in card.seeds.items():
        assert len(values) == 3
        assert values[card.config.seed] == pytest.approx(card.metrics[name], abs=0.02)


def test_the_card_of_c8_tells_the_seeds_of_its_own_table() -> None:
    card = zoo.card("images/equivariant-c8-small")
    assert card.seeds == seeds_in_sweep(card.config)
    for name, values in card.seeds.items():
        assert len(values) == 3
        assert values[card.config.seed] == pytest.approx(card.metrics[name], abs=0.02)


def test_the_seed_that_ships_is_the_middle_one_by_validation() -> None:
    rows = [row for row in choose_by_validation(read_rows(zoo.PRETRAINED / IMAGES_SWEEP)) if row.n_train == 4]
    validation = {(row.arm, row.seed): row.validation or 0.0 for row in rows}
    means = {seed: sum(value for (_, of), value in validation.items() if of == seed) for seed in SEEDS}
    assert sorted(means, key=lambda seed: means[seed])[1] == zoo.card("images/ordinary-small").config.seed


def test_every_seed_of_the_equivariant_arm_holds_wide_stripes_at_every_angle() -> None:
    card = zoo.card("stripes/wide-equivariant")
    assert card.seeds == seeds_in_sweep(card.config)
    for best, worst in zip(card.seeds["psnr_best"], card.seeds["psnr_worst"], strict=True):
        assert worst >= 26
        assert best - worst <= 1.5
    assert len(card.seeds["psnr_worst"]) == 3
    assert card.seeds["psnr_worst"][card.config.seed] == pytest.approx(card.metrics["psnr_worst"], abs=0.02)
    assert card.choice == choice_in_sweep(card.config)
    assert "Of 3 seeds" in card.choice
