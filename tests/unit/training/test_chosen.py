"""What a card says of the choice of its settings is what the code would write again, and true of the tables."""

import dataclasses

import pytest

from structviz import zoo
from structviz.training import SHIPPED, how_chosen, read_rows
from structviz.training.ct import CT
from structviz.training.images import IMAGES_RECIPE
from structviz.training.summary import choose_by_validation
from structviz.zoo import PRETRAINED

TOLD = [name for name in SHIPPED if name.startswith(("images/", "ct/", "stripes/wide"))]


@pytest.mark.parametrize("name", TOLD)
def test_cards_say_how_settings_were_chosen(name: str) -> None:
    card = zoo.card(name)
    assert card.choice
    assert card.choice.startswith(how_chosen(name, card.config))


def test_a_network_of_which_nothing_is_known_is_told_nothing() -> None:
    assert how_chosen("stripes/ordinary", zoo.card("stripes/ordinary").config) == ""
    other = dataclasses.replace(zoo.card("images/ordinary-small").config, n_train=5)
    assert how_chosen("images/other", other) == ""


def test_rates_of_ct_are_those_that_validation_chooses() -> None:
    """Near enough: at 0.04 the equivariant arm is as good as at 0.02."""
    rows = choose_by_validation(read_rows(PRETRAINED / "ct" / "rates.csv"))
    best = {row.arm: row.rate for row in rows if row.n_train is not None}
    for arm in ("ordinary", "equivariant"):
        assert zoo.card(f"{CT.name}/{arm}-large").config.learning_rate == best[arm]
    assert zoo.card(f"{CT.name}/augmented-large").config.learning_rate == best["ordinary"]


def test_photographs_of_the_card_are_those_of_the_recipe() -> None:
    assert {name for name in TOLD if name.startswith(f"{IMAGES_RECIPE.name}/")} == {
        name for name in zoo.names() if name.startswith("images/")
    }
